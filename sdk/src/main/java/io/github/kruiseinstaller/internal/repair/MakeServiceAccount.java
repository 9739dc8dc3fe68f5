package io.github.kruiseinstaller.internal.repair;

import io.github.kruiseinstaller.diagnosis.Diagnosis;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The ServiceAccount that the manager's Pods name is there; its bindings name it already. */
final class MakeServiceAccount implements Mend {
  @Override
  public Optional<List<Mending>> of(Diagnosis diagnosis, Incident incident) {
    return incident
        .live()
        .manager()
        .map(manager -> manager.text("spec", "template", "spec", "serviceAccountName"))
        .map(
            name ->
                ObjectRef.namespaced(
                    "v1", "ServiceAccount", incident.live().location().namespace(), name))
        .map(
            ref ->
                List.of(
                    Mending.create(
                        Stage.PARK, incident.restore().manifest(ref).orElseGet(() -> made(ref)))));
  }

  private static Manifest made(ObjectRef ref) {
    return Manifest.of(
        Map.of(
            "apiVersion",
            ref.apiVersion(),
            "kind",
            ref.kind(),
            "metadata",
            Map.of("name", ref.name(), "namespace", String.valueOf(ref.namespace()))));
  }
}
