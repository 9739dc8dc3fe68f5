package io.github.kruiseinstaller.internal.cluster;

import io.github.kruiseinstaller.internal.retry.Time;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A small cluster in memory for unit tests: objects with uid, generation and resourceVersion, stale
 * replacements, absent namespaces, a recursive merge in place of server-side apply, and watches. It
 * has no controllers and no admission: tests say what happens through {@link #onRequest} and {@link
 * #put}. Starts with the namespaces {@code default} and {@code kube-system}. Thread-safe.
 */
public final class FakeCluster implements Cluster {
  private static final Pattern SET_TERM = Pattern.compile("(\\S+)\\s+(in|notin)\\s*\\(([^)]*)\\)");

  private final ManualTime time;
  private final Map<Key, Manifest> objects = new LinkedHashMap<>();
  private final List<Change> history = new ArrayList<>();
  private final List<Request> requests = new ArrayList<>();
  private final List<Script> scripts = new ArrayList<>();
  private final Map<Key, List<ClusterException.Cause>> conflicts = new HashMap<>();
  private final Set<String> denied = new HashSet<>();
  private final Map<String, List<String>> logs = new HashMap<>();
  private ServiceProxy serviceProxy = (target, port, path) -> "ok";
  private String kubernetesVersion = "1.34.0";
  private long clock = 100;
  private int uids;
  private int watchEpoch;

  /** A cluster with a time of its own. */
  public FakeCluster() {
    this(new ManualTime());
  }

  /** A cluster whose silent watches let {@code time} pass. */
  public FakeCluster(ManualTime time) {
    this.time = time;
    put(namespaceManifest("default"));
    put(namespaceManifest("kube-system"));
    history.clear();
  }

  /** The time that silent watches and sleeps of the code under test let pass. */
  public ManualTime time() {
    return time;
  }

  // ---- what tests say ----

  /**
   * Asked before every request, the script added last first. A script answers with a manifest (the
   * request then changes nothing), throws, or returns empty so that the next one or the cluster
   * itself answers. An answer to {@code list}, {@code watch}, {@code delete}, {@code logs}, {@code
   * allowed} or {@code proxy} is ignored; exceptions count for all verbs.
   */
  public FakeCluster onRequest(Script script) {
    synchronized (this) {
      scripts.add(0, script);
    }
    return this;
  }

  /**
   * Stores an object as a controller or a person would, status included; not in the request log.
   */
  public synchronized Manifest put(Manifest manifest) {
    Key key = Key.of(manifest.ref());
    return store(key, withSystemFields(manifest, objects.get(key), true), false);
  }

  /** Removes an object as a controller or a person would; not in the request log. */
  public synchronized void remove(ObjectRef ref) {
    Manifest old = objects.remove(Key.of(ref));
    if (old != null) {
      history.add(new Change(++clock, WatchStream.Type.DELETED, old));
    }
  }

  /** The stored object. Not in the request log. */
  public synchronized Optional<Manifest> peek(ObjectRef ref) {
    return Optional.ofNullable(objects.get(Key.of(ref)));
  }

  /** All stored objects of a kind. Not in the request log. */
  public synchronized List<Manifest> peekAll(String apiVersion, String kind) {
    Query query = Query.all(apiVersion, kind, null);
    return objects.values().stream().filter(object -> matches(query, object)).toList();
  }

  /** Applies of the object without force fail, because {@code manager} owns {@code field}. */
  public synchronized FakeCluster conflict(ObjectRef ref, String manager, String field) {
    conflicts
        .computeIfAbsent(Key.of(ref), key -> new ArrayList<>())
        .add(
            new ClusterException.Cause(
                "FieldManagerConflict", field, "conflict with \"" + manager + "\""));
    return this;
  }

  /** {@link #allowed} answers no for this verb and kind; {@code *} stands for any. */
  public synchronized FakeCluster deny(String verb, String kind) {
    denied.add(verb + " " + kind);
    return this;
  }

  /** What {@link #logs} answers for the pod and container. */
  public synchronized FakeCluster log(ObjectRef pod, String container, List<String> lines) {
    logs.put(pod + " " + container, List.copyOf(lines));
    return this;
  }

  /** What {@link #proxy} answers; "ok" for every path unless told otherwise. */
  public synchronized FakeCluster onServiceProxy(ServiceProxy answer) {
    serviceProxy = answer;
    return this;
  }

  /** The version that the cluster says it has; 1.34.0 unless told otherwise. */
  public synchronized FakeCluster kubernetesVersion(String version) {
    kubernetesVersion = version;
    return this;
  }

  /** Ends all open watches, as an API server does from time to time. */
  public synchronized void endWatches() {
    watchEpoch++;
  }

  /** All requests so far, oldest first. */
  public synchronized List<Request> requests() {
    return List.copyOf(requests);
  }

  /** The requests that were meant to change something: writes that are not dry runs. */
  public synchronized List<Request> writes() {
    return requests.stream().filter(Request::isWrite).toList();
  }

  /** Forgets the requests so far. */
  public synchronized void forgetRequests() {
    requests.clear();
  }

  /** An answer of the API server that is an error. */
  public static ClusterException refusal(
      String verb, @Nullable ObjectRef ref, int status, String reason, String message) {
    return new ClusterException(
        new ClusterException.Answer(verb, ref, status, reason, message, List.of(), null), null);
  }

  /** A namespace with labels, given as key, value, key, value. */
  public static Manifest namespaceManifest(String name, String... labels) {
    Map<String, Object> all = new LinkedHashMap<>();
    for (int i = 0; i < labels.length; i += 2) {
      all.put(labels[i], labels[i + 1]);
    }
    return Manifest.of(
        Map.of(
            "apiVersion", "v1",
            "kind", "Namespace",
            "metadata", Map.of("name", name, "labels", all)));
  }

  // ---- Cluster ----

  @Override
  public String server() {
    return "https://cluster.test:6443";
  }

  @Override
  public synchronized String kubernetesVersion() {
    return kubernetesVersion;
  }

  @Override
  public Optional<Manifest> get(ObjectRef ref) {
    Optional<Manifest> scripted = ask(new Request("get", ref, null, false, false));
    return scripted.isPresent() ? scripted : peek(ref);
  }

  @Override
  public Listing list(Query query) {
    ask(new Request("list", placeholder(query), null, false, false));
    synchronized (this) {
      List<Manifest> items = objects.values().stream().filter(o -> matches(query, o)).toList();
      return new Listing(items, Long.toString(clock));
    }
  }

  @Override
  public Manifest apply(Manifest manifest, Write write) {
    ObjectRef ref = manifest.ref();
    Optional<Manifest> scripted =
        ask(new Request("apply", ref, manifest, write.dryRun(), write.force()));
    if (scripted.isPresent()) {
      return scripted.get();
    }
    synchronized (this) {
      Key key = Key.of(ref);
      List<ClusterException.Cause> causes = conflicts.getOrDefault(key, List.of());
      if (!write.force() && !causes.isEmpty()) {
        throw new ClusterException(
            new ClusterException.Answer(
                "apply", ref, 409, "Conflict", "Apply failed with conflicts", causes, null),
            null);
      }
      requireNamespace("apply", ref);
      Manifest old = objects.get(key);
      Manifest merged =
          old == null ? manifest : old.edit(tree -> merge(tree, manifest.tree(), false));
      if (!write.dryRun()) {
        conflicts.remove(key);
      }
      return store(key, withSystemFields(written(merged, "Apply"), old, false), write.dryRun());
    }
  }

  /** The object with an entry of this library's, of no fields: who owns which is not simulated. */
  private static Manifest written(Manifest manifest, String operation) {
    Map<String, ?> entry =
        Map.of(
            "manager",
            FIELD_MANAGER,
            "operation",
            operation,
            "apiVersion",
            manifest.apiVersion(),
            "fieldsType",
            "FieldsV1",
            "fieldsV1",
            Map.of());
    return manifest.edit(
        tree -> Trees.child(tree, "metadata").put("managedFields", List.of(entry)));
  }

  @Override
  public Manifest create(Manifest manifest, Write write) {
    return create("create", manifest, write.dryRun());
  }

  @Override
  public Prober prober() {
    return new Prober() {
      @Override
      public Manifest create(Manifest manifest, Duration timeout) {
        return FakeCluster.this.create("probe", manifest, true);
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public Manifest replace(Manifest manifest, Write write) {
    ObjectRef ref = manifest.ref();
    Optional<Manifest> scripted = ask(new Request("replace", ref, manifest, write.dryRun(), false));
    if (scripted.isPresent()) {
      return scripted.get();
    }
    synchronized (this) {
      Key key = Key.of(ref);
      Manifest old = require("replace", key, ref);
      String sent = manifest.resourceVersion();
      if (sent != null && !sent.equals(old.resourceVersion())) {
        throw refusal(
            "replace",
            ref,
            409,
            "Conflict",
            "the object has been modified; please apply your changes to the latest version and try"
                + " again");
      }
      return store(key, withSystemFields(written(manifest, "Update"), old, false), write.dryRun());
    }
  }

  @Override
  public Manifest mergePatch(ObjectRef ref, Map<String, ?> patch, Write write) {
    Map<String, @Nullable Object> copy = Trees.mutable(patch);
    Manifest old;
    synchronized (this) {
      old = objects.get(Key.of(ref));
    }
    Request request =
        new Request("patch", ref, old == null ? null : patchBody(ref, copy), write.dryRun(), false);
    Optional<Manifest> scripted = ask(request);
    if (scripted.isPresent()) {
      return scripted.get();
    }
    synchronized (this) {
      Key key = Key.of(ref);
      Manifest live = require("patch", key, ref);
      Manifest patched = live.edit(tree -> merge(tree, copy, true));
      return store(key, withSystemFields(patched, live, false), write.dryRun());
    }
  }

  @Override
  public boolean delete(ObjectRef ref, @Nullable String uid, Propagation propagation) {
    ask(new Request("delete", ref, null, false, false));
    synchronized (this) {
      Manifest old = objects.get(Key.of(ref));
      if (old == null || (uid != null && !uid.equals(old.uid()))) {
        return false;
      }
      remove(ref);
      return true;
    }
  }

  @Override
  public WatchStream watch(Query query, String resourceVersion) {
    ask(new Request("watch", placeholder(query), null, false, false));
    synchronized (this) {
      return new FakeWatch(query, Long.parseLong(resourceVersion), watchEpoch);
    }
  }

  @Override
  public List<String> logs(ObjectRef pod, String container, boolean previous, int lines) {
    ask(new Request("logs", pod, null, false, false));
    synchronized (this) {
      List<String> all = logs.getOrDefault(pod + " " + container, List.of());
      return List.copyOf(all.subList(Math.max(0, all.size() - lines), all.size()));
    }
  }

  @Override
  public boolean allowed(String verb, ObjectRef object, @Nullable String subresource) {
    ask(new Request("allowed", object, null, false, false));
    synchronized (this) {
      return !denied.contains(verb + " " + object.kind())
          && !denied.contains(verb + " *")
          && !denied.contains("* " + object.kind())
          && !denied.contains("* *");
    }
  }

  @Override
  public synchronized boolean allowedEverything() {
    return denied.isEmpty();
  }

  @Override
  public String proxy(ObjectRef target, int port, String path) {
    ask(new Request("proxy", target, null, false, false));
    ServiceProxy proxy;
    synchronized (this) {
      proxy = serviceProxy;
    }
    return proxy.get(target, port, path);
  }

  // ---- inside ----

  private Manifest create(String verb, Manifest manifest, boolean dryRun) {
    ObjectRef ref = manifest.ref();
    Optional<Manifest> scripted = ask(new Request(verb, ref, manifest, dryRun, false));
    if (scripted.isPresent()) {
      return scripted.get();
    }
    synchronized (this) {
      Key key = Key.of(ref);
      requireNamespace(verb, ref);
      if (objects.containsKey(key)) {
        throw refusal(
            verb, ref, 409, "AlreadyExists", ref.kind() + " \"" + ref.name() + "\" already exists");
      }
      return store(key, withSystemFields(written(manifest, "Update"), null, false), dryRun);
    }
  }

  private Optional<Manifest> ask(Request request) {
    List<Script> asked;
    synchronized (this) {
      requests.add(request);
      asked = List.copyOf(scripts);
    }
    // outside the lock: a script may block, or make requests of its own
    for (Script script : asked) {
      Optional<Manifest> answer =
          script.answer(request.verb(), request.ref(), request.body(), request.dryRun());
      if (answer.isPresent()) {
        return answer;
      }
    }
    return Optional.empty();
  }

  private Manifest require(String verb, Key key, ObjectRef ref) {
    Manifest live = objects.get(key);
    if (live == null) {
      throw refusal(verb, ref, 404, "NotFound", ref.kind() + " \"" + ref.name() + "\" not found");
    }
    return live;
  }

  private void requireNamespace(String verb, ObjectRef ref) {
    String namespace = ref.namespace();
    if (namespace != null
        && !objects.containsKey(Key.of(ObjectRef.cluster("v1", "Namespace", namespace)))) {
      throw refusal(verb, ref, 404, "NotFound", "namespaces \"" + namespace + "\" not found");
    }
  }

  private Manifest withSystemFields(Manifest wanted, @Nullable Manifest old, boolean keepStatus) {
    boolean unchanged = old != null && specOf(old).equals(specOf(wanted));
    return wanted.edit(
        tree -> {
          Map<String, @Nullable Object> metadata = child(tree, "metadata");
          Manifest before = old;
          metadata.put(
              "uid", before == null ? "uid-" + nextUid() : Objects.requireNonNull(before.uid()));
          long generation = before == null ? 0 : before.number(0, "metadata", "generation");
          metadata.put("generation", unchanged ? generation : generation + 1);
          if (before != null) {
            metadata.put("resourceVersion", before.resourceVersion());
          } else {
            metadata.remove("resourceVersion");
          }
          Object created = before == null ? null : before.at("metadata", "creationTimestamp");
          metadata.put("creationTimestamp", created == null ? time.now().toString() : created);
          if (wanted.isKind("Namespace")) {
            child(metadata, "labels").put("kubernetes.io/metadata.name", wanted.name());
          }
          if (!keepStatus) {
            // an API server ignores the status of ordinary writes
            tree.remove("status");
            if (before != null && before.at("status") != null) {
              tree.put("status", before.at("status"));
            }
          }
        });
  }

  private int nextUid() {
    uids++;
    return uids;
  }

  private Manifest store(Key key, Manifest manifest, boolean dryRun) {
    Manifest old = objects.get(key);
    if (dryRun || (old != null && old.equals(manifest))) {
      return manifest;
    }
    long now = ++clock;
    Manifest stored =
        manifest.edit(tree -> child(tree, "metadata").put("resourceVersion", Long.toString(now)));
    objects.put(key, stored);
    history.add(
        new Change(now, old == null ? WatchStream.Type.ADDED : WatchStream.Type.MODIFIED, stored));
    return stored;
  }

  private static Map<String, @Nullable Object> specOf(Manifest manifest) {
    Map<String, @Nullable Object> spec = Trees.mutable(manifest.tree());
    spec.remove("metadata");
    spec.remove("status");
    return spec;
  }

  private static Manifest patchBody(ObjectRef ref, Map<String, @Nullable Object> patch) {
    Map<String, @Nullable Object> body = Trees.mutable(patch);
    body.put("apiVersion", ref.apiVersion());
    body.put("kind", ref.kind());
    child(body, "metadata").put("name", ref.name());
    if (ref.namespace() != null) {
      child(body, "metadata").put("namespace", ref.namespace());
    }
    return Manifest.of(body);
  }

  private static void merge(
      Map<String, @Nullable Object> into, Map<String, @Nullable Object> from, boolean nullDeletes) {
    from.forEach(
        (key, value) -> {
          if (value == null && nullDeletes) {
            into.remove(key);
          } else if (value instanceof Map<?, ?>) {
            merge(child(into, key), Trees.map(value), nullDeletes);
          } else if (value instanceof List<?> list) {
            into.put(key, Trees.mutable(Map.of("list", list)).get("list"));
          } else {
            into.put(key, value);
          }
        });
  }

  private static Map<String, @Nullable Object> child(
      Map<String, @Nullable Object> tree, String key) {
    if (!(tree.get(key) instanceof Map<?, ?>)) {
      tree.put(key, new LinkedHashMap<String, @Nullable Object>());
    }
    return Trees.map(tree, key);
  }

  private static ObjectRef placeholder(Query query) {
    return new ObjectRef(query.apiVersion(), query.kind(), query.namespace(), "*");
  }

  private static boolean matches(Query query, Manifest object) {
    Key wanted = Key.of(placeholder(query));
    Key key = Key.of(object.ref());
    return key.group().equals(wanted.group())
        && key.kind().equals(wanted.kind())
        && (query.namespace() == null || query.namespace().equals(object.namespace()))
        && labelsMatch(query.labelSelector(), object.labels())
        && fieldsMatch(query.fieldSelector(), object);
  }

  private static boolean fieldsMatch(String selector, Manifest object) {
    for (String term : selector.isEmpty() ? new String[0] : selector.split(",")) {
      boolean negated = term.contains("!=");
      String[] sides = term.split("!=|==?", 2);
      Object value = object.at((Object[]) sides[0].trim().split("\\."));
      if (sides[1].trim().equals(value == null ? "" : value.toString()) == negated) {
        return false;
      }
    }
    return true;
  }

  private static boolean labelsMatch(String selector, Map<String, String> labels) {
    // commas inside "in (a,b)" do not separate terms
    for (String term : selector.isEmpty() ? new String[0] : selector.split(",(?![^(]*\\))")) {
      if (!labelMatches(term.trim(), labels)) {
        return false;
      }
    }
    return true;
  }

  private static boolean labelMatches(String term, Map<String, String> labels) {
    Matcher set = SET_TERM.matcher(term);
    if (set.matches()) {
      boolean in =
          List.of(set.group(3).trim().split("\\s*,\\s*", -1))
              .contains(labels.getOrDefault(set.group(1), " "));
      return set.group(2).equals("in") == in;
    }
    if (term.contains("!=")) {
      String[] sides = term.split("!=", 2);
      return !sides[1].trim().equals(labels.get(sides[0].trim()));
    }
    if (term.contains("=")) {
      String[] sides = term.split("==?", 2);
      return sides[1].trim().equals(labels.get(sides[0].trim()));
    }
    return term.startsWith("!")
        ? !labels.containsKey(term.substring(1).trim())
        : labels.containsKey(term);
  }

  /** Answers in place of the cluster. */
  @FunctionalInterface
  public interface Script {
    /**
     * The answer, or empty for none; throws to refuse.
     *
     * @param verb {@code get list apply create replace patch delete probe watch logs allowed proxy}
     * @param ref the object; its name is {@code *} for list and watch
     * @param body what was sent; for a patch the patch with the object's name put in
     */
    Optional<Manifest> answer(String verb, ObjectRef ref, @Nullable Manifest body, boolean dryRun);
  }

  /** Answers GETs through the proxy to a Service or a Pod. */
  @FunctionalInterface
  public interface ServiceProxy {
    /** The body; throws to refuse. */
    String get(ObjectRef target, int port, String path);
  }

  /** One request as it was made. */
  public record Request(
      String verb, ObjectRef ref, @Nullable Manifest body, boolean dryRun, boolean force) {
    /** Whether it was meant to change something. */
    public boolean isWrite() {
      return !dryRun && Set.of("apply", "create", "replace", "patch", "delete").contains(verb);
    }

    /** {@code apply Deployment ns/name (dry run)}. */
    @Override
    public String toString() {
      return verb + " " + ref + (force ? " (force)" : "") + (dryRun ? " (dry run)" : "");
    }
  }

  /** Time that passes only when somebody sleeps; things can be set to happen on the way. */
  public static final class ManualTime implements Time {
    private static final Instant START = Instant.parse("2025-01-01T00:00:00Z");
    private final PriorityQueue<Due> due = new PriorityQueue<>();
    private long nanos;
    private Duration suspended = Duration.ZERO;
    private long order;
    private int idling;

    @Override
    public synchronized Instant now() {
      return START.plusNanos(nanos).plus(suspended);
    }

    @Override
    public synchronized long nanos() {
      return nanos;
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted");
      }
      pass(duration);
    }

    /** The machine is suspended, or its clock set: only the wall clock moves. */
    public synchronized void suspend(Duration duration) {
      suspended = suspended.plus(duration);
    }

    /** Waits until somebody else has let so much time pass. */
    @Override
    public synchronized void idle(Duration duration) throws InterruptedException {
      long end = nanos + duration.toNanos();
      idling++;
      notifyAll();
      try {
        while (nanos < end) {
          wait();
        }
      } finally {
        idling--;
      }
    }

    /**
     * Lets time pass once somebody idles. Whoever has reckoned how long and is still on the way to
     * it would otherwise idle from the new time on, for ever.
     */
    public void passOnceSomebodyIdles(Duration duration) {
      synchronized (this) {
        try {
          while (idling == 0) {
            wait();
          }
        } catch (InterruptedException e) {
          throw new IllegalStateException("interrupted before somebody idled", e);
        }
      }
      pass(duration);
    }

    /** Runs {@code action} when time has passed for {@code delay} from now. */
    public synchronized void after(Duration delay, Runnable action) {
      due.add(new Due(nanos + delay.toNanos(), order++, action));
    }

    /** Lets time pass and runs what is due on the way. */
    public void pass(Duration duration) {
      long end = nanos() + Math.max(0, duration.toNanos());
      for (Due next = takeDue(end); next != null; next = takeDue(end)) {
        next.action().run();
      }
      synchronized (this) {
        nanos = Math.max(nanos, end);
        notifyAll();
      }
    }

    /** Lets time pass until the next thing that is due, at most for {@code limit}. */
    void passUntilSomethingHappens(Duration limit) {
      Duration step;
      synchronized (this) {
        Due next = due.peek();
        long wait = next == null ? Long.MAX_VALUE : Math.max(0, next.at() - nanos);
        step = Duration.ofNanos(Math.min(wait, limit.toNanos()));
      }
      pass(step);
    }

    private synchronized @Nullable Due takeDue(long end) {
      Due next = due.peek();
      if (next == null || next.at() > end) {
        return null;
      }
      nanos = Math.max(nanos, next.at());
      return due.poll();
    }

    private record Due(long at, long order, Runnable action) implements Comparable<Due> {
      @Override
      public int compareTo(Due other) {
        return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
      }
    }
  }

  private record Key(String group, String kind, @Nullable String namespace, String name) {
    static Key of(ObjectRef ref) {
      return new Key(ref.group(), ref.kind(), ref.namespace(), ref.name());
    }
  }

  private record Change(long at, WatchStream.Type type, Manifest object) {}

  private final class FakeWatch implements WatchStream {
    private final Query query;
    private final int epoch;
    private long seen;
    private boolean closed;

    FakeWatch(Query query, long from, int epoch) {
      this.query = query;
      this.seen = from;
      this.epoch = epoch;
    }

    @Override
    public Optional<Event> next(Duration timeout) throws WatchEndedException {
      long end = time.nanos() + timeout.toNanos();
      Optional<Event> event = poll();
      while (event.isEmpty() && time.nanos() < end) {
        time.passUntilSomethingHappens(Duration.ofNanos(end - time.nanos()));
        event = poll();
      }
      return event;
    }

    private Optional<Event> poll() throws WatchEndedException {
      synchronized (FakeCluster.this) {
        if (closed || epoch != watchEpoch) {
          throw new WatchEndedException("the watch has ended");
        }
        for (Change change : history) {
          if (change.at() > seen && matches(query, change.object())) {
            seen = change.at();
            return Optional.of(new Event(change.type(), change.object()));
          }
        }
        return Optional.empty();
      }
    }

    @Override
    public void close() {
      synchronized (FakeCluster.this) {
        closed = true;
      }
    }
  }
}
