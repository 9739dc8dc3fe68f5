package io.github.kruiseinstaller.internal.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.kruiseinstaller.internal.cluster.Cluster.Query;
import io.github.kruiseinstaller.internal.cluster.Cluster.Write;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FakeClusterTest {
  private final FakeCluster cluster = new FakeCluster();

  @Test
  void replace_whenResourceVersionIsStale_isRefused() {
    Manifest first = cluster.create(configMap("a", "1"), Write.PERSIST);
    cluster.replace(first.edit(tree -> tree.put("data", Map.of("k", "2"))), Write.PERSIST);

    ClusterException stale =
        catchThrowableOfType(ClusterException.class, () -> cluster.replace(first, Write.PERSIST));

    assertThat(stale.isStale()).isTrue();
    assertThat(cluster.peek(first.ref()).orElseThrow().number(0, "metadata", "generation"))
        .isEqualTo(2);
  }

  @Test
  void create_whenThereAlready_isRefused() {
    cluster.create(configMap("a", "1"), Write.PERSIST);

    ClusterException refused =
        catchThrowableOfType(
            ClusterException.class, () -> cluster.create(configMap("a", "1"), Write.PERSIST));

    assertThat(refused.isAlreadyExists()).isTrue();
  }

  @Test
  void create_whenTheNamespaceIsAbsent_isNotFound() {
    Manifest manifest =
        configMap("a", "1")
            .edit(tree -> tree.put("metadata", Map.of("name", "a", "namespace", "no")));

    ClusterException refused =
        catchThrowableOfType(ClusterException.class, () -> cluster.create(manifest, Write.PERSIST));

    assertThat(refused.isNotFound()).isTrue();
  }

  @Test
  void apply_whenNothingDiffers_keepsTheResourceVersion() {
    Manifest first = cluster.apply(configMap("a", "1"), Write.PERSIST);
    Manifest second = cluster.apply(configMap("a", "1"), Write.PERSIST);

    assertThat(second).isEqualTo(first);
  }

  @Test
  void apply_whenDryRun_storesNothing() {
    Manifest answer = cluster.apply(configMap("a", "1"), Write.DRY_RUN);

    assertThat(answer.uid()).isNotNull();
    assertThat(cluster.peek(answer.ref())).isEmpty();
    assertThat(cluster.writes()).isEmpty();
    assertThat(cluster.requests()).hasSize(1);
  }

  @Test
  void apply_whenAnotherManagerOwnsAField_needsForce() {
    Manifest manifest = configMap("a", "1");
    cluster.conflict(manifest.ref(), "helm", ".data.k");

    ClusterException refused =
        catchThrowableOfType(ClusterException.class, () -> cluster.apply(manifest, Write.PERSIST));
    cluster.apply(manifest, Write.TAKE_OVER);

    assertThat(refused.isFieldManagerConflict()).isTrue();
    assertThat(refused.answer().causes().get(0).message()).contains("helm");
    assertThat(cluster.apply(manifest, Write.PERSIST).uid()).isNotNull();
  }

  @Test
  void mergePatch_whenNull_removesTheField() {
    ObjectRef ref = cluster.create(configMap("a", "1"), Write.PERSIST).ref();
    java.util.HashMap<String, Object> data = new java.util.HashMap<>();
    data.put("k", null);
    data.put("l", "2");

    Manifest patched = cluster.mergePatch(ref, Map.of("data", data), Write.PERSIST);

    assertThat(patched.map("data")).isEqualTo(Map.of("l", "2"));
  }

  @Test
  void watch_deliversWhatHappensWhileItWaits() throws Exception {
    Query query = Query.all("v1", "ConfigMap", "default");
    String version = cluster.list(query).resourceVersion();
    cluster.time().after(Duration.ofSeconds(3), () -> cluster.put(configMap("later", "1")));

    try (WatchStream watch = cluster.watch(query, version)) {
      Optional<WatchStream.Event> event = watch.next(Duration.ofSeconds(10));
      assertThat(event.orElseThrow().type()).isEqualTo(WatchStream.Type.ADDED);
      assertThat(cluster.time().nanos()).isEqualTo(Duration.ofSeconds(3).toNanos());
      assertThat(watch.next(Duration.ofSeconds(10))).isEmpty();
    }
  }

  @Test
  void list_selectsByLabelsAndFields() {
    cluster.put(FakeCluster.namespaceManifest("x", "a", "1", "b", "2"));
    cluster.put(FakeCluster.namespaceManifest("y", "a", "2"));

    assertThat(names("a=1")).containsExactly("x");
    assertThat(names("a in (1,2),!b")).containsExactly("y");
    assertThat(names("a notin (1, 2)")).containsExactly("default", "kube-system");
    assertThat(names("a!=1,a")).containsExactly("y");
    Query one = Query.one(ObjectRef.cluster("v1", "Namespace", "x"));
    assertThat(cluster.list(one).items()).extracting(Manifest::name).containsExactly("x");
  }

  @Test
  void onRequest_whenTheScriptThrows_isWhatTheCallerGets() {
    cluster.onRequest(
        (verb, ref, body, dryRun) -> {
          if (verb.equals("probe")) {
            throw FakeCluster.refusal(verb, ref, 500, "InternalError", "connection refused");
          }
          return Optional.empty();
        });

    ClusterException refused =
        catchThrowableOfType(
            ClusterException.class,
            () -> cluster.probeCreate(configMap("a", "1"), Duration.ofSeconds(1)));

    assertThat(refused.status()).isEqualTo(500);
    assertThat(cluster.create(configMap("a", "1"), Write.PERSIST).uid()).isNotNull();
  }

  private List<String> names(String selector) {
    return cluster.list(Query.all("v1", "Namespace", null).withLabels(selector)).items().stream()
        .map(Manifest::name)
        .toList();
  }

  private static Manifest configMap(String name, String value) {
    return Manifest.of(
        Map.of(
            "apiVersion",
            "v1",
            "kind",
            "ConfigMap",
            "metadata",
            Map.of("name", name, "namespace", "default"),
            "data",
            Map.of("k", value)));
  }
}
