package io.github.kruiseinstaller.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestSourcesTest {
  private static final ReleaseRequest ANY = new ReleaseRequest(null, null);

  @TempDir private Path folder;

  @AfterEach
  void clearInterrupt() {
    Thread.interrupted();
  }

  @Test
  void manifests_whenFile_loaded() throws IOException {
    Path file = Files.writeString(folder.resolve("kruise.yaml"), SmallRelease.YAML);

    Release release = ReleaseSource.manifests(file).load(ANY);

    assertThat(release.version()).isEqualTo("1.8.3");
    assertThat(release.source()).isEqualTo(file.toString());
  }

  @Test
  void manifests_whenFolder_yamlAndJsonByNameWithoutSubfolders() throws IOException {
    int end = SmallRelease.YAML.indexOf("---");
    Files.writeString(folder.resolve("b.yml"), SmallRelease.YAML.substring(end));
    Files.writeString(folder.resolve("a.YAML"), SmallRelease.YAML.substring(0, end));
    Files.writeString(
        folder.resolve("c.json"),
        "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\","
            + "\"metadata\":{\"name\":\"x\",\"namespace\":\"kruise-system\"}}");
    Files.writeString(folder.resolve("README.md"), "not a manifest: [");
    Files.writeString(Files.createDirectory(folder.resolve("sub")).resolve("d.yaml"), "a: [");

    Release release = ReleaseSource.manifests(folder).load(ANY);

    assertThat(release.manifests()).hasSize(10);
    assertThat(release.manifests().get(0).kind()).isEqualTo("Namespace");
    assertThat(release.manifests().get(9).kind()).isEqualTo("ConfigMap");
  }

  @Test
  void manifests_whenSeveralFiles_problemNamesTheFile() throws IOException {
    Path good = Files.writeString(folder.resolve("good.yaml"), SmallRelease.YAML);
    Path bad = Files.writeString(folder.resolve("bad.yaml"), "a: 1\na: 2\n");

    assertThat(failure(ReleaseSource.manifests(good, bad)).message())
        .startsWith(bad + ", document 1, line 2: ");
  }

  @Test
  void manifests_whenAbsent_unavailable() {
    Failure failure = failure(ReleaseSource.manifests(folder.resolve("none.yaml")));

    assertThat(failure.code()).isEqualTo(FailureCode.RELEASE_UNAVAILABLE);
    assertThat(failure.message()).contains(folder.resolve("none.yaml").toString());
  }

  @Test
  void manifests_whenFolderIsEmpty_unavailable() {
    assertThat(failure(ReleaseSource.manifests(folder)).message()).contains("no .yaml");
  }

  @Test
  void manifests_whenGivenAChart_pointsToChart() throws IOException {
    Path packed = Files.write(folder.resolve("k.tgz"), new byte[] {0x1f, (byte) 0x8b, 8, 0});
    Files.writeString(folder.resolve("Chart.yaml"), "name: kruise\n");

    assertThat(failure(ReleaseSource.manifests(packed)).remedy()).contains("ReleaseSource.chart");
    assertThat(failure(ReleaseSource.manifests(folder)).remedy()).contains("ReleaseSource.chart");
  }

  @Test
  void manifests_whenStream_openedForEachLoadAndClosed() {
    AtomicInteger opened = new AtomicInteger();
    AtomicInteger closed = new AtomicInteger();
    ReleaseSource source =
        ReleaseSource.manifests(
            () -> {
              opened.incrementAndGet();
              return new ByteArrayInputStream(SmallRelease.YAML.getBytes(StandardCharsets.UTF_8)) {
                @Override
                public void close() {
                  closed.incrementAndGet();
                }
              };
            },
            "stream");

    assertThat(source.load(ANY)).isEqualTo(source.load(ANY));
    assertThat(opened).hasValue(2);
    assertThat(closed).hasValue(2);
  }

  @Test
  void manifests_whenStreamFails_unavailableWithCause() {
    ReleaseSource source =
        ReleaseSource.manifests(
            () -> {
              throw new IOException("broken pipe");
            },
            "stream");

    InstallException exception =
        catchThrowableOfType(InstallException.class, () -> source.load(ANY));
    assertThat(exception.failure().code()).isEqualTo(FailureCode.RELEASE_UNAVAILABLE);
    assertThat(exception.failure().message()).contains("stream").contains("broken pipe");
    assertThat(exception).hasCauseInstanceOf(IOException.class);
  }

  @Test
  void manifests_whenInterrupted_cancelledAndFlagStays() throws IOException {
    Path file = Files.writeString(folder.resolve("kruise.yaml"), SmallRelease.YAML);
    Thread.currentThread().interrupt();

    assertThat(failure(ReleaseSource.manifests(file)).code()).isEqualTo(FailureCode.CANCELLED);
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
  }

  @Test
  void manifests_whenStreamIsInterrupted_cancelledAndFlagStays() {
    ReleaseSource source =
        ReleaseSource.manifests(
            () -> {
              throw new InterruptedException();
            },
            "stream");

    assertThat(failure(source).code()).isEqualTo(FailureCode.CANCELLED);
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
  }

  @Test
  void classpath_whenResource_loaded() throws IOException {
    Files.writeString(folder.resolve("kruise.yaml"), SmallRelease.YAML);
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, null)) {
      assertThat(ReleaseSource.classpath("kruise.yaml", loader).load(ANY).source())
          .isEqualTo("classpath:kruise.yaml");
      assertThat(ReleaseSource.classpath("/kruise.yaml", loader).load(ANY).version())
          .isEqualTo("1.8.3");
      assertThat(failure(ReleaseSource.classpath("none.yaml", loader)).message())
          .isEqualTo("there is no classpath:none.yaml");
    }
  }

  @Test
  void load_whenNamespaceIsThatOfTheManifests_loaded() {
    Release release =
        ReleaseSource.manifests(SmallRelease.YAML, "text")
            .load(new ReleaseRequest("kruise-system", "1.34.0"));

    assertThat(release.namespace()).isEqualTo("kruise-system");
  }

  @Test
  void load_whenAnotherNamespaceIsAskedFor_refusedWithRemedy() {
    InstallException exception =
        catchThrowableOfType(
            InstallException.class,
            () ->
                ReleaseSource.manifests(SmallRelease.YAML, "text")
                    .load(new ReleaseRequest("elsewhere", null)));

    assertThat(exception.failure().code()).isEqualTo(FailureCode.OPTION_INVALID);
    assertThat(exception.failure().message()).contains("kruise-system").contains("elsewhere");
    assertThat(exception.failure().remedy()).contains("Leave the namespace out").contains("chart");
  }

  private static Failure failure(ReleaseSource source) {
    InstallException exception =
        catchThrowableOfType(InstallException.class, () -> source.load(ANY));
    assertThat(exception).isNotNull();
    return exception.failure();
  }
}
