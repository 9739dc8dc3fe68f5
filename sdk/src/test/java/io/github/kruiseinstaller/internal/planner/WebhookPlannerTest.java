package io.github.kruiseinstaller.internal.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.internal.planner.WebhookPlanner.Disarm;
import io.github.kruiseinstaller.internal.tree.Json;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WebhookPlannerTest {
  private static final String CA = "Q0E=";
  private static final WebhookService DEAD = WebhookService.dead("no ready endpoint");

  private final Release release =
      ReleaseSource.manifests(SmallRelease.yaml(), "small release")
          .load(new ReleaseRequest(null, "1.34.0"));
  private final List<Manifest> configurations = release.webhookConfigurations();
  private final Manifest mutating = configurations.get(0);
  private final Map<ObjectRef, Manifest> live = new HashMap<>();
  private WebhookService serving = WebhookService.ANSWERING;

  @Test
  void park_whenAbsent_isPlanned() {
    assertThat(park()).hasSize(2).allMatch(change -> change.action() == ChangeAction.PARK);
  }

  @Test
  void park_whenParkedOrArmed_isNotPlanned() {
    live(mutating.edit(tree -> emptied(tree, "[]")));
    live(WebhookConfigurations.armedForCreate(configurations.get(1), CA));

    assertThat(park()).isEmpty();
  }

  @Test
  void park_whenAServingManagerWouldArmIt_isPlannedAndArmedAfterTheProof() {
    configurations.forEach(this::emptiedButRemembered);

    assertThat(park())
        .hasSize(2)
        .allSatisfy(
            change -> {
              assertThat(change.action()).isEqualTo(ChangeAction.PARK);
              assertThat(change.fields())
                  .extracting(FieldDiff::path)
                  .containsExactly("metadata.annotations.template");
            });
    assertThat(planner().disarm(false, "").changes()).isEmpty();
    assertThat(planner().arm(planner().disarm(false, "")))
        .allMatch(change -> change.action() == ChangeAction.ARM);
  }

  @Test
  void park_whenTheTemplateIsNoJson_isPlanned() {
    live(mutating.edit(tree -> emptied(tree, "{no")));

    assertThat(park().get(0).fields())
        .containsExactly(new FieldDiff("metadata.annotations.template", "\"(not JSON)\"", "[]"));
  }

  @Test
  void disarm_whenNobodyAnswersAndTheManagerWouldArmIt_isPlannedInsteadOfParking() {
    configurations.forEach(this::emptiedButRemembered);
    serving = DEAD;

    Disarm disarm = planner().disarm(false, "");

    assertThat(disarm.changes())
        .hasSize(2)
        .allMatch(change -> change.action() == ChangeAction.DISARM);
    assertThat(disarm.why()).contains("not armed").contains("template").doesNotContain("refused");
    assertThat(planner().park(disarm)).isEmpty();
  }

  @Test
  void disarm_whenTheManagerChangesAndWouldArmIt_isPlanned() {
    emptiedButRemembered(mutating);

    assertThat(planner().disarm(true, "").changes()).hasSize(1);
  }

  @Test
  void disarm_whenParked_isNotPlanned() {
    live(mutating.edit(tree -> emptied(tree, "[]")));
    serving = DEAD;

    assertThat(planner().disarm(true, "").changes()).isEmpty();
  }

  @Test
  void arm_whenArmedAsTheReleaseWants_isUnchanged() {
    configurations.forEach(each -> live(WebhookConfigurations.armedForCreate(each, CA)));

    assertThat(planner().arm(planner().disarm(false, "")))
        .allMatch(change -> change.action() == ChangeAction.UNCHANGED);
  }

  @Test
  void arm_whenNobodyElseBringsTheCa_isPlannedForAnotherOne() {
    configurations.forEach(each -> live(WebhookConfigurations.armedForCreate(each, CA)));

    List<PlannedChange> stale = armTrusting("T1RIRVI=");

    assertThat(stale).hasSize(2).allMatch(change -> change.action() == ChangeAction.ARM);
    assertThat(stale.get(0).fields())
        .extracting(FieldDiff::path)
        .containsExactly("webhooks.clientConfig.caBundle");
    assertThat(stale.toString()).doesNotContain(CA).doesNotContain("T1RIRVI=");
    assertThat(armTrusting(CA)).allMatch(change -> change.action() == ChangeAction.UNCHANGED);
  }

  @Test
  void disarm_whenArmedWithAnotherCaThanTheExternalCertificates_isPlanned() {
    configurations.forEach(each -> live(WebhookConfigurations.armedForCreate(each, CA)));

    Disarm stale = planner().trusting("T1RIRVI=").disarm(false, "");

    assertThat(stale.changes()).hasSize(2);
    assertThat(stale.why()).contains("another CA", "refused");
    assertThat(planner().trusting(CA).disarm(false, "").changes()).isEmpty();
  }

  private List<PlannedChange> armTrusting(String authority) {
    return planner().trusting(authority).arm(new Disarm(List.of(), ""));
  }

  private List<PlannedChange> park() {
    return planner().park(planner().disarm(false, ""));
  }

  private WebhookPlanner planner() {
    return new WebhookPlanner(release, live, serving);
  }

  private void live(Manifest configuration) {
    live.put(configuration.ref(), configuration);
  }

  /** As kubectl patch leaves it that puts an empty list in, and nothing else. */
  private void emptiedButRemembered(Manifest configuration) {
    String list = Json.compact(configuration.list("webhooks"));
    live(configuration.edit(tree -> emptied(tree, list)));
  }

  private static void emptied(Map<String, @Nullable Object> tree, String template) {
    tree.put("webhooks", List.of());
    Trees.child(Trees.child(tree, "metadata"), "annotations").put("template", template);
  }
}
