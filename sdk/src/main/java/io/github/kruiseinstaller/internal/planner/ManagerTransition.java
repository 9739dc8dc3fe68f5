package io.github.kruiseinstaller.internal.planner;

import io.github.kruiseinstaller.internal.live.ManagerPods;
import io.github.kruiseinstaller.internal.wait.ReplicaSets;
import io.github.kruiseinstaller.internal.webhook.WebhookConfigurations;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.plan.FieldDiff;
import io.github.kruiseinstaller.plan.PlannedChange;
import io.github.kruiseinstaller.release.Release;
import java.util.Optional;

/**
 * How a live manager becomes the release's.
 *
 * @param way how
 * @param why what makes it so, for people
 */
record ManagerTransition(Way way, String why) {
  /** How a manager changes. */
  enum Way {
    /** It stays as it is. */
    UNTOUCHED,
    /** What changes ends none of its Pods, and nothing of the way to them. */
    IN_PLACE,
    /** New Pods take over from old ones that serve until then: the webhooks stay on. */
    SIDE_BY_SIDE,
    /** The webhooks are off meanwhile. */
    SWITCHED_OFF
  }

  /** The Secret's entry that the manager copies into the webhook configurations. */
  static final String CA = "ca-cert.pem";

  private static final String TEMPLATE = "spec.template";
  private static final String PAUSED = "spec.paused";
  private static final String METADATA = "metadata.";
  private static final String HASH_FIELD = "spec.selector." + ReplicaSets.HASH;

  static ManagerTransition of(Release release, LiveState live) {
    PlannedChange manager = live.change(release.managerDeployment().ref());
    PlannedChange service = live.change(release.webhookService().ref());
    Optional<Manifest> deployment = live.object(release.managerDeployment().ref());
    // A pause of ours begins an upgrade: what is there is old, whether or not it is counted yet.
    boolean twoGenerations =
        touches(manager, PAUSED)
            || deployment.map(ManagerTransition::hasTwoGenerations).orElse(false);
    if (!writes(manager) && !writes(service) && !twoGenerations) {
      return new ManagerTransition(Way.UNTOUCHED, "");
    }
    if (deployment.isEmpty() || live.object(release.webhookService().ref()).isEmpty()) {
      return off("the manager, or the Service before it, is not there");
    }
    boolean restarts = touches(manager, TEMPLATE);
    if (touchesMoreThanHash(service)) {
      return off("the Service before the manager changes");
    }
    if (!restarts && !twoGenerations) {
      return endsPods(release, deployment.get())
          ? off("replicas of the manager end")
          : new ManagerTransition(Way.IN_PLACE, "");
    }
    String obstacle = obstacle(release, live, deployment.get(), restarts && twoGenerations);
    return obstacle.isEmpty()
        ? new ManagerTransition(
            Way.SIDE_BY_SIDE, "the old replicas serve until the new ones have taken over")
        : off(obstacle);
  }

  /** What keeps old and new replicas from serving at once; empty when nothing does. */
  private static String obstacle(
      Release release, LiveState live, Manifest deployment, boolean interrupted) {
    if (interrupted && hasReadyUpdated(deployment)) {
      return "an upgrade that was interrupted is still under way, and another one is wanted";
    }
    UpgradePath path = UpgradePath.between(live.version(), release.version());
    if (path.way() != UpgradePath.Way.SIDE_BY_SIDE
        && !ManagerPods.runTheSame(deployment, release.managerDeployment())) {
      return path.why();
    }
    if (!allEnforced(release, live)) {
      return "not every webhook configuration is armed";
    }
    String unshared = UnsharedWebhooks.explain(release, live, deployment);
    if (!unshared.isEmpty()) {
      return unshared;
    }
    if (onHostNetwork(deployment) || onHostNetwork(release.managerDeployment())) {
      return "the manager is on the host's network, where old and new replicas want the same ports";
    }
    if (endsPods(release, deployment)) {
      return "the release has fewer replicas";
    }
    ObjectRef secret = release.certificateSecretRef();
    return live.object(secret).filter(found -> found.map("data").containsKey(CA)).isPresent()
        ? ""
        : secret
            + " is not one whose CA the manager copies, so API servers cannot be made to let"
            + " go of their connections to old replicas";
  }

  /** Whether Pods of an older template are there beside those of the newest. */
  private static boolean hasTwoGenerations(Manifest deployment) {
    return deployment.number(0, "status", "replicas")
        > deployment.number(0, "status", "updatedReplicas");
  }

  /** Whether more are Ready than there are of older templates. */
  private static boolean hasReadyUpdated(Manifest deployment) {
    return deployment.number(0, "status", "readyReplicas")
        > deployment.number(0, "status", "replicas")
            - deployment.number(0, "status", "updatedReplicas");
  }

  private static boolean endsPods(Release release, Manifest deployment) {
    return release.managerDeployment().number(1, "spec", "replicas")
        < deployment.number(1, "spec", "replicas");
  }

  private static boolean onHostNetwork(Manifest deployment) {
    return Boolean.TRUE.equals(deployment.at("spec", "template", "spec", "hostNetwork"));
  }

  private static boolean allEnforced(Release release, LiveState live) {
    return release.webhookConfigurations().stream()
        .map(configuration -> live.object(configuration.ref()))
        .allMatch(
            found ->
                found
                    .filter(WebhookConfigurations::isArmed)
                    .filter(armed -> !WebhookConfigurations.isOnProbation(armed))
                    .isPresent());
  }

  private static boolean touches(PlannedChange change, String path) {
    return change.fields().stream().anyMatch(field -> field.path().startsWith(path));
  }

  /** A label of the Service itself leads nobody anywhere else. */
  private static boolean touchesMoreThanHash(PlannedChange service) {
    return service.fields().stream()
        .map(FieldDiff::path)
        .anyMatch(path -> !isHash(path) && !path.startsWith(METADATA));
  }

  private static boolean isHash(String path) {
    return path.equals(HASH_FIELD);
  }

  private static boolean writes(PlannedChange change) {
    return change.action().writes();
  }

  private static ManagerTransition off(String why) {
    return new ManagerTransition(Way.SWITCHED_OFF, why);
  }

  /** Whether this is an upgrade beside serving replicas. */
  boolean isSideBySide() {
    return way == Way.SIDE_BY_SIDE;
  }

  /** Whether nothing about the manager or the way to it changes. */
  boolean isUntouched() {
    return way == Way.UNTOUCHED;
  }

  /** Whether the webhooks must be off meanwhile. */
  boolean switchesOff() {
    return way == Way.SWITCHED_OFF;
  }
}
