package io.github.kruiseinstaller.internal.preflight;

import io.github.kruiseinstaller.check.Check;
import io.github.kruiseinstaller.check.CheckCategory;
import io.github.kruiseinstaller.internal.live.LiveInstallation;
import io.github.kruiseinstaller.internal.live.Seen;
import io.github.kruiseinstaller.internal.live.ServiceReach;
import io.github.kruiseinstaller.internal.planner.NamespaceManifests;
import io.github.kruiseinstaller.internal.webhook.Interceptors;
import io.github.kruiseinstaller.internal.webhook.Interceptors.Interceptor;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether webhooks are in the way: those of others that are asked about our objects and do not
 * answer, and OpenKruise's own when they are armed and nobody is behind them.
 */
final class WebhookChecks implements PreflightCheck {
  static final String FOREIGN = "foreign-webhooks";
  static final String OWN = "own-webhooks";

  @Override
  public List<Check> look(Scene scene) {
    if (!scene.live().configurations().isSeen()) {
      String why =
          "webhook configurations may not be looked at: " + scene.live().configurations().unseen();
      return List.of(
          Check.skipped(FOREIGN, CheckCategory.WEBHOOKS, why),
          Check.skipped(OWN, CheckCategory.WEBHOOKS, why));
    }
    return List.of(foreign(scene), own(scene));
  }

  private static Check foreign(Scene scene) {
    List<Interceptor> asked =
        new Interceptors(
                objects(scene),
                NamespaceManifests.future(
                    scene.live().namespaces().orElse(List.of()), scene.release().namespaces()))
            .among(scene.live().foreignConfigurations());
    Map<ObjectRef, Seen<ServiceReach>> reaches = new LinkedHashMap<>();
    List<String> dead = new ArrayList<>();
    List<String> slow = new ArrayList<>();
    List<String> unknown = new ArrayList<>();
    for (Interceptor webhook : asked) {
      ObjectRef service = webhook.service();
      if (service == null) {
        unknown.add(webhook.name() + " is outside the cluster");
        continue;
      }
      Seen<ServiceReach> reach =
          reaches.computeIfAbsent(service, each -> ServiceReach.of(scene.cluster(), each));
      ServiceReach found = reach.orElse(ServiceReach.READY);
      if (!reach.isSeen()) {
        unknown.add(webhook.name() + ": " + service + " may not be looked at: " + reach.unseen());
      } else if (found != ServiceReach.READY) {
        boolean refuses = webhook.required() && !webhook.conditional();
        (refuses ? dead : slow).add(text(webhook, service, found));
      }
    }
    return verdict(asked, dead, slow, unknown);
  }

  private static Check verdict(
      List<Interceptor> asked, List<String> dead, List<String> slow, List<String> unknown) {
    if (!dead.isEmpty()) {
      return Check.fail(
              FOREIGN,
              CheckCategory.WEBHOOKS,
              "webhooks of others must be asked about our objects, and nobody answers them",
              "Restore the server behind each Service that is named, or exclude the objects from"
                  + " its configuration.")
          .seen(dead);
    }
    if (!slow.isEmpty()) {
      return Check.warn(
              FOREIGN,
              CheckCategory.WEBHOOKS,
              "webhooks of others are asked about our objects, and nobody answers them: each such"
                  + " write may wait for its time-out",
              "Restore the server behind each Service that is named, or remove its configuration"
                  + " if it is no longer needed.")
          .seen(slow);
    }
    if (!unknown.isEmpty()) {
      return Check.skipped(
              FOREIGN,
              CheckCategory.WEBHOOKS,
              "whether some webhooks of others answer cannot be told: " + unknown.get(0))
          .seen(unknown);
    }
    return Check.pass(
        FOREIGN,
        CheckCategory.WEBHOOKS,
        asked.isEmpty()
            ? "no webhook of others is asked about our objects"
            : "the webhooks of others that are asked about our objects have endpoints");
  }

  private static String text(Interceptor webhook, ObjectRef service, ServiceReach reach) {
    return "%s of %s, asked about %s%s (failurePolicy %s, %s s): %s %s%s"
        .formatted(
            webhook.name(),
            webhook.configuration(),
            webhook.about().get(0),
            webhook.about().size() == 1 ? "" : " and " + (webhook.about().size() - 1) + " more",
            webhook.required() ? "Fail" : "Ignore",
            webhook.timeoutSeconds(),
            service,
            reach.text(),
            webhook.conditional() ? "; it has matchConditions, so it may not be asked" : "");
  }

  /** What is written, and the Pods that come of it. */
  private static List<Manifest> objects(Scene scene) {
    List<Manifest> objects = new ArrayList<>(scene.release().manifests());
    for (Manifest workload : scene.workloads()) {
      objects.add(
          Manifest.of(
              Map.of(
                  "apiVersion",
                  "v1",
                  "kind",
                  "Pod",
                  "metadata",
                  Map.of(
                      "name",
                      workload.name() + "-*",
                      "namespace",
                      scene.release().namespace(),
                      "labels",
                      workload.map("spec", "template", "metadata", "labels")))));
    }
    return objects;
  }

  private static Check own(Scene scene) {
    LiveInstallation live = scene.live();
    if (live.armed().isEmpty()) {
      return Check.pass(
          OWN,
          CheckCategory.WEBHOOKS,
          live.ownConfigurations().isEmpty()
              ? "OpenKruise's webhook configurations do not exist yet"
              : "OpenKruise's webhook configurations are parked: they intercept nothing");
    }
    ObjectRef service = live.location().serviceRef();
    Seen<ServiceReach> reach = ServiceReach.of(scene.cluster(), service);
    if (!reach.isSeen()) {
      return Check.skipped(
          OWN, CheckCategory.WEBHOOKS, service + " may not be looked at: " + reach.unseen());
    }
    Optional<ServiceReach> dead = reach.toOptional().filter(found -> found != ServiceReach.READY);
    return dead.isEmpty()
        ? Check.pass(
            OWN, CheckCategory.WEBHOOKS, "OpenKruise's webhooks are armed, and have endpoints")
        : Check.warn(
                OWN,
                CheckCategory.WEBHOOKS,
                "OpenKruise's webhooks are armed, and nobody answers: every request that they match"
                    + " is refused now",
                "Run install() or repair(): both disarm the webhooks first, and arm them when the"
                    + " manager is proved to answer.")
            .about(service)
            .seen(List.of(service + " " + dead.get().text()));
  }
}
