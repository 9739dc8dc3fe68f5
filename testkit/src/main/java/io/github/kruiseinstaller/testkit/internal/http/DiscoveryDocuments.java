package io.github.kruiseinstaller.testkit.internal.http;

import java.util.Optional;

/** What is served under {@code /api}, {@code /apis}, {@code /openapi} and at {@code /version}. */
public interface DiscoveryDocuments {
  /**
   * A document.
   *
   * @param path such as {@code /apis/apps/v1}, without a slash at the end
   * @param accept the Accept header, or empty
   * @return empty when nothing is there
   */
  Optional<Document> document(String path, String accept);

  /** A document. Immutable. */
  final class Document {
    private final String contentType;
    private final byte[] body;

    /** A document with the media type of its body, and its parameters. */
    public Document(String contentType, byte[] body) {
      this.contentType = contentType;
      this.body = body.clone();
    }

    /** The media type with its parameters. */
    public String contentType() {
      return contentType;
    }

    /** The body as it is sent. */
    public byte[] body() {
      return body.clone();
    }
  }
}
