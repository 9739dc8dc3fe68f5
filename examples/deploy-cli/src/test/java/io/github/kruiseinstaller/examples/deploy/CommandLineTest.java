package io.github.kruiseinstaller.examples.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the command line takes, and what it refuses. */
class CommandLineTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "plan",
        "plan --chart c",
        "plan a",
        "apply a --yes",
        "install a --chart c",
        "plan a a --chart c",
        "plan a ./a --chart c",
        "plan a#x b a#x --chart c",
        "plan a# --chart c",
        "plan #x --chart c",
        "plan a --chart c --manifests m",
        "plan a --chart c --timeout 5",
        "plan a --chart c --timeout 0s",
        "plan a --chart c --take-over maybe",
        "apply a --chart c --yes --parallel 0",
        "apply a --chart c --yes --parallel many",
        "apply a --chart c",
        "status --no-such-option a"
      })
  void badArguments_endWithStatus2AndTheUsage(String arguments) {
    StringWriter err = new StringWriter();

    int status =
        Main.commandLine(new CtrlC(), null)
            .setErr(new PrintWriter(err))
            .execute(arguments.split(" "));

    assertThat(status).isEqualTo(2);
    assertThat(err.toString()).contains("Usage: run");
  }

  @Test
  void help_endsWithStatus0() {
    StringWriter out = new StringWriter();

    assertThat(Main.commandLine(new CtrlC(), null).setOut(new PrintWriter(out)).execute("--help"))
        .isZero();
    assertThat(out.toString()).contains("Verbs:", "--parallel", "Exit status");
  }

  @Test
  void target_isAFileAndItsContext() {
    Target.Converter converter = new Target.Converter();

    assertThat(converter.convert("a/b")).isEqualTo(new Target("a/b", Path.of("a/b"), null));
    assertThat(converter.convert("a#b#c")).isEqualTo(new Target("a#b#c", Path.of("a#b"), "c"));
  }
}
