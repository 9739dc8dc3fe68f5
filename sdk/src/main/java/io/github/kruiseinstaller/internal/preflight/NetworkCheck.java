package io.github.kruiseinstaller.internal.preflight;

import io.github.kruiseinstaller.check.Check;
import io.github.kruiseinstaller.check.CheckCategory;
import io.github.kruiseinstaller.internal.cluster.Cluster.Query;
import io.github.kruiseinstaller.internal.live.LiveInstallation;
import io.github.kruiseinstaller.internal.live.Seen;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.internal.webhook.Acceptance;
import io.github.kruiseinstaller.internal.webhook.AcceptanceFinding;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether the API server reaches Pods. Before the installation only a manager that runs already
 * proves it; what else there is, are hints. The proof comes before arming, whatever this says.
 */
final class NetworkCheck implements PreflightCheck {
  static final String ID = "api-server-network";

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final String REMEDY =
      "Open the webhook port (9876 unless changed) from the control plane to nodes and Pods, or run"
          + " the manager with Customizer.hostNetwork(true).";

  @Override
  public List<Check> look(Scene scene) {
    LiveInstallation live = scene.live();
    if (!live.armed().isEmpty() && live.readyEndpoints() > 0) {
      return List.of(byManager(scene));
    }
    List<String> hints = new ArrayList<>();
    hints.addAll(aggregated(scene));
    hints.addAll(tunnel(scene));
    Check check =
        Check.skipped(
            ID,
            CheckCategory.NETWORK,
            hints.isEmpty()
                ? "it cannot be shown before the manager runs; the installation proves it before it"
                    + " arms anything"
                : "it cannot be shown before the manager runs, but the API server reaches others");
    return List.of(check.seen(hints));
  }

  private static Check byManager(Scene scene) {
    Seen<List<AcceptanceFinding>> findings =
        Seen.by(
            () ->
                new Acceptance(
                        scene.cluster(), scene.control(), scene.workers(), new SecureRandom())
                    .look(
                        scene.live().ownConfigurations(),
                        scene.live().foreignConfigurations(),
                        scene.release().namespace(),
                        PATIENCE));
    if (!findings.isSeen()) {
      return Check.skipped(
          ID, CheckCategory.NETWORK, "the running manager cannot be asked: " + findings.unseen());
    }
    for (AcceptanceFinding finding : findings.orElse(List.of())) {
      if (finding.question() != AcceptanceFinding.Question.POD_PASSES
          && finding.answer() == AcceptanceFinding.Answer.SHOWN) {
        return Check.pass(
                ID, CheckCategory.NETWORK, "the API server reaches the manager that runs already")
            .seen(List.of(finding.text()));
      }
      if (finding.answer() == AcceptanceFinding.Answer.WRONG) {
        return Check.warn(
                ID,
                CheckCategory.NETWORK,
                "the API server gets no good answer of the manager that runs already: "
                    + finding.text(),
                REMEDY)
            .seen(finding.evidence());
      }
    }
    return Check.skipped(
        ID,
        CheckCategory.NETWORK,
        findings.orElse(List.of()).stream()
            .filter(finding -> finding.answer() == AcceptanceFinding.Answer.UNSEEN)
            .map(finding -> "the running manager cannot be asked: " + finding.text())
            .findFirst()
            .orElse("the running manager intercepts nothing that could be asked for"));
  }

  /** APIs that Pods serve, and that the API server says to reach. */
  private static List<String> aggregated(Scene scene) {
    return list(scene, Query.all("apiregistration.k8s.io/v1", "APIService", null)).stream()
        .filter(api -> !api.map("spec", "service").isEmpty())
        .filter(
            api ->
                api.maps("status", "conditions").stream()
                    .anyMatch(
                        condition ->
                            "Available".equals(condition.get("type"))
                                && "True".equals(condition.get("status"))))
        .map(NetworkCheck::aggregated)
        .toList();
  }

  private static String aggregated(Manifest api) {
    Map<String, @Nullable Object> service = api.map("spec", "service");
    return "it serves %s through %s; a firewall may treat other ports otherwise"
        .formatted(
            api.name(),
            ObjectRef.namespaced(
                "v1",
                "Service",
                String.valueOf(Trees.text(service, "namespace")),
                String.valueOf(Trees.text(service, "name"))));
  }

  private static List<String> tunnel(Scene scene) {
    Query query = Query.all("v1", "Pod", "kube-system").withLabels("k8s-app=konnectivity-agent");
    return list(scene, query).stream()
        .limit(1)
        .map(pod -> "it reaches Pods through a tunnel: " + pod.ref())
        .toList();
  }

  private static List<Manifest> list(Scene scene, Query query) {
    return Seen.by(() -> scene.cluster().list(query).items()).orElse(List.of());
  }
}
