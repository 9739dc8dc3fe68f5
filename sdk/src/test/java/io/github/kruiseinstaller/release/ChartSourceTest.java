package io.github.kruiseinstaller.release;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.testing.Charts;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A shell script stands in for helm, so that what it is told and what it answers can be chosen. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the stand-in for helm is a shell script")
class ChartSourceTest {
  private static final ReleaseRequest ANY = new ReleaseRequest(null, null);

  @TempDir private Path folder;
  private Path chart;
  private Path rendered;

  @BeforeEach
  void writeChart() throws IOException {
    chart = Files.createDirectory(folder.resolve("kruise"));
    Files.writeString(chart.resolve("Chart.yaml"), "name: kruise\nappVersion: 1.9.7\n");
    rendered = Files.writeString(folder.resolve("rendered.yaml"), SmallRelease.YAML);
  }

  @AfterEach
  void clearInterrupt() {
    Thread.interrupted();
  }

  @Test
  void load_whenHelmRenders_releaseWithTheVersionOfTheChart() throws IOException {
    Release release = ReleaseSource.chart(chart, helm("cat '" + rendered + "'")).load(ANY);

    assertThat(release.version()).isEqualTo("1.9.7");
    assertThat(release.namespace()).isEqualTo("kruise-system");
    assertThat(release.source()).isEqualTo("chart " + chart);
  }

  @Test
  void load_whenChartTellsNoVersion_thatOfTheImage() throws IOException {
    Files.writeString(chart.resolve("Chart.yaml"), "name: kruise\n");

    Release release = ReleaseSource.chart(chart, helm("cat '" + rendered + "'")).load(ANY);

    assertThat(release.version()).isEqualTo("1.8.3");
  }

