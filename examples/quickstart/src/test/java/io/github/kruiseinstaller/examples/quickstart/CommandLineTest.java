package io.github.kruiseinstaller.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
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
        "--kubeconfig"
      })
  void badArguments_endWithStatus2AndTheUsage(String arguments) {
    StringWriter err = new StringWriter();
    CommandLine commandLine = Main.commandLine(new CtrlC()).setErr(new PrintWriter(err));

    assertThat(commandLine.execute(arguments.split(" "))).isEqualTo(2);
    assertThat(err.toString()).contains("Usage: run");
  }

  @Test
  void help_endsWithStatus0() {
    StringWriter out = new StringWriter();

    assertThat(Main.commandLine(new CtrlC()).setOut(new PrintWriter(out)).execute("--help"))
        .isZero();
    assertThat(out.toString()).contains("--release-version").contains("Exit status");
  }

  @ParameterizedTest
  @CsvSource({"preflight --json, 0", "role, 0", "verify, 0", "diagnose --scenario firewall, 1"})
  void verbsThatLook_endWithTheStatusOfWhatTheyFind(String arguments, int status) {
    assertThat(Main.commandLine(new CtrlC()).execute(arguments.split(" "))).isEqualTo(status);
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
