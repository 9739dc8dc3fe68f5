package io.github.kruiseinstaller.internal.cluster;

import io.github.kruiseinstaller.internal.retry.RetryListener;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The API server, bound to one run: every request is tried again where that is sound, ends with the
 * run's deadline or its cancellation, and speaks raw JSON. Thread-safe.
 *
 * <p>Every method throws {@link ClusterException} when the server refuses, {@link
 * java.util.concurrent.CancellationException} when the run is cancelled, and {@link
 * DeadlineException} when the deadline passes first.
 */
public interface Cluster {
  /** The name under which this library writes fields; it must never change. */
  String FIELD_MANAGER = "kruise-installer";

  /** Where the API server is, without credentials. */
  String server();

  /**
   * The same cluster with a deadline of its own, which may lie behind the run's: for reading why a
   * run has failed, and for evidence that is not worth the rest of the run.
   */
  default Cluster within(Duration timeout) {
    return this;
  }

  /**
   * The same cluster with a deadline of its own that never lies behind this one's: for what is not
   * worth waiting for, such as a node that may not answer.
   */
  default Cluster atMost(Duration timeout) {
    return this;
  }

  /** The same cluster; {@code listener} is told of its retries too. */
  default Cluster telling(RetryListener listener) {
    return this;
  }

  /**
   * The same cluster, for looking at it: a request that fails is tried at most so often, however
   * much of the deadline is left, so that what is broken is told of soon.
   */
  default Cluster trying(int atMost) {
    return this;
  }

  /**
   * The same cluster; {@code guard} runs before each try of a request that writes, dry runs left
   * out. What it throws ends the request, unsent.
   */
  default Cluster guarded(Runnable guard) {
    return this;
  }

  /** Kubernetes' version, such as {@code 1.34.0}; vendor suffixes are kept. */
  String kubernetesVersion();

  /** The live object, or empty when it, its namespace or its kind does not exist. */
  Optional<Manifest> get(ObjectRef ref);

  /** All objects of a kind; empty when the cluster does not have the kind. */
  Listing list(Query query);

  /**
   * Server-side apply.
   *
   * @return the object as the server has it afterwards, or would have it in a dry run
   */
  Manifest apply(Manifest manifest, Write write);

  /**
   * Creates; fails with AlreadyExists when the object is there. That object may be our own: a
   * create whose answer got lost is tried again. Whoever must know compares uid or content.
   */
  Manifest create(Manifest manifest, Write write);

  /**
   * Replaces; the manifest carries the resourceVersion that must still be the live one. A stale one
   * is refused ({@link ClusterException#isStale()}) and not tried again, also when it was our own
   * replacement, whose answer got lost, that made it stale: read again and compare.
   */
  Manifest replace(Manifest manifest, Write write);

  /** JSON merge patch; a null deletes the field. */
  Manifest mergePatch(ObjectRef ref, Map<String, ?> patch, Write write);

  /** When what an object owns is deleted. */
  enum Propagation {
    /** After the object, once Kubernetes' garbage collector sees that its owner is gone. */
    BACKGROUND("Background"),
    /** Before the object, which stays until the garbage collector has seen to it. */
    FOREGROUND("Foreground");

    private final String policy;

    Propagation(String policy) {
      this.policy = policy;
    }

    /** The word for it in Kubernetes' DeleteOptions. */
    String policy() {
      return policy;
    }
  }

  /** Deletes in the background, as {@link #delete(ObjectRef, String, Propagation)} does. */
  default boolean delete(ObjectRef ref, @Nullable String uid) {
    return delete(ref, uid, Propagation.BACKGROUND);
  }

  /**
   * Deletes.
   *
   * @param uid deletes only this very object, or null for any
   * @return whether there was anything to delete; not when another object has the name by now
   */
  boolean delete(ObjectRef ref, @Nullable String uid, Propagation propagation);

  /**
   * Creates with a dry run over a connection of its own, so that an API server behind a load
   * balancer is chosen anew. Tried once only: the answer is the point.
   *
   * @param timeout how long to wait for the answer
   */
  default Manifest probeCreate(Manifest manifest, Duration timeout) {
    try (Prober prober = prober()) {
      return prober.create(manifest, timeout);
    }
  }

  /**
   * A connection of its own, so that an API server behind a load balancer is chosen anew, and every
   * probe on it asks that same one. The caller closes it.
   */
  Prober prober();

  /** Creates in dry run, over one connection. Used by one thread. */
  interface Prober extends AutoCloseable {
    /**
     * Creates with a dry run. Tried once only: the answer is the point.
     *
     * @param timeout how long to wait for the answer
     */
    Manifest create(Manifest manifest, Duration timeout);

    @Override
    void close();
  }

  /**
   * Opens a watch. The caller closes it. Reading ends with the stream, which the server closes from
   * time to time.
   *
   * @param resourceVersion from a listing
   */
  WatchStream watch(Query query, String resourceVersion);

  /** The last lines of a container's log, empty when there are none or they cannot be had. */
  List<String> logs(ObjectRef pod, String container, boolean previous, int lines);

  /**
   * Whether the caller may do something (SelfSubjectAccessReview).
   *
   * @param verb such as {@code create}
   * @param object the object; its name is part of the question
   * @param subresource such as {@code log}, or null
   */
  boolean allowed(String verb, ObjectRef object, @Nullable String subresource);

  /** Whether the caller may do everything, so that nothing else need be asked. */
  boolean allowedEverything();

  /**
   * GET over HTTPS through the API server's proxy to a Service or a Pod. Tried once only: the
   * answer is the point.
   *
   * @param target a Service or a Pod
   * @return the body
   */
  String proxy(ObjectRef target, int port, String path);

  /**
   * Which objects.
   *
   * @param apiVersion such as {@code apps/v1}
   * @param kind such as {@code Deployment}
   * @param namespace the namespace, or null for all
   * @param labelSelector in Kubernetes' text form, or empty for all
   * @param fieldSelector in Kubernetes' text form, or empty for all
   */
  record Query(
      String apiVersion,
      String kind,
      @Nullable String namespace,
      String labelSelector,
      String fieldSelector) {
    /** All objects of a kind. */
    public static Query all(String apiVersion, String kind, @Nullable String namespace) {
      return new Query(apiVersion, kind, namespace, "", "");
    }

    /** One object by name. */
    public static Query one(ObjectRef ref) {
      return new Query(
          ref.apiVersion(), ref.kind(), ref.namespace(), "", "metadata.name=" + ref.name());
    }

    /** Objects that carry labels. */
    public Query withLabels(String selector) {
      return new Query(apiVersion, kind, namespace, selector, fieldSelector);
    }
  }

  /**
   * Objects, and the moment at which they were so.
   *
   * @param items the objects
   * @param resourceVersion where a watch goes on
   */
  record Listing(List<Manifest> items, String resourceVersion) {
    /** Copies the list. */
    public Listing {
      items = List.copyOf(items);
    }
  }

  /**
   * How to write.
   *
   * @param dryRun nothing is stored
   * @param force a server-side apply takes fields from other managers
   */
  record Write(boolean dryRun, boolean force) {
    /** For real, refusing conflicts. */
    public static final Write PERSIST = new Write(false, false);

    /** For real, taking over. */
    public static final Write TAKE_OVER = new Write(false, true);

    /** Dry run, refusing conflicts. */
    public static final Write DRY_RUN = new Write(true, false);

    /** Dry run, taking over. */
    public static final Write DRY_RUN_TAKE_OVER = new Write(true, true);
  }
}
