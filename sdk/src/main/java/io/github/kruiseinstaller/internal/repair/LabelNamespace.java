package io.github.kruiseinstaller.internal.repair;

import io.github.kruiseinstaller.diagnosis.Diagnosis;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.live.ManagerPods;
import io.github.kruiseinstaller.internal.webhook.NamespaceLabels;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.FieldDiff;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The manager's namespace gets the label that the webhooks about to be armed look for. */
final class LabelNamespace implements Mend {
  @Override
  public Optional<List<Mending>> of(Diagnosis diagnosis, Incident incident) {
    return of(incident);
  }

  /** The label where it is missing; empty when none can keep the webhooks out. */
  static Optional<List<Mending>> of(Incident incident) {
    Optional<Manifest> namespace = incident.live().namespace();
    Map<String, String> podLabels =
        incident.live().manager().map(ManagerPods::labels).orElse(Map.of());
    if (namespace.isEmpty()) {
      return Optional.empty();
    }
    List<Manifest> manifests = new ArrayList<>(incident.lists().configurations());
    incident.restore().manifest(namespace.get().ref()).ifPresent(manifests::add);
    try {
      return Optional.of(
          missing(
              namespace.get(),
              NamespaceLabels.interceptors(
                          incident.lists().configurations(),
                          namespace.get().name(),
                          namespace.get().labels(),
                          podLabels)
                      .isEmpty()
                  ? Map.of()
                  : NamespaceLabels.required(manifests, namespace.get().name(), podLabels)));
    } catch (InstallException noLabelCan) {
      return Optional.empty();
    }
  }

  private static List<Mending> missing(Manifest namespace, Map<String, String> required) {
    Map<String, String> labels = new LinkedHashMap<>();
    List<FieldDiff> fields = new ArrayList<>();
    required.forEach(
        (key, value) -> {
          String live = namespace.labels().get(key);
          if (!value.equals(live)) {
            labels.put(key, value);
            fields.add(Mending.field("metadata.labels[\"" + key + "\"]", live, value));
          }
        });
    return labels.isEmpty()
        ? List.of()
        : List.of(
            Mending.patch(
                Stage.NAMESPACE,
                namespace.ref(),
                Map.of("metadata", Map.of("labels", labels)),
                fields));
  }
}
