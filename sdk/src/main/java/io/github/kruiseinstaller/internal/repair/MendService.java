package io.github.kruiseinstaller.internal.repair;

import io.github.kruiseinstaller.diagnosis.Diagnosis;
import io.github.kruiseinstaller.internal.live.LiveInstallation;
import io.github.kruiseinstaller.internal.live.ManagerPods;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.FieldDiff;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The webhook Service is there and leads to the manager's Pods. */
final class MendService implements Mend {
  @Override
  public Optional<List<Mending>> of(Diagnosis diagnosis, Incident incident) {
    LiveInstallation live = incident.live();
    if (live.manager().isEmpty() || !live.service().isSeen()) {
      return Optional.empty();
    }
    Manifest manager = live.manager().get();
    Optional<Manifest> service = live.service().orElse(Optional.empty());
    if (service.isEmpty()) {
      return Optional.of(List.of(Mending.create(Stage.PARK, made(manager, incident))));
    }
    List<Mending> mendings = new ArrayList<>(selector(service.get(), manager));
    mendings.addAll(port(service.get(), manager, incident));
    return mendings.isEmpty() ? Optional.empty() : Optional.of(mendings);
  }

  private static Manifest made(Manifest manager, Incident incident) {
    ObjectRef ref = incident.live().location().serviceRef();
    return incident
        .restore()
        .manifest(ref)
        .orElseGet(
            () ->
                Manifest.of(
                    Map.of(
                        "apiVersion",
                        "v1",
                        "kind",
                        "Service",
                        "metadata",
                        Map.of("name", ref.name(), "namespace", String.valueOf(ref.namespace())),
                        "spec",
                        Map.of(
                            "selector",
                            new ManagerWorkload(manager).selector(),
                            "ports",
                            List.of(
                                Map.of(
                                    "port",
                                    servicePort(incident),
                                    "targetPort",
                                    new ManagerWorkload(manager).webhookPort()))))));
  }

  /** Terms that the manager's Pods do not satisfy are corrected, or taken out. */
  private static List<Mending> selector(Manifest service, Manifest manager) {
    Map<String, String> podLabels = ManagerPods.labels(manager);
    Map<String, @Nullable Object> patch = new LinkedHashMap<>();
    Map<String, @Nullable Object> live = service.map("spec", "selector");
    live.forEach(
        (key, value) -> {
          if (!String.valueOf(value).equals(podLabels.get(key))) {
            patch.put(key, podLabels.get(key));
          }
        });
    boolean selectsOthersToo = live.keySet().stream().noneMatch(podLabels::containsKey);
    if (selectsOthersToo) {
      patch.putAll(new ManagerWorkload(manager).selector());
    }
    List<FieldDiff> fields = new ArrayList<>();
    patch.forEach(
        (key, value) ->
            fields.add(Mending.field("spec.selector[\"" + key + "\"]", live.get(key), value)));
    return patch.isEmpty()
        ? List.of()
        : List.of(
            Mending.patch(
                Stage.PARK, service.ref(), Map.of("spec", Map.of("selector", patch)), fields));
  }

  private static List<Mending> port(Manifest service, Manifest manager, Incident incident) {
    long port = servicePort(incident);
    long target = new ManagerWorkload(manager).webhookPort();
    List<Map<String, @Nullable Object>> wanted = new ArrayList<>();
    boolean found = false;
    for (Map<String, @Nullable Object> each : service.maps("spec", "ports")) {
      Map<String, @Nullable Object> copy = Trees.mutable(each);
      if (Trees.number(0, each, "port") == port) {
        found = true;
        if (!leadsTo(each, target, manager)) {
          copy.put("targetPort", target);
        }
      }
      wanted.add(copy);
    }
    if (!found) {
      wanted.add(
          new LinkedHashMap<>(Map.of("name", "webhook", "port", port, "targetPort", target)));
      wanted.stream().filter(each -> wanted.size() == 1).forEach(each -> each.remove("name"));
    }
    List<@Nullable Object> live = service.list("spec", "ports");
    return wanted.equals(live)
        ? List.of()
        : List.of(
            Mending.patch(
                Stage.PARK,
                service.ref(),
                Map.of("spec", Map.of("ports", wanted)),
                List.of(Mending.field("spec.ports", live, wanted))));
  }

  private static boolean leadsTo(
      Map<String, @Nullable Object> port, long target, Manifest manager) {
    String name = Trees.text(port, "targetPort");
    long number = Trees.number(Trees.number(0, port, "port"), port, "targetPort");
    return name == null
        ? number == target
        : manager.maps("spec", "template", "spec", "containers").stream()
            .flatMap(container -> Trees.maps(container, "ports").stream())
            .anyMatch(
                each ->
                    name.equals(Trees.text(each, "name"))
                        && Trees.number(0, each, "containerPort") == target);
  }

  /** The port of the Service that the webhooks call. */
  private static long servicePort(Incident incident) {
    return incident.lists().configurations().stream()
        .flatMap(configuration -> configuration.maps("webhooks").stream())
        .map(entry -> Trees.number(DEFAULT_PORT, entry, "clientConfig", "service", "port"))
        .findFirst()
        .orElse(DEFAULT_PORT);
  }

  private static final long DEFAULT_PORT = 443;
}
