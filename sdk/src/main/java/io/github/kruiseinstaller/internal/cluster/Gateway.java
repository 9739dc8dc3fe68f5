package io.github.kruiseinstaller.internal.cluster;

import io.github.kruiseinstaller.internal.retry.Retrier;
import io.github.kruiseinstaller.internal.retry.RetryListener;
import io.github.kruiseinstaller.internal.retry.RetryRule;
import io.github.kruiseinstaller.internal.retry.RunControl;
import io.github.kruiseinstaller.internal.tree.Json;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import org.jspecify.annotations.Nullable;

/** The API server over HTTP, as raw JSON. */
final class Gateway implements Cluster {
  /** The longest that one request may take. */
  static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);

  /** The verb of server-side apply in exceptions. */
  static final String APPLY = "apply";

  private static final String ACCESS_REVIEWS =
      "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
  private static final int LOG_BYTES = 256 * 1024;

  private final Connection connection;
  private final RunControl control;
  private final Manner manner;
  private final Exchange exchange;
  private final Retrier merging;
  private final Retrier conditional;
  private final Discovery discovery;

  Gateway(Connection connection, RunControl control, String fieldManager) {
    this(connection, control, new Manner(fieldManager, Integer.MAX_VALUE, () -> {}), null);
  }

  private Gateway(
      Connection connection, RunControl control, Manner manner, @Nullable Discovery discovery) {
    this.connection = connection;
    this.control = control;
    this.manner = manner;
    this.exchange = new Exchange(control);
    this.merging = retrier(ClusterRetryRule.MERGING);
    this.conditional = retrier(ClusterRetryRule.CONDITIONAL);
    this.discovery =
        discovery == null ? new Discovery(this::resourceList, control.time()) : discovery;
  }

  private Retrier retrier(RetryRule rule) {
    return new Retrier(control, RetryRule.atMost(manner.tries(), rule));
  }

  @Override
  public Cluster within(Duration timeout) {
    return new Gateway(connection, control.within(timeout), manner, null);
  }

  @Override
  public Cluster atMost(Duration timeout) {
    return within(control.deadline().atMost(timeout));
  }

  @Override
  public Cluster telling(RetryListener listener) {
    return new Gateway(connection, control.telling(listener), manner, discovery);
  }

  @Override
  public Cluster trying(int atMost) {
    Manner fewer = new Manner(manner.fieldManager(), atMost, manner.guard());
    return new Gateway(connection, control, fewer, null);
  }

  @Override
  public Cluster guarded(Runnable guard) {
    Manner guarded = new Manner(manner.fieldManager(), manner.tries(), guard);
    return new Gateway(connection, control, guarded, discovery);
  }

  @Override
  public String server() {
    return connection.server();
  }

  @Override
  public String kubernetesVersion() {
    Object version = tree(Ask.get("get the version", null, "/version"));
    String text = Trees.text(version, "gitVersion");
    return text == null ? "unknown" : text.startsWith("v") ? text.substring(1) : text;
  }

  @Override
  public Optional<Manifest> get(ObjectRef ref) {
    Optional<Resource> resource = discovery.find(ref.apiVersion(), ref.kind());
    if (resource.isEmpty()) {
      return Optional.empty();
    }
    Ask ask = Ask.get("get", ref, resource.get().item(ref));
    try {
      return Optional.of(object(ask, merging));
    } catch (ClusterException e) {
      if (e.isNotFound()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public Listing list(Query query) {
    Optional<Resource> resource = discovery.find(query.apiVersion(), query.kind());
    if (resource.isEmpty()) {
      return new Listing(List.of(), "");
    }
    Ask ask = selecting(query, "list " + resource.get().plural(), resource.get());
    return new Paging(this::tree, ask, query).all();
  }

  @Override
  public Manifest apply(Manifest manifest, Write write) {
    Ask ask =
        new Ask(
            APPLY,
            manifest.ref(),
            "PATCH",
            served(manifest.ref(), APPLY).item(manifest.ref()),
            List.of(),
            new Ask.Body("application/apply-patch+yaml", Payloads.applied(manifest)));
    Ask forced = ask.with("force", write.force() ? "true" : "");
    return written(forced, write, merges(manifest.resourceVersion()));
  }

  @Override
  public Manifest create(Manifest manifest, Write write) {
    return written(creating(manifest, "create"), write, merging);
  }

  @Override
  public Manifest replace(Manifest manifest, Write write) {
    Ask ask =
        new Ask(
            "replace",
            manifest.ref(),
            "PUT",
            served(manifest.ref(), "replace").item(manifest.ref()),
            List.of(),
            Ask.Body.json(manifest.toJson()));
    return written(ask, write, conditional);
  }

  @Override
  public Manifest mergePatch(ObjectRef ref, Map<String, ?> patch, Write write) {
    Ask ask =
        new Ask(
            "patch",
            ref,
            "PATCH",
            served(ref, "patch").item(ref),
            List.of(),
            new Ask.Body("application/merge-patch+json", Json.compact(patch)));
    return written(ask, write, merges(Trees.text(patch, "metadata", "resourceVersion")));
  }

  @Override
  public boolean delete(ObjectRef ref, @Nullable String uid, Propagation propagation) {
    Optional<Resource> resource = discovery.find(ref.apiVersion(), ref.kind());
    if (resource.isEmpty()) {
      return false;
    }
    Ask ask =
        new Ask(
            "delete",
            ref,
            "DELETE",
            resource.get().item(ref),
            List.of(),
            Ask.Body.json(Payloads.deleteOptions(uid, propagation)));
    AtomicInteger sent = new AtomicInteger();
    try {
      merges(uid)
          .call(
              ref,
              () -> {
                manner.guard().run();
                sent.incrementAndGet();
                return exchange.send(ask, connection.guarded(ask, manner.guard()), REQUEST_TIMEOUT);
              });
      return true;
    } catch (ClusterException e) {
      if (e.isNotFound() || (uid != null && e.isStale() && isReplaced(ref, uid))) {
        // An earlier try whose answer got lost has most likely done it.
        return sent.get() > 1;
      }
      throw e;
    }
  }

  @Override
  public Prober prober() {
    return new OneConnection();
  }

  /** Probes over a connection that no other request uses. */
  private final class OneConnection implements Prober {
    // Longer than any request: its connection ends when it is closed.
    private final ConnectionPool own = new ConnectionPool(1, 5, TimeUnit.MINUTES);
    private final Function<Ask, Call> calls = connection.fresh(own);

    @Override
    public Manifest create(Manifest manifest, Duration timeout) {
      Ask ask = writing(creating(manifest, "probe by creating"), Write.DRY_RUN);
      return Payloads.object(ask, exchange.send(ask, calls.apply(ask), timeout));
    }

    @Override
    public void close() {
      own.evictAll();
    }
  }

  @Override
  public WatchStream watch(Query query, String resourceVersion) {
    Resource resource =
        discovery
            .find(query.apiVersion(), query.kind())
            .orElseThrow(() -> noSuchKind("watch", null, query.apiVersion(), query.kind()));
    Ask ask =
        selecting(query, "watch " + resource.plural(), resource)
            .with("watch", "1")
            .with("allowWatchBookmarks", "true")
            .with("resourceVersion", resourceVersion);
    return merging.call(null, () -> LineWatch.open(connection.watch(ask), ask, control));
  }

  @Override
  public List<String> logs(ObjectRef pod, String container, boolean previous, int lines) {
    Ask ask =
        Ask.get("read the log of", pod, served(pod, "read the log of").item(pod) + "/log")
            .with("container", container)
            .with("tailLines", Integer.toString(lines))
            .with("limitBytes", Integer.toString(LOG_BYTES))
            .with("previous", previous ? "true" : "");
    try {
      return exchange.send(ask, connection.request(ask), REQUEST_TIMEOUT).lines().toList();
    } catch (ClusterException e) {
      return List.of();
    }
  }

  @Override
  public boolean allowed(String verb, ObjectRef object, @Nullable String subresource) {
    String plural =
        discovery
            .find(object.apiVersion(), object.kind())
            .map(Resource::plural)
            .orElseGet(() -> Payloads.likelyPlural(object.kind()));
    Ask ask =
        new Ask(
            "ask for the permission to " + verb,
            object,
            "POST",
            ACCESS_REVIEWS,
            List.of(),
            Ask.Body.json(Payloads.accessReview(verb, object, plural, subresource)));
    return Boolean.TRUE.equals(Trees.at(tree(ask), "status", "allowed"));
  }

  @Override
  public boolean allowedEverything() {
    Ask ask =
        new Ask(
            "ask for all permissions",
            null,
            "POST",
            ACCESS_REVIEWS,
            List.of(),
            Ask.Body.json(Payloads.accessReviewOfEverything()));
    return Boolean.TRUE.equals(Trees.at(tree(ask), "status", "allowed"));
  }

  @Override
  public String proxy(ObjectRef target, int port, String path) {
    String address =
        "/api/v1/namespaces/"
            + Resource.segment(Objects.requireNonNull(target.namespace()))
            + (target.kind().equals("Pod") ? "/pods/" : "/services/")
            + "https:"
            + Resource.segment(target.name())
            + ":"
            + port
            + "/proxy"
            + path;
    Ask ask = Ask.get("call through the proxy of", target, address);
    return exchange.send(ask, connection.request(ask), REQUEST_TIMEOUT);
  }

  private Retrier merges(@Nullable String precondition) {
    return precondition == null ? merging : conditional;
  }

  private boolean isReplaced(ObjectRef ref, String uid) {
    return get(ref).map(live -> !uid.equals(live.uid())).orElse(true);
  }

  private Ask creating(Manifest manifest, String verb) {
    return new Ask(
        verb,
        manifest.ref(),
        "POST",
        served(manifest.ref(), verb).parent(manifest.ref()),
        List.of(),
        Ask.Body.json(Payloads.created(manifest)));
  }

  private Ask writing(Ask ask, Write write) {
    return ask.with("fieldManager", manner.fieldManager())
        .with("fieldValidation", "Strict")
        .with("dryRun", write.dryRun() ? "All" : "");
  }

  private static Ask selecting(Query query, String verb, Resource resource) {
    return Ask.get(verb, null, resource.collection(query.namespace()))
        .with("labelSelector", query.labelSelector())
        .with("fieldSelector", query.fieldSelector());
  }

  private Resource served(ObjectRef ref, String verb) {
    return discovery
        .find(ref.apiVersion(), ref.kind())
        .orElseThrow(() -> noSuchKind(verb, ref, ref.apiVersion(), ref.kind()));
  }

  private Manifest object(Ask ask, Retrier retrier) {
    return retrier.call(ask.object(), () -> once(ask, connection.request(ask)));
  }

  private Manifest written(Ask ask, Write write, Retrier retrier) {
    Ask complete = writing(ask, write);
    return retrier.call(
        ask.object(),
        () -> {
          if (write.dryRun()) {
            return once(complete, connection.request(complete));
          }
          // What takes long is done now, on nobody's connection and in nobody's time.
          manner.guard().run();
          return once(complete, connection.guarded(complete, manner.guard()));
        });
  }

  private Manifest once(Ask ask, Call call) {
    return Payloads.object(ask, exchange.send(ask, call, REQUEST_TIMEOUT));
  }

  private Object tree(Ask ask) {
    return merging.call(
        ask.object(),
        () -> Payloads.tree(ask, exchange.send(ask, connection.request(ask), REQUEST_TIMEOUT)));
  }

  private Optional<Object> resourceList(String path) {
    try {
      return Optional.of(tree(Ask.get("discover " + path, null, path)));
    } catch (ClusterException e) {
      if (e.isNotFound()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static ClusterException noSuchKind(
      String verb, @Nullable ObjectRef object, String apiVersion, String kind) {
    return new ClusterException(
        new ClusterException.Answer(
            verb,
            object,
            404,
            "NotFound",
            "the cluster does not have the kind " + kind + " of " + apiVersion,
            List.of(),
            null),
        null);
  }

  /**
   * How requests are made.
   *
   * @param fieldManager the name under which fields are written
   * @param tries how often a request is tried at most
   * @param guard run before each try of a write, and as its bytes are about to go
   */
  private record Manner(String fieldManager, int tries, Runnable guard) {}
}
