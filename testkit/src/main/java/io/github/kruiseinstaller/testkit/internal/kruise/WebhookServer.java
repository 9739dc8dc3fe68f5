package io.github.kruiseinstaller.testkit.internal.kruise;

import io.github.kruiseinstaller.testkit.internal.network.HttpsListener;
import io.github.kruiseinstaller.testkit.internal.network.HttpsListener.Answer;
import io.github.kruiseinstaller.testkit.internal.network.HttpsListener.Site;
import io.github.kruiseinstaller.testkit.internal.network.Network;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The TLS server of a manager, behind its pod's address. Serves with the newest certificates.
 * Thread-safe.
 */
final class WebhookServer {
  /** Checking takes as long as a handshake, and certificates are handed in with every sync. */
  private static final Duration CHECK_AGAIN = Duration.ofMinutes(1);

  private final Network network;
  private final String address;
  private final int port;
  private final CertificateCheck check;

  private Site site = (path, body) -> Answer.text(404, "404 page not found\n");
  private @Nullable ServingCertificates certificates;
  private @Nullable HttpsListener listener;
  private Instant checkAgain = Instant.MIN;
  private boolean trusted;
  private boolean stopped;

  WebhookServer(Network network, String address, int port, CertificateCheck check) {
    this.network = network;
    this.address = address;
    this.port = port;
    this.check = check;
  }

  /** Says what is served; before {@link #listen}. */
  synchronized void serve(Site newSite) {
    site = newSite;
  }

  /**
   * Serves with these from now on.
   *
   * @throws IllegalArgumentException when it listens, and cannot with these
   */
  synchronized void use(ServingCertificates newest, Instant now) {
    ServingCertificates before = certificates;
    if (newest.equals(before) && now.isBefore(checkAgain)) {
      return;
    }
    certificates = newest;
    checkAgain = now.plus(CHECK_AGAIN);
    trusted = check.usable(newest.identity(), newest.ca(), "localhost", now);
    if (listener != null && before != null && !before.identity().equals(newest.identity())) {
      replace();
    }
  }

  /**
   * Begins to listen.
   *
   * @throws IllegalArgumentException when there are no certificates to listen with
   */
  synchronized void listen() {
    if (!stopped && listener == null) {
      replace();
    }
  }

  private void replace() {
    if (certificates == null) {
      throw new IllegalArgumentException("failed to find any PEM data in certificate input");
    }
    HttpsListener old = listener;
    HttpsListener started = HttpsListener.start(certificates.identity(), site);
    listener = started;
    network.listen(address, port, started.port());
    if (old != null) {
      old.close();
    }
  }

  /** Whether a client in the pod that trusts the CA would get an answer at {@code /healthz}. */
  synchronized boolean healthy() {
    return listener != null && trusted;
  }

  /** Ends, for good; open connections are reset, or closed. */
  void stop(boolean dropsConnections) {
    HttpsListener old;
    synchronized (this) {
      stopped = true;
      old = listener;
      listener = null;
    }
    // Not under the lock: a request that is being answered may take its time to end.
    if (old != null) {
      network.close(address, port);
      if (dropsConnections) {
        old.reset();
      } else {
        old.close();
      }
    }
  }
}
