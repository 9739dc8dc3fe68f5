package io.github.kruiseinstaller.internal.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.internal.planner.ManagerTransition.Way;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.internal.webhook.WebhookConfigurations;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.plan.ChangeAction;
import io.github.kruiseinstaller.plan.FieldDiff;
import io.github.kruiseinstaller.plan.PlannedChange;
import io.github.kruiseinstaller.release.Release;
import io.github.kruiseinstaller.release.ReleaseRequest;
import io.github.kruiseinstaller.release.ReleaseSource;
import io.github.kruiseinstaller.testkit.SmallRelease;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ManagerTransitionTest {
  private static final String IMAGE = "spec.template.spec.containers[0].image";

  private final Release old = release("1.8.0");
  private final Release wanted = release("1.8.3");
  private final ObjectRef manager = wanted.managerDeployment().ref();
  private final ObjectRef service = wanted.webhookService().ref();
  private final ObjectRef secret = wanted.certificateSecretRef();
  private final Map<ObjectRef, Manifest> objects = new HashMap<>();
  private final Map<ObjectRef, PlannedChange> changes = new HashMap<>();
  private String version = "1.8.0";

  @BeforeEach
  void installed() {
    old.manifests().forEach(manifest -> objects.put(manifest.ref(), manifest));
    old.webhookConfigurations()
        .forEach(
            each -> objects.put(each.ref(), WebhookConfigurations.armedForCreate(each, "Q0E=")));
    edit(secret, tree -> Trees.child(tree, "data").put("ca-cert.pem", "Q0E="));
    status(2, 2, 2);
  }

  @Test
  void of_whenNothingChanges_isUntouched() {
    assertThat(way()).isEqualTo(Way.UNTOUCHED);
  }

  @Test
  void of_whenTheTemplateChanges_isSideBySide() {
    changes(manager, IMAGE);

    assertThat(way()).isEqualTo(Way.SIDE_BY_SIDE);
  }

  @Test
  void of_whenOldReplicasAreLeftOfAnInterruptedUpgrade_isSideBySide() {
    changes(manager, "spec.minReadySeconds");
    status(4, 2, 4);

    assertThat(way()).isEqualTo(Way.SIDE_BY_SIDE);
  }

  @Test
  void of_whenNoReplicaEnds_isInPlace() {
    changes(manager, "spec.minReadySeconds");

    assertThat(way()).isEqualTo(Way.IN_PLACE);
  }

  @Test
  void of_whenOnlyTheServiceIsLeftNarrowed_isInPlace() {
    changes(service, "spec.selector.pod-template-hash");

    assertThat(way()).isEqualTo(Way.IN_PLACE);
  }

  @Test
  void of_whenTheServiceChangesItsPort_switchesOff() {
    changes(manager, IMAGE);
    changes(service, "spec.ports[0].targetPort");

    assertThat(switchedOff()).contains("Service");
  }

  @Test
  void of_whenTheManagerIsNotThere_switchesOff() {
    changes(manager, IMAGE);
    objects.remove(manager);

    assertThat(switchedOff()).contains("not there");
  }

  @Test
  void of_whenAConfigurationIsParked_switchesOff() {
    changes(manager, IMAGE);
    Manifest first = old.webhookConfigurations().get(0);
    objects.put(first.ref(), WebhookConfigurations.parkedForCreate(first));

    assertThat(switchedOff()).contains("armed");
  }

  @Test
  void of_whenTheSecretHasNoCaThatTheManagerCopies_switchesOff() {
    changes(manager, IMAGE);
    edit(secret, tree -> tree.put("data", Map.of("ca.crt", "Q0E=")));

    assertThat(switchedOff()).contains("let go of their connections");
  }

  @Test
  void of_whenTheLiveManagerHasMoreReplicas_switchesOff() {
    changes(manager, IMAGE);
    edit(manager, tree -> Trees.child(tree, "spec").put("replicas", 5L));

    assertThat(switchedOff()).contains("fewer replicas");
  }

  @Test
  void of_whenTheLiveManagerIsOnTheHostsNetwork_switchesOff() {
    changes(manager, IMAGE);
    edit(
        manager,
        tree ->
            Trees.child(Trees.child(Trees.child(tree, "spec"), "template"), "spec")
                .put("hostNetwork", true));

    assertThat(switchedOff()).contains("host's network");
  }

  @Test
  void of_whenAnotherUpgradeIsUnderWayAndItsReplicasServe_switchesOff() {
    changes(manager, IMAGE);
    status(4, 2, 4);

    assertThat(switchedOff()).contains("interrupted");
  }

  @Test
  void of_whenAnotherUpgradeHasFailedAndItsReplicasNeverServed_isSideBySide() {
    changes(manager, IMAGE);
    status(4, 2, 2);

    assertThat(way()).isEqualTo(Way.SIDE_BY_SIDE);
  }

  @Test
  void of_whenAnotherUpgradeHasKeptTheServiceToTheOldReplicas_isSideBySide() {
    changes(manager, IMAGE);
    changes(service, "spec.selector.pod-template-hash");
    edit(
        service,
        tree -> Trees.child(Trees.child(tree, "spec"), "selector").put("pod-template-hash", "abc"));
    status(4, 2, 2);

    assertThat(way()).isEqualTo(Way.SIDE_BY_SIDE);
  }

  @Test
  void of_whenAGateBringsWebhooksThatTheLiveManagerLacks_switchesOff() {
    changes(manager, IMAGE);
    gates("PodWebhook=false");

    assertThat(switchedOff()).contains("mpod.kb.io at /mutate-pod").contains("not found");
  }

  @Test
  void of_whenAGateOfTheLiveManagerHasNothingToDoWithWebhooks_isSideBySide() {
    changes(manager, IMAGE);
    gates("KruiseDaemon=false");

    assertThat(way()).isEqualTo(Way.SIDE_BY_SIDE);
  }

  @Test
  void of_whenTheReleaseLacksALiveWebhook_switchesOff() {
    changes(manager, IMAGE);
    edit(
        old.webhookConfigurations().get(1).ref(),
        tree -> {
          List<Map<String, @Nullable Object>> entries =
              new ArrayList<>(Trees.maps(tree, "webhooks"));
          Map<String, @Nullable Object> extra = Trees.mutable(entries.get(0));
          extra.put("name", "vextra.kb.io");
          entries.add(extra);
          tree.put("webhooks", entries);
        });

    assertThat(switchedOff()).contains("vextra.kb.io");
  }

  @Test
  void of_whenAPauseOfOursIsLeftAndTheOldReplicasAreNotCountedYet_isSideBySide() {
    changes(manager, "spec.paused");

    assertThat(way()).isEqualTo(Way.SIDE_BY_SIDE);
  }

  @Test
  void of_whenNothingTellsTheLiveVersion_switchesOff() {
    changes(manager, IMAGE);
    version = Release.UNKNOWN_VERSION;

    assertThat(switchedOff()).contains("neither an image tag nor the inventory");
  }

  @Test
  void of_whenNothingTellsTheLiveVersionOfTheSameImage_isSideBySide() {
    changes(manager, "spec.template.spec.containers[0].resources");
    version = Release.UNKNOWN_VERSION;
    edit(
        manager,
        tree ->
            Trees.maps(tree, "spec", "template", "spec", "containers")
                .forEach(
                    container ->
                        container.put(
                            "image",
                            wanted
                                .managerDeployment()
                                .maps("spec", "template", "spec", "containers")
                                .get(0)
                                .get("image"))));

    assertThat(way()).isEqualTo(Way.SIDE_BY_SIDE);
  }

  private void gates(String flag) {
    edit(
        manager,
        tree ->
            Trees.maps(tree, "spec", "template", "spec", "containers")
                .forEach(container -> container.put("args", List.of("--feature-gates=" + flag))));
  }

  private Way way() {
    return transition().way();
  }

  private String switchedOff() {
    assertThat(way()).isEqualTo(Way.SWITCHED_OFF);
    return transition().why();
  }

  private ManagerTransition transition() {
    return ManagerTransition.of(
        wanted,
        new LiveState(version, List.of(), objects, WebhookService.ANSWERING, changes, List.of()));
  }

  private void changes(ObjectRef object, String path) {
    changes.put(
        object,
        new PlannedChange(
            object, ChangeAction.CHANGE, List.of(new FieldDiff(path, "1", "2")), List.of()));
  }

  private void status(long all, long updated, long ready) {
    edit(
        manager,
        tree ->
            tree.put(
                "status",
                Map.of("replicas", all, "updatedReplicas", updated, "readyReplicas", ready)));
  }

  private void edit(ObjectRef ref, Consumer<Map<String, @Nullable Object>> change) {
    objects.computeIfPresent(ref, (same, live) -> live.edit(change));
  }

  private static Release release(String version) {
    return ReleaseSource.manifests(SmallRelease.yaml(version), version)
        .load(new ReleaseRequest(null, "1.34.0"));
  }
}
