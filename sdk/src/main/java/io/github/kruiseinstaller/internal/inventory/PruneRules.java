package io.github.kruiseinstaller.internal.inventory;

import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.Cluster.Query;
import io.github.kruiseinstaller.internal.cluster.KindNames;
import io.github.kruiseinstaller.internal.live.Seen;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.plan.ChangeAction;
import io.github.kruiseinstaller.plan.PlannedChange;
import io.github.kruiseinstaller.plan.PruneOptions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which members are deleted that a release no longer has, and why the others stay. */
final class PruneRules {
  /** Whoever loses one of these loses nothing that cannot be made again from a release. */
  private static final Set<String> HOLD_NOTHING =
      Set.of(
          "Deployment.apps",
          "DaemonSet.apps",
          "Service",
          "ServiceAccount",
          "Role.rbac.authorization.k8s.io",
          "RoleBinding.rbac.authorization.k8s.io",
          "ClusterRole.rbac.authorization.k8s.io",
          "ClusterRoleBinding.rbac.authorization.k8s.io",
          "PodDisruptionBudget.policy",
          "PriorityClass.scheduling.k8s.io",
          "NetworkPolicy.networking.k8s.io",
          "ServiceMonitor.monitoring.coreos.com",
          "PodMonitor.monitoring.coreos.com",
          "PrometheusRule.monitoring.coreos.com");

  private static final String PROTECTION = "policy.kruise.io/delete-protection";

  private final Cluster cluster;
  private final PruneOptions options;

  PruneRules(Cluster cluster, PruneOptions options) {
    this.cluster = cluster;
    this.options = options;
  }

  /** Whether objects of a kind go without being named. */
  static boolean holdsNothing(String kind) {
    return HOLD_NOTHING.contains(kind);
  }

  /** Whether an object of a kind is named to go. */
  boolean names(String kind) {
    return options.included().stream()
        .anyMatch(object -> GroupKind.of(object).toString().equals(kind));
  }

  /** What becomes of a member. */
  PlannedChange judge(Manifest member) {
    return kept(member)
        .or(() -> forbidden(member.ref()))
        .map(
            why ->
                PlannedChange.of(member.ref(), ChangeAction.KEEP)
                    .noting(why + "; by hand: " + command(member.ref())))
        .orElseGet(
            () ->
                PlannedChange.of(member.ref(), ChangeAction.PRUNE)
                    .noting("an earlier run installed it, and the release has it no more"));
  }

  /** Why a member stays; empty when it goes. */
  private Optional<String> kept(Manifest member) {
    Optional<String> lacking = Ownership.lacking(member);
    if (lacking.isPresent()) {
      return lacking;
    }
    if (member.labels().containsKey(PROTECTION)) {
      return Optional.of("it is protected from deletion by the label " + PROTECTION);
    }
    if (member.isKind("Namespace")) {
      return Optional.of("namespaces hold what others put there");
    }
    if (options.includes(member.ref())) {
      return inUse(cluster, member);
    }
    if (!options.deletes()) {
      return Optional.of("nothing is deleted, as asked for");
    }
    return holdsNothing(GroupKind.of(member.ref()).toString())
        ? Optional.empty()
        : Optional.of("it may hold data, and goes only when prune(...) names it");
  }

  /** What a run may not delete is no reason to refuse all else that it is for. */
  private Optional<String> forbidden(ObjectRef member) {
    return Stream.of("get", "delete")
        .filter(verb -> !Seen.by(() -> cluster.allowed(verb, member, null)).orElse(true))
        .findFirst()
        .map(verb -> "this user may not " + verb + " it");
  }

  /** Why a definition must not go: its custom resources would go with it. */
  static Optional<String> inUse(Cluster cluster, Manifest member) {
    if (!member.isKind("CustomResourceDefinition")) {
      return Optional.empty();
    }
    Optional<Map<String, @Nullable Object>> served =
        member.maps("spec", "versions").stream()
            .filter(version -> Boolean.TRUE.equals(version.get("served")))
            .findFirst();
    if (served.isEmpty()) {
      return Optional.of("its custom resources are not served, so that nobody can tell of them");
    }
    Query query =
        Query.all(
            member.text("spec", "group") + "/" + Trees.text(served.get(), "name"),
            String.valueOf(member.text("spec", "names", "kind")),
            null);
    Seen<List<Manifest>> resources = Seen.by(() -> cluster.list(query).items());
    if (!resources.isSeen()) {
      return Optional.of("its custom resources cannot be listed: " + resources.unseen());
    }
    int count = resources.orElse(List.of()).size();
    return count == 0
        ? Optional.empty()
        : Optional.of("it has custom resources (" + count + "), which would be deleted with it");
  }

  private static String command(ObjectRef ref) {
    return "kubectl"
        + (ref.namespace() == null ? "" : " -n " + ref.namespace())
        + " delete "
        + KindNames.plural(ref.apiVersion(), ref.kind())
        + (ref.group().isEmpty() ? "" : "." + ref.group())
        + " "
        + ref.name();
  }
}
