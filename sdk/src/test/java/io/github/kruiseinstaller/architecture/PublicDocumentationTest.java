package io.github.kruiseinstaller.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whatever a user of the SDK can see has a comment, and so has every package. */
class PublicDocumentationTest {

  private static final Path MODULE = ModuleFiles.directory();
  private static final Path SOURCES = MODULE.resolve("src/main/java");
  private static final Path FIXTURE =
      MODULE.resolve(
          "src/test/java/io/github/kruiseinstaller/architecture/fixture/comments/Bare.java");

  @Test
  void publicMembers_haveAComment() throws IOException {
    assertThat(MissingComments.in(files("/internal/", false))).isEmpty();
  }

  @Test
  void packages_haveADescription() throws IOException {
    List<Path> withoutDescription =
        files("", true).stream()
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

  private static List<Path> files(String part, boolean included) throws IOException {
    if (!Files.exists(SOURCES)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.walk(SOURCES)) {
      return paths
          .filter(path -> path.toString().endsWith(".java"))
          .filter(path -> path.toString().replace('\\', '/').contains(part) == included)
          .sorted()
          .toList();
    }
  }
}
