package io.github.kruiseinstaller.internal.planner;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.internal.ownership.Claim;
import io.github.kruiseinstaller.internal.ownership.HelmRecords;
import io.github.kruiseinstaller.internal.webhook.RealWebhooks;
import io.github.kruiseinstaller.internal.webhook.WebhookConfigurations;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.ExistingInstallation;
import io.github.kruiseinstaller.plan.InstallationMaker;
import io.github.kruiseinstaller.release.Release;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a plan says of an installation that somebody else made. */
final class TakeOverTexts {
  private static final String KEEP = ".takeOver(TakeOver.KEEP_HELM_RECORD)";
  private static final String REMOVE = ".takeOver(TakeOver.REMOVE_HELM_RECORD)";

  private TakeOverTexts() {}

  /** The installation, with its refusal where it may not be taken over. */
  static ExistingInstallation judged(
      ExistingInstallation existing, Release release, LiveState live, Claim claim) {
    if (!claim.isOfOthers()) {
      return existing;
    }
    Optional<ObjectRef> elsewhere = elsewhere(release, live, claim);
    if (elsewhere.isPresent()) {
      return existing.refused(elsewhere(existing, release, elsewhere.get()));
    }
    return existing.takeOver() == null
        ? existing.refused(refusal(existing, live, claim))
        : existing;
  }

  /** What stays of Helm's, and what that means. */
  static List<String> warnings(HelmRecords helm, boolean removed) {
    List<String> warnings = new ArrayList<>();
    for (HelmRecords.Recorded each : removed ? List.<HelmRecords.Recorded>of() : helm.releases()) {
      if (!helm.isRead() || !each.records().isEmpty()) {
        warnings.add(
            "Helm's record of "
                + each.name()
                + (helm.isRead() ? " stays: " : " stays, if there is one, which may not be seen: ")
                + "helm uninstall would delete the custom resource definitions, and with them every"
                + " custom resource; helm upgrade would write Helm's values over this installation."
                + " "
                + REMOVE
                + " deletes the record");
      }
    }
    helm.others()
        .forEach(
            each ->
                warnings.add(
                    "the Helm release "
                        + each
                        + " holds more than OpenKruise, or its record cannot be read: the record"
                        + " stays, and helm uninstall of it would delete the custom resource"
                        + " definitions, and with them every custom resource"));
    return warnings;
  }

  /** That somebody else has a hand in what this library made. */
  static List<String> shared(ExistingInstallation existing) {
    return List.of(
        existing.owner()
            + " has a hand in this installation too, or still has, and may undo what is written; "
            + (existing.madeBy() == InstallationMaker.HELM
                ? REMOVE + " ends that"
                : KEEP + " ends that"));
  }

  private static Optional<ObjectRef> elsewhere(Release release, LiveState live, Claim claim) {
    if (live.object(release.managerDeployment().ref()).isPresent()) {
      return Optional.empty();
    }
    return claim.foreign().stream()
        .filter(each -> each.kind().endsWith("WebhookConfiguration"))
        .flatMap(each -> WebhookConfigurations.services(each).stream())
        .filter(service -> !release.namespace().equals(service.namespace()))
        .findFirst();
  }

  /**
   * The Service in another namespace that configurations lead to which this library has written.
   */
  static Optional<ObjectRef> ownElsewhere(Release release, LiveState live, Claim claim) {
    if (live.object(release.managerDeployment().ref()).isPresent()) {
      return Optional.empty();
    }
    return claim.core().stream()
        .filter(each -> each.kind().endsWith("WebhookConfiguration"))
        .filter(each -> !claim.foreign().contains(each))
        .flatMap(each -> RealWebhooks.services(each).stream())
        .filter(service -> !release.namespace().equals(service.namespace()))
        .findFirst();
  }

  /** The refusal of a second installation. */
  static Failure elsewhere(ExistingInstallation existing, Release release, ObjectRef service) {
    return Failure.of(
            FailureCode.INSTALLED_BY_OTHERS,
            "the cluster has an installation in namespace "
                + service.namespace()
                + " already, made by "
                + existing.owner()
                + ", and has room for one; nothing was written",
            "Install into that namespace, .namespace(\""
                + service.namespace()
                + "\"), or remove that one first, with uninstall() of an installer for that"
                + " namespace. Nothing allows a second one in "
                + release.namespace()
                + ".")
        .in(Stage.PLAN)
        .about(service)
        .seen(existing.evidence());
  }

  private static Failure refusal(ExistingInstallation existing, LiveState live, Claim claim) {
    Manifest first = claim.foreign().get(0);
    String begun =
        claim.isPartlyOurs()
            ? " This library has written part of it, as a take-over does that was not finished, or"
                + " a repair."
            : "";
    String dead =
        live.serving().answering()
            ? ""
            : " Pods are refused now, because nobody answers the armed webhooks: repair() ends that"
                + " and takes nothing over, and install() with the option ends it too.";
    return Failure.of(
            FailureCode.INSTALLED_BY_OTHERS,
            "the installation that lives was made by "
                + existing.owner()
                + ", and install() takes over nobody's unless it is told to; nothing was written."
                + begun,
            allowing(existing) + " plan() shows what would change." + dead)
        .in(Stage.PLAN)
        .about(first.ref())
        .seen(existing.evidence());
  }

  private static String allowing(ExistingInstallation existing) {
    return existing.madeBy() == InstallationMaker.HELM
        ? "To take it over, build the installer with "
            + KEEP
            + ", which leaves Helm's record of it, so that helm uninstall would still delete every"
            + " custom resource, or with "
            + REMOVE
            + ", which deletes that record once everything works."
        : "To take it over, build the installer with "
            + KEEP
            + "; there is no record of Helm's, so that "
            + REMOVE
            + " does the same.";
  }
}
