package io.github.kruiseinstaller.internal.webhook;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.Cluster.Write;
import io.github.kruiseinstaller.internal.cluster.ClusterException;
import io.github.kruiseinstaller.internal.retry.Workers;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.plan.ChangeAction;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Parks, arms and disarms the live webhook configurations. Every change is one replacement with the
 * resourceVersion that was read, or one create: never a server-side apply, which would leave the
 * entries that somebody else owns.
 *
 * <p>The mutating configuration is armed first and disarmed last. The manager's validation expects
 * objects that its defaulting has seen and fails on others, so the opposite order would refuse
 * OpenKruise objects for the moment between the two writes.
 */
public final class Arming {
  /** Another writer, the manager for one, needs few writes until it is content. */
  private static final int MOST_TRIES = 20;

  private final Cluster cluster;
  private final Supplier<Cluster> cleanup;
  private final Workers workers;
  private final ArmingListener listener;

  /**
   * Arming on a cluster.
   *
   * @param cluster bound to the run
   * @param cleanup makes the same cluster, usable for a short time from then on although the run
   *     has been cancelled or its deadline has passed
   * @param workers the run's threads
   * @param listener told of every write
   */
  public Arming(
      Cluster cluster, Supplier<Cluster> cleanup, Workers workers, ArmingListener listener) {
    this.cluster = cluster;
    this.cleanup = cleanup;
    this.workers = workers;
    this.listener = listener;
  }

  /**
   * Makes sure that every configuration exists. One that is absent is created parked; one that
   * matches nothing now but that the manager would arm by itself is parked; armed ones stay.
   *
   * @param release the release's configurations
   * @return what was done: {@code PARK} or {@code UNCHANGED}
   */
  public Map<ObjectRef, ChangeAction> park(List<Manifest> release) {
    Map<ObjectRef, ChangeAction> done = new LinkedHashMap<>();
    for (Manifest wanted : WebhookConfigurations.in(release)) {
      boolean wrote =
          write(
              cluster,
              wanted.ref(),
              ChangeAction.PARK,
              live -> {
                if (live == null) {
                  return WebhookConfigurations.parkedForCreate(wanted);
                }
                boolean leave =
                    WebhookConfigurations.isParked(live) || WebhookConfigurations.isArmed(live);
                return leave ? null : WebhookConfigurations.parked(live);
              });
      done.put(wanted.ref(), wrote ? ChangeAction.PARK : ChangeAction.UNCHANGED);
    }
    return done;
  }

  /**
   * Arms every configuration that is not armed as the release wants it: on probation where it
   * matched nothing before, and otherwise, since requests depend on it already, for good. The live
   * labels of the manager's namespace are read right before each write. When it fails after a
   * write, everything is disarmed before the failure goes on; when it fails before the first,
   * nothing has changed.
   *
   * @param request what to arm
   * @return what was done: {@code ARM} or {@code UNCHANGED}
   * @throws InstallException OWN_NAMESPACE_INTERCEPTED when the manager's own pods would be
   *     intercepted, CONFLICT when somebody else writes all the time
   */
  public Map<ObjectRef, ChangeAction> arm(ArmRequest request) {
    return arm(request, ChangeAction.ARM, Arming::firstBody);
  }

  /**
   * Ends the probation: every configuration becomes what the release wants. As {@link #arm}, also
   * in what happens when it fails.
   *
   * @return what was done: {@code ENFORCE} or {@code UNCHANGED}
   */
  public Map<ObjectRef, ChangeAction> enforce(ArmRequest request) {
    return arm(request, ChangeAction.ENFORCE, Arming::finalBody);
  }

  private Map<ObjectRef, ChangeAction> arm(ArmRequest request, ChangeAction action, Body bodies) {
    Map<ObjectRef, ChangeAction> done = new LinkedHashMap<>();
    List<ObjectRef> touched = new ArrayList<>();
    Map<ObjectRef, ReadAhead> reads = new HashMap<>();
    request.configurations().forEach(one -> reads.put(one.ref(), readAhead(one.ref())));
    try {
      for (Manifest wanted : request.configurations()) {
        // Read together with the first configuration, but not before the write before this one.
        ReadAhead namespace = readAhead(ObjectRef.cluster("v1", "Namespace", request.namespace()));
        boolean wrote =
            write(
                cluster,
                Objects.requireNonNull(reads.get(wanted.ref()))::get,
                wanted.ref(),
                action,
                live -> {
                  Manifest body = bodies.of(wanted, live, request.caBundleBase64());
                  if (body != null) {
                    requireOutside(request, namespace.get());
                    // Noted before the write: an answer that is lost leaves the outcome unknown.
                    touched.add(wanted.ref());
                  }
                  return body;
                });
        // Armed although the write said "stale": its answer was lost, and the retry came too late.
        boolean armed = wrote || touched.contains(wanted.ref());
        done.put(wanted.ref(), armed ? action : ChangeAction.UNCHANGED);
      }
      return done;
    } catch (Throwable e) {
      if (mayHaveWritten(touched, done, e)) {
        disarmAfterFailure(request.configurations(), e);
      }
      throw e;
    }
  }

  /**
   * Disarms every configuration that is not parked. All are tried, also when one fails.
   *
   * @param configurations the configurations, live or of a release; only their names count
   * @return what was done: {@code DISARM} or {@code UNCHANGED}
   */
  public Map<ObjectRef, ChangeAction> disarm(List<Manifest> configurations) {
    return disarm(cluster, configurations);
  }

