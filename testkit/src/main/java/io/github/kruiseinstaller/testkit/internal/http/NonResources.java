package io.github.kruiseinstaller.testkit.internal.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Kinds;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Paths that are no resources: discovery, health, metrics. */
final class NonResources {
  private static final Set<String> HEALTH = Set.of("healthz", "livez", "readyz");
  private static final List<String> CHECKS =
      List.of(
          "ping",
          "log",
          "etcd",
          "poststarthook/start-apiserver-admission-initializer",
          "poststarthook/generic-apiserver-start-informers",
          "poststarthook/start-apiextensions-informers",
          "poststarthook/start-apiextensions-controllers",
          "poststarthook/crd-informer-synced",
          "poststarthook/rbac/bootstrap-roles",
          "poststarthook/apiservice-registration-controller",
          "poststarthook/apiservice-discovery-controller",
          "poststarthook/kube-apiserver-autoregistration",
          "autoregister-completion",
          "poststarthook/apiservice-openapi-controller",
          "poststarthook/apiservice-openapiv3-controller");

  private final Kinds kinds;
  private final DiscoveryDocuments documents;

  NonResources(Kinds kinds, DiscoveryDocuments documents) {
    this.kinds = kinds;
    this.documents = documents;
  }

  /** The answer. */
  Answer answer(Call call) {
    String path = call.path().path();
    while (path.length() > 1 && path.endsWith("/")) {
      path = path.substring(0, path.length() - 1);
    }
    boolean routed = isRouted(path);
    if (routed) {
      Accept.checkRoute(call.headers().first("Accept"), false);
    }
    Optional<Answer.Whole> answer = answer(path, call);
    if (answer.isEmpty()) {
      if (routed) {
        throw Statuses.noSuchPath();
      }
      return Answer.pageNotFound();
    }
    if (!call.method().equals("GET") && !call.method().equals("HEAD")) {
      throw Statuses.methodNotAllowed();
    }
    return answer.get();
  }

  /** Whether it belongs to the core group or a built-in one, whatever the version. */
  private boolean isRouted(String path) {
    String[] steps = path.split("/", -1);
    return steps.length > 1
        && (steps[1].equals("api")
            || (steps[1].equals("apis")
                && steps.length > 2
                && kinds.all().stream()
                    .anyMatch(
                        resource -> !resource.custom() && resource.group().equals(steps[2]))));
  }

  private Optional<Answer.Whole> answer(String path, Call call) {
    if (path.equals("/") || path.isEmpty()) {
      return Optional.of(paths());
    }
    String first = path.substring(1).split("/", 2)[0];
    if (HEALTH.contains(first)) {
      return health(path.substring(1), first, call.query());
    }
    if (path.equals("/metrics")) {
      return Optional.of(metrics());
    }
    return documents
        .document(path, call.headers().first("Accept"))
        .map(document -> new Answer.Whole(200, document.contentType(), document.body(), Map.of()));
  }

  private static Optional<Answer.Whole> health(String path, String name, Parameters query) {
    List<String> checks =
        name.equals("readyz")
            ? Stream.concat(
                    CHECKS.stream(), Stream.of("etcd-readiness", "informer-sync", "shutdown"))
                .toList()
            : CHECKS;
    if (!path.equals(name)) {
      return checks.contains(path.substring(name.length() + 1))
          ? Optional.of(Answer.text(200, "ok"))
          : Optional.empty();
    }
    if (!query.has("verbose")) {
      return Optional.of(Answer.text(200, "ok"));
    }
    StringBuilder text = new StringBuilder();
    List<String> excluded = query.all("exclude");
    for (String check : checks) {
      text.append("[+]").append(check);
      text.append(excluded.contains(check) ? " excluded: ok\n" : " ok\n");
    }
    return Optional.of(Answer.text(200, text + name + " check passed\n"));
  }

  private Answer.Whole metrics() {
    return new Answer.Whole(
        200,
        "text/plain; version=0.0.4; charset=utf-8",
        ("# HELP apiserver_served_kinds Kinds that are served.\n"
                + "# TYPE apiserver_served_kinds gauge\n"
                + "apiserver_served_kinds "
                + kinds.all().size()
                + "\n")
            .getBytes(java.nio.charset.StandardCharsets.UTF_8),
        Map.of());
  }

  private Answer.Whole paths() {
    Set<String> paths = new TreeSet<>(List.of("/api", "/api/v1", "/apis", "/apis/"));
    for (Resource resource : kinds.all()) {
      if (!resource.group().isEmpty()) {
        paths.add("/apis/" + resource.group());
        paths.add("/apis/" + resource.apiVersion());
      }
    }
    HEALTH.forEach(name -> paths.add("/" + name));
    paths.addAll(List.of("/metrics", "/openapi/v2", "/openapi/v3", "/version"));
    ObjectNode root = Json.object();
    ArrayNode list = root.putArray("paths");
    paths.forEach(list::add);
    return new Answer.Whole(200, "application/json", Rendering.line(Json.bytes(root)), Map.of());
  }
}
