package io.github.kruiseinstaller.examples.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.kruiseinstaller.examples.deploy.Standing.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the README shows is what the program takes, and what it points to is there. */
class ReadmeTest {
  private static final Path README = Path.of("README.md");
  private static final Pattern COMMAND = Pattern.compile("examples/deploy-cli/run (.+)");
  private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)[^)]*\\)");

  @Test
  void commands_areTaken() throws IOException {
    List<String> commands =
        COMMAND.matcher(Files.readString(README)).results().map(found -> found.group(1)).toList();

    assertThat(commands).hasSizeGreaterThan(3);
    for (String command : commands) {
      assertThatCode(
              () -> Main.commandLine(new CtrlC(), null).parseArgs(command.strip().split(" +")))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void states_areAllNamed() throws IOException {
    assertThat(Files.readString(README)).contains(names());
  }

  @Test
  void links_leadToFiles() throws IOException {
    assertThat(LINK.matcher(Files.readString(README)).results().map(link -> link.group(1)))
        .isNotEmpty()
        .allMatch(file -> Files.exists(Path.of(file)));
  }

  private static List<String> names() {
    return List.of(State.values()).stream().map(state -> "`" + state + "`").toList();
  }
}
