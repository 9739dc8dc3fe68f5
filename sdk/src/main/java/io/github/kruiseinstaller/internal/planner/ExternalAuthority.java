package io.github.kruiseinstaller.internal.planner;

import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.ClusterException;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.internal.webhook.CertificateAuthority;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.release.Release;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The CA of certificates that the manager does not make itself. Such a manager only compares, and
 * ends when a definition's conversion trusts another CA: nobody but an installation brings it.
 *
 * @param bundle the CA in base64; null when the manager sees to it, or nothing is known of it
 * @param service the Service that serves with the certificate
 */
record ExternalAuthority(@Nullable String bundle, ObjectRef service) {
  /** Reads it. Who may not read the Secret plans without. */
  static ExternalAuthority read(Cluster cluster, Release release) {
    return new ExternalAuthority(
        release.certificateSecret().isPresent() ? null : bundle(cluster, release),
        release.webhookService().ref());
  }

  private static @Nullable String bundle(Cluster cluster, Release release) {
    ObjectRef secret = release.certificateSecretRef();
    try {
      return cluster
          .get(secret)
          .map(CertificateAuthority::bundle)
          .filter(CertificateAuthority::isBundle)
          .orElse(null);
    } catch (ClusterException e) {
      if (e.status() == 403) {
        return null;
      }
      throw e;
    }
  }

  /** The same manifest, or the definition with the CA in a conversion that has none. */
  Manifest broughtInto(Manifest wanted) {
    if (bundle == null || !wanted.isKind("CustomResourceDefinition")) {
      return wanted;
    }
    Map<String, @Nullable Object> client =
        wanted.map("spec", "conversion", "webhook", "clientConfig");
    boolean ours =
        service.name().equals(Trees.text(client, "service", "name"))
            && String.valueOf(service.namespace())
                .equals(Trees.text(client, "service", "namespace"));
    return ours && !client.containsKey("caBundle") ? wanted.edit(this::fillIn) : wanted;
  }

  private void fillIn(Map<String, @Nullable Object> definition) {
    Map<String, @Nullable Object> conversion =
        Trees.child(Trees.child(definition, "spec"), "conversion");
    Trees.child(Trees.child(conversion, "webhook"), "clientConfig").put("caBundle", bundle);
  }
}
