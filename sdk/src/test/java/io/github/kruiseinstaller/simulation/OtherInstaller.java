package io.github.kruiseinstaller.simulation;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.release.ReleaseRequest;
import io.github.kruiseinstaller.release.ReleaseSource;
import io.github.kruiseinstaller.testkit.ApiRefusal;
import io.github.kruiseinstaller.testkit.ClusterUser;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** Installs as Helm and kubectl do, as far as the cluster can tell, and without a bystander. */
enum OtherInstaller {
  /** Helm 4: server-side apply. */
  HELM("helm", true, true),
  /** Helm 3: creates. */
  HELM_3("helm", false, true),
  /** {@code kubectl apply --server-side}. */
  KUBECTL_SERVER_SIDE("kubectl", true, false),
  /** {@code kubectl apply}: creates, with a copy of each object in an annotation. */
  KUBECTL("kubectl-client-side-apply", false, false),
  /** A program of somebody's that creates objects. */
  PROGRAM("okhttp", false, false);

  static final String NAMESPACE = "kruise-system";
  static final String RECORD = "sh.helm.release.v1.kruise.v";

  private static final String MASTERS = "system:masters";
  private static final Gson JSON = new GsonBuilder().serializeNulls().create();

  private final String manager;
  private final boolean applies;
  private final boolean helm;

  OtherInstaller(String manager, boolean applies, boolean helm) {
    this.manager = manager;
    this.applies = applies;
    this.helm = helm;
  }

  boolean isHelm() {
    return helm;
  }

  /** Installs, and waits until it works. */
  void install(SimulatedCluster cluster, ReleaseSource release) {
    write(cluster, manifests(release));
    Eventually.until("the manager is ready, and answers", () -> works(cluster));
  }

  /**
   * Installs into a namespace of somebody's own making, whose label is missing, and waits until
   * every Pod is refused.
   */
  void installDead(SimulatedCluster cluster, ReleaseSource release) {
    cluster.objects().apply("{apiVersion: v1, kind: Namespace, metadata: {name: kruise-system}}");
    List<Manifest> manifests =
        manifests(release).stream()
            .filter(each -> !each.isKind("Namespace") || !each.name().equals(NAMESPACE))
            .toList();
    write(cluster, manifests.stream().filter(each -> !isWorkload(each)).toList());
    write(cluster, manifests.stream().filter(OtherInstaller::isWorkload).toList());
    Eventually.until("all Pods are refused", () -> isRefused(cluster));
  }

  /** Only the definitions are there, as an installation that is gone has left them. */
  void installDefinitions(SimulatedCluster cluster, ReleaseSource release) {
    Client client = new Client(cluster, cluster.user("earlier", MASTERS));
    manifests(release).stream()
        .filter(each -> each.isKind("CustomResourceDefinition"))
        .forEach(each -> write(client, marked(each)));
  }

  private static List<Manifest> manifests(ReleaseSource release) {
    return release.load(new ReleaseRequest(null, "1.34.0")).manifests();
  }

  private void write(SimulatedCluster cluster, List<Manifest> manifests) {
    ClusterUser user = cluster.user(name().toLowerCase(Locale.ROOT), MASTERS);
    Client client = new Client(cluster, user);
    for (Manifest manifest : manifests) {
      if (isWorkload(manifest)) {
        // A manager leaves out for good what depends on kinds that are not served when it starts.
        Eventually.until(
            "all kinds are served",
            () -> manifests.stream().allMatch(each -> isServed(client, each)));
      }
      write(client, marked(manifest));
    }
    if (helm) {
      record(cluster, "Secret", 1, "superseded", "kruise");
      record(cluster, "Secret", 2, "deployed", "kruise");
    }
  }

  private void write(Client client, Manifest manifest) {
    String collection = collection(manifest);
    String query = "?fieldManager=" + manager;
    if (applies) {
      client.send(
          "PATCH",
          collection + "/" + manifest.name() + query + "&force=true",
          "application/apply-patch+yaml",
          manifest.toJson());
    } else {
      client.send("POST", collection + query, "application/json", manifest.toJson());
    }
  }

  private Manifest marked(Manifest manifest) {
    return manifest.edit(
        tree -> {
          Map<String, Object> metadata = Scenes.child(nonNull(tree), "metadata");
          if (helm) {
            Scenes.child(metadata, "labels").put("app.kubernetes.io/managed-by", "Helm");
            Scenes.child(metadata, "annotations").put("meta.helm.sh/release-name", "kruise");
            Scenes.child(metadata, "annotations").put("meta.helm.sh/release-namespace", "default");
          } else if (this == KUBECTL) {
            Scenes.child(metadata, "annotations")
                .put(
                    "kubectl.kubernetes.io/last-applied-configuration",
                    JSON.toJson(manifest.tree()));
          }
        });
  }

