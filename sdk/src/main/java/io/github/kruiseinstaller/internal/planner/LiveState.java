package io.github.kruiseinstaller.internal.planner;

import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.plan.ChangeAction;
import io.github.kruiseinstaller.plan.PlannedChange;
import io.github.kruiseinstaller.release.Release;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the cluster has, as far as the release is concerned, and in what it differs from it.
 *
 * @param version the OpenKruise version of the manager, or {@link Release#UNKNOWN_VERSION}
 * @param namespaces all live namespaces
 * @param objects the live objects that the release also has
 * @param serving whether the armed webhooks are answered
 * @param changes what applying the release would change, by object
 * @param retries what makes controllers try again whose Pods were refused
 */
record LiveState(
    String version,
    List<Manifest> namespaces,
    Map<ObjectRef, Manifest> objects,
    WebhookService serving,
    Map<ObjectRef, PlannedChange> changes,
    List<PlannedChange> retries) {
  LiveState {
    namespaces = List.copyOf(namespaces);
    objects = Map.copyOf(objects);
    changes = Map.copyOf(changes);
    retries = List.copyOf(retries);
  }

  /** What applying the release would change about an object; nothing when it has none of it. */
  PlannedChange change(ObjectRef ref) {
    return changes.getOrDefault(ref, PlannedChange.of(ref, ChangeAction.UNCHANGED));
  }

  Optional<Manifest> object(ObjectRef ref) {
    return Optional.ofNullable(objects.get(ref));
  }
}
