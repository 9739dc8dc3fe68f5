package io.github.kruiseinstaller.internal.health;

import io.github.kruiseinstaller.check.Check;
import io.github.kruiseinstaller.check.CheckCategory;
import io.github.kruiseinstaller.internal.live.LiveInstallation;
import io.github.kruiseinstaller.internal.live.ManagerPods;
import io.github.kruiseinstaller.internal.text.PlainText;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The webhook Service is there and leads to the manager. */
final class ServiceHealth implements HealthCheck {
  static final String ID = "webhook-service";

  @Override
  public List<Finding> judge(HealthScene scene) {
    return List.of(service(scene.live()));
  }

  private static Finding service(LiveInstallation live) {
    ObjectRef ref = live.location().serviceRef();
    if (!live.service().isSeen()) {
      return Finding.unseen(ID, CheckCategory.NETWORK, ref.toString(), live.service());
    }
    Optional<Manifest> service = live.service().orElse(Optional.empty());
    if (service.isEmpty()) {
      return Finding.of(
          Check.fail(
                  ID,
                  CheckCategory.NETWORK,
                  ref + " does not exist: no webhook reaches the manager",
                  "Apply the Service of the release again: install() or repair().")
              .about(ref));
    }
    if (!live.endpointSlices().isSeen()) {
      return Finding.unseen(
          ID, CheckCategory.NETWORK, "the endpoints of " + ref, live.endpointSlices());
    }
    long ready = live.readyEndpoints();
    if (ready > 0) {
      return Finding.of(
          Check.pass(ID, CheckCategory.NETWORK, PlainText.count(ready, "ready endpoint"))
              .about(ref));
    }
    List<String> evidence = new ArrayList<>();
    evidence.add(ref + " selects " + service.get().map("spec", "selector"));
    live.manager()
        .ifPresent(
            manager ->
                evidence.add(manager.ref() + " makes Pods with " + ManagerPods.labels(manager)));
    boolean misses =
        live.manager().filter(manager -> !live.selects(ManagerPods.labels(manager))).isPresent();
    return Finding.of(
        Check.fail(
                ID,
                CheckCategory.NETWORK,
                misses
                    ? ref + " selects other Pods than the manager's"
                    : ref + " has no ready endpoint: nobody answers the webhooks",
                misses
                    ? "Apply the Service of the release again: install() or repair()."
                    : "Bring the manager back: diagnose() tells why it is not Ready.")
            .about(ref)
            .seen(evidence));
  }
}
