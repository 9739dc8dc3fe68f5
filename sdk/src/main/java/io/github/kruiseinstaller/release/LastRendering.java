package io.github.kruiseinstaller.release;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.kruiseinstaller.internal.tree.Json;
import java.io.IOException;
import java.lang.ref.SoftReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The release that was rendered last: a plan and its installation need the same one, and helm takes
 * longer than all else that loading does. Given up when memory is short. Thread-safe.
 */
final class LastRendering {
  private volatile SoftReference<@Nullable Kept> last = new SoftReference<>(null);

  /**
   * The last release if it was made of the same, and otherwise a new one.
   *
   * @param key what it is made of, see {@link #key}; empty for what is never kept
   */
  Release of(Optional<String> key, Supplier<Release> rendering) {
    Kept kept = last.get();
    if (kept != null && key.isPresent() && kept.key().equals(key.get())) {
      return kept.release();
    }
    Release release = rendering.get();
    key.ifPresent(made -> last = new SoftReference<>(new Kept(made, release)));
    return release;
  }

  /**
   * The digest of all that a rendering depends on.
   *
   * @param helm the program
   * @param files the packaged chart and the files of values
   * @param words everything else
   * @return empty where that is too much to look at, as for a chart in a folder, or cannot be read
   */
  static Optional<String> key(Path helm, List<Path> files, List<?> words) {
    try {
      List<String> parts = new ArrayList<>();
      parts.add(helm + " " + Files.size(helm) + " " + Files.getLastModifiedTime(helm));
      for (Path file : files) {
        if (!Files.isRegularFile(file)) {
          return Optional.empty();
        }
        parts.add(ReleaseDigest.of(Files.readAllBytes(file)));
      }
      parts.add(Json.compact(words));
      return Optional.of(ReleaseDigest.of(Json.compact(parts).getBytes(UTF_8)));
    } catch (IOException e) {
      // Whoever reads it next says what is wrong with it.
      return Optional.empty();
    }
  }

  private record Kept(String key, Release release) {}
}
