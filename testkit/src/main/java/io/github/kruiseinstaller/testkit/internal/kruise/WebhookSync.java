package io.github.kruiseinstaller.testkit.internal.kruise;

import io.github.kruiseinstaller.testkit.internal.kruise.Changes.Subscription;
import io.github.kruiseinstaller.testkit.internal.workload.Program.Container;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Keeps certificates, configurations and definitions in order: at the start, whenever one of them
 * changes, every minute, and after a failure with back-off. Every replica does so. Thread-safe.
 */
final class WebhookSync {
  private static final Duration RESYNC = Duration.ofMinutes(1);
  private static final String SOURCE = "webhook_controller.go";

  private final Surroundings surroundings;
  private final Parts parts;
  private final ManagerSettings settings;
  private final ReconcileLoop loop;
  private final List<Subscription> subscriptions = new ArrayList<>();
  private Consumer<ServingCertificates> certificatesKnown = certificates -> {};
  private Runnable succeeded = () -> {};
  private boolean stopped;

  WebhookSync(
      Surroundings surroundings, Container container, Parts parts, ManagerSettings settings) {
    this.surroundings = surroundings;
    this.parts = parts;
    this.settings = settings;
    this.loop =
        new ReconcileLoop(
            container,
            surroundings.executor(),
            this::sync,
            failure -> parts.log().error(SOURCE, "sync \"\" failed with " + failure.getMessage()));
  }

  /**
   * What is kept in order, in this order.
   *
   * @param certificates first
   * @param configurations second
   * @param definitions last
   * @param log for what is done
   */
  record Parts(
      CertificateKeeper certificates,
      WebhookConfigurations configurations,
      ConversionDefinitions definitions,
      Klog log) {}

  /**
   * Begins.
   *
   * @param onCertificates gets the certificates in each sync, before anything else is written
   * @param onSuccess called after each sync that got to its end
   */
  void start(Consumer<ServingCertificates> onCertificates, Runnable onSuccess) {
    certificatesKnown = onCertificates;
    succeeded = onSuccess;
    parts.log().info(SOURCE, "Starting webhook-controller");
    subscribe(Plural.SECRETS, settings.secretName()::equals);
    subscribe(Plural.MUTATING, WebhookConfigurations.MUTATING_NAME::equals);
    subscribe(Plural.VALIDATING, WebhookConfigurations.VALIDATING_NAME::equals);
    subscribe(Plural.DEFINITIONS, name -> name.endsWith("." + Plural.APPS));
    loop.trigger();
  }

  /** Ends. */
  void stop() {
    loop.stop();
    List<Subscription> ending;
    synchronized (this) {
      stopped = true;
      ending = List.copyOf(subscriptions);
      subscriptions.clear();
    }
    ending.forEach(Subscription::close);
  }

  private void subscribe(Plural plural, Predicate<String> interesting) {
    Subscription subscription =
        surroundings
            .changes()
            .subscribe(
                plural.groupResource(),
                (namespace, name) -> {
                  if (interesting.test(name)) {
                    loop.trigger();
                  }
                });
    synchronized (this) {
      if (!stopped) {
        subscriptions.add(subscription);
        return;
      }
    }
    subscription.close();
  }

  private Optional<Duration> sync() {
    parts.log().info(SOURCE, "Starting to sync webhook certs and configurations");
    try {
      ServingCertificates certificates = certificates();
      certificatesKnown.accept(certificates);
      run(
          "failed to ensure configuration: ",
          () -> parts.configurations().ensure(certificates.caBundle()));
      run("failed to ensure crd: ", () -> parts.definitions().ensure(certificates.caBundle()));
    } finally {
      parts.log().info(SOURCE, "Finished to sync webhook certs and configurations");
    }
    succeeded.run();
    return Optional.of(RESYNC);
  }

  private ServingCertificates certificates() {
    try {
      return parts.certificates().ensure();
    } catch (RuntimeException e) {
      throw new SyncException("failed to ensure certs: " + e.getMessage(), e);
    }
  }

  private static void run(String failure, Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      throw new SyncException(failure + e.getMessage(), e);
    }
  }
}
