package io.github.kruiseinstaller.testkit.internal.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Request;
import okhttp3.Response;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/** A watch as a client has it. */
final class WatchStream implements AutoCloseable {
  private final Call call;
  private final Response response;
  private final BufferedSource lines;

  WatchStream(ClusterFixture cluster, String path, String... headers) throws IOException {
    this(cluster, cluster.request(cluster.server.adminToken(), "GET", path, "", headers));
  }

  private WatchStream(ClusterFixture cluster, Request request) throws IOException {
    call = cluster.client.newBuilder().readTimeout(30, TimeUnit.SECONDS).build().newCall(request);
    response = call.execute();
    lines = response.body().source();
  }

  /** A watch without TLS, which costs less. */
  static WatchStream plain(ClusterFixture cluster, String path) throws IOException {
    Request secure = cluster.request(cluster.server.adminToken(), "GET", path, "");
    return new WatchStream(
        cluster, secure.newBuilder().url(cluster.server.plainUrl() + path).build());
  }

  int status() {
    return response.code();
  }

  String contentType() {
    return String.valueOf(response.header("Content-Type"));
  }

  /** The next event; null at the end of the stream. */
  @Nullable JsonNode next() throws IOException {
    String line = lines.readUtf8Line();
    return line == null ? null : Json.parse(line.getBytes(StandardCharsets.UTF_8));
  }

  /** The next event as {@code TYPE name}. */
  String brief() throws IOException {
    JsonNode event = next();
    return event == null
        ? "end"
        : event.path("type").asText() + " " + event.at("/object/metadata/name").asText();
  }

  @Override
  public void close() {
    // A response that is merely closed waits a while for its end, to keep the connection.
    call.cancel();
    response.close();
  }
}
