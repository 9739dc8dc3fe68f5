package io.github.kruiseinstaller.release;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A folder that only this user can read, deleted with all its files when closed. */
final class TemporaryFolder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TemporaryFolder.class);

  private final Path path;

  TemporaryFolder() throws IOException {
    this.path = Files.createTempDirectory("kruise-installer-");
  }

  Path path() {
    return path;
  }

  @Override
  public void close() {
    try (Stream<Path> tree = Files.walk(path)) {
      List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
      for (Path entry : deepestFirst) {
        Files.deleteIfExists(entry);
      }
    } catch (IOException | java.io.UncheckedIOException e) {
      // The release is loaded; a left-over file is no reason to fail.
      LOG.warn("cannot delete the temporary folder {}: {}", path, e.toString());
    }
  }
}
