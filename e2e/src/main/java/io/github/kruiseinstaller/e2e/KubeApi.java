package io.github.kruiseinstaller.e2e;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.KubeConfig;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.jspecify.annotations.Nullable;

/**
 * Raw JSON requests to one API server, over connections of its own. Thread-safe. Deliberately
 * shares nothing with the SDK, so that a defect there cannot hide here.
 */
public final class KubeApi implements AutoCloseable {
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(40);
  private static final MediaType JSON = MediaType.get("application/json");
  private static final MediaType MERGE_PATCH = MediaType.get("application/merge-patch+json");

  private final String server;
  private final OkHttpClient http;
  private final Map<String, String> headers;

  private KubeApi(String server, OkHttpClient http, Map<String, String> headers) {
    this.server = server.endsWith("/") ? server.substring(0, server.length() - 1) : server;
    this.http = http;
    this.headers = Map.copyOf(headers);
  }

  /**
   * The cluster of a kubeconfig's current context.
   *
   * @throws UncheckedIOException when the file cannot be read
   */
  public static KubeApi open(Path kubeconfig) {
    try (Reader reader = Files.newBufferedReader(kubeconfig)) {
      KubeConfig config = KubeConfig.loadKubeConfig(reader);
      config.setFile(kubeconfig.toFile());
      ApiClient client = ClientBuilder.kubeconfig(config).build();
      String token = config.getCredentials().get(KubeConfig.CRED_TOKEN_KEY);
      return new KubeApi(
          client.getBasePath(),
          ownConnections(client.getHttpClient()),
          token == null ? Map.of() : Map.of("Authorization", "Bearer " + token));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read kubeconfig " + kubeconfig, e);
    }
  }

  /** A server without TLS and credentials, such as a test's own. */
  public static KubeApi plain(String server) {
    return new KubeApi(server, ownConnections(new OkHttpClient()), Map.of());
  }

  /** The same server and credentials over other connections. */
  public KubeApi onOwnConnections() {
    return new KubeApi(server, ownConnections(http), headers);
  }

  private static OkHttpClient ownConnections(OkHttpClient http) {
    return http.newBuilder()
        .connectionPool(new ConnectionPool())
        // A request that OkHttp silently sends twice would hide a failure from the record.
        .retryOnConnectionFailure(false)
        .connectTimeout(Duration.ofSeconds(5))
        .readTimeout(Duration.ZERO)
        .callTimeout(CALL_TIMEOUT)
        .build();
  }

  /** The server's address. */
  public String server() {
    return server;
  }

  /** What the server said. */
  public record Answer(int status, String text) {
    /** Whether the request was carried out. */
    public boolean ok() {
      return status >= 200 && status < 300;
    }

    /** The body as a JSON object. */
    public JsonObject json() {
      return JsonParser.parseString(text).getAsJsonObject();
    }

    /** The message of a Kubernetes Status, or the whole body. */
    public String message() {
      try {
        JsonElement message = json().get("message");
        return message == null ? text : message.getAsString();
      } catch (RuntimeException notJson) {
        return text;
      }
    }
  }

  /** One request; any answer is returned, whatever its status. */
  public Answer send(String method, String path, @Nullable String body) throws IOException {
    return send(call(method, path, body));
  }

  /** Carries out a call that {@link #call} has made. */
  public static Answer send(Call call) throws IOException {
    try (Response response = call.execute()) {
      ResponseBody body = response.body();
      return new Answer(response.code(), body.string());
    }
  }

  /** A request that can be cancelled, not yet sent. PATCH is a JSON merge patch. */
  public Call call(String method, String path, @Nullable String body) {
    Request.Builder request = new Request.Builder().url(server + path);
    headers.forEach(request::header);
    request.header("Accept", "application/json");
    RequestBody content =
        body == null
            ? (method.equals("POST") ? RequestBody.create(new byte[0], JSON) : null)
            : RequestBody.create(
                body.getBytes(StandardCharsets.UTF_8), method.equals("PATCH") ? MERGE_PATCH : JSON);
    return http.newCall(request.method(method, content).build());
  }

  /**
   * One request that has to succeed.
   *
   * @throws IllegalStateException when the server refuses it
   * @throws UncheckedIOException when there is no answer
   */
  public JsonObject must(String method, String path, @Nullable String body) {
    Answer answer = ask(method, path, body);
    if (!answer.ok()) {
      throw new IllegalStateException(
          method + " " + path + ": " + answer.status() + " " + answer.message());
    }
    return answer.json();
  }

  /**
   * One request; any answer is returned.
   *
   * @throws UncheckedIOException when there is no answer
   */
  public Answer ask(String method, String path, @Nullable String body) {
    try {
      return send(method, path, body);
    } catch (IOException e) {
      throw new UncheckedIOException(method + " " + path, e);
    }
  }

  /** The object at a path, or empty when there is none. */
  public Optional<JsonObject> find(String path) {
    Answer answer = ask("GET", path, null);
    if (answer.status() == 404) {
      return Optional.empty();
    }
    if (!answer.ok()) {
      throw new IllegalStateException(
          "GET " + path + ": " + answer.status() + " " + answer.message());
    }
    return Optional.of(answer.json());
  }

  /** The items of the list at a path; none when the cluster does not know the kind. */
  public List<JsonObject> items(String path) {
    List<JsonObject> items = new ArrayList<>();
    find(path)
        .map(list -> list.get("items"))
        .filter(JsonElement::isJsonArray)
        .map(JsonElement::getAsJsonArray)
        .orElseGet(JsonArray::new)
        .forEach(item -> items.add(item.getAsJsonObject()));
    return items;
  }

  /** Deletes what is at a path; nothing there is fine. */
  public void delete(String path) {
    Answer answer = ask("DELETE", path, "{\"propagationPolicy\":\"Background\"}");
    if (!answer.ok() && answer.status() != 404) {
      throw new IllegalStateException(
          "DELETE " + path + ": " + answer.status() + " " + answer.message());
    }
  }

  /** Ends the connections. */
  @Override
  public void close() {
    http.connectionPool().evictAll();
  }
}
