package io.github.kruiseinstaller.testkit.internal.kruise;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Sees to it that the Secret holds certificates that can be served with. Used by one thread. */
final class CertificateKeeper {
  /** Checking takes as long as a handshake, and there is a sync for every change. */
  private static final Duration GOOD_FOR = Duration.ofMinutes(1);

  private final KruiseClient client;
  private final ManagerSettings settings;
  private final Supplier<Instant> clock;
  private final Klog log;
  private final CertificateCheck check;
  private @Nullable ServingCertificates good;
  private Instant goodUntil = Instant.MIN;

  CertificateKeeper(
      KruiseClient client,
      ManagerSettings settings,
      Supplier<Instant> clock,
      Klog log,
      CertificateCheck check) {
    this.client = client;
    this.settings = settings;
    this.clock = clock;
    this.log = log;
    this.check = check;
  }

  /**
   * The certificates: those in the Secret if they are good for another six months, else new ones,
   * which are in the Secret when this returns.
   *
   * @throws StatusException when the Secret could not be read or written
   */
  ServingCertificates ensure() {
    Optional<ObjectNode> secret = find();
    if (settings.gates().enabled(FeatureGates.EXTERNAL_CERTS)) {
      return ServingCertificates.external(
          secret.orElseThrow(
              () -> new SyncException("secrets \"" + settings.secretName() + "\" not found")));
    }
    if (secret.isEmpty()) {
      ServingCertificates made = renew(new ServingCertificates("", "", "", ""));
      try {
        client.create(Plural.SECRETS, secretWith(made));
        return made;
      } catch (StatusException e) {
        if (!e.reason().equals("AlreadyExists")) {
          throw e;
        }
        // Another replica was faster.
        secret = find();
      }
    }
    ObjectNode present =
        secret.orElseThrow(() -> new SyncException("the Secret is gone as soon as it was made"));
    ServingCertificates certificates = ServingCertificates.own(present);
    return isGood(certificates) ? certificates : overwrite(present, certificates);
  }

  private boolean isGood(ServingCertificates certificates) {
    Instant now = clock.get();
    if (certificates.equals(good) && now.isBefore(goodUntil)) {
      return true;
    }
    boolean valid = certificates.validFor(settings.hostName(), now, check);
    good = valid ? certificates : null;
    goodUntil = now.plus(GOOD_FOR);
    return valid;
  }

  /** Like the real one this keeps nothing of the Secret that was, neither labels nor other keys. */
  private ServingCertificates overwrite(ObjectNode old, ServingCertificates certificates) {
    log.info("certwriter.go", "cert is invalid or expired, regenerating a new one");
    ServingCertificates made = renew(certificates);
    ObjectNode secret = secretWith(made);
    String before = Nodes.resourceVersion(old);
    Nodes.object(secret, "metadata").put("resourceVersion", before);
    ObjectNode written = client.update(Plural.SECRETS, secret);
    log.info(
        "secret.go",
        "Cert writer update secret "
            + settings.secretName()
            + " resourceVersion from "
            + before
            + " to "
            + Nodes.resourceVersion(written));
    return made;
  }

  private ServingCertificates renew(ServingCertificates old) {
    return old.renewed(settings.hostName(), clock.get(), check);
  }

  private Optional<ObjectNode> find() {
    return client.find(Plural.SECRETS, settings.namespace(), settings.secretName());
  }

  private ObjectNode secretWith(ServingCertificates certificates) {
    ObjectNode secret = Json.object();
    secret
        .putObject("metadata")
        .put("name", settings.secretName())
        .put("namespace", settings.namespace());
    certificates.writeTo(secret);
    return secret;
  }
}
