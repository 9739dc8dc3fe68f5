package io.github.kruiseinstaller.internal.repair;

import io.github.kruiseinstaller.internal.live.LiveInstallation;
import io.github.kruiseinstaller.internal.planner.Fingerprint;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.internal.wait.ReplicaSets;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.release.Release;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What stands for the release in a repair: the live objects as they will be once mended. */
final class LiveRelease {
  private LiveRelease() {}

  /** The live objects that stages look at, mended, with the configurations that will be armed. */
  static Release of(Incident incident, List<Mending> mendings) {
    Map<ObjectRef, Manifest> objects = new LinkedHashMap<>();
    live(incident.live()).forEach(each -> objects.put(each.ref(), each));
    for (Mending mending : mendings) {
      if (mending.manifest() != null || objects.containsKey(mending.object())) {
        objects.put(mending.object(), mending.result(objects.get(mending.object())));
      }
    }
    List<Manifest> manifests = new ArrayList<>(objects.values());
    manifests.addAll(incident.lists().configurations());
    return new Release(
        incident.report().version(),
        incident.live().location().namespace(),
        manifests,
        Fingerprint.of(incident.lists().configurations().stream().map(Manifest::toJson).toList()),
        "the cluster");
  }

  private static List<Manifest> live(LiveInstallation live) {
    List<Manifest> all = new ArrayList<>();
    live.namespace().ifPresent(all::add);
    all.addAll(live.definitions().orElse(List.of()));
    live.service().orElse(Optional.empty()).map(LiveRelease::wide).ifPresent(all::add);
    live.manager().ifPresent(all::add);
    live.daemon().ifPresent(all::add);
    return all;
  }

  /** An upgrade under way narrows it to the Pods of one template, which no Deployment names. */
  private static Manifest wide(Manifest service) {
    return service.map("spec", "selector").containsKey(ReplicaSets.HASH)
        ? service.edit(
            root -> Trees.child(Trees.child(root, "spec"), "selector").remove(ReplicaSets.HASH))
        : service;
  }
}
