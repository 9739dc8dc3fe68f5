package io.github.kruiseinstaller.internal.health;

import io.github.kruiseinstaller.check.Check;
import io.github.kruiseinstaller.check.CheckCategory;
import io.github.kruiseinstaller.internal.live.LiveInstallation;
import io.github.kruiseinstaller.internal.text.PlainText;
import io.github.kruiseinstaller.internal.webhook.RealWebhooks;
import io.github.kruiseinstaller.internal.webhook.WebhookConfigurations;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.plan.FieldDiff;
import io.github.kruiseinstaller.release.Release;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Both webhook configurations are there, armed, lead to the manager, and stay as they are. */
final class ConfigurationHealth implements HealthCheck {
  static final String ARMED = "webhooks-armed";
  static final String TARGET = "webhooks-target";
  static final String TEMPLATE = "webhooks-template";

  private static final int MOST_FIELDS = 5;

  @Override
  public List<Finding> judge(HealthScene scene) {
    LiveInstallation live = scene.live();
    if (!live.configurations().isSeen()) {
      return List.of(unseen(ARMED, live), unseen(TARGET, live), unseen(TEMPLATE, live));
    }
    return List.of(Finding.of(armed(live)), Finding.of(target(live)), Finding.of(template(live)));
  }

  private static Finding unseen(String id, LiveInstallation live) {
    return Finding.unseen(
        id, CheckCategory.WEBHOOKS, "webhook configurations", live.configurations());
  }

  private static Check armed(LiveInstallation live) {
    List<String> absent = new ArrayList<>();
    for (String name : List.of(Release.MUTATING_CONFIGURATION, Release.VALIDATING_CONFIGURATION)) {
      if (live.ownConfigurations().stream().noneMatch(each -> each.name().equals(name))) {
        absent.add(name);
      }
    }
    if (!absent.isEmpty()) {
      return Check.fail(
              ARMED,
              CheckCategory.WEBHOOKS,
              PlainText.count(absent.size(), "webhook configuration") + " missing",
              "Install again: the manager needs both to become Ready, and does not make them.")
          .seen(absent);
    }
    List<Manifest> idle =
        live.ownConfigurations().stream()
            .filter(each -> !WebhookConfigurations.isArmed(each))
            .toList();
    if (!idle.isEmpty()) {
      return Check.fail(
              ARMED,
              CheckCategory.WEBHOOKS,
              "webhook configurations are parked: OpenKruise intercepts nothing",
              "Finish the installation: install() arms them once the manager is proved to answer.")
          .seen(idle.stream().map(each -> each.ref() + " is empty").toList());
    }
    if (live.ownConfigurations().stream().anyMatch(ConfigurationHealth::isOnProbation)) {
      return Check.warn(
          ARMED,
          CheckCategory.WEBHOOKS,
          "a webhook configuration is on probation: what the manager does not answer is let"
              + " through",
          "Finish the installation: install() puts the real policies in.");
    }
    int webhooks =
        live.armed().stream().mapToInt(each -> WebhookConfigurations.names(each).size()).sum();
    return Check.pass(ARMED, CheckCategory.WEBHOOKS, webhooks + " webhooks are armed");
  }

  /** A release that ignores failures looks the same, and has nothing to be put in later. */
  static boolean isOnProbation(Manifest configuration) {
    return WebhookConfigurations.isOnProbation(configuration)
        && RealWebhooks.isKeptIn(configuration);
  }

  private static Check target(LiveInstallation live) {
    ObjectRef service = live.location().serviceRef();
    List<String> astray = new ArrayList<>();
    for (Manifest configuration : live.armed()) {
      WebhookConfigurations.services(configuration).stream()
          .filter(each -> !each.equals(service))
          .forEach(each -> astray.add(configuration.ref() + " points to " + each));
    }
    if (!astray.isEmpty()) {
      return Check.fail(
              TARGET,
              CheckCategory.WEBHOOKS,
              "webhooks point to another Service than the manager's " + service,
              "Install the release again, rendered for the manager's namespace: install().")
          .seen(astray);
    }
    return live.armed().isEmpty()
        ? Check.skipped(TARGET, CheckCategory.WEBHOOKS, "no webhook is armed")
        : Check.pass(TARGET, CheckCategory.WEBHOOKS, "the webhooks point to " + service);
  }

  private static Check template(LiveInstallation live) {
    Optional<Manifest> broken =
        live.ownConfigurations().stream()
            .filter(WebhookConfigurations::hasBrokenTemplate)
            .findFirst();
    if (broken.isPresent()) {
      return Check.fail(
              TEMPLATE,
              CheckCategory.WEBHOOKS,
              "the annotation template is not a list in JSON: the manager cannot become Ready",
              "Set the annotation template to \"\": kubectl annotate --overwrite %s %s template="
                  .formatted(broken.get().kind().toLowerCase(Locale.ROOT), broken.get().name()))
          .about(broken.get().ref());
    }
    List<String> drift = new ArrayList<>();
    for (Manifest configuration : live.ownConfigurations()) {
      for (FieldDiff field : WebhookConfigurations.templateDrift(configuration)) {
        drift.add(configuration.ref() + ": " + field.path());
      }
    }
    return drift.isEmpty()
        ? Check.pass(
            TEMPLATE,
            CheckCategory.WEBHOOKS,
            "the list that the manager keeps is the one that is in effect")
        : Check.warn(
                TEMPLATE,
                CheckCategory.WEBHOOKS,
                "the list that the manager keeps in the annotation template is not the one that is"
                    + " in effect: it will put its own back",
                "Change both in one write: set the annotation template to \"\" together with the"
                    + " webhooks, or install().")
            .seen(drift.subList(0, Math.min(MOST_FIELDS, drift.size())));
  }
}
