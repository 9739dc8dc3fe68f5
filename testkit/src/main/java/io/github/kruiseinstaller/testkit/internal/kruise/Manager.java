package io.github.kruiseinstaller.testkit.internal.kruise;

import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.workload.Program.Container;
import io.github.kruiseinstaller.testkit.internal.workload.Program.Running;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One running kruise-manager. Starts as the real one does: definitions, handlers, first sync of
 * certificates and configurations, and only then the server and the controllers. Thread-safe.
 */
final class Manager implements Running {
  private final Surroundings surroundings;
  private final KruiseBehavior behavior;
  private final ManagerSettings settings;
  private final Container container;
  private final CertificateCheck check;
  private final KruiseClient client;
  private final Klog log;
  private final WebhookServer server;

  private @Nullable WebhookSync sync;
  private @Nullable ManagerControllers controllers;
  private boolean initialized;
  private boolean stopped;

  Manager(
      Surroundings surroundings,
      KruiseBehavior behavior,
      ManagerSettings settings,
      Container container,
      CertificateCheck check) {
    this.surroundings = surroundings;
    this.behavior = behavior;
    this.settings = settings;
    this.container = container;
    this.check = check;
    this.client = KruiseClient.inPod(surroundings, container.pod(), "kruise-manager");
    this.log = new Klog(container, surroundings.timers());
    this.server =
        new WebhookServer(
            surroundings.network(), container.address(), settings.webhookPort(), check);
  }

  void start() {
    log.setup("new clientset registry");
    container.later(behavior.startUp(), () -> execute(this::initialize));
  }

  private void initialize() {
    log.setup("register field index");
    if (!client.servesGroup(Plural.APPS)) {
      log.setupFailed(
          "failed to register field index",
          "no matches for kind \"ImagePullJob\" in version \"apps.kruise.io/v1alpha1\"");
      exit();
      return;
    }
    log.setup("setup webhook");
    Map<String, AdmissionHandler> handlers =
        AdmissionHandlers.of(client, settings, surroundings.timers()::now);
    server.serve(new WebhookSite(handlers));
    log.setup("initialize webhook");
    WebhookSync created =
        new WebhookSync(
            surroundings,
            container,
            new WebhookSync.Parts(
                new CertificateKeeper(client, settings, surroundings.timers()::now, log, check),
                new WebhookConfigurations(client, settings, handlers.keySet(), log),
                new ConversionDefinitions(client, settings),
                log),
            settings);
    synchronized (this) {
      if (stopped) {
        return;
      }
      sync = created;
    }
    created.start(this::useCertificates, this::initialized);
    container.later(settings.initializeTimeout(), this::timeOut);
  }

  private void useCertificates(ServingCertificates certificates) {
    try {
      server.use(certificates, surroundings.timers().now());
    } catch (IllegalArgumentException e) {
      log.setupFailed("problem running manager", "tls: " + e.getMessage());
      exit();
    }
    probe();
  }

  private void initialized() {
    synchronized (this) {
      if (initialized || stopped) {
        return;
      }
      initialized = true;
    }
    log.setup("starting manager");
    container.later(behavior.listening(), () -> execute(this::listen));
  }

  private void timeOut() {
    synchronized (this) {
      if (initialized || stopped) {
        return;
      }
    }
    log.setupFailed(
        "unable to initialize webhook",
        "failed to start webhook controller for waiting more than "
            + settings.initializeTimeout().toSeconds()
            + "s");
    exit();
  }

  private void listen() {
    try {
      server.listen();
    } catch (IllegalArgumentException e) {
      log.setupFailed("problem running manager", "tls: " + e.getMessage());
      exit();
      return;
    }
    log.info(
        "server.go",
        "controller-runtime.webhook \"msg\"=\"Serving webhook server\" \"host\"=\"0.0.0.0\""
            + " \"port\"="
            + settings.webhookPort());
    probe();
    log.setup("setup controllers");
    ManagerControllers created =
        new ManagerControllers(surroundings, container, client, settings, log);
    synchronized (this) {
      if (stopped) {
        return;
      }
      controllers = created;
    }
    created.start(this::lostLeadership);
  }

  private void lostLeadership() {
    log.setupFailed("problem running manager", "leader election lost");
    exit();
  }

  private void probe() {
    if (behavior.probesAtOnce()) {
      container.probeNow();
    }
  }

  private void exit() {
    stop();
    container.exit(1);
  }

  private void execute(Runnable task) {
    try {
      surroundings
          .executor()
          .execute(
              () -> {
                try {
                  task.run();
                } catch (StatusException e) {
                  // What a start needs of the API server it needs at once.
                  log.setupFailed("problem running manager", String.valueOf(e.getMessage()));
                  exit();
                }
              });
    } catch (RejectedExecutionException e) {
      // The cluster is being closed.
      stop();
    }
  }

  @Override
  public boolean ready() {
    synchronized (this) {
      if (!initialized || stopped) {
        return false;
      }
    }
    return server.healthy();
  }

  @Override
  public void stop() {
    WebhookSync endingSync;
    ManagerControllers endingControllers;
    synchronized (this) {
      if (stopped) {
        return;
      }
      stopped = true;
      endingSync = sync;
      endingControllers = controllers;
    }
    if (endingSync != null) {
      endingSync.stop();
    }
    if (endingControllers != null) {
      endingControllers.stop();
    }
    server.stop(behavior.dropsConnectionsWhenStopping());
  }
}
