package io.github.kruiseinstaller.e2e.contract;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;

/**
 * A webhook that the API server can call at {@code https://host:port/WHAT}, where WHAT says how it
 * answers.
 */
final class ReviewServer implements AutoCloseable {
  private static final List<String> ECHOED =
      List.of(
          "kind",
          "resource",
          "requestKind",
          "subResource",
          "name",
          "namespace",
          "operation",
          "dryRun",
          "options");

  private final HttpsServer server;
  private final String host;
  private final HeldCertificate authority;
  private final ExecutorService threads = Executors.newCachedThreadPool(ReviewServer::thread);
  private final CountDownLatch closed = new CountDownLatch(1);

  private ReviewServer(HttpsServer server, String host, HeldCertificate authority) {
    this.server = server;
    this.host = host;
    this.authority = authority;
  }

  /** Starts one that is reached at an address of this machine. */
  static ReviewServer start(String host) {
    HeldCertificate authority =
        new HeldCertificate.Builder().commonName("contract-ca").certificateAuthority(0).build();
    HeldCertificate own =
        new HeldCertificate.Builder()
            .commonName("contract")
            .addSubjectAlternativeName(host)
            .signedBy(authority)
            .build();
    try {
      HttpsServer server = HttpsServer.create(new InetSocketAddress(host, 0), 0);
      server.setHttpsConfigurator(
          new HttpsConfigurator(
              new HandshakeCertificates.Builder().heldCertificate(own).build().sslContext()));
      ReviewServer started = new ReviewServer(server, host, authority);
      server.setExecutor(started.threads);
      server.createContext("/", started::answer);
      server.start();
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException("no webhook server on " + host, e);
    }
  }

  /** A CA bundle that no server of this run has its certificate from. */
  static String foreignCaBundle() {
    return bundle(
        new HeldCertificate.Builder().commonName("foreign-ca").certificateAuthority(0).build());
  }

  /** Host and port. */
  String address() {
    return host + ":" + server.getAddress().getPort();
  }

  /** The CA bundle by which this server is trusted. */
  String caBundle() {
    return bundle(authority);
  }

  private static String bundle(HeldCertificate certificate) {
    return Base64.getEncoder()
        .encodeToString(certificate.certificatePem().getBytes(StandardCharsets.UTF_8));
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "contract-webhook");
    thread.setDaemon(true);
    return thread;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String what = exchange.getRequestURI().getPath().substring(1);
      switch (what) {
        case "missing" -> send(exchange, 404, "text/plain", "404 page not found\n");
        case "error" -> send(exchange, 500, "text/plain", "it hurts");
        case "unavailable" -> send(exchange, 503, "text/plain", "not now");
        case "empty" -> exchange.sendResponseHeaders(200, -1);
        case "garbage" -> send(exchange, 200, "text/plain", "hello");
        case "hang" -> hang();
        default ->
            review(
                exchange,
                what,
                JsonParser.parseString(new String(body, StandardCharsets.UTF_8)).getAsJsonObject());
      }
    }
  }

  private void review(HttpExchange exchange, String what, JsonObject review) throws IOException {
    JsonObject request = review.getAsJsonObject("request");
    JsonObject response = new JsonObject();
    response.add("uid", request.get("uid"));
    response.addProperty("allowed", !what.startsWith("deny"));
    switch (what) {
      case "deny" -> response.add("status", parsed("{\"message\":\"not today\"}"));
      case "deny-code" ->
          response.add(
              "status",
              parsed("{\"code\":422,\"reason\":\"Invalid\",\"message\":\"mind the gap\"}"));
      case "deny-reason" -> response.add("status", parsed("{\"reason\":\"NotAcceptable\"}"));
      case "deny-echo" -> {
        JsonObject status = new JsonObject();
        status.addProperty("message", echo(request));
        response.add("status", status);
      }
      case "warn" -> response.add("warnings", JsonParser.parseString("[\"mind the step\"]"));
      case "other-uid" -> response.addProperty("uid", "another");
      case "patch" ->
          patch(
              response,
              "[{\"op\":\"add\",\"path\":\"/metadata/annotations\",\"value\":{\"patched\":\"yes\"}}]");
      case "patch-unknown" ->
          patch(
              response,
              "[{\"op\":\"add\",\"path\":\"/spec/noSuchField\",\"value\":1},"
                  + "{\"op\":\"add\",\"path\":\"/spec/hostname\",\"value\":\"patched\"}]");
      case "patch-type" ->
          patch(
              response,
              "[{\"op\":\"replace\",\"path\":\"/spec/terminationGracePeriodSeconds\","
                  + "\"value\":\"30\"}]");
      case "patch-container" ->
          patch(
              response,
              "[{\"op\":\"add\",\"path\":\"/spec/containers/-\","
                  + "\"value\":{\"name\":\"side\",\"image\":\"side:1\"}}]");
      case "patch-default" ->
          patch(
              response,
              "[{\"op\":\"test\",\"path\":\"/spec/containers/1/terminationMessagePolicy\","
                  + "\"value\":\"File\"},"
                  + "{\"op\":\"replace\",\"path\":\"/spec/containers/1/terminationMessagePolicy\","
                  + "\"value\":\"FallbackToLogsOnError\"}]");
      case "bad-patch" -> patch(response, "[{\"op\":\"remove\",\"path\":\"/spec/nothing\"}]");
      default -> {}
    }
    JsonObject answer = new JsonObject();
    answer.add("apiVersion", review.get("apiVersion"));
    answer.add("kind", review.get("kind"));
    answer.add("response", response);
    send(exchange, 200, "application/json", answer.toString());
  }

  private static void patch(JsonObject response, String patch) {
    response.addProperty("patchType", "JSONPatch");
    response.addProperty(
        "patch", Base64.getEncoder().encodeToString(patch.getBytes(StandardCharsets.UTF_8)));
  }

  /** What the API server has told. */
  private static String echo(JsonObject request) {
    StringBuilder text = new StringBuilder();
    for (String field : ECHOED) {
      JsonElement value = request.get(field);
      text.append(field).append('=').append(value).append(' ');
    }
    text.append("object=").append(Pointers.text(request, "/object/metadata/name"));
    text.append(" oldObject=").append(Pointers.text(request, "/oldObject/metadata/name"));
    return text.toString();
  }

  private static JsonElement parsed(String json) {
    return JsonParser.parseString(json);
  }

  private void hang() {
    try {
      closed.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void send(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
