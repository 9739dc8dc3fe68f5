package io.github.kruiseinstaller.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a user of SDK and testkit can see has a comment, and so has every package. */
class PublicDocumentationTest {

  private static final Path MODULE = ModuleFiles.directory();
  private static final String SOURCES = "src/main/java";
  private static final Path SDK = MODULE.resolve(SOURCES);
  private static final Path TESTKIT = MODULE.resolve("../testkit").resolve(SOURCES).normalize();
  private static final Path FIXTURE =
      MODULE.resolve(
          "src/test/java/io/github/kruiseinstaller/architecture/fixture/comments/Bare.java");

  static List<Path> modules() {
    return List.of(SDK, TESTKIT);
  }

  @ParameterizedTest
  @MethodSource("modules")
  void publicMembers_haveAComment(Path sources) throws IOException {
    assertThat(MissingComments.in(files(sources, "/internal/", false))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("modules")
  void packages_haveADescription(Path sources) throws IOException {
    List<Path> withoutDescription =
        files(sources, "", true).stream()
            .map(Path::getParent)
            .distinct()
            .filter(directory -> !Files.exists(directory.resolve("package-info.java")))
            .toList();

    assertThat(withoutDescription).isEmpty();
  }

  @Test
  void missingComments_areFound() throws IOException {
    assertThat(MissingComments.in(List.of(FIXTURE)))
        .containsExactly(
            "Bare", "Bare.method", "Bare.Kind", "Bare.Kind.ONE", "Bare.Port", "Bare.Port.open");
  }

  private static List<Path> files(Path sources, String part, boolean included) throws IOException {
    try (Stream<Path> paths = Files.walk(sources)) {
      return paths
          .filter(path -> path.toString().endsWith(".java"))
          .filter(path -> path.toString().replace('\\', '/').contains(part) == included)
          .sorted()
          .toList();
    }
  }
}
