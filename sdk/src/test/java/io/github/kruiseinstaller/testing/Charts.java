package io.github.kruiseinstaller.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * The official charts, read as data for tests from the folder that the environment variable {@code
 * KRUISE_CHARTS} names; without it, from {@code ../shared/charts} beside the repository. They are
 * no part of this project: a test that asks for one that is absent is skipped.
 */
public final class Charts {
  private static final String VARIABLE = "KRUISE_CHARTS";
  private static final List<String> VERSIONS = List.of("1.5.0", "1.5.1", "1.5.5", "1.7.5", "1.8.3");

  private Charts() {}

  /** The versions that tests run over, oldest first, whether or not their charts are there. */
  public static List<String> versions() {
    return VERSIONS;
  }

  /** The chart rendered with its default values for the namespace kruise-system, as text. */
  public static String rendered(String version) {
    try {
      return Files.readString(renderedFile(version));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The file that {@link #rendered} reads. */
  public static Path renderedFile(String version) {
    return present("kruise-" + version + ".yaml");
  }

  /** The packaged chart. */
  public static Path archive(String version) {
    return present("kruise-" + version + ".tgz");
  }

  private static Path present(String name) {
    Path file = directory().resolve(name);
    Assumptions.assumeTrue(
        Files.isRegularFile(file),
        () ->
            "skipped: there is no official chart "
                + file
                + "; set "
                + VARIABLE
                + " to a folder with kruise-VERSION.tgz and what 'helm template' makes of it as"
                + " kruise-VERSION.yaml");
    return file;
  }

  private static Path directory() {
    String configured = System.getenv(VARIABLE);
    if (configured != null && !configured.isBlank()) {
      return Path.of(configured);
    }
    return repositoryRoot().resolve("../shared/charts").normalize();
  }

  private static Path repositoryRoot() {
    Path here = Path.of("").toAbsolutePath();
    return Stream.iterate(here, folder -> folder != null, Path::getParent)
        .filter(folder -> Files.isDirectory(folder.resolve(".mvn")))
        .findFirst()
        .orElse(here);
  }
}
