package io.github.kruiseinstaller.internal.preflight;

import io.github.kruiseinstaller.check.Check;
import io.github.kruiseinstaller.check.CheckCategory;
import io.github.kruiseinstaller.internal.cluster.Cluster.Query;
import io.github.kruiseinstaller.internal.live.ManagerPods;
import io.github.kruiseinstaller.internal.live.Seen;
import io.github.kruiseinstaller.internal.text.PlainText;
import io.github.kruiseinstaller.model.Manifest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether nodes take the manager's replicas: taints, selectors, and room. */
final class NodeFitCheck implements PreflightCheck {
  static final String ID = "node-fit";

  /** A big cluster is not read as a whole: its first nodes tell whether there is room. */
  private static final int MOST_NODES = 16;

  private static final int MOST_EVIDENCE = 5;
  private static final String LIVE_PODS = "status.phase!=Succeeded,status.phase!=Failed";

  @Override
  public List<Check> look(Scene scene) {
    if (!scene.nodes().isSeen()) {
      return List.of(
          Check.skipped(
              ID, CheckCategory.NODES, "nodes may not be looked at: " + scene.nodes().unseen()));
    }
    List<Manifest> nodes = scene.nodes().orElse(List.of());
    NodeRoom room =
        new NodeRoom(scene.release().managerDeployment().map("spec", "template", "spec"));
    List<Manifest> willing = new ArrayList<>();
    Map<String, Integer> refusals = new LinkedHashMap<>();
    for (Manifest node : nodes) {
      Optional<String> refusal = room.refusal(node);
      refusal.ifPresentOrElse(why -> refusals.merge(why, 1, Integer::sum), () -> willing.add(node));
    }
    if (willing.isEmpty()) {
      return List.of(unwilling(scene, nodes, refusals));
    }
    return List.of(counted(scene, room, willing, nodes));
  }

  private static Check unwilling(Scene scene, List<Manifest> nodes, Map<String, Integer> refusals) {
    String remedy =
        "Add a node, or let the manager run on one that is there: Customizer.tolerations and"
            + " Customizer.nodeSelector.";
    if (nodes.isEmpty()) {
      return Check.warn(
          ID,
          CheckCategory.NODES,
          "the cluster has no nodes: nothing tells whether those that come take the manager",
          remedy);
    }
    List<String> evidence = new ArrayList<>();
    refusals.forEach((why, count) -> evidence.add(PlainText.count(count, "node") + ": " + why));
    return orGrowing(
        scene,
        Check.fail(
                ID,
                CheckCategory.NODES,
                "none of " + PlainText.count(nodes.size(), "node") + " takes the manager",
                remedy)
            .seen(evidence));
  }

  private static Check counted(
      Scene scene, NodeRoom room, List<Manifest> willing, List<Manifest> nodes) {
    long wanted = scene.release().managerDeployment().number(1, "spec", "replicas");
    long placed = 0;
    List<String> evidence = new ArrayList<>();
    for (Manifest node : willing.subList(0, Math.min(MOST_NODES, willing.size()))) {
      Seen<List<Manifest>> pods = pods(scene, node);
      if (!pods.isSeen()) {
        return Check.skipped(
            ID, CheckCategory.NODES, "Pods of nodes may not be looked at: " + pods.unseen());
      }
      long fit = room.fit(node, pods.orElse(List.of()));
      placed += fit;
      if (evidence.size() < MOST_EVIDENCE) {
        evidence.add(
            node.ref() + " takes " + fit + "; left: " + room.left(node, pods.orElse(List.of())));
      }
      if (placed >= wanted) {
        return Check.pass(
                ID,
                CheckCategory.NODES,
                "%s of %s nodes take the manager, with room for its %s"
                    .formatted(willing.size(), nodes.size(), PlainText.count(wanted, "replica")))
            .seen(evidence);
      }
    }
    return tight(scene, placed, willing, evidence);
  }

  private static Check tight(
      Scene scene, long placed, List<Manifest> willing, List<String> evidence) {
    long wanted = scene.release().managerDeployment().number(1, "spec", "replicas");
    String summary =
        "room for %s of %s of the manager on %s"
            .formatted(
                placed,
                PlainText.count(wanted, "replica"),
                PlainText.count(Math.min(MOST_NODES, willing.size()), "node"));
    String remedy =
        "Free CPU and memory, add a node, or ask for less: Customizer.resources and"
            + " Customizer.replicas.";
    Check check =
        placed > 0 || willing.size() > MOST_NODES
            ? Check.warn(ID, CheckCategory.NODES, summary, remedy)
            : Check.fail(ID, CheckCategory.NODES, summary, remedy);
    return orGrowing(scene, check.seen(evidence));
  }

  /** That the nodes of now do not do is no obstacle where others come by need. */
  private static Check orGrowing(Scene scene, Check check) {
    Optional<String> sign = NodeGrowth.sign(scene.cluster(), scene.nodes().orElse(List.of()));
    List<String> evidence = new ArrayList<>(check.evidence());
    sign.ifPresent(evidence::add);
    return sign.isEmpty()
        ? check
        : Check.warn(
                ID,
                CheckCategory.NODES,
                check.summary() + "; nodes seem to be added as they are needed",
                check.remedy())
            .seen(evidence);
  }

  private static Seen<List<Manifest>> pods(Scene scene, Manifest node) {
    Manifest manager = scene.release().managerDeployment();
    Query query =
        new Query("v1", "Pod", null, "", "spec.nodeName=" + node.name() + "," + LIVE_PODS);
    return Seen.by(
        () ->
            scene.cluster().list(query).items().stream()
                // The manager's present Pods make room for its new ones.
                .filter(
                    pod ->
                        !(scene.release().namespace().equals(pod.namespace())
                            && ManagerPods.belongs(pod, manager)))
                .toList());
  }
}
