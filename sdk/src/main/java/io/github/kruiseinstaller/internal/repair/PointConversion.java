package io.github.kruiseinstaller.internal.repair;

import io.github.kruiseinstaller.diagnosis.Diagnosis;
import io.github.kruiseinstaller.internal.live.LiveInstallation;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.internal.webhook.CertificateAuthority;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.FieldDiff;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Conversion of custom resources is sent to the manager's Service, and trusts its CA. */
final class PointConversion implements Mend {
  @Override
  public Optional<List<Mending>> of(Diagnosis diagnosis, Incident incident) {
    LiveInstallation live = incident.live();
    List<Mending> mendings = new ArrayList<>();
    for (Manifest definition : live.definitions().orElse(List.of())) {
      boolean meant = diagnosis.object() == null || definition.ref().equals(diagnosis.object());
      if (meant && definition.at("spec", "conversion", "webhook") != null) {
        mendings.addAll(pointed(definition, live));
      }
    }
    return mendings.isEmpty() ? Optional.empty() : Optional.of(mendings);
  }

  private static List<Mending> pointed(Manifest definition, LiveInstallation live) {
    Map<String, @Nullable Object> client =
        definition.map("spec", "conversion", "webhook", "clientConfig");
    Map<String, @Nullable Object> patch = new LinkedHashMap<>();
    Map<String, @Nullable Object> service = new LinkedHashMap<>();
    service.put("namespace", live.location().namespace());
    service.put("name", live.location().service());
    List<FieldDiff> fields = new ArrayList<>();
    if (!Trees.map(client, "service").entrySet().containsAll(service.entrySet())) {
      patch.put("service", service);
      fields.add(
          Mending.field(
              "spec.conversion.webhook.clientConfig.service", client.get("service"), service));
    }
    Optional<Manifest> secret = live.certificates().orElse(Optional.empty());
    String authority = secret.map(CertificateAuthority::bundle).orElse("");
    String trusted = Trees.text(client, "caBundle");
    if (!authority.isEmpty() && !CertificateAuthority.trusts(trusted, secret.get())) {
      patch.put("caBundle", authority);
      fields.add(
          new FieldDiff(
              "spec.conversion.webhook.clientConfig.caBundle",
              trusted == null ? null : "\"(another)\"",
              "\"(the manager's)\""));
    }
    return patch.isEmpty()
        ? List.of()
        : List.of(
            Mending.patch(
                Stage.CRDS,
                definition.ref(),
                Map.of(
                    "spec", Map.of("conversion", Map.of("webhook", Map.of("clientConfig", patch)))),
                fields));
  }
}
