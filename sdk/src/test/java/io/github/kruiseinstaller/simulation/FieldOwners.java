package io.github.kruiseinstaller.simulation;

import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.release.ReleaseRequest;
import io.github.kruiseinstaller.release.ReleaseSource;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who owns which field of the objects of a release, and by what they are known as somebody's. */
final class FieldOwners {
  private static final String OURS = "kruise-installer";
  private static final Set<String> CONTROLLERS =
      Set.of("kube-controller-manager", "kubelet", "kruise-manager", "manager");
  private static final List<String> MARKS =
      List.of("meta.helm.sh/", "app.kubernetes.io/managed-by", "last-applied-configuration");

  private FieldOwners() {}

  /** What is not as it should be: fields of two owners, or objects that tell of another one. */
  static List<String> wrong(SimulatedCluster cluster, ReleaseSource release) {
    List<String> wrong = new ArrayList<>();
    for (Manifest manifest : release.load(new ReleaseRequest(null, "1.34.0")).manifests()) {
      ObjectRef ref = manifest.ref();
      Map<String, Object> live =
          cluster
              .objects()
              .get(
                  ref.apiVersion(),
                  ref.kind(),
                  ref.namespace() == null ? "" : ref.namespace(),
                  ref.name())
              .orElseThrow(() -> new AssertionError(ref + " is gone"));
      judge(ref, Manifest.of(live), wrong);
    }
    return wrong;
  }

  private static void judge(ObjectRef ref, Manifest live, List<String> wrong) {
    Map<String, Set<String>> owners = new LinkedHashMap<>();
    for (Map<String, ?> entry : live.maps("metadata", "managedFields")) {
      String manager = String.valueOf(entry.get("manager"));
      if (entry.containsKey("subresource") || CONTROLLERS.contains(manager)) {
        continue;
      }
      if (!manager.equals(OURS) && !manager.equals("testkit") && !ref.kind().equals("Namespace")) {
        wrong.add(ref + " has an entry of " + manager);
      }
      String owner = manager + " " + entry.get("operation");
      leaves("", entry.get("fieldsV1"))
          .forEach(leaf -> owners.computeIfAbsent(leaf, l -> new LinkedHashSet<>()).add(owner));
    }
    owners.forEach(
        (field, managers) -> {
          if (managers.size() > 1) {
            wrong.add(ref + " " + field + " is owned by " + managers);
          }
        });
    String metadata = live.labels() + " " + live.annotations();
    MARKS.stream()
        .filter(metadata::contains)
        .forEach(mark -> wrong.add(ref + " still has " + mark));
  }

  private static List<String> leaves(String path, Object node) {
    List<String> leaves = new ArrayList<>();
    Map<?, ?> map = (Map<?, ?>) node;
    if (map.isEmpty()) {
      leaves.add(path);
    }
    map.forEach(
        (key, below) -> {
          if (!key.equals(".")) {
            leaves.addAll(leaves(path + "/" + key, below));
          }
        });
    return leaves;
  }
}
