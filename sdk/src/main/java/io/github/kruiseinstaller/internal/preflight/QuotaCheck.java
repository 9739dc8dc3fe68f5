package io.github.kruiseinstaller.internal.preflight;

import io.github.kruiseinstaller.check.Check;
import io.github.kruiseinstaller.check.CheckCategory;
import io.github.kruiseinstaller.internal.cluster.Cluster.Query;
import io.github.kruiseinstaller.internal.live.Seen;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether the quotas of the namespace have room for every replica of the manager. */
final class QuotaCheck implements PreflightCheck {
  static final String ID = "resource-quota";

  @Override
  public List<Check> look(Scene scene) {
    return List.of(quota(scene));
  }

  private static Check quota(Scene scene) {
    if (scene.live().namespaces().isSeen() && scene.namespace().isEmpty()) {
      return Check.skipped(
          ID, CheckCategory.POLICY, "the namespace does not exist yet, so it has no quota");
    }
    Seen<List<Manifest>> quotas =
        Seen.by(
            () ->
                scene
                    .cluster()
                    .list(Query.all("v1", "ResourceQuota", scene.release().namespace()))
                    .items());
    if (!quotas.isSeen()) {
      return Check.skipped(
          ID, CheckCategory.POLICY, "quotas may not be looked at: " + quotas.unseen());
    }
    if (quotas.orElse(List.of()).isEmpty()) {
      return Check.pass(ID, CheckCategory.POLICY, "the namespace has no quota");
    }
    long missing = missingReplicas(scene);
    Map<String, BigDecimal> demand = demand(scene.release().managerDeployment(), missing);
    List<String> lacking = new ArrayList<>();
    for (Manifest quota : quotas.orElse(List.of())) {
      // A quota with scopes counts some Pods only; whether ours, the API server decides.
      if (quota.list("spec", "scopes").isEmpty() && quota.map("spec", "scopeSelector").isEmpty()) {
        lacking.addAll(shortages(quota, demand));
      }
    }
    return lacking.isEmpty()
        ? Check.pass(
            ID,
            CheckCategory.POLICY,
            missing == 0
                ? "the manager's replicas are there already"
                : "quotas have room for " + missing + " replicas of the manager")
        : Check.fail(
                ID,
                CheckCategory.POLICY,
                "the quota of the namespace has no room for "
                    + missing
                    + " replicas of the manager",
                "Raise the quota, or ask for less: Customizer.replicas and"
                    + " Customizer.resources.")
            .seen(lacking);
  }

  /** How many replicas are still to be made; those that run are counted as used already. */
  private static long missingReplicas(Scene scene) {
    long wanted = scene.release().managerDeployment().number(1, "spec", "replicas");
    return Math.max(0, wanted - scene.live().managerPods().size());
  }

  private static Map<String, BigDecimal> demand(Manifest manager, long replicas) {
    Map<String, @Nullable Object> pod = manager.map("spec", "template", "spec");
    BigDecimal times = BigDecimal.valueOf(replicas);
    Map<String, BigDecimal> demand = new LinkedHashMap<>();
    demand.put("pods", times);
    demand.put("count/pods", times);
    for (String resource : List.of("cpu", "memory")) {
      BigDecimal requests = PodDemand.requests(pod, resource).multiply(times);
      demand.put(resource, requests);
      demand.put("requests." + resource, requests);
      demand.put("limits." + resource, PodDemand.limits(pod, resource).multiply(times));
    }
    return demand;
  }

  private static List<String> shortages(Manifest quota, Map<String, BigDecimal> demand) {
    List<String> found = new ArrayList<>();
    Map<String, @Nullable Object> hard = quota.map("spec", "hard");
    demand.forEach(
        (name, wanted) -> {
          Object limit = hard.get(name);
          Object used = Trees.at(quota.map("status", "used"), name);
          if (limit != null
              && PodDemand.amount(used).add(wanted).compareTo(PodDemand.amount(limit)) > 0) {
            found.add(
                "%s: %s %s, used %s, needed %s more"
                    .formatted(
                        quota.ref(),
                        name,
                        limit,
                        used == null ? "0" : used,
                        wanted.stripTrailingZeros().toPlainString()));
          }
        });
    return found;
  }
}
