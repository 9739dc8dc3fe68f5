package io.github.kruiseinstaller.internal.planner;

import io.github.kruiseinstaller.internal.webhook.WebhookConfigurations;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.ChangeAction;
import io.github.kruiseinstaller.plan.FieldDiff;
import io.github.kruiseinstaller.plan.PlannedChange;
import io.github.kruiseinstaller.plan.PlannedStage;
import io.github.kruiseinstaller.release.Release;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Decides which webhook configurations are disarmed, parked and armed. */
public final class WebhookPlanner {
  private final Release release;
  private final Map<ObjectRef, Manifest> live;
  private final WebhookService serving;

  /**
   * A planner.
   *
   * @param release what is to be armed
   * @param live the live configurations, by name; other objects do not matter
   * @param serving whether those that are armed are answered
   */
  public WebhookPlanner(Release release, Map<ObjectRef, Manifest> live, WebhookService serving) {
    this.release = release;
    this.live = Map.copyOf(live);
    this.serving = serving;
  }

  /**
   * What to disarm, and why.
   *
   * @param transition how the manager is about to change
   */
  Disarm disarm(ManagerTransition transition) {
    return disarm(transition.switchesOff(), transition.why());
  }

  /**
   * What to disarm, and why.
   *
   * @param managerChanges whether the manager, or the way to it, is about to change so that no
   *     request may depend on it
   * @param reason what makes it so, may be empty
   */
  public Disarm disarm(boolean managerChanges, String reason) {
    List<PlannedChange> armed = new ArrayList<>();
    for (Manifest configuration : release.webhookConfigurations()) {
      live(configuration.ref())
          .filter(WebhookConfigurations::isArmed)
          .ifPresent(
              found ->
                  armed.add(
                      new PlannedChange(
                          found.ref(),
                          ChangeAction.DISARM,
                          List.of(
                              new FieldDiff(
                                  "webhooks", found.list("webhooks").size() + " entries", "[]")),
                          List.of())));
    }
    if (!serving.answering()) {
      return new Disarm(
          armed,
          "armed, and nobody answers ("
              + serving.evidence()
              + "): every matching request in the cluster is refused until this is done");
    }
    return managerChanges
        ? new Disarm(
            armed,
            "the manager is about to change, and no request may depend on it meanwhile"
                + (reason.isEmpty() ? "" : ": " + reason))
        : new Disarm(List.of(), "");
  }

  /** Configurations that must come into being, parked, before the manager starts. */
  public List<PlannedChange> park() {
    return release.webhookConfigurations().stream()
        .filter(configuration -> live(configuration.ref()).isEmpty())
        .map(configuration -> PlannedChange.of(configuration.ref(), ChangeAction.PARK))
        .toList();
  }

  /** Configurations that do not carry the release's webhooks, or will be disarmed before. */
  public List<PlannedChange> arm(Disarm disarm) {
    List<PlannedChange> changes = new ArrayList<>();
    for (Manifest configuration : release.webhookConfigurations()) {
      Optional<Manifest> found = live(configuration.ref());
      boolean restored = disarm.includes(configuration.ref());
      List<FieldDiff> drift =
          found
              .filter(WebhookConfigurations::isArmed)
              .map(armed -> WebhookConfigurations.drift(configuration, armed))
              .orElseGet(
                  () ->
                      List.of(
                          new FieldDiff(
                              "webhooks",
                              found.isPresent() ? "[]" : null,
                              configuration.list("webhooks").size() + " entries")));
      if (restored || !drift.isEmpty()) {
        changes.add(new PlannedChange(configuration.ref(), ChangeAction.ARM, drift, List.of()));
      } else {
        changes.add(PlannedChange.of(configuration.ref(), ChangeAction.UNCHANGED));
      }
    }
    return changes;
  }

  /**
   * The stages from the manager's rollout on.
   *
   * @param rolledOut whether the manager is, and nothing about it changes
   */
  public List<PlannedStage> stages(boolean rolledOut, Disarm disarm) {
    List<PlannedChange> arm = arm(disarm);
    boolean arms = arm.stream().anyMatch(change -> change.action().writes());
    List<PlannedStage> stages = new ArrayList<>();
    if (!rolledOut) {
      stages.add(
          new PlannedStage(Stage.ROLLOUT, "a first replica of the manager is Ready", List.of()));
    }
    if (arms) {
      stages.add(
          new PlannedStage(
              Stage.PROVE, "the API server reaches the manager over trusted TLS", List.of()));
    }
    stages.add(
        new PlannedStage(Stage.ARM, "the real webhook lists, in one write per configuration", arm));
    if (arms || !rolledOut) {
      stages.add(
          new PlannedStage(
              Stage.ENFORCE,
              "every replica stays Ready; until then what nobody answers is let through",
              enforce(arm, disarm)));
    }
    stages.add(
        new PlannedStage(Stage.VERIFY, "the armed webhooks answer as they should", List.of()));
    return stages;
  }

  /** The stages from the new replicas' rollout on, beside old ones that serve. */
  List<PlannedStage> stages(SideBySide upgrade) {
    return List.of(
        new PlannedStage(
            Stage.ROLLOUT, "every new replica is Ready; the old ones serve on", List.of()),
        upgrade.cutOver(),
        new PlannedStage(
            Stage.PROVE, "the API server reaches the new replicas over trusted TLS", List.of()),
        upgrade.retire(),
        new PlannedStage(
            Stage.ARM,
            "the release's webhook lists, in one write per configuration",
            arm(new Disarm(List.of(), ""))),
        new PlannedStage(Stage.VERIFY, "the armed webhooks answer as they should", List.of()));
  }

  /** Configurations that are armed on probation first, because nobody depends on them before. */
  private List<PlannedChange> enforce(List<PlannedChange> arm, Disarm disarm) {
    return arm.stream()
        .filter(change -> change.action().writes())
        .map(PlannedChange::object)
        .filter(configuration -> disarm.includes(configuration) || !isEnforced(configuration))
        .map(configuration -> PlannedChange.of(configuration, ChangeAction.ENFORCE))
        .toList();
  }

  private boolean isEnforced(ObjectRef configuration) {
    return live(configuration)
        .filter(WebhookConfigurations::isArmed)
        .filter(found -> !WebhookConfigurations.isOnProbation(found))
        .isPresent();
  }

  private Optional<Manifest> live(ObjectRef configuration) {
    return Optional.ofNullable(live.get(configuration));
  }

  /**
   * What to disarm.
   *
   * @param changes one per armed configuration
   * @param why the reason, for people
   */
  public record Disarm(List<PlannedChange> changes, String why) {
    /** Copies the list. */
    public Disarm {
      changes = List.copyOf(changes);
    }

    /** Whether a configuration is disarmed. */
    public boolean includes(ObjectRef configuration) {
      return changes.stream().anyMatch(change -> change.object().equals(configuration));
    }
  }
}
