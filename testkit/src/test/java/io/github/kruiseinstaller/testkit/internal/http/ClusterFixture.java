package io.github.kruiseinstaller.testkit.internal.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.admission.Admission;
import io.github.kruiseinstaller.testkit.internal.auth.Authorizer;
import io.github.kruiseinstaller.testkit.internal.auth.Caller;
import io.github.kruiseinstaller.testkit.internal.auth.DefaultRoles;
import io.github.kruiseinstaller.testkit.internal.auth.RbacAuthorizer;
import io.github.kruiseinstaller.testkit.internal.controller.PodLogs;
import io.github.kruiseinstaller.testkit.internal.kind.KindRegistry;
import io.github.kruiseinstaller.testkit.internal.kind.ObjectDecoder;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.network.Network;
import io.github.kruiseinstaller.testkit.internal.rest.KindRules;
import io.github.kruiseinstaller.testkit.internal.rest.ResourceService;
import io.github.kruiseinstaller.testkit.internal.rest.Resources;
import io.github.kruiseinstaller.testkit.internal.rest.Wiring;
import io.github.kruiseinstaller.testkit.internal.store.ObjectStore;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.tls.Certificates;
import okhttp3.tls.HandshakeCertificates;
import org.jspecify.annotations.Nullable;

/** An API server over the real store, without controllers and admission, and a client of it. */
final class ClusterFixture implements AutoCloseable {
  static final Instant NOW = Instant.parse("2025-03-01T12:00:00Z");
  static final String AGENT = "kubectl/v1.33.0 (linux/amd64)";

  final KindRegistry kinds = new KindRegistry();
  final ObjectStore store = new ObjectStore(1000);
  final EffectMeter effects = new EffectMeter();
  final Map<String, PodLogs.Log> logs = new ConcurrentHashMap<>();
  final KnownNetwork network = new KnownNetwork();
  final Resources resources;
  final ApiServer server;
  final OkHttpClient client;
  volatile Instant now = NOW;

  ClusterFixture() {
    this(null);
  }

  ClusterFixture(@Nullable Authorizer authorizer) {
    resources =
        new ResourceService(
            new Wiring(
                store,
                kinds,
                new KindRules(kinds),
                new OpenAdmission(),
                (definition, version, objects) -> objects,
                () -> now,
                effects));
    ApiServer.Parts parts =
        new ApiServer.Parts(
            "fixture",
            new ClusterAuthority(),
            kinds,
            resources,
            new ObjectDecoder(kinds),
            effects,
            (path, accept) ->
                path.equals("/version")
                    ? Optional.of(
                        new DiscoveryDocuments.Document(
                            "application/json",
                            "{\"major\":\"1\"}".getBytes(StandardCharsets.UTF_8)))
                    : Optional.empty(),
            new KnownLogs(),
            network,
            () -> now);
    Authorizer chosen =
        authorizer == null ? new RbacAuthorizer(new StoredRbac(kinds, resources)) : authorizer;
    server = new ApiServer(parts, chosen);
    server.start();
    client = client(server.caPem());
    namespace("default");
  }

  static OkHttpClient client(String caPem) {
    HandshakeCertificates trust =
        new HandshakeCertificates.Builder()
            .addTrustedCertificate(Certificates.decodeCertificatePem(caPem))
            .build();
    return new OkHttpClient.Builder()
        .sslSocketFactory(trust.sslSocketFactory(), trust.trustManager())
        .retryOnConnectionFailure(false)
        .build();
  }

  /** The roles that every cluster has. */
  void seedRoles() {
    DefaultRoles.clusterRoles()
        .forEach(role -> create("rbac.authorization.k8s.io", "clusterroles", "", role));
    DefaultRoles.clusterRoleBindings()
        .forEach(
            binding -> create("rbac.authorization.k8s.io", "clusterrolebindings", "", binding));
  }

  void namespace(String name) {
    create("", "namespaces", "", json("{'metadata':{'name':'" + name + "'}}"));
  }

  Resource kind(String group, String plural) {
    return kinds.resource(group, "v1", plural).orElseThrow();
  }

