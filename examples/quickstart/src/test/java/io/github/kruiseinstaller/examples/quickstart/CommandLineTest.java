package io.github.kruiseinstaller.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
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
    "role, 0, kind: ClusterRole",
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
    CtrlC ctrlC = new CtrlC();
    CommandLine commandLine =
        Main.commandLine(
            ctrlC,
            descriptor -> descriptor == FileDescriptor.out ? out : OutputStream.nullOutputStream());

    int ended = commandLine.execute(arguments.split(" "));
    ctrlC.reported();

    assertThat(ended).isEqualTo(status);
    assertThat(out.toString(StandardCharsets.UTF_8)).contains(printed);
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
