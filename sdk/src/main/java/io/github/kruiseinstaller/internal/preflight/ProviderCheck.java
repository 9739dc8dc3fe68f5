package io.github.kruiseinstaller.internal.preflight;

import io.github.kruiseinstaller.check.Check;
import io.github.kruiseinstaller.check.CheckCategory;
import io.github.kruiseinstaller.internal.cluster.Cluster.Query;
import io.github.kruiseinstaller.internal.live.Seen;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.release.Release;
import java.util.List;
import java.util.function.Predicate;

/** What is known to go wrong with managed clusters: told by their nodes. */
final class ProviderCheck implements PreflightCheck {
  static final String ID = "provider";

  private static final String EXEMPT = "admissions.enforcer/disabled";

  @Override
  public List<Check> look(Scene scene) {
    if (!scene.nodes().isSeen()) {
      return List.of(
          Check.skipped(
              ID, CheckCategory.NETWORK, "nodes may not be looked at: " + scene.nodes().unseen()));
    }
    List<Manifest> nodes = scene.nodes().orElse(List.of());
    if (any(nodes, "aws://", "eks.amazonaws.com/nodegroup")) {
      return List.of(eks(scene));
    }
    if (any(nodes, "gce://", "cloud.google.com/gke-nodepool")) {
      return List.of(gke(scene, nodes));
    }
    if (any(nodes, "azure://", "kubernetes.azure.com/cluster")) {
      return List.of(aks(scene));
    }
    return List.of(
        Check.pass(
            ID,
            CheckCategory.NETWORK,
            "no provider is known here that webhooks have trouble with"));
  }

  private static Check eks(Scene scene) {
    if (usesHostNetwork(scene)) {
      return fine("EKS: the manager uses the host's network, which the control plane reaches");
    }
    Seen<List<Manifest>> daemons =
        Seen.by(
            () -> scene.cluster().list(Query.all("apps/v1", "DaemonSet", "kube-system")).items());
    if (!daemons.isSeen()) {
      return Check.skipped(
          ID,
          CheckCategory.NETWORK,
          "EKS: which network plug-in it has may not be looked at: " + daemons.unseen());
    }
    boolean own =
        daemons.orElse(List.of()).stream().anyMatch(each -> each.name().equals("aws-node"));
    return own
        ? fine("EKS with its own network plug-in, whose Pods the control plane reaches")
        : Check.warn(
            ID,
            CheckCategory.NETWORK,
            "EKS with another network plug-in: the control plane may not reach Pods (\"Address is"
                + " not allowed\")",
            "Run the manager on the host's network: Customizer.hostNetwork(true). The proof tells"
                + " before anything is armed.");
  }

  private static Check gke(Scene scene, List<Manifest> nodes) {
    if (nodes.stream().anyMatch(node -> node.name().startsWith("gk3-"))
        && scene.release().daemon().isPresent()) {
      return Check.warn(
          ID,
          CheckCategory.NETWORK,
          "GKE Autopilot allows no folders of the host, which the daemon needs",
          "Leave the daemon out: Customizer.featureGate(\"KruiseDaemon\", false).");
    }
    boolean reachable =
        nodes.stream()
            .flatMap(node -> node.maps("status", "addresses").stream())
            .anyMatch(
                address ->
                    "ExternalIP".equals(address.get("type"))
                        && !"".equals(Trees.text(address, "address")));
    return reachable
        ? fine("GKE with public nodes, whose Pods the control plane reaches")
        : Check.warn(
            ID,
            CheckCategory.NETWORK,
            "GKE with private nodes: its control plane reaches them on the ports 443 and 10250"
                + " only, until a firewall rule says otherwise",
            "Allow TCP 9876 (Customizer.webhookPort changes it) from the control plane's range to"
                + " the nodes. The proof tells before anything is armed.");
  }

  private static Check aks(Scene scene) {
    Predicate<Manifest> exempt =
        configuration ->
            "true".equals(configuration.labels().get(EXEMPT))
                || "true".equals(configuration.annotations().get(EXEMPT));
    Release release = scene.release();
    return release.webhookConfigurations().stream().allMatch(exempt)
        ? fine("AKS: its admissions enforcer leaves the webhook configurations alone")
        : Check.warn(
            ID,
            CheckCategory.NETWORK,
            "AKS: its admissions enforcer adds a namespaceSelector to the webhook configurations,"
                + " which the manager takes out again",
            "Give both configurations the label %s=\"true\" with Customizer.manifest."
                .formatted(EXEMPT));
  }

  private static Check fine(String summary) {
    return Check.pass(ID, CheckCategory.NETWORK, summary);
  }

  private static boolean usesHostNetwork(Scene scene) {
    return Boolean.TRUE.equals(
        scene.release().managerDeployment().at("spec", "template", "spec", "hostNetwork"));
  }

  private static boolean any(List<Manifest> nodes, String provider, String label) {
    return nodes.stream()
        .anyMatch(
            node ->
                String.valueOf(node.text("spec", "providerID")).startsWith(provider)
                    || node.labels().containsKey(label));
  }
}
