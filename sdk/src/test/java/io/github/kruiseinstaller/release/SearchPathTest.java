package io.github.kruiseinstaller.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchPathTest {
  @TempDir private Path folder;

  @Test
  void program_whenOnWindows_theOneThatEndsInExe() throws IOException {
    file("helm");
    Path program = file("helm.exe");

    assertThat(new SearchPath(Map.of("Path", folder.toString()), true).program("helm"))
        .contains(program);
  }

  @Test
  void program_whenNotOnWindows_theOneWithoutEnding() throws IOException {
    Path program = file("helm");
    file("helm.exe");

    assertThat(new SearchPath(Map.of("PATH", folder.toString()), false).program("helm"))
        .contains(program);
  }

  @Test
  void program_whenAWindowsEntryIsInQuotes_found() throws IOException {
    Path program = file("helm.exe");
    String path = "\"" + folder.resolve("none") + "\"" + File.pathSeparator + "\"" + folder + "\"";

    assertThat(new SearchPath(Map.of("Path", path), true).program("helm")).contains(program);
  }

  @Test
  void program_whenEntriesAreNoPaths_skipped() throws IOException {
    Path program = file("helm");
    String path = "\0" + File.pathSeparator + File.pathSeparator + folder;

    assertThat(new SearchPath(Map.of("PATH", path), false).program("helm")).contains(program);
  }

  @Test
  void program_whenBothSpellingsAreThere_upperCaseWins() throws IOException {
    Path program = file("helm");
    Map<String, String> environment =
        Map.of("Path", folder.resolve("none").toString(), "PATH", folder.toString());

    assertThat(new SearchPath(environment, false).program("helm")).contains(program);
  }

  @Test
  void program_whenThereIsNoPath_nowhere() {
    assertThat(new SearchPath(Map.of(), false).program("helm")).isEmpty();
    assertThat(new SearchPath(Map.of("PATH", folder.toString()), false).program("helm")).isEmpty();
  }

  private Path file(String name) throws IOException {
    Path file = Files.writeString(folder.resolve(name), "");
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }
}
