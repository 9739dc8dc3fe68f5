package io.github.kruiseinstaller.simulation;

import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.testkit.fault.Effect;
import io.github.kruiseinstaller.testkit.fault.Recorder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The lock of installers, as the cluster sees it. */
final class InstallerLease {
  static final String LEASES = "leases.coordination.k8s.io";
  static final String NAME = "kruise-installer";
  private static final String API_VERSION = "coordination.k8s.io/v1";

  private InstallerLease() {}

  /**
   * Does what the next ten seconds would do for others: whoever holds the lock, and was killed, no
   * longer does. That it takes these ten seconds, and nothing less, has tests of its own.
   */
  static void runOut(SimulatedCluster cluster) {
    if (exists(cluster)) {
      edit(cluster, spec -> spec.put("holderIdentity", ""));
    }
  }

  /** Edits its spec, as somebody with an editor would. */
  static void edit(SimulatedCluster cluster, Consumer<Map<String, Object>> change) {
    cluster
        .objects()
        .edit(API_VERSION, "Lease", Plight.NAMESPACE, NAME, lease -> change.accept(spec(lease)));
  }

  /** Deletes it. */
  static void delete(SimulatedCluster cluster) {
    cluster.objects().delete(API_VERSION, "Lease", Plight.NAMESPACE, NAME);
  }

  static boolean exists(SimulatedCluster cluster) {
    return cluster.objects().get(API_VERSION, "Lease", Plight.NAMESPACE, NAME).isPresent();
  }

  /** Who holds it; empty when nobody does. */
  static String holder(SimulatedCluster cluster) {
    return cluster
        .objects()
        .get(API_VERSION, "Lease", Plight.NAMESPACE, NAME)
        .map(lease -> String.valueOf(spec(lease).getOrDefault("holderIdentity", "")))
        .orElse("");
  }

  /**
   * What is wrong about who wrote when: all that somebody writes must lie between his first write
   * to the Lease and his last, and these spans must not overlap. Only the namespace, without which
   * there is no Lease, may come before.
   *
   * @param users the installers' users, each of whom has made one run
   */
  static List<String> interleavings(SimulatedCluster cluster, List<String> users) {
    // An answer can arrive a moment before its effect is recorded.
    Eventually.until(
        "their requests are over",
        () ->
            cluster.requests().entries().stream()
                .filter(entry -> users.contains(entry.request().user()))
                .allMatch(Recorder.Entry::done));
    List<String> wrongs = new ArrayList<>();
    Map<String, Span> spans = new LinkedHashMap<>();
    List<Recorder.Entry> entries = cluster.requests().entries();
    for (Recorder.Entry entry : entries) {
      if (isLeaseWrite(entry)) {
        spans.merge(entry.request().user(), Span.of(entry), Span::with);
      }
    }
    for (Recorder.Entry entry : entries) {
      String user = entry.request().user();
      if (users.contains(user) && isWork(entry)) {
        Span span = spans.get(user);
        boolean early = span == null || entry.number() < span.first();
        boolean late = span != null && entry.number() > span.last();
        if ((early && !entry.request().resource().equals("namespaces")) || late) {
          wrongs.add(user + " wrote without the lock: " + entry);
        }
      }
    }
    List<Span> held = users.stream().map(spans::get).filter(span -> span != null).toList();
    for (Span one : held) {
      for (Span other : held) {
        if (!one.equals(other) && one.first() <= other.first() && other.first() <= one.last()) {
          wrongs.add("two have held the lock at a time: " + spans);
        }
      }
    }
    return wrongs;
  }

  /** How many of these have held the lock. */
  static long holders(SimulatedCluster cluster, List<String> users) {
    return cluster.requests().entries().stream()
        .filter(InstallerLease::isLeaseWrite)
        .map(entry -> entry.request().user())
        .filter(users::contains)
        .distinct()
        .count();
  }

  private static boolean isLeaseWrite(Recorder.Entry entry) {
    return entry.request().resource().equals(LEASES)
        && entry.request().name().equals(NAME)
        && entry.effect() != Effect.NONE;
  }

  /** Whether somebody meant to change something; a review of permissions is a question. */
  static boolean isWork(Recorder.Entry entry) {
    return entry.request().writes()
        && !entry.request().dryRun()
        && !entry.request().resource().equals(LEASES)
        && !entry.request().resource().startsWith("selfsubjectaccessreviews");
  }

  @SuppressWarnings("unchecked") // objects are trees of maps with text keys
  private static Map<String, Object> spec(Map<String, Object> lease) {
    return (Map<String, Object>) lease.get("spec");
  }

  /** From somebody's first write to the Lease to his last. */
  private record Span(long first, long last) {
    static Span of(Recorder.Entry entry) {
      return new Span(entry.number(), entry.number());
    }

    Span with(Span later) {
      return new Span(first, later.last);
    }
  }
}
