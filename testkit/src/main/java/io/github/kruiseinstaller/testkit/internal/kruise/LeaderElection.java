package io.github.kruiseinstaller.testkit.internal.kruise;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import io.github.kruiseinstaller.testkit.internal.workload.Program.Container;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * Contends for the Lease, as client-go does: whoever sees no renewal for the lease's duration takes
 * it over. A leader that stops does not give it back. Thread-safe.
 */
final class LeaderElection {
  private static final Duration LEASE = Duration.ofSeconds(15);
  private static final Duration RENEW_DEADLINE = Duration.ofSeconds(10);
  private static final Duration RETRY = Duration.ofSeconds(2);
  private static final DateTimeFormatter MICRO_TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final Surroundings surroundings;
  private final KruiseClient client;
  private final ManagerSettings settings;
  private final Klog log;
  private final String identity;
  private final ReconcileLoop loop;
  private Runnable leads = () -> {};
  private Runnable lost = () -> {};
  // All below is touched by the loop alone.
  private boolean leading;
  private String seenRecord = "";
  private long seenAt;
  private long looks;
  private long renewedAt;

  LeaderElection(
      Surroundings surroundings,
      Container container,
      KruiseClient client,
      ManagerSettings settings,
      Klog log) {
    this.surroundings = surroundings;
    this.client = client;
    this.settings = settings;
    this.log = log;
    this.identity = Nodes.name(container.pod()) + "_" + UUID.randomUUID();
    this.loop = new ReconcileLoop(container, surroundings.executor(), this::contend, this::failed);
  }

  /**
   * Begins.
   *
   * @param onLead called once, when this one leads
   * @param onLost called once, when it could not renew in time
   */
  void start(Runnable onLead, Runnable onLost) {
    leads = onLead;
    lost = onLost;
    log.info(
        "leaderelection.go",
        "attempting to acquire leader lease "
            + settings.leaseNamespace()
            + "/"
            + settings.leaseName()
            + "...");
    loop.trigger();
  }

  /** Ends; the Lease stays as it is. */
  void stop() {
    loop.stop();
  }

  private Optional<Duration> contend() {
    Optional<ObjectNode> found =
        client.find(Plural.LEASES, settings.leaseNamespace(), settings.leaseName());
    if (found.isEmpty()) {
      ObjectNode lease = Json.object();
      lease
          .putObject("metadata")
          .put("name", settings.leaseName())
          .put("namespace", settings.leaseNamespace());
      acquire(lease, 0);
      client.create(Plural.LEASES, lease);
      acquired();
      return Optional.of(RETRY);
    }
    ObjectNode lease = found.get();
    String record = Json.compact(Nodes.at(lease, "spec"));
    long now = surroundings.timers().nanos();
    if (!record.equals(seenRecord)) {
      seenRecord = record;
      seenAt = now;
      looks = 0;
    }
    looks++;
    String holder = Nodes.textOrEmpty(lease, "spec", "holderIdentity");
    if (holder.equals(identity)) {
      Nodes.object(lease, "spec").put("renewTime", time());
      client.update(Plural.LEASES, lease);
      acquired();
    } else if (holder.isEmpty() || isExpired(now)) {
      acquire(lease, Nodes.number(0, lease, "spec", "leaseTransitions") + 1);
      client.update(Plural.LEASES, lease);
      acquired();
    } else if (leading) {
      lose();
    }
    return Optional.of(RETRY);
  }

  /**
   * Whether the holder has not renewed in time. A machine that stood still has stopped the holder
   * as well: where time runs fast, that must not look like the end of the holder.
   */
  private boolean isExpired(long now) {
    return now - seenAt >= LEASE.toNanos() && looks >= LEASE.dividedBy(RETRY);
  }

  private void acquire(ObjectNode lease, long transitions) {
    Nodes.object(lease, "spec")
        .put("holderIdentity", identity)
        .put("leaseDurationSeconds", LEASE.toSeconds())
        .put("acquireTime", time())
        .put("renewTime", time())
        .put("leaseTransitions", transitions);
  }

  private void acquired() {
    renewedAt = surroundings.timers().nanos();
    if (!leading) {
      leading = true;
      log.info(
          "leaderelection.go",
          "successfully acquired lease " + settings.leaseNamespace() + "/" + settings.leaseName());
      leads.run();
    }
  }

  private void failed(RuntimeException failure) {
    log.error("leaderelection.go", "error retrieving resource lock: " + failure.getMessage());
    if (leading && surroundings.timers().nanos() - renewedAt > RENEW_DEADLINE.toNanos()) {
      lose();
    }
  }

  private void lose() {
    loop.stop();
    lost.run();
  }

  private String time() {
    return MICRO_TIME.format(surroundings.timers().now());
  }
}
