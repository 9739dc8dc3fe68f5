package io.github.kruiseinstaller.simulation;

import io.github.kruiseinstaller.testkit.SimulatedCluster;
import java.util.List;
import java.util.Map;

/** What a live webhook configuration does to requests that nobody answers. */
enum Armament {
  /** It does not exist, or matches nothing. */
  NONE,
  /** Whatever is not answered is let through. */
  PROBATION,
  /** Whatever is not answered is refused. */
  ENFORCED;

  private static final String API_VERSION = "admissionregistration.k8s.io/v1";
  static final String MUTATING = "MutatingWebhookConfiguration";
  static final String VALIDATING = "ValidatingWebhookConfiguration";
  static final List<String> KINDS = List.of(MUTATING, VALIDATING);

  /** The version in which OpenKruise's configuration of a kind is stored; empty for none. */
  static String version(SimulatedCluster cluster, String kind) {
    return cluster.objects().resourceVersion(API_VERSION, kind, "", name(kind)).orElse("");
  }

  private static String name(String kind) {
    return kind.equals(MUTATING)
        ? "kruise-mutating-webhook-configuration"
        : "kruise-validating-webhook-configuration";
  }

  /** Of OpenKruise's configuration of a kind. */
  static Armament of(SimulatedCluster cluster, String kind) {
    List<?> webhooks =
        cluster
            .objects()
            .get(API_VERSION, kind, "", name(kind))
            .map(found -> found.get("webhooks") instanceof List<?> list ? list : List.of())
            .orElse(List.of());
    if (webhooks.isEmpty()) {
      return NONE;
    }
    boolean refuses =
        webhooks.stream().anyMatch(hook -> "Fail".equals(((Map<?, ?>) hook).get("failurePolicy")));
    return refuses ? ENFORCED : PROBATION;
  }

  /** Whether neither configuration matches anything. */
  static boolean isParked(SimulatedCluster cluster) {
    return KINDS.stream().allMatch(kind -> of(cluster, kind) == NONE);
  }
}
