package io.github.kruiseinstaller.internal.preflight;

import io.github.kruiseinstaller.check.Check;
import io.github.kruiseinstaller.check.CheckCategory;
import io.github.kruiseinstaller.internal.live.InstallationOwner;
import io.github.kruiseinstaller.internal.live.KubernetesRange;
import io.github.kruiseinstaller.internal.live.LiveInstallation;
import io.github.kruiseinstaller.internal.live.ManagerPods;
import io.github.kruiseinstaller.internal.planner.UpgradePath;
import io.github.kruiseinstaller.internal.webhook.WebhookConfigurations;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is installed already, by whom, and which version. */
final class InstallationChecks implements PreflightCheck {
  static final String EXISTING = "existing-installation";
  static final String VERSION = "existing-version";

  private static final Pattern NUMBERS = Pattern.compile("(\\d+)\\.(\\d+)\\.(\\d+).*");

  @Override
  public List<Check> look(Scene scene) {
    return List.of(existing(scene), version(scene));
  }

  private static Check existing(Scene scene) {
    LiveInstallation live = scene.live();
    if (!live.configurations().isSeen() || !live.deployments().isSeen()) {
      return Check.skipped(
          EXISTING,
          CheckCategory.INSTALLATION,
          "what is installed may not be looked at: "
              + (live.configurations().isSeen()
                  ? live.deployments().unseen()
                  : live.configurations().unseen()));
    }
    Optional<ObjectRef> elsewhere = elsewhere(scene);
    if (elsewhere.isPresent()) {
      return Check.fail(
              EXISTING,
              CheckCategory.INSTALLATION,
              "OpenKruise is in namespace %s already, and a cluster has room for one"
                  .formatted(elsewhere.get().namespace()),
              "Install into that namespace, or remove the other installation first.")
          .about(elsewhere.get());
    }
    Optional<Manifest> there =
        live.manager().or(() -> live.ownConfigurations().stream().findFirst());
    if (there.isEmpty()) {
      int definitions = live.definitions().orElse(List.of()).size();
      return Check.pass(
          EXISTING,
          CheckCategory.INSTALLATION,
          definitions == 0
              ? "nothing of OpenKruise is there"
              : "nothing of OpenKruise is there but " + definitions + " of its definitions");
    }
    InstallationOwner owner = InstallationOwner.of(there.get());
    if (owner.isThisInstaller()) {
      return Check.pass(EXISTING, CheckCategory.INSTALLATION, "installed by this installer before")
          .about(there.get().ref());
    }
    return Check.warn(
            EXISTING,
            CheckCategory.INSTALLATION,
            "installed by " + owner.text() + "; it is taken over only where the options allow it",
            "Look at the plan, and do not upgrade it with the other tool afterwards: each would"
                + " undo what the other has done.")
        .about(there.get().ref())
        .seen(owner.evidence());
  }

  /** A Service in another namespace that armed configurations of OpenKruise point to. */
  private static Optional<ObjectRef> elsewhere(Scene scene) {
    return scene.live().armed().stream()
        .flatMap(configuration -> WebhookConfigurations.services(configuration).stream())
        .filter(service -> !scene.release().namespace().equals(service.namespace()))
        .findFirst();
  }

  private static Check version(Scene scene) {
    Optional<String> there = scene.live().manager().flatMap(ManagerPods::version);
    if (there.isEmpty()) {
      return Check.skipped(
          VERSION,
          CheckCategory.INSTALLATION,
          scene.live().deployments().isSeen()
              ? "no manager is there whose version could be told"
              : "the manager may not be looked at: " + scene.live().deployments().unseen());
    }
    String now = there.get();
    String next = scene.release().version();
    if (now.equals(next)) {
      return Check.pass(VERSION, CheckCategory.INSTALLATION, now + " is there already");
    }
    int from = KubernetesRange.minor(now);
    int to = KubernetesRange.minor(next);
    if (from < 0 || to < 0) {
      return Check.skipped(
          VERSION, CheckCategory.INSTALLATION, now + " and " + next + " cannot be compared");
    }
    UpgradePath path = UpgradePath.between(now, next);
    if (path.way() == UpgradePath.Way.REFUSED) {
      return Check.fail(
          VERSION,
          CheckCategory.INSTALLATION,
          now + " cannot become " + next + " in one step: " + path.why(),
          path.remedy());
    }
    if (older(next, now)) {
      return Check.warn(
          VERSION,
          CheckCategory.INSTALLATION,
          next + " is older than " + now + ", which is there",
          "Make sure that no custom resource uses what the older version does not know; its"
              + " definitions must still have every stored version.");
    }
    return path.way() == UpgradePath.Way.SWITCHED_OFF
        ? Check.warn(
            VERSION,
            CheckCategory.INSTALLATION,
            now + " becomes " + next + " with the webhooks off meanwhile: " + path.why(),
            "Expect Pods without OpenKruise's injections meanwhile; no request is refused.")
        : Check.pass(
            VERSION,
            CheckCategory.INSTALLATION,
            now
                + " becomes "
                + next
                + "; the plan says whether the webhooks stay on meanwhile, as they do where both"
                + " managers can serve side by side");
  }

  private static boolean older(String one, String other) {
    Matcher a = NUMBERS.matcher(one);
    Matcher b = NUMBERS.matcher(other);
    if (!a.matches() || !b.matches()) {
      return false;
    }
    for (int part = 1; part <= 3; part++) {
      int difference =
          Integer.compare(Integer.parseInt(a.group(part)), Integer.parseInt(b.group(part)));
      if (difference != 0) {
        return difference < 0;
      }
    }
    return false;
  }
}
