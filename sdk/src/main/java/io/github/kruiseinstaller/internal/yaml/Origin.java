package io.github.kruiseinstaller.internal.yaml;

/**
 * Where a document, or a part of one, was read.
 *
 * @param source the file, resource or stream, for people
 * @param document the document's position in the source, from 1, empty documents counted
 * @param line the line in the source, from 1
 */
public record Origin(String source, int document, int line) {
  /** This origin at another line of the same document. */
  public Origin atLine(int newLine) {
    return new Origin(source, document, newLine);
  }

  /** As in messages: {@code release.yaml, document 3, line 17}. */
  @Override
  public String toString() {
    return source + ", document " + document + ", line " + line;
  }
}
