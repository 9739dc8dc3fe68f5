package io.github.kruiseinstaller.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.permission.ClusterRoles;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.testkit.SmallRelease;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

class CommandLineTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "remove",
        "install plan",
        "--no-such-option",
        "--timeout 5",
        "--timeout 0s",
        "--chart a --manifests b",
        "--chart a --release-version 1.8.3",
        "--scenario no-such-scenario",
        "--scenario crash-loop --kubeconfig file",
        "--scenario crash-loop --current-context",
        "--kubeconfig file --current-context",
        "--take-over maybe",
        "--remove-definitions",
        "install --keep-custom-resources",
        "uninstall --keep-custom-resources --delete-custom-resources",
        "uninstall --keep-custom-resources --remove-definitions",
        "role",
        "role --json",
        "role --manifests file",
        "role --scenario crash-loop",
        "--kubeconfig"
      })
  void badArguments_endWithStatus2AndTheUsage(String arguments) {
    StringWriter err = new StringWriter();
    CommandLine commandLine =
        Main.commandLine(new CtrlC(), FileOutputStream::new).setErr(new PrintWriter(err));

    assertThat(commandLine.execute(arguments.split(" "))).isEqualTo(2);
    assertThat(err.toString()).contains("Usage: run");
  }

  @Test
  void help_endsWithStatus0() {
    StringWriter out = new StringWriter();

    assertThat(
            Main.commandLine(new CtrlC(), FileOutputStream::new)
                .setOut(new PrintWriter(out))
                .execute("--help"))
        .isZero();
    assertThat(out.toString()).contains("--release-version").contains("Exit status");
  }

  @ParameterizedTest
  @CsvSource({
    "preflight --json, 0, '\"passed\":true'",
    "plan --scenario incident --take-over remove --json, 0, '\"takeOver\":\"remove-helm-record\"'",
    "verify, 0, healthy",
    "diagnose --scenario firewall, 1, connection-cut",
    "uninstall, 0, OpenKruise 1.8.3 uninstalled in namespace kruise-system",
    "uninstall --json --remove-definitions, 0, '\"removesDefinitions\":true'",
    "uninstall --scenario incident --delete-custom-resources, 0, uninstalled"
  })
  void verbsThatLook_printWhatTheyFindAndEndWithItsStatus(
      String arguments, int status, String printed) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    int ended = execute(out, arguments.split(" "));

    assertThat(ended).isEqualTo(status);
    assertThat(out.toString(StandardCharsets.UTF_8)).contains(printed);
  }

  @Test
  void role_ofARealCluster_isAllThatIsPrintedAndCanBeApplied(@TempDir Path folder)
      throws IOException {
    String manifests =
        Files.writeString(folder.resolve("small.yaml"), SmallRelease.yaml()).toString();
    ByteArrayOutputStream yaml = new ByteArrayOutputStream();
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    try (SimulatedCluster cluster = SimulatedCluster.start()) {
      String kubeconfig = cluster.kubeconfigFile().toString();

      assertThat(execute(yaml, "role", "--kubeconfig", kubeconfig, "--manifests", manifests))
          .isZero();
      assertThat(
              execute(json, "role", "--kubeconfig", kubeconfig, "--manifests", manifests, "--json"))
          .isZero();

      Manifest role = Manifest.parseJson(json.toString(StandardCharsets.UTF_8));
      assertThat(role.kind()).isEqualTo("ClusterRole");
      assertThat(yaml.toString(StandardCharsets.UTF_8)).isEqualTo(ClusterRoles.yaml(role));
      cluster.objects().apply(yaml.toString(StandardCharsets.UTF_8));
      assertThat(cluster.objects().get(role.apiVersion(), "ClusterRole", "", role.name()))
          .isPresent();
    }
  }

  @Test
  void role_whenItFails_saysSoElsewhere(@TempDir Path folder) throws IOException {
    Path nothing = Files.writeString(folder.resolve("nothing.yaml"), "a: 1\n");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (SimulatedCluster cluster = SimulatedCluster.start()) {
      assertThat(
              execute(
                  out,
                  "role",
                  "--kubeconfig",
                  cluster.kubeconfigFile().toString(),
                  "--manifests",
                  nothing.toString()))
          .isEqualTo(1);
    }

    assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  /** Runs, with what is printed to standard output in {@code out}. */
  private static int execute(ByteArrayOutputStream out, String... arguments) {
    CtrlC ctrlC = new CtrlC();
    int status =
        Main.commandLine(
                ctrlC,
                descriptor ->
                    descriptor == FileDescriptor.out ? out : OutputStream.nullOutputStream())
            .execute(arguments);
    ctrlC.reported();
    return status;
  }

  @Test
  void durations_areShort() {
    Options.ShortDuration converter = new Options.ShortDuration();

    assertThat(converter.convert("90s")).isEqualTo(Duration.ofSeconds(90));
    assertThat(converter.convert("5m")).isEqualTo(Duration.ofMinutes(5));
    assertThat(converter.convert("1h30m")).isEqualTo(Duration.ofMinutes(90));
    assertThatThrownBy(() -> converter.convert("-5m")).isInstanceOf(TypeConversionException.class);
  }
}
