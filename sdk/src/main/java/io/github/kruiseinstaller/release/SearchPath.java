package io.github.kruiseinstaller.release;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where the system looks for programs.
 *
 * @param environment the variables, of which one is the PATH
 * @param windows whether the rules of Windows hold: entries may be in quotes, programs end in .exe
 */
record SearchPath(Map<String, String> environment, boolean windows) {
  private static final Pattern SEPARATOR = Pattern.compile(Pattern.quote(File.pathSeparator));

  /** The first program of a name, absolute. */
  Optional<Path> program(String name) {
    List<String> files = windows ? List.of(name + ".exe", name) : List.of(name, name + ".exe");
    return SEPARATOR
        .splitAsStream(value())
        .map(entry -> windows ? entry.replace("\"", "") : entry)
        .filter(entry -> !entry.isEmpty())
        .flatMap(entry -> folder(entry).stream())
        .flatMap(folder -> files.stream().map(folder::resolve))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst()
        .map(Path::toAbsolutePath);
  }

  /** Windows calls it Path, and Java's copy of the variables tells upper from lower case. */
  private String value() {
    String otherCase =
        environment.entrySet().stream()
            .filter(variable -> variable.getKey().equalsIgnoreCase("PATH"))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElse("");
    return environment.getOrDefault("PATH", otherCase);
  }

  private static Optional<Path> folder(String entry) {
    try {
      return Optional.of(Path.of(entry));
    } catch (InvalidPathException e) {
      // The system skips such an entry too.
      return Optional.empty();
    }
  }
}
