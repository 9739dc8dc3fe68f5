package io.github.kruiseinstaller.internal.ownership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kruiseinstaller.internal.cluster.ClusterException;
import io.github.kruiseinstaller.internal.cluster.FakeCluster;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.plan.HelmRelease;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class HelmRecordsTest {
  private static final Manifest OBJECT =
      object(
          Map.of("meta.helm.sh/release-name", "kruise", "meta.helm.sh/release-namespace", "tools"));

  private final FakeCluster cluster = new FakeCluster();

  @Test
  void read_findsEveryRevision_andTellsOfTheNewest() {
    cluster.put(record("Secret", 9, "superseded", "kruise"));
    cluster.put(record("Secret", 10, "deployed", "kruise"));
    cluster.put(record("ConfigMap", 1, "superseded", "kruise"));

    HelmRecords records = HelmRecords.read(cluster, List.of(OBJECT));

    assertThat(records.records()).hasSize(3);
    assertThat(records.recorded()).containsExactly("kruise in tools");
    assertThat(records.others()).isEmpty();
    assertThat(records.releases())
        .extracting(HelmRecords.Recorded::release)
        .containsExactly(new HelmRelease("kruise", "tools", 10L, "kruise-1.8.3", "deployed"));
  }

  @Test
  void read_leavesWhatOnlyLooksLikeARecord() {
    Manifest record = record("Secret", 1, "deployed", "kruise");
    cluster.put(record.edit(tree -> tree.put("type", "Opaque")));
    cluster.put(
        Manifest.of(
            Map.of(
                "apiVersion",
                "v1",
                "kind",
                "Secret",
                "type",
                "helm.sh/release.v1",
                "metadata",
                Map.of(
                    "name",
                    "passwords",
                    "namespace",
                    "tools",
                    "labels",
                    Map.of("owner", "helm", "name", "kruise")))));

    assertThat(HelmRecords.read(cluster, List.of(OBJECT)).records()).isEmpty();
  }

  @Test
  void isRecord_asksForNameTypeAndLabels() {
    Manifest record = record("Secret", 1, "deployed", "kruise");

    assertThat(HelmRecords.isRecord(record)).isTrue();
    assertThat(HelmRecords.isRecord(record.edit(tree -> tree.remove("type")))).isFalse();
    assertThat(HelmRecords.isRecord(relabelled(record, "owner", "somebody"))).isFalse();
    assertThat(HelmRecords.isRecord(relabelled(record, "name", "other"))).isFalse();
  }

  @Test
  void read_ofAReleaseOfAnotherChart_orOneThatCannotBeRead_leavesItToOthers() {
    cluster.put(record("Secret", 1, "superseded", "kruise"));
    cluster.put(record("Secret", 2, "deployed", "platform"));
    assertThat(HelmRecords.read(cluster, List.of(OBJECT)).others())
        .containsExactly("kruise in tools");

    cluster.put(record("Secret", 2, "deployed", "kruise").edit(tree -> tree.remove("data")));
    HelmRecords unreadable = HelmRecords.read(cluster, List.of(OBJECT));
    assertThat(unreadable.others()).containsExactly("kruise in tools");
    assertThat(unreadable.records()).isEmpty();
  }

  @Test
  void read_ofObjectsWithoutMarks_asksForNothing() {
    assertThat(HelmRecords.read(cluster, List.of(object(Map.of()))).releases()).isEmpty();
    assertThat(cluster.requests()).isEmpty();
  }

  @Test
  void read_whereSecretsMayNotBeListed_fails_andConfigMapsDoNotMatter() {
    cluster.put(record("Secret", 1, "deployed", "kruise"));
    cluster.onRequest(
        (verb, ref, body, dryRun) -> {
          if (verb.equals("list") && ref.kind().equals("ConfigMap")) {
            throw FakeCluster.refusal(verb, ref, 403, "Forbidden", "no");
          }
          return Optional.empty();
        });
    assertThat(HelmRecords.read(cluster, List.of(OBJECT)).records()).hasSize(1);

    cluster.onRequest(
        (verb, ref, body, dryRun) -> {
          if (verb.equals("list") && ref.kind().equals("Secret")) {
            throw FakeCluster.refusal(verb, ref, 403, "Forbidden", "no");
          }
          return Optional.empty();
        });
    assertThatThrownBy(() -> HelmRecords.read(cluster, List.of(OBJECT)))
        .isInstanceOf(ClusterException.class);
  }

  @Test
  void asKept_isFoundAgainByALaterRun() {
    cluster.put(record("Secret", 1, "deployed", "kruise"));
    String kept = HelmRecords.read(cluster, List.of(OBJECT)).asKept();
    Manifest remembering = object(Map.of("kruise-installer.github.io/helm-records", kept));

    assertThat(kept).isEqualTo("tools/kruise");
    assertThat(HelmRecords.areKept(remembering)).isTrue();
    assertThat(HelmRecords.areKept(OBJECT)).isFalse();
    assertThat(HelmRecords.read(cluster, List.of(remembering)).records()).hasSize(1);
  }

  @Test
  void asKept_ofReleasesWithoutRecords_isNothing_unlessTheyCouldNotBeSeen() {
    assertThat(HelmRecords.read(cluster, List.of(OBJECT)).asKept()).isEmpty();
    assertThat(HelmRecords.unread(List.of(OBJECT)).asKept()).isEqualTo("tools/kruise");
  }

  private static Manifest object(Map<String, String> annotations) {
    return Manifest.of(
        Map.of(
            "apiVersion",
            "apps/v1",
            "kind",
            "Deployment",
            "metadata",
            Map.of("name", "x", "namespace", "y", "annotations", annotations)));
  }

  private static Manifest relabelled(Manifest record, String label, String value) {
    Map<String, String> labels = new HashMap<>(record.labels());
    labels.put(label, value);
    return record.edit(tree -> Trees.child(tree, "metadata").put("labels", labels));
  }

  private static Manifest record(String kind, int revision, String status, String chart) {
    String data =
        zipped("{\"chart\":{\"metadata\":{\"name\":\"" + chart + "\",\"version\":\"1.8.3\"}}}");
    boolean secret = kind.equals("Secret");
    Map<String, Object> tree = new HashMap<>();
    tree.put("apiVersion", "v1");
    tree.put("kind", kind);
    if (secret) {
      tree.put("type", "helm.sh/release.v1");
    }
    tree.put(
        "metadata",
        Map.of(
            "name",
            "sh.helm.release.v1.kruise.v" + revision,
            "namespace",
            "tools",
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
    tree.put(
        "data",
        Map.of(
            "release",
            secret
                ? Base64.getEncoder().encodeToString(data.getBytes(StandardCharsets.UTF_8))
                : data));
    return Manifest.of(tree);
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
}
