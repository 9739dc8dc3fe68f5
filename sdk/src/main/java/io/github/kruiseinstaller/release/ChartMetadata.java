package io.github.kruiseinstaller.release;

import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.internal.yaml.YamlDocument;
import io.github.kruiseinstaller.internal.yaml.YamlReadException;
import io.github.kruiseinstaller.internal.yaml.YamlReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/** The {@code Chart.yaml} of a chart, packed or not. */
final class ChartMetadata {
  private static final Pattern NAME_IN_ARCHIVE = Pattern.compile("(\\./)?[^/]+/Chart\\.yaml");
  private static final int TAR_BLOCK = 512;
  private static final int MAX_BYTES = 1024 * 1024;

  private ChartMetadata() {}

  /** Whether bytes are compressed as packaged charts are. */
  static boolean isGzip(byte[] content) {
    return content.length > 1 && (content[0] & 0xff) == 0x1f && (content[1] & 0xff) == 0x8b;
  }

  /**
   * The version of OpenKruise that the chart installs, or empty when it does not tell.
   *
   * @throws IOException when there is no readable {@code Chart.yaml}
   */
  static Optional<String> appVersion(Path chart) throws IOException {
    byte[] content = Files.isDirectory(chart) ? readFolder(chart) : readArchive(chart);
    try {
      List<YamlDocument> documents = YamlReader.read("Chart.yaml", content);
      return documents.isEmpty()
          ? Optional.empty()
          : ReleaseVersion.parse(Trees.text(documents.get(0).tree(), "appVersion"));
    } catch (YamlReadException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static byte[] readFolder(Path chart) throws IOException {
    Path file = chart.resolve("Chart.yaml");
    if (!Files.isRegularFile(file)) {
      throw new IOException("there is no Chart.yaml in the folder");
    }
    try (InputStream stream = Files.newInputStream(file)) {
      return stream.readNBytes(MAX_BYTES);
    }
  }

  /** Walks the headers of the tar archive, which is all of the format that charts need. */
  private static byte[] readArchive(Path chart) throws IOException {
    try (InputStream file = Files.newInputStream(chart);
        InputStream tar = new GZIPInputStream(file)) {
      byte[] header = tar.readNBytes(TAR_BLOCK);
      while (header.length == TAR_BLOCK && header[0] != 0) {
        long size = octal(header, 124, 12);
        if (NAME_IN_ARCHIVE.matcher(text(header, 0, 100)).matches()) {
          return tar.readNBytes((int) Math.min(size, MAX_BYTES));
        }
        tar.skipNBytes((size + TAR_BLOCK - 1) / TAR_BLOCK * TAR_BLOCK);
        header = tar.readNBytes(TAR_BLOCK);
      }
    }
    throw new IOException("there is no Chart.yaml in the archive");
  }

  private static long octal(byte[] header, int offset, int length) throws IOException {
    String digits = text(header, offset, length).strip();
    try {
      long size = digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
      if (size >= 0) {
        return size;
      }
    } catch (NumberFormatException e) {
      throw new IOException("the archive is damaged", e);
    }
    throw new IOException("the archive is damaged");
  }

  private static String text(byte[] header, int offset, int length) {
    int end = offset;
    while (end < offset + length && header[end] != 0) {
      end++;
    }
    return new String(header, offset, end - offset, StandardCharsets.UTF_8);
  }
}
