package io.github.kruiseinstaller.testkit.internal.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.admission.Admission.Operation;
import io.github.kruiseinstaller.testkit.internal.admission.Admission.Request;
import io.github.kruiseinstaller.testkit.internal.kind.Kinds;
import io.github.kruiseinstaller.testkit.internal.network.Lagging;
import io.github.kruiseinstaller.testkit.internal.network.WebhookClient;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.time.DaemonThreads;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Admission by webhook configurations. Match conditions are not evaluated, so a configuration that
 * has some is refused. Audit annotations have no log to go to. Thread-safe.
 */
public final class WebhookAdmission implements AutoCloseable {
  private static final String GROUP = "admissionregistration.k8s.io";
  private static final int THREADS = 64;
  private static final long CLOSE_SECONDS = 5;
  private static final Logger LOG = LoggerFactory.getLogger(WebhookAdmission.class);

  private final Lagging<List<ObjectNode>> mutating;
  private final Lagging<List<ObjectNode>> validating;
  private final MutatingWebhooks mutatingHooks;
  private final ValidatingWebhooks validatingHooks;
  private final DaemonThreads threads = new DaemonThreads("webhook-");
  private final ExecutorService executor = executor(threads);
  private volatile Duration visibleAfter = Duration.ZERO;

  /**
   * What admission by webhooks works with.
   *
   * @param cluster where the configurations and the namespaces are
   * @param kinds for rules that mean a kind in any version, and for what patches leave
   * @param client calls the webhooks
   * @param versions converts objects
   * @param nanos the time in which {@link #visibleAfter} is measured
   */
  public record Wiring(
      ClusterState cluster,
      Kinds kinds,
      WebhookClient client,
      ObjectVersions versions,
      LongSupplier nanos) {}

  /** An admission that sees configurations at once. */
  public WebhookAdmission(Wiring wiring) {
    ClusterState cluster = wiring.cluster();
    mutating =
        new Lagging<>(
            () -> cluster.list(GROUP, "mutatingwebhookconfigurations", ""),
            wiring.nanos(),
            () -> visibleAfter);
    validating =
        new Lagging<>(
            () -> cluster.list(GROUP, "validatingwebhookconfigurations", ""),
            wiring.nanos(),
            () -> visibleAfter);
    HookMatcher matcher = new HookMatcher(cluster, wiring.kinds());
    HookCaller caller = new HookCaller(wiring.client(), wiring.versions());
    mutatingHooks = new MutatingWebhooks(matcher, caller, wiring.kinds());
    validatingHooks = new ValidatingWebhooks(matcher, caller, executor);
  }

  /** How long after it is stored a configuration takes effect. */
  public void visibleAfter(Duration delay) {
    visibleAfter = delay;
  }

  /** A configuration was stored or deleted just now; without it the delay counts from later. */
  public void configurationsChanged() {
    mutating.look();
    validating.look();
  }

  /** Asks the mutating hooks. */
  @Nullable ObjectNode mutate(Request request, Reinvocation round) {
    Asked asked = Asked.of(request);
    return asked.isExempt()
        ? request.object()
        : mutatingHooks.run(Hook.all(mutating.get()), asked, round);
  }

  /** Asks the validating hooks. */
  void validate(Request request) {
    Asked asked = Asked.of(request);
    if (asked.isExempt()) {
      refuseMatchConditions(request);
    } else {
      validatingHooks.run(Hook.all(validating.get()), asked);
    }
  }

  private static void refuseMatchConditions(Request request) {
    if (request.object() == null || request.operation() == Operation.DELETE) {
      return;
    }
    for (JsonNode hook : Nodes.list(request.object(), "webhooks")) {
      if (!Nodes.list(hook, "matchConditions").isEmpty()) {
        throw Statuses.badRequest(
            "webhook \""
                + Nodes.textOrEmpty(hook, "name")
                + "\": matchConditions are not evaluated by this simulated API server");
      }
    }
  }

  private static ExecutorService executor(DaemonThreads threads) {
    return new ThreadPoolExecutor(
        0,
        THREADS,
        1,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        threads,
        // More at once than anybody configures, or closed already: then the request's own thread
        // calls. Whoever waits for a task waits for ever if it is dropped.
        (task, pool) -> task.run());
  }

  /** Leaves no threads behind. The client must have been closed, or calls may go on. */
  @Override
  public void close() {
    executor.shutdownNow();
    try {
      if (executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        threads.join(TimeUnit.SECONDS.toNanos(CLOSE_SECONDS), false);
      } else {
        LOG.warn("Calls of webhooks do not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
