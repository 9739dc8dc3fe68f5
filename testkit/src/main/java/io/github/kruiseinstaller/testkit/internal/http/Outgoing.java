package io.github.kruiseinstaller.testkit.internal.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Blocker;

/** A response as it goes out. Sends in the calling thread, and at once. */
final class Outgoing {
  private static final int NO_CONTENT = 204;

  private final Response response;
  private final Wire wire;

  Outgoing(Response response, Wire wire) {
    this.response = response;
    this.wire = wire;
  }

  /** The connection. */
  Wire wire() {
    return wire;
  }

  /** Sends all of it. */
  void send(Answer.Whole answer, List<String> warnings) throws IOException {
    head(answer, warnings);
    write(answer.bytes(), true);
  }

  /** Sends the first half of the body and breaks off. */
  void sendHalf(Answer.Whole answer, List<String> warnings) throws IOException {
    head(answer, warnings);
    write(java.util.Arrays.copyOf(answer.bytes(), answer.bytes().length / 2), false);
    wire.breakOff();
  }

  private void head(Answer.Whole answer, List<String> warnings) {
    common(answer.status(), answer.contentType());
    answer.headers().forEach((name, value) -> response.getHeaders().put(name, value));
    warn(warnings);
    if (answer.status() != NO_CONTENT) {
      response.getHeaders().put(HttpHeader.CONTENT_LENGTH, answer.bytes().length);
    }
  }

  private void warn(List<String> warnings) {
    Warnings.headers(warnings).forEach(value -> response.getHeaders().add("Warning", value));
  }

  private void common(int status, String contentType) {
    response.setStatus(status);
    response.getHeaders().put("Audit-Id", UUID.randomUUID().toString());
    response.getHeaders().put("Cache-Control", "no-cache, private");
    if (!contentType.isEmpty()) {
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, contentType);
    }
  }

  /** Sends the head of a stream and returns what its body goes to. */
  Answer.Sink begin(Answer.Flow flow, List<String> warnings) throws IOException {
    common(200, flow.contentType());
    warn(warnings);
    write(new byte[0], false);
    return new Answer.Sink() {
      @Override
      public void write(byte[] bytes) throws IOException {
        Outgoing.this.write(bytes, false);
      }

      @Override
      public boolean gone() {
        return wire.gone();
      }

      @Override
      public void reset() {
        wire.reset();
      }
    };
  }

  /** Ends a stream in good order. */
  void end() throws IOException {
    write(new byte[0], true);
  }

  private void write(byte[] bytes, boolean last) throws IOException {
    try (Blocker.Callback done = Blocker.callback()) {
      response.write(last, ByteBuffer.wrap(bytes), done);
      done.block();
    }
  }
}
