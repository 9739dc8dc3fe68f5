package io.github.kruiseinstaller.internal.cluster;

import io.github.kruiseinstaller.internal.retry.Time;
import io.github.kruiseinstaller.internal.tree.Trees;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which kinds the cluster has, asked of the API server one group and version at a time and kept for
 * the run. A kind that was not there is looked for again, because the run itself brings kinds.
 * Thread-safe.
 */
final class Discovery {
  /** Long enough that a plan over many objects asks once, short enough that no wait notices. */
  private static final Duration MISS_REMEMBERED = Duration.ofMillis(250);

  private final Function<String, Optional<Object>> source;
  private final Time time;
  private final Map<String, Served> known = new ConcurrentHashMap<>();

  /**
   * @param source the APIResourceList at a path, or empty when there is none
   */
  Discovery(Function<String, Optional<Object>> source, Time time) {
    this.source = source;
    this.time = time;
  }

  /** The resource of a kind, or empty when the cluster does not have it now. */
  Optional<Resource> find(String apiVersion, String kind) {
    Resource builtIn = BuiltInKinds.find(apiVersion, kind);
    if (builtIn != null) {
      return Optional.of(builtIn);
    }
    Served served = known.get(apiVersion);
    Resource cached = served == null ? null : served.kinds().get(kind);
    if (served != null && (cached != null || isFresh(served))) {
      return Optional.ofNullable(cached);
    }
    Served asked = ask(apiVersion);
    known.merge(apiVersion, asked, Served::newer);
    return Optional.ofNullable(asked.kinds().get(kind));
  }

  private boolean isFresh(Served served) {
    return time.nanos() - served.askedAt() < MISS_REMEMBERED.toNanos();
  }

  private Served ask(String apiVersion) {
    long askedAt = time.nanos();
    Map<String, Resource> kinds = new HashMap<>();
    source
        .apply(Resource.groupVersionPath(apiVersion))
        .ifPresent(list -> Trees.maps(list, "resources").forEach(r -> add(kinds, apiVersion, r)));
    return new Served(Map.copyOf(kinds), askedAt);
  }

  private static void add(
      Map<String, Resource> kinds, String apiVersion, Map<String, @Nullable Object> resource) {
    String kind = Trees.text(resource, "kind");
    String plural = Trees.text(resource, "name");
    // A name with a slash is a subresource, which may carry the same kind.
    if (kind != null && plural != null && plural.indexOf('/') < 0) {
      boolean namespaced = Boolean.TRUE.equals(resource.get("namespaced"));
      kinds.put(kind, new Resource(apiVersion, plural, namespaced));
    }
  }

  private record Served(Map<String, Resource> kinds, long askedAt) {
    /** Of two that were asked at the same time the later question has the newer answer. */
    Served newer(Served other) {
      return other.askedAt - askedAt >= 0 ? other : this;
    }
  }
}
