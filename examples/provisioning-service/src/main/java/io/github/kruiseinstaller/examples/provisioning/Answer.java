package io.github.kruiseinstaller.examples.provisioning;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a request gets.
 *
 * @param status the HTTP status
 * @param headers further headers
 * @param length of the body in bytes, or 0 when only its end will tell
 * @param body writes the body
 */
record Answer(int status, Map<String, String> headers, long length, Body body) {
  /** Writes a body, for as long as it takes. */
  @FunctionalInterface
  interface Body {
    void writeTo(OutputStream out) throws IOException, InterruptedException;
  }

  /** Copies the headers. */
  Answer {
    headers = Map.copyOf(headers);
  }

  static Answer json(int status, String json) {
    byte[] bytes = (json + "\n").getBytes(UTF_8);
    return new Answer(
        status, Map.of("Content-Type", "application/json"), bytes.length, out -> out.write(bytes));
  }

  static Answer error(int status, String error, String remedy) {
    return json(status, reason(error, remedy).toString());
  }

  /** What the cluster, or what the release comes from, did not let the SDK do. */
  static Answer failure(Failure failure) {
    JsonObject reason = reason(failure.message(), failure.remedy());
    reason.add("failure", JsonParser.parseString(failure.toJson()));
    return json(failure.code() == FailureCode.TIMEOUT ? 504 : 502, reason.toString());
  }

  /** Lines of JSON, sent one by one. */
  static Answer lines(Body body) {
    return new Answer(200, Map.of("Content-Type", "application/x-ndjson"), 0, body);
  }

  /** The same with one more header. */
  Answer with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Answer(status, more, length, body);
  }

  /** Sends it; ends early when the thread is interrupted or the client is gone. */
  void send(HttpExchange exchange) throws IOException, InterruptedException {
    headers.forEach(exchange.getResponseHeaders()::set);
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    boolean bodiless = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, bodiless ? -1 : length);
    if (!bodiless) {
      try (OutputStream out = exchange.getResponseBody()) {
        body.writeTo(out);
      }
    }
  }

  private static JsonObject reason(String error, String remedy) {
    JsonObject reason = new JsonObject();
    reason.addProperty("error", error);
    reason.addProperty("remedy", remedy);
    return reason;
  }
}