  /**
   * Disarms although the run was cancelled or its deadline has passed. Never throws: what goes
   * wrong is added to {@code failure} as suppressed.
   */
  public void disarmAfterFailure(List<Manifest> configurations, Throwable failure) {
    // The clean-up must reach the cluster although the thread was interrupted.
    boolean interrupted = Thread.interrupted();
    try {
      disarm(cleanup.get(), configurations);
    } catch (Throwable e) {
      failure.addSuppressed(e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * What to arm.
   *
   * @param configurations the release's configurations
   * @param caBundleBase64 the CA of the manager's certificate
   * @param namespace the manager's namespace
   * @param podLabels the labels of the manager's pods
   */
  public record ArmRequest(
      List<Manifest> configurations,
      String caBundleBase64,
      String namespace,
      Map<String, String> podLabels) {
    /** Copies, mutating configuration first. */
    public ArmRequest {
      configurations = WebhookConfigurations.in(configurations);
      podLabels = Map.copyOf(podLabels);
    }

    /** Leaves the CA out. */
    @Override
    public String toString() {
      return "ArmRequest[" + configurations + ", " + namespace + "]";
    }
  }

  /** What to write over a live configuration, or null for nothing. */
  @FunctionalInterface
  private interface Body {
    @Nullable Manifest of(Manifest wanted, @Nullable Manifest live, String caBundle);
  }

  private static @Nullable Manifest firstBody(
      Manifest wanted, @Nullable Manifest live, String caBundle) {
    boolean enforced =
        live != null
            && WebhookConfigurations.isArmed(live)
            && !WebhookConfigurations.isOnProbation(live);
    return finalBody(enforced ? wanted : WebhookConfigurations.onProbation(wanted), live, caBundle);
  }

  private static @Nullable Manifest finalBody(
      Manifest wanted, @Nullable Manifest live, String caBundle) {
    if (live == null) {
      return WebhookConfigurations.armedForCreate(wanted, caBundle);
    }
    boolean asWanted =
        WebhookConfigurations.drift(wanted, live).isEmpty()
            && RealWebhooks.isKeptIn(wanted) == RealWebhooks.isKeptIn(live)
            && WebhookConfigurations.untrusted(live, caBundle).isEmpty();
    return asWanted ? null : WebhookConfigurations.armed(wanted, live, caBundle);
  }

  private ReadAhead readAhead(ObjectRef ref) {
    return new ReadAhead(cluster, workers, ref);
  }

  private static void requireOutside(ArmRequest request, Optional<Manifest> namespace) {
    Map<String, String> labels = namespace.map(Manifest::labels).orElse(Map.of());
    List<String> interceptors =
        NamespaceLabels.interceptors(
            request.configurations(), request.namespace(), labels, request.podLabels());
    if (!interceptors.isEmpty()) {
      throw NamespaceLabels.intercepted(request.namespace(), interceptors, labels);
    }
  }

  private static boolean mayHaveWritten(
      List<ObjectRef> touched, Map<ObjectRef, ChangeAction> done, Throwable e) {
    if (done.values().stream().anyMatch(ChangeAction::writes)) {
      return true;
    }
    boolean refused =
        e instanceof InstallException
            || (e instanceof ClusterException answer
                && answer.status() >= 400
                && answer.status() < 500);
    return !touched.isEmpty() && !refused;
  }

  private Map<ObjectRef, ChangeAction> disarm(Cluster target, List<Manifest> configurations) {
    List<Manifest> lastArmedFirst = new ArrayList<>(WebhookConfigurations.in(configurations));
    Collections.reverse(lastArmedFirst);
    Map<ObjectRef, ChangeAction> done = new LinkedHashMap<>();
    Throwable failure = null;
    for (Manifest configuration : lastArmedFirst) {
      try {
        boolean wrote =
            write(
                target,
                configuration.ref(),
                ChangeAction.DISARM,
                live ->
                    live == null || WebhookConfigurations.isParked(live)
                        ? null
                        : WebhookConfigurations.parked(live));
        done.put(configuration.ref(), wrote ? ChangeAction.DISARM : ChangeAction.UNCHANGED);
      } catch (RuntimeException | Error e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure instanceof RuntimeException exception) {
      throw exception;
    }
    return done;
  }

  /**
   * Reads, decides and writes, again from the start when somebody else wrote in between.
   *
   * @param decide what to write over the live object, or null for nothing
   * @return whether anything was written
   */
  private boolean write(
      Cluster target,
      ObjectRef ref,
      ChangeAction action,
      Function<@Nullable Manifest, @Nullable Manifest> decide) {
    return write(target, () -> target.get(ref), ref, action, decide);
  }

  private boolean write(
      Cluster target,
      Supplier<Optional<Manifest>> read,
      ObjectRef ref,
      ChangeAction action,
      Function<@Nullable Manifest, @Nullable Manifest> decide) {
    for (int tries = 0; tries < MOST_TRIES; tries++) {
      Optional<Manifest> live = read.get();
      Manifest body = decide.apply(live.orElse(null));
      if (body == null) {
        return false;
      }
      try {
        Manifest written =
            live.isPresent()
                ? target.replace(body, Write.PERSIST)
                : target.create(body, Write.PERSIST);
        listener.written(ref, action, written.list("webhooks").size());
        return true;
      } catch (ClusterException e) {
        boolean movedOn =
            e.isStale() || e.isAlreadyExists() || (live.isPresent() && e.isNotFound());
        if (!movedOn) {
          throw e;
        }
      }
    }
    throw new InstallException(
        Failure.of(
                FailureCode.CONFLICT,
                "somebody else changes the webhook configuration all the time: "
                    + MOST_TRIES
                    + " tries found a newer one",
                "Look who writes it (metadata.managedFields): a GitOps tool, a second installer, or"
                    + " two managers of different versions. Stop it and run the installation"
                    + " again.")
            .about(ref));
  }
}
