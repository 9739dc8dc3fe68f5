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

  /**
   * A document.
   *
   * @param contentType with its parameters
   * @param body as it is sent
   */
  // The bytes are handed on once; nobody compares them.
  @SuppressWarnings("ArrayRecordComponent")
  record Document(String contentType, byte[] body) {}
}
