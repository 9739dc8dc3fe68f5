package io.github.kruiseinstaller.internal.stage;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.retry.RunControl;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.internal.webhook.WebhookConfigurations;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.release.Release;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Makes API servers let go of their connections to the manager. An API server keeps them, and its
 * clients for webhooks are keyed by the CA bundle: the same certificate in other bytes, with more
 * newlines at its end, makes it dial anew. It forgets no client, so bytes that it had a while ago
 * would lead it back to the connections of then, and an upgrade that is finished by another run
 * touches the bundle twice: hence more than two variants. The bytes go into the Secret; the
 * managers copy them into the webhook configurations.
 */
final class Redialling {
  private static final String CA = "ca-cert.pem";

  /** So many touches later the bytes come back; the connections of then have long been closed. */
  private static final int VARIANTS = 8;

  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Until every API server has seen the configurations, and requests under way are answered. */
  private static final Duration SETTLE = Duration.ofSeconds(1);

  private final Cluster cluster;
  private final RunControl control;
  private final ObjectRef secret;
  private final List<ObjectRef> configurations;

  Redialling(Cluster cluster, RunControl control, Release release) {
    this.cluster = cluster;
    this.control = control;
    this.secret = release.certificateSecretRef();
    this.configurations =
        WebhookConfigurations.in(release.webhookConfigurations()).stream()
            .map(Manifest::ref)
            .toList();
  }

  /**
   * Touches the CA, and waits until API servers have had the time to dial anew.
   *
   * @throws InstallException CERTIFICATE_UNUSABLE when the managers do not copy the bytes, CONFLICT
   *     when the Secret changes all the time
   */
  void run() {
    String bundle = touch();
    long end = control.time().nanos() + control.deadline().atMost(PATIENCE).toNanos();
    while (!isEverywhere(bundle)) {
      if (control.time().nanos() >= end) {
        throw failure(
            "the managers do not copy the certificate's CA into the webhook configurations");
      }
      control.sleep(PAUSE);
    }
    control.sleep(control.deadline().atMost(SETTLE));
  }

  private String touch() {
    AtomicReference<@Nullable String> written = new AtomicReference<>();
    new Rewriting(cluster)
        .write(
            secret,
            (writer, live) -> {
              String after = touched(bundle(live));
              writer.replace(
                  live.edit(root -> Trees.child(root, "data").put(CA, after)), Rewriting.PERSIST);
              written.set(after);
              return true;
            });
    String after = written.get();
    if (after == null) {
      throw failure(secret + " is gone");
    }
    return after;
  }

  private String bundle(Manifest live) {
    String bundle = live.text("data", CA);
    if (bundle == null) {
      throw failure(secret + " has no " + CA);
    }
    return bundle;
  }

  /** The same certificates in bytes that they have not had for a while. */
  static String touched(String base64) {
    String text = new String(Base64.getMimeDecoder().decode(base64), StandardCharsets.UTF_8);
    String bare = text.stripTrailing();
    int newlines = text.length() - bare.length();
    String other = bare + "\n".repeat((newlines + 1) % VARIANTS);
    return Base64.getEncoder().encodeToString(other.getBytes(StandardCharsets.UTF_8));
  }

  private boolean isEverywhere(String bundle) {
    return configurations.stream()
        .map(cluster::get)
        .flatMap(Optional::stream)
        .flatMap(live -> live.maps("webhooks").stream())
        .allMatch(webhook -> bundle.equals(Trees.text(webhook, "clientConfig", "caBundle")));
  }

  private InstallException failure(String message) {
    return new InstallException(
        Failure.of(
                FailureCode.CERTIFICATE_UNUSABLE,
                message,
                "Look at the managers' log: they keep the webhook configurations in step with the"
                    + " Secret. Then run again.")
            .about(secret));
  }
}
