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
import org.jspecify.annotations.Nullable;

/** Decides which webhook configurations are disarmed, parked and armed. */
public final class WebhookPlanner {
  private final Release release;
  private final Map<ObjectRef, Manifest> live;
  private final WebhookService serving;
  private final @Nullable String authority;

  /**
   * A planner.
   *
   * @param release what is to be armed
   * @param live the live configurations, by name; other objects do not matter
   * @param serving whether those that are armed are answered
   */
  public WebhookPlanner(Release release, Map<ObjectRef, Manifest> live, WebhookService serving) {
    this(release, Map.copyOf(live), serving, null);
  }

  private WebhookPlanner(
      Release release,
      Map<ObjectRef, Manifest> live,
      WebhookService serving,
      @Nullable String authority) {
    this.release = release;
    this.live = live;
    this.serving = serving;
    this.authority = authority;
  }

  /**
   * The same, where armed configurations must carry a CA that nobody but an arming brings.
   *
   * @param authority in base64; null when the manager sees to it
   */
  WebhookPlanner trusting(@Nullable String authority) {
    return new WebhookPlanner(release, live, serving, authority);
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
   * What to disarm, and why: what intercepts requests now, and what the manager would arm by itself
   * as soon as it starts, which is before it serves.
   *
   * @param managerChanges whether the manager, or the way to it, is about to change so that no
   *     request may depend on it
   * @param reason what makes it so, may be empty
   */
  public Disarm disarm(boolean managerChanges, String reason) {
    List<Manifest> loaded =
        release.webhookConfigurations().stream()
            .flatMap(configuration -> live(configuration.ref()).stream())
            .filter(found -> !WebhookConfigurations.isParked(found))
            .toList();
    List<PlannedChange> changes =
        loaded.stream().map(found -> emptied(found, ChangeAction.DISARM)).toList();
    if (!serving.answering()) {
      return new Disarm(changes, unanswered(loaded));
    }
    if (authority != null && loaded.stream().anyMatch(each -> isUntrusted(each, authority))) {
      return new Disarm(
          changes,
          "armed, and trusting another CA than the one of the external certificate: every matching"
              + " request in the cluster is refused until this is done");
    }
    return managerChanges
        ? new Disarm(
            changes,
            "the manager is about to change, and no request may depend on it meanwhile"
                + (reason.isEmpty() ? "" : ": " + reason))
        : new Disarm(List.of(), "");
  }

  private static boolean isUntrusted(Manifest live, String authority) {
    return WebhookConfigurations.isArmed(live)
        && !WebhookConfigurations.untrusted(live, authority).isEmpty();
  }

  private String unanswered(List<Manifest> loaded) {
    return loaded.stream().anyMatch(WebhookConfigurations::isArmed)
        ? "armed, and nobody answers ("
            + serving.evidence()
            + "): every matching request in the cluster is refused until this is done"
        : "not armed, but a manager that starts would arm them before it answers, from the"
            + " annotation template ("
            + serving.evidence()
            + ")";
  }

  /** Configurations that must come into being, or be left alone by the manager, parked. */
  public List<PlannedChange> park(Disarm disarm) {
    List<PlannedChange> changes = new ArrayList<>();
    for (Manifest configuration : release.webhookConfigurations()) {
      Optional<Manifest> found = live(configuration.ref());
      if (found.isEmpty()) {
        changes.add(PlannedChange.of(configuration.ref(), ChangeAction.PARK));
      } else if (isUnsettled(found.get()) && !disarm.includes(configuration.ref())) {
        changes.add(emptied(found.get(), ChangeAction.PARK));
      }
    }
    return changes;
  }

  /** Whether a configuration matches nothing now, and a manager would not leave it at that. */
  private static boolean isUnsettled(Manifest live) {
    return !WebhookConfigurations.isArmed(live) && !WebhookConfigurations.isParked(live);
  }

  private static PlannedChange emptied(Manifest live, ChangeAction action) {
    return new PlannedChange(
        live.ref(), action, List.of(WebhookConfigurations.emptying(live)), List.of());
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
              .map(armed -> drift(configuration, armed))
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

  private List<FieldDiff> drift(Manifest configuration, Manifest armed) {
    List<FieldDiff> drift = new ArrayList<>(WebhookConfigurations.drift(configuration, armed));
    int stale = authority == null ? 0 : WebhookConfigurations.untrusted(armed, authority).size();
    if (stale > 0) {
      drift.add(
          new FieldDiff(
              "webhooks.clientConfig.caBundle",
              "\"(another, in " + stale + " webhooks)\"",
              "\"(the external certificate's)\""));
    }
    return drift;
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