  @Test
  void load_whenHelmIsCalled_argumentsNameChartNamespaceVersionAndValues() throws IOException {
    Files.writeString(rendered, SmallRelease.YAML.replace("kruise-system", "elsewhere"));
    Path valueFile = Files.writeString(folder.resolve("my values.yaml"), "{}");
    HelmOptions helm =
        helm(recordArguments() + "cat '" + rendered + "'")
            .withValueFile(valueFile)
            .withValue("manager.replicas", 3)
            .withValue("manager.image.tag", "v9");

    ReleaseSource.chart(chart, helm).load(new ReleaseRequest("elsewhere", "1.27.3-gke.100"));

    List<String> arguments = Files.readAllLines(folder.resolve("arguments"));
    assertThat(arguments)
        .startsWith(
            "template",
            "kruise",
            chart.toString(),
            "--namespace",
            "elsewhere",
            "--no-hooks",
            "--include-crds",
            "--kube-version",
            "1.27.3-gke.100",
            "--values");
    assertThat(arguments.subList(11, arguments.size()))
        .hasSize(4)
        .startsWith("--values", valueFile.toString(), "--values");
    assertThat(folder.resolve("first-values"))
        .hasContent("{\"installation\":{\"namespace\":\"elsewhere\"}}");
    assertThat(folder.resolve("values"))
        .hasContent("{\"manager\":{\"replicas\":3,\"image\":{\"tag\":\"v9\"}}}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          Doe, Jane  | "FOLDER/Doe, Jane/v.yaml"
          the "best" | "FOLDER/the ""best""/v.yaml"
          plain      | FOLDER/plain/v.yaml
          """)
  void load_whenAPathHoldsWhatHelmReadsAsAList_itIsQuoted(String name, String argument)
      throws IOException {
    Files.writeString(rendered, SmallRelease.YAML);
    Path valueFile =
        Files.writeString(Files.createDirectory(folder.resolve(name)).resolve("v.yaml"), "{}");
    String quoted = argument.replace("FOLDER", folder.toString());
    HelmOptions helm = helm(recordArguments() + "cat '" + rendered + "'").withValueFile(valueFile);

    ReleaseSource.chart(chart, helm).load(new ReleaseRequest("kruise-system", null));

    assertThat(Files.readAllLines(folder.resolve("arguments")))
        .endsWith("--values", "namespace.json", "--values", quoted, "--values", "values.json");
    assertThat(failure(helm("exit 3").withValueFile(valueFile), ANY).remedy())
        .endsWith(" --values " + (name.equals("plain") ? quoted : "'" + quoted + "'"));
  }

  @Test
  void load_whenNobodyAsksForANamespace_theValuesDecide() throws IOException {
    Files.writeString(rendered, SmallRelease.YAML.replace("kruise-system", "team-kruise"));
    HelmOptions helm =
        helm(recordArguments() + "cat '" + rendered + "'")
            .withValue("installation.namespace", "team-kruise");

    Release release = ReleaseSource.chart(chart, helm).load(ANY);

    assertThat(release.namespace()).isEqualTo("team-kruise");
    assertThat(folder.resolve("values"))
        .hasContent("{\"installation\":{\"namespace\":\"team-kruise\"}}");
    assertThat(Files.readAllLines(folder.resolve("arguments")))
        .filteredOn("--values"::equals)
        .hasSize(1);
  }

  @Test
  void load_whenAValueNamesAnotherNamespaceThanAsked_refused() throws IOException {
    Files.writeString(rendered, SmallRelease.YAML.replace("kruise-system", "team-kruise"));
    HelmOptions helm =
        helm(recordArguments() + "cat '" + rendered + "'")
            .withValue("installation.namespace", "team-kruise");

    Failure failure = failure(helm, new ReleaseRequest("elsewhere", null));

    assertThat(failure.code()).isEqualTo(FailureCode.OPTION_INVALID);
    assertThat(failure.message()).contains("team-kruise").contains("asked for elsewhere");
    assertThat(failure.remedy()).contains("installation.namespace");
    assertThat(folder.resolve("values"))
        .hasContent("{\"installation\":{\"namespace\":\"team-kruise\"}}");
  }

  @Test
  void load_whenClusterVersionIsUnknown_helmDecides() throws IOException {
    ReleaseSource.chart(chart, helm(recordArguments() + "cat '" + rendered + "'")).load(ANY);

    assertThat(folder.resolve("arguments")).content().doesNotContain("--kube-version");
  }

  @Test
  void load_whenHelmIsCalled_environmentHoldsNoClusterAndNoPlugins() throws IOException {
    ReleaseSource.chart(chart, helm("env > '" + folder + "/env'; cat '" + rendered + "'"))
        .load(ANY);

    List<String> variables = Files.readAllLines(folder.resolve("env"));
    String work = value(variables, "PWD");
    assertThat(value(variables, "KUBECONFIG")).startsWith(work);
    assertThat(value(variables, "HELM_PLUGINS")).startsWith(work);
    assertThat(value(variables, "HELM_CONFIG_HOME")).startsWith(work);
    assertThat(value(variables, "HELM_CACHE_HOME")).startsWith(work);
    assertThat(value(variables, "HELM_DATA_HOME")).startsWith(work);
    assertThat(Path.of(work)).as("deleted afterwards").doesNotExist();
  }

  @Test
  void load_whenHelmFails_itsErrorIsShownAndTheCommand() throws IOException {
    Failure failure =
        failure(
            helm(
                "echo 'Error: chart requires kubeVersion: >= 1.18.0-0' >&2; echo more >&2; exit 3"),
            ANY);

    assertThat(failure.code()).isEqualTo(FailureCode.HELM_FAILED);
    assertThat(failure.message())
        .isEqualTo("helm ended with status 3: Error: chart requires kubeVersion: >= 1.18.0-0");
    assertThat(failure.evidence())
        .containsExactly("Error: chart requires kubeVersion: >= 1.18.0-0", "more");
    assertThat(failure.remedy()).contains("template kruise " + chart);
  }

  @Test
  void load_whenHelmFails_theCommandCanBeRun() throws IOException {
    Path valueFile = Files.writeString(folder.resolve("my values.yaml"), "{}");
    HelmOptions helm =
        helm("exit 3").withValueFile(valueFile).withValue("registry.password", "hunter2");

    Failure failure = failure(helm, new ReleaseRequest("elsewhere", "1.34.0"));

    assertThat(failure.remedy())
        .endsWith(
            ": "
                + folder.resolve("fake-helm")
                + " template kruise "
                + chart
                + " --namespace elsewhere --no-hooks --include-crds --kube-version 1.34.0"
                + " --set installation.namespace=elsewhere --values '"
                + valueFile
                + "' and the values of HelmOptions");
    assertThat(failure.render()).doesNotContain("values.json").doesNotContain("hunter2");
  }

  @Test
  void render_whenHelmFailsOnACopy_theCommandNamesWhereItIsFrom() throws IOException {
    HelmOptions helm = helm("exit 3");
    Path copy = packaged("1.8.3");
    ChartRenderer renderer = new ChartRenderer(helm, new HelmCommand(helm));

    InstallException exception =
        catchThrowableOfType(
            InstallException.class, () -> renderer.render(copy, "/cache/k.tgz", "a chart", ANY));

    assertThat(exception.failure().remedy())
        .contains(" template kruise /cache/k.tgz --namespace kruise-system ")
        .doesNotContain(copy.toString());
  }

  @Test
  void load_whenHelmWritesMuchToBothStreams_itDoesNotBlock() throws IOException {
    String flood = "i=0; while [ $i -lt 4000 ]; do echo 'WARNING: %0100d'; i=$((i+1)); done";
    Failure failure =
        failure(helm("(" + flood + ") >&2; (" + flood + "); echo last >&2; exit 1"), ANY);

    assertThat(failure.evidence()).hasSize(20).endsWith("last");
  }

  @Test
  void load_whenHelmHangs_killedWithItsChildrenAndExplained() throws IOException {
    HelmOptions helm =
        helm("sleep 600 & echo $! > '" + folder + "/child'; echo waiting >&2; wait")
            .withTimeout(Duration.ofSeconds(5));

    Failure failure = failure(helm, ANY);

    assertThat(failure.code()).isEqualTo(FailureCode.HELM_FAILED);
    assertThat(failure.message()).contains("did not finish within 5 s");
    assertThat(failure.evidence()).containsExactly("waiting");
    assertThat(failure.remedy()).contains("withTimeout");
    long child = Long.parseLong(Files.readString(folder.resolve("child")).strip());
    assertThat(endsSoon(child)).isTrue();
  }

  @Test
  void load_whenInterrupted_cancelledAndFlagStays() throws IOException {
    HelmOptions helm = helm("sleep 600");
    Thread.currentThread().interrupt();

    assertThat(failure(helm, ANY).code()).isEqualTo(FailureCode.CANCELLED);
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
  }

  @Test
  void load_whenHelmIsNoExecutable_refusedWithRemedy() {
    Failure failure = failure(HelmOptions.defaults().withExecutable(folder.resolve("none")), ANY);

    assertThat(failure.code()).isEqualTo(FailureCode.HELM_FAILED);
    assertThat(failure.message()).contains("none is not an executable file");
    assertThat(failure.remedy()).contains("Install Helm").contains("ReleaseSource.manifests");
  }

  @Test
  void load_whenHelmCannotBeStarted_refusedWithRemedy() throws IOException {
    Path program = Files.writeString(folder.resolve("helm"), "\u0000 no program");
    assertThat(program.toFile().setExecutable(true)).isTrue();

    Failure failure = failure(HelmOptions.defaults().withExecutable(program), ANY);

    assertThat(failure.code()).isEqualTo(FailureCode.HELM_FAILED);
  }

  @Test
  void executable_whenNotConfigured_firstOnThePath() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Path bin = Files.createDirectory(folder.resolve("bin"));
    Path program = script(bin.resolve("helm"), "true");
    Map<String, String> environment = Map.of("PATH", ":" + empty + ":" + bin);

    assertThat(new HelmCommand(HelmOptions.defaults(), environment).executable())
        .isEqualTo(program);
    assertThatThrownBy(
            () ->
                new HelmCommand(HelmOptions.defaults(), Map.of("PATH", empty.toString()))
                    .executable())
        .isInstanceOf(InstallException.class)
        .hasMessageContaining("there is no helm on the PATH");
  }

  @Test
  void executable_whenWindowsCallsThePathOtherwise_found() throws IOException {
    Path program = script(folder.resolve("helm"), "true");

    assertThat(
            new HelmCommand(HelmOptions.defaults(), Map.of("Path", folder.toString())).executable())
        .isEqualTo(program);
  }

  @Test
  void executable_whenAnEntryOfThePathIsNoPath_skipped() throws IOException {
    Path program = script(folder.resolve("helm"), "true");
    Map<String, String> environment = Map.of("PATH", "no\0path:" + folder);

    assertThat(new HelmCommand(HelmOptions.defaults(), environment).executable())
        .isEqualTo(program);
  }

  @Test
  void load_whenChartIsAbsent_unavailable() {
    InstallException exception =
        catchThrowableOfType(
            InstallException.class,
            () -> ReleaseSource.chart(folder.resolve("none.tgz")).load(ANY));

    assertThat(exception.failure().code()).isEqualTo(FailureCode.RELEASE_UNAVAILABLE);
  }

  @Test
  void load_whenFolderOrFileIsNoChart_refused() throws IOException {
    Path file = Files.writeString(folder.resolve("x.tgz"), "no archive");
    for (Path path : List.of(file, Files.createDirectory(folder.resolve("x")))) {
      InstallException exception =
          catchThrowableOfType(
              InstallException.class, () -> ReleaseSource.chart(path, helm("true")).load(ANY));
      assertThat(exception.failure().code()).isEqualTo(FailureCode.RELEASE_INVALID);
      assertThat(exception.failure().message()).contains("is not a Helm chart");
    }
  }

  @Test
  void load_whenChartIgnoresTheNamespace_refused() throws IOException {
    Failure failure =
        failure(helm("cat '" + rendered + "'"), new ReleaseRequest("elsewhere", null));

    assertThat(failure.code()).isEqualTo(FailureCode.OPTION_INVALID);
  }

  @Test
  void load_whenChartHasItsNamespaceWrittenIntoTheWebhooks_theyPointToTheAskedOne()
      throws IOException {
    String moved = SmallRelease.YAML.replace("kruise-system", "elsewhere");
    String webhooks = "namespace: elsewhere, path";
    Files.writeString(rendered, moved.replace(webhooks, "namespace: kruise-system, path"));

    Release release =
        ReleaseSource.chart(chart, helm("cat '" + rendered + "'"))
            .load(new ReleaseRequest("elsewhere", null));

    assertThat(release.manifests()).isEqualTo(SmallRelease.load(moved).manifests());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--debug", "Upper", "", "a/b", "a b"})
  void load_whenNamespaceIsNoName_refusedBeforeHelmRuns(String namespace) throws IOException {
    Failure failure = failure(helm("exit 1"), new ReleaseRequest(namespace, null));

    assertThat(failure.code()).isEqualTo(FailureCode.OPTION_INVALID);
    assertThat(failure.message()).contains("'" + namespace + "'");
  }

  @Test
  void load_whenRenderedDocumentsAreBroken_lineOfTheRenderingIsNamed() throws IOException {
    Failure failure = failure(helm("echo 'a: ['"), ANY);

    assertThat(failure.message())
        .startsWith("chart " + chart + " (rendered), document 1, line 2: not YAML");
  }

  @Test
  void load_whenAPackagedChartIsAsBefore_helmRunsOnce() throws IOException {
    chart = packaged("1.9.7");
    Path valueFile = Files.writeString(folder.resolve("values.yaml"), "a: 1");
    ReleaseSource source = ReleaseSource.chart(chart, counting().withValueFile(valueFile));

    Release first = source.load(new ReleaseRequest(null, "1.34.0"));

    assertThat(source.load(new ReleaseRequest(null, "1.34.0"))).isSameAs(first);
    assertThat(runs()).isEqualTo(1);
  }

  @Test
  void load_whenAnythingHasChanged_helmRunsAgain() throws IOException {
    chart = packaged("1.9.7");
    Path valueFile = Files.writeString(folder.resolve("values.yaml"), "a: 1");
    ReleaseSource source = ReleaseSource.chart(chart, counting().withValueFile(valueFile));
    source.load(ANY);

    source.load(new ReleaseRequest(null, "1.34.0"));
    assertThat(runs()).as("another Kubernetes").isEqualTo(2);
    Files.writeString(valueFile, "a: 2");
    source.load(new ReleaseRequest(null, "1.34.0"));
    assertThat(runs()).as("other values").isEqualTo(3);
    packaged("1.9.8");
    assertThat(source.load(new ReleaseRequest(null, "1.34.0")).version()).isEqualTo("1.9.8");
    assertThat(runs()).as("another chart").isEqualTo(4);
    Files.delete(valueFile);
    source.load(new ReleaseRequest(null, "1.34.0"));
    assertThat(runs()).as("no values").isEqualTo(5);
  }

  @Test
  void load_whenTheChartIsAFolder_helmRunsEachTime() throws IOException {
    ReleaseSource source = ReleaseSource.chart(chart, counting());

    source.load(ANY);
    source.load(ANY);

    assertThat(runs()).isEqualTo(2);
  }

  private HelmOptions counting() throws IOException {
    return helm("echo >> '" + folder.resolve("runs") + "'; cat '" + rendered + "'");
  }

  private int runs() throws IOException {
    return Files.readAllLines(folder.resolve("runs")).size();
  }

  private Path packaged(String version) throws IOException {
    byte[] content = ("name: kruise\nappVersion: " + version + "\n").getBytes(UTF_8);
    byte[] archive = new byte[4 * 512];
    System.arraycopy("kruise/Chart.yaml".getBytes(UTF_8), 0, archive, 0, 17);
    byte[] size = String.format("%011o", content.length).getBytes(UTF_8);
    System.arraycopy(size, 0, archive, 124, size.length);
    System.arraycopy(content, 0, archive, 512, content.length);
    Path file = folder.resolve("kruise.tgz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(archive);
    }
    return file;
  }

  @Test
  void helmOptions_whenPrinted_valuesAreLeftOut() {
    HelmOptions options = HelmOptions.defaults().withValue("registry.password", "hunter2");

    assertThat(options.toString()).doesNotContain("hunter2").contains("1 values");
  }

  @Test
  void helmOptions_whenImpossible_refused() {
    assertThatThrownBy(() -> HelmOptions.defaults().withTimeout(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> HelmOptions.defaults().withValue("a", new Object()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.5.0", "1.8.3"})
  void appVersion_whenOfficialArchive_itsVersion(String version) throws IOException {
    assertThat(ChartMetadata.appVersion(Charts.archive(version))).contains(version);
  }

  private Failure failure(HelmOptions helm, ReleaseRequest request) {
    InstallException exception =
        catchThrowableOfType(
            InstallException.class, () -> ReleaseSource.chart(chart, helm).load(request));
    assertThat(exception).isNotNull();
    return exception.failure();
  }

  /** Writes the arguments, one a line, and keeps copies of the first and the last value file. */
  private String recordArguments() {
    return "printf '%s\\n' \"$@\" > '"
        + folder
        + "/arguments'; first=; for last; do [ \"$before\" = --values ] && [ -z \"$first\" ] &&"
        + " first=$last; before=$last; done; cp \"$first\" '"
        + folder
        + "/first-values'; cp \"$last\" '"
        + folder
        + "/values'; ";
  }

  private HelmOptions helm(String commands) throws IOException {
    return HelmOptions.defaults().withExecutable(script(folder.resolve("fake-helm"), commands));
  }

  private static Path script(Path file, String commands) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + commands + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }

  private static String value(List<String> variables, String name) {
    return variables.stream()
        .filter(line -> line.startsWith(name + "="))
        .map(line -> line.substring(name.length() + 1))
        .findFirst()
        .orElseThrow();
  }

  /** A killed process may stay as a zombie until its new parent looks after it. */
  /** A kill is a signal: the kernel may take a moment to end its target, above all when busy. */
  private static boolean endsSoon(long pid) {
    long giveUp = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (ProcessHandle.of(pid).filter(ChartSourceTest::isRunning).isPresent()) {
      if (System.nanoTime() > giveUp) {
        return false;
      }
      Thread.onSpinWait();
    }
    return true;
  }

  private static boolean isRunning(ProcessHandle process) {
    return process.isAlive() && process.info().command().isPresent();
  }
}
