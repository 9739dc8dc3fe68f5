package io.github.kruiseinstaller.testkit.internal.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What a request is answered with. */
sealed interface Answer {
  /** Go's type for plain text. */
  String PLAIN_TEXT = "text/plain; charset=utf-8";

  /**
   * All at once.
   *
   * @param status of HTTP
   * @param contentType of the body
   * @param bytes the body
   * @param headers further ones
   */
  // The bytes are handed on once; nobody compares them.
  @SuppressWarnings("ArrayRecordComponent")
  record Whole(int status, String contentType, byte[] bytes, Map<String, String> headers)
      implements Answer {}

  /**
   * Bit by bit, with status 200.
   *
   * @param contentType of the stream
   * @param source what flows
   */
  record Flow(String contentType, Source source) implements Answer {}

  /** Something that flows. */
  interface Source {
    /** Opens what may be refused; called before the status is sent. */
    default void open() {}

    /** Flows until its end. */
    void run(Sink sink) throws IOException, InterruptedException;

    /** Called at the end, also when it has never flowed. */
    default void close() {}
  }

  /** Where it flows to. */
  interface Sink {
    /** Sends now. */
    void write(byte[] bytes) throws IOException;

    /** Whether nobody listens any more. */
    boolean gone();

    /** Resets the connection. */
    void reset();
  }

  /** Plain text. */
  static Whole text(int status, String text) {
    return new Whole(
        status,
        PLAIN_TEXT,
        text.getBytes(StandardCharsets.UTF_8),
        Map.of("X-Content-Type-Options", "nosniff"));
  }

  /** What is answered to an error that has no Status; nothing in it looks like HTML. */
  static Whole internalError(String uri, String message) {
    String text = "Internal Server Error: \"" + uri + "\": " + message;
    String harmless = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    return text(500, harmless + "\n");
  }

  /** What is answered where nothing is. */
  static Whole pageNotFound() {
    return text(404, "404 page not found\n");
  }
}