  @SuppressWarnings("unchecked") // a manifest's tree has no null where this looks
  private static Map<String, Object> nonNull(Map<String, ?> tree) {
    return (Map<String, Object>) tree;
  }

  /** One of Helm's records of the release kruise in default. */
  static void record(
      SimulatedCluster cluster, String kind, int revision, String status, String chart) {
    String release =
        "{\"name\":\"kruise\",\"chart\":{\"metadata\":{\"name\":\""
            + chart
            + "\",\"version\":\"1.8.3\"}}}";
    String data = zipped(release);
    Map<String, Object> record = new HashMap<>();
    record.put("apiVersion", "v1");
    record.put("kind", kind);
    if (kind.equals("Secret")) {
      record.put("type", "helm.sh/release.v1");
      data = Base64.getEncoder().encodeToString(data.getBytes(StandardCharsets.UTF_8));
    }
    record.put(
        "metadata",
        Map.of(
            "name",
            RECORD + revision,
            "namespace",
            "default",
            "labels",
            Map.of(
                "owner",
                "helm",
                "name",
                "kruise",
                "status",
                status,
                "version",
                Integer.toString(revision))));
    record.put("data", Map.of("release", data));
    cluster.objects().apply(JSON.toJson(record));
  }

  private static String zipped(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream packed = new GZIPOutputStream(bytes)) {
      packed.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  static boolean works(SimulatedCluster cluster) {
    try {
      return cluster
              .objects()
              .get("apps/v1", "Deployment", NAMESPACE, "kruise-controller-manager")
              .filter(manager -> manager.toString().contains("availableReplicas=2"))
              .isPresent()
          && cluster.bystander("elsewhere").refusals().isEmpty();
    } catch (ApiRefusal e) {
      return false;
    }
  }

  private static boolean isRefused(SimulatedCluster cluster) {
    String daemons = cluster.objects().list("apps/v1", "DaemonSet", NAMESPACE).toString();
    String managers = cluster.objects().list("apps/v1", "ReplicaSet", NAMESPACE).toString();
    return daemons.contains("desiredNumberScheduled=1") && managers.contains("ReplicaFailure");
  }

  /** Whether objects of a definition can be listed; of anything else it is always true. */
  private static boolean isServed(Client client, Manifest manifest) {
    if (!manifest.isKind("CustomResourceDefinition")) {
      return true;
    }
    return client.has(
        "/apis/"
            + manifest.text("spec", "group")
            + "/"
            + manifest.maps("spec", "versions").get(0).get("name")
            + "/"
            + manifest.text("spec", "names", "plural"));
  }

  private static boolean isWorkload(Manifest manifest) {
    return manifest.isKind("Deployment") || manifest.isKind("DaemonSet");
  }

  private static String collection(Manifest manifest) {
    String version = manifest.apiVersion();
    String kind = manifest.kind().toLowerCase(Locale.ROOT);
    String plural = kind.endsWith("s") ? kind + "es" : kind + "s";
    String namespace = manifest.namespace();
    return (version.contains("/") ? "/apis/" : "/api/")
        + version
        + (namespace == null ? "/" : "/namespaces/" + namespace + "/")
        + plural;
  }

  /** Requests as somebody. */
  private static final class Client {
    private final HttpClient http = HttpClient.newHttpClient();
    private final SimulatedCluster cluster;
    private final ClusterUser user;

    Client(SimulatedCluster cluster, ClusterUser user) {
      this.cluster = cluster;
      this.user = user;
    }

    void send(String verb, String path, String type, String body) {
      HttpResponse<String> answer =
          answer(
              request(path)
                  .header("Content-Type", type)
                  .method(verb, HttpRequest.BodyPublishers.ofString(body)));
      if (answer.statusCode() >= 300) {
        throw new AssertionError(verb + " " + path + ": " + answer.body());
      }
    }

    boolean has(String path) {
      return answer(request(path)).statusCode() == 200;
    }

    private HttpRequest.Builder request(String path) {
      return HttpRequest.newBuilder(URI.create(cluster.plainServer() + path))
          .header("Authorization", "Bearer " + user.token());
    }

    private HttpResponse<String> answer(HttpRequest.Builder request) {
      try {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }
}