  ObjectNode create(String group, String plural, String namespace, ObjectNode object) {
    Resource kind = kind(group, plural);
    object.put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
    return resources.create(
        Caller.system("test"),
        kind,
        namespace,
        object,
        new Resources.Write(false, "", "Ignore", false, new ArrayList<>()));
  }

  /** Single quotes are double ones. */
  static ObjectNode json(String text) {
    return (ObjectNode) Json.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  /** A request of the administrator; its body, if any, is JSON. */
  Reply send(String method, String path, String body, String... headers) throws IOException {
    return sendAs(server.adminToken(), method, path, body, headers);
  }

  Reply get(String path, String... headers) throws IOException {
    return send("GET", path, "", headers);
  }

  /** A request with a token; headers as name, value, name, value. */
  Reply sendAs(String token, String method, String path, String body, String... headers)
      throws IOException {
    try (Response response =
        client.newCall(request(token, method, path, body, headers)).execute()) {
      return new Reply(response.code(), response.body().string(), response.headers().toMultimap());
    }
  }

  Request request(String token, String method, String path, String body, String... headers) {
    Request.Builder request =
        new Request.Builder().url(server.url() + path).header("User-Agent", AGENT);
    String type = "application/json";
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    for (int i = 0; i < headers.length; i += 2) {
      if (headers[i].equals("Content-Type")) {
        type = headers[i + 1];
      } else {
        if (headers[i].equals("User-Agent")) {
          request.removeHeader("User-Agent");
        }
        request.addHeader(headers[i], headers[i + 1]);
      }
    }
    boolean withBody = List.of("POST", "PUT", "PATCH").contains(method) || !body.isEmpty();
    return request
        .method(
            method,
            withBody
                ? RequestBody.create(
                    body.replace('\'', '"').getBytes(StandardCharsets.UTF_8), MediaType.parse(type))
                : null)
        .build();
  }

  /**
   * An answer.
   *
   * @param status of HTTP
   * @param body as text
   * @param headers by name in lower case
   */
  record Reply(int status, String body, Map<String, List<String>> headers) {
    JsonNode json() {
      return Json.parse(body.getBytes(StandardCharsets.UTF_8));
    }

    String message() {
      return json().path("message").asText();
    }

    String reason() {
      return json().path("reason").asText();
    }

    String header(String name) {
      return String.join(
          "|", headers.getOrDefault(name.toLowerCase(java.util.Locale.ROOT), List.of()));
    }
  }

  @Override
  public void close() {
    server.close();
    store.close();
    client.connectionPool().evictAll();
    client.dispatcher().executorService().shutdown();
  }

  private final class KnownLogs implements PodLogs {
    @Override
    public Optional<Log> current(String namespace, String pod, String container) {
      return Optional.ofNullable(logs.get(pod + "/" + container));
    }

    @Override
    public Optional<Log> previous(String namespace, String pod, String container) {
      return Optional.ofNullable(logs.get(pod + "/" + container + "/previous"));
    }
  }

  /** Pods' ports that lead to ports of the test. */
  static final class KnownNetwork implements Network {
    final Map<String, Integer> ports = new ConcurrentHashMap<>();
    final Map<String, Trouble> troubles = new ConcurrentHashMap<>();

    @Override
    public void listen(String podAddress, int port, int loopbackPort) {
      ports.put(podAddress + ":" + port, loopbackPort);
    }

    @Override
    public void close(String podAddress, int port) {
      ports.remove(podAddress + ":" + port);
    }

    @Override
    public void closeAll(String podAddress) {
      ports.keySet().removeIf(key -> key.startsWith(podAddress + ":"));
    }

    @Override
    public Optional<Integer> loopbackPort(String podAddress, int port) {
      return Optional.ofNullable(ports.get(podAddress + ":" + port));
    }

    @Override
    public Trouble trouble(String podAddress) {
      return troubles.getOrDefault(podAddress, Trouble.NONE);
    }

    @Override
    public void obstruct(String namespace, Trouble trouble) {
      throw new UnsupportedOperationException();
    }
  }

  private static final class OpenAdmission implements Admission {
    @Override
    public @Nullable ObjectNode mutate(Admission.Request request) {
      return request.object();
    }

    @Override
    public void validate(Admission.Request request) {}
  }
}
