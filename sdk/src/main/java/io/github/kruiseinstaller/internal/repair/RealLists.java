package io.github.kruiseinstaller.internal.repair;

import io.github.kruiseinstaller.internal.live.LiveInstallation;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.internal.webhook.RealWebhooks;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.release.Release;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The two configurations as they are to be armed. What the cluster knows comes first: a release may
 * be of other values than the installation. Only a list that the cluster has lost is taken from it.
 */
final class RealLists {
  private static final String ADMISSION = "admissionregistration.k8s.io/v1";
  private static final List<ObjectRef> BOTH =
      List.of(
          ObjectRef.cluster(
              ADMISSION, "MutatingWebhookConfiguration", Release.MUTATING_CONFIGURATION),
          ObjectRef.cluster(
              ADMISSION, "ValidatingWebhookConfiguration", Release.VALIDATING_CONFIGURATION));

  private final Map<ObjectRef, Manifest> known = new LinkedHashMap<>();
  private final Map<ObjectRef, Manifest> live = new LinkedHashMap<>();

  private RealLists() {}

  /**
   * The lists of an installation, or of its release where the cluster does not tell.
   *
   * @param outdated whether the cluster's lists are known to be those of another version
   */
  static RealLists of(LiveInstallation installation, Optional<Release> release, boolean outdated) {
    RealLists lists = new RealLists();
    installation.ownConfigurations().forEach(each -> lists.live.put(each.ref(), each));
    for (ObjectRef ref : BOTH) {
      Optional<Manifest> released = release.flatMap(shipped -> shipped.find(ref));
      Optional.ofNullable(lists.live.get(ref))
          .filter(each -> !outdated || released.isEmpty())
          .map(each -> carrying(ref, RealWebhooks.of(each)))
          .filter(each -> !each.list("webhooks").isEmpty())
          .or(() -> released)
          .map(each -> pointingTo(each, installation.location()))
          .ifPresent(each -> lists.known.put(ref, each));
    }
    return lists;
  }

  /** Whether the lists of both configurations are known. */
  boolean complete() {
    return known.size() == BOTH.size();
  }

  /** The configurations whose list nobody knows. */
  List<ObjectRef> unknown() {
    return BOTH.stream().filter(ref -> !known.containsKey(ref)).toList();
  }

  /** The configurations that are not there. */
  List<ObjectRef> absent() {
    return BOTH.stream().filter(ref -> !live.containsKey(ref)).toList();
  }

  /** The configurations with the lists that are known; those that are not have none. */
  List<Manifest> configurations() {
    List<Manifest> all = new ArrayList<>();
    BOTH.forEach(ref -> all.add(known.getOrDefault(ref, carrying(ref, List.of()))));
    return all;
  }

  private static Manifest carrying(ObjectRef ref, List<Map<String, @Nullable Object>> list) {
    return Manifest.of(
        Map.of(
            "apiVersion",
            ref.apiVersion(),
            "kind",
            ref.kind(),
            "metadata",
            Map.of("name", ref.name()),
            "webhooks",
            list));
  }

  /** The same list, sent to the webhook Service of this installation. */
  private static Manifest pointingTo(Manifest configuration, LiveInstallation.Location location) {
    return configuration.edit(
        tree -> {
          for (Map<String, @Nullable Object> entry : Trees.maps(tree, "webhooks")) {
            if (Trees.at(entry, "clientConfig", "service") instanceof Map<?, ?>) {
              Map<String, @Nullable Object> service = Trees.map(entry, "clientConfig", "service");
              service.put("namespace", location.namespace());
              service.put("name", location.service());
            }
          }
        });
  }
}
