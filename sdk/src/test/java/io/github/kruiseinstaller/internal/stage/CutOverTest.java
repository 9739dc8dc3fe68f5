package io.github.kruiseinstaller.internal.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.cluster.FakeCluster;
import io.github.kruiseinstaller.internal.inventory.InventoryPlan;
import io.github.kruiseinstaller.internal.ownership.Adoptions;
import io.github.kruiseinstaller.internal.planner.PreparedPlan;
import io.github.kruiseinstaller.internal.retry.RunControl;
import io.github.kruiseinstaller.internal.retry.TestControl;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.plan.InstallPlan;
import io.github.kruiseinstaller.release.Release;
import io.github.kruiseinstaller.release.ReleaseRequest;
import io.github.kruiseinstaller.release.ReleaseSource;
import io.github.kruiseinstaller.testkit.SmallRelease;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CutOverTest {
  private static final String HASH = "pod-template-hash";
  private static final Release RELEASE =
      ReleaseSource.manifests(SmallRelease.yaml(), "small").load(new ReleaseRequest(null, null));
  private static final Manifest SERVICE = RELEASE.webhookService();
  private static final Manifest OLD =
      of("apps/v1", "ReplicaSet", "old", Map.of(HASH, "old"), Map.of());

  private final FakeCluster cluster = new FakeCluster();

  @Test
  void narrow_whenNoPodIsReady_leavesTheServiceAlone() {
    there();
    pod("old-1", false);

    assertThat(refusal().failure().code()).isEqualTo(FailureCode.MANAGER_NOT_READY);
    assertThat(cluster.writes()).isEmpty();
  }

  @Test
  void narrow_whenNoPodIsReadyAnyMore_widensAtOnce() {
    there();
    pod("old-1", true);
    cluster.time().after(Duration.ofSeconds(1), () -> pod("old-1", false));

    assertThat(refusal().failure().code()).isEqualTo(FailureCode.MANAGER_NOT_READY);
    assertThat(cluster.writes())
        .extracting(write -> write.body().map("spec", "selector").get(HASH))
        .containsExactly("old", null);
    assertThat(Duration.ofNanos(cluster.time().nanos())).isLessThan(Duration.ofSeconds(2));
  }

  @Test
  void narrow_whenAPodIsReplacedMeanwhile_waitsForTheNewOne() {
    there();
    pod("old-1", true);
    cluster
        .time()
        .after(
            Duration.ofSeconds(1),
            () -> {
              pod("old-2", true);
              slice("old-2");
            });

    cutOver().narrow(OLD);

    assertThat(cluster.peek(SERVICE.ref()).orElseThrow().map("spec", "selector"))
        .containsEntry(HASH, "old");
  }

  private void there() {
    cluster.put(FakeCluster.namespaceManifest(SERVICE.ref().namespace()));
    cluster.put(SERVICE);
    cluster.put(OLD);
    slice("young-1");
  }

  private void pod(String name, boolean ready) {
    cluster.put(
        of(
            "v1",
            "Pod",
            name,
            Map.of(HASH, "old"),
            Map.of(
                "status",
                Map.of(
                    "conditions",
                    List.of(Map.of("type", "Ready", "status", ready ? "True" : "False"))))));
  }

  private void slice(String pod) {
    cluster.put(
        of(
            "discovery.k8s.io/v1",
            "EndpointSlice",
            "webhooks",
            Map.of("kubernetes.io/service-name", SERVICE.name()),
            Map.of(
                "endpoints",
                List.of(
                    Map.of(
                        "conditions", Map.of("ready", true),
                        "targetRef", Map.of("kind", "Pod", "name", pod))))));
  }

  private InstallException refusal() {
    InstallException refusal =
        catchThrowableOfType(InstallException.class, () -> cutOver().narrow(OLD));
    assertThat(refusal).isNotNull();
    return refusal;
  }

  private CutOver cutOver() {
    InstallPlan plan =
        new InstallPlan(
            "1.8.3", RELEASE.namespace(), "", "", "", List.of(), List.of(), List.of(), "", null);
    RunControl control = TestControl.within(Duration.ofMinutes(5), cluster.time());
    return new CutOver(
        cluster,
        control,
        new PreparedPlan(
            plan,
            RELEASE,
            Map.of(SERVICE.ref(), SERVICE),
            Map.of(),
            Adoptions.NONE,
            InventoryPlan.none(),
            List.of()));
  }

  private static Manifest of(
      String apiVersion, String kind, String name, Map<String, ?> labels, Map<String, ?> more) {
    Map<String, Object> metadata =
        Map.of("name", name, "namespace", RELEASE.namespace(), "labels", labels);
    return Manifest.of(Map.of("apiVersion", apiVersion, "kind", kind, "metadata", metadata))
        .edit(root -> root.putAll(more));
  }
}
