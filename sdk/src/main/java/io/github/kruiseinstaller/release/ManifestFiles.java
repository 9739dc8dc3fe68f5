package io.github.kruiseinstaller.release;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.yaml.YamlReader;
import io.github.kruiseinstaller.model.Stage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Rendered manifests in files and folders. */
final class ManifestFiles implements ReleaseSource {
  private final List<Path> paths;

  ManifestFiles(List<Path> paths) {
    this.paths = List.copyOf(paths);
  }

  @Override
  public Release load(ReleaseRequest request) {
    Map<String, byte[]> texts = new LinkedHashMap<>();
    for (Path path : paths) {
      for (Path file : files(path)) {
        Interruption.check(toString());
        texts.put(file.toString(), read(file));
      }
    }
    return ReleaseReader.forRequest(ReleaseReader.fromTexts(toString(), texts, null), request);
  }

  private static List<Path> files(Path path) {
    if (!Files.exists(path)) {
      throw unavailable(
          "there is no file or folder " + path.toAbsolutePath(), "Correct the path.", null);
    }
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    if (Files.exists(path.resolve("Chart.yaml"))) {
      throw unavailable(
          path + " is a Helm chart, not a folder of manifests",
          "Use ReleaseSource.chart, which renders it.",
          null);
    }
    List<Path> files = new ArrayList<>();
    try (Stream<Path> entries = Files.list(path)) {
      entries.filter(ManifestFiles::isManifest).sorted().forEach(files::add);
    } catch (IOException e) {
      throw unavailable("cannot list " + path.toAbsolutePath() + ": " + e, "Make it readable.", e);
    }
    if (files.isEmpty()) {
      throw unavailable(
          "there is no .yaml, .yml or .json file in " + path.toAbsolutePath(),
          "Name the folder that holds the files; sub-folders are not searched.",
          null);
    }
    return files;
  }

  private static boolean isManifest(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return Files.isRegularFile(file)
        && (name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json"));
  }

  private static byte[] read(Path file) {
    byte[] content;
    try (InputStream stream = Files.newInputStream(file)) {
      // One byte more than is accepted, so that the reader sees that it is too long.
      content = stream.readNBytes(YamlReader.MAX_CHARACTERS + 1);
    } catch (IOException e) {
      throw unavailable("cannot read " + file.toAbsolutePath() + ": " + e, "Make it readable.", e);
    }
    if (ChartMetadata.isGzip(content)) {
      throw unavailable(
          file + " is a packaged Helm chart, not a manifest",
          "Use ReleaseSource.chart, which renders it.",
          null);
    }
    return content;
  }

  private static InstallException unavailable(
      String message, String remedy, @Nullable IOException cause) {
    return new InstallException(
        Failure.of(FailureCode.RELEASE_UNAVAILABLE, message, remedy).in(Stage.LOAD), cause);
  }

  @Override
  public String toString() {
    return paths.stream().map(Path::toString).collect(Collectors.joining(", "));
  }
}
