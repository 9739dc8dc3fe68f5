package io.github.kruiseinstaller.simulation;

import io.github.kruiseinstaller.event.InstallEvent;
import io.github.kruiseinstaller.event.InstallListener;
import io.github.kruiseinstaller.testkit.Bystander;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.testkit.fault.ApiRequest;
import io.github.kruiseinstaller.testkit.fault.Effect;
import io.github.kruiseinstaller.testkit.fault.Recorder;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Looks at a cluster before each request of its installers, after each stage, and when told to:
 * nobody who has nothing to do with OpenKruise is refused, and nothing is armed that was not proven
 * by then. Thread-safe.
 */
final class Vigil implements InstallListener {
  private static final int PROOFS = 3;
  private static final int PROBES_A_PROOF = 3;
  private static final String PROOF = "kruise-installer-proof-";

  private final SimulatedCluster cluster;
  private final Bystander bystander;
  private final Map<String, Armament> last = new HashMap<>();
  private final Map<String, String> versions = new HashMap<>();
  private final Set<String> wrongs = new TreeSet<>();
  private final Map<Armament, Integer> seen = new EnumMap<>(Armament.class);
  private boolean guarded;

  /** Begins; who is refused already may be so until everything has been disarmed once. */
  Vigil(SimulatedCluster cluster, Bystander bystander) {
    this.cluster = cluster;
    this.bystander = bystander;
    this.guarded = bystander.refusals().isEmpty();
    Armament.KINDS.forEach(kind -> last.put(kind, Armament.of(cluster, kind)));
    cluster.requests().whenBegun(this::before);
  }

  /** What was wrong at any time. */
  synchronized List<String> wrongs() {
    return List.copyOf(wrongs);
  }

  /** How often a configuration was seen to become like this. */
  synchronized int seen(Armament armament) {
    return seen.getOrDefault(armament, 0);
  }

  /** Looks now, and asks the bystander whenever something is armed that could refuse him. */
  synchronized void look() {
    boolean armed = last.values().stream().anyMatch(armament -> armament != Armament.NONE);
    if (!transitions() && armed) {
      ask();
    }
  }

  @Override
  public void onEvent(InstallEvent event) {
    if (event instanceof InstallEvent.StageEnded) {
      look();
    }
  }

  private synchronized void before(ApiRequest request) {
    transitions();
  }

  /** Whether anything has changed; then the bystander has been asked. */
  private boolean transitions() {
    boolean changed = false;
    for (String kind : Armament.KINDS) {
      String version = Armament.version(cluster, kind);
      if (version.equals(versions.put(kind, version))) {
        continue;
      }
      Armament now = Armament.of(cluster, kind);
      Armament was = last.put(kind, now);
      if (now != was) {
        changed = true;
        seen.merge(now, 1, Integer::sum);
        judge(kind, was == null ? Armament.NONE : was, now);
      }
    }
    if (changed) {
      guarded |= last.values().stream().allMatch(armament -> armament == Armament.NONE);
      ask();
    }
    return changed;
  }

  private void judge(String kind, Armament was, Armament now) {
    if (was == Armament.NONE && now != Armament.NONE) {
      unproven(kind).ifPresent(why -> wrongs.add(kind + " was armed without proof: " + why));
    }
    if (now == Armament.ENFORCED && !isAvailable()) {
      wrongs.add(kind + " was enforced before all of the manager was available");
    }
  }

  private void ask() {
    if (guarded) {
      bystander.refusals().forEach(refusal -> wrongs.add("a bystander was refused: " + refusal));
    }
  }

  /** Why the armer's requests so far hold no proof right before now, if they do not. */
  private Optional<String> unproven(String kind) {
    List<Recorder.Entry> entries = cluster.requests().entries();
    String armer = lastWriter(kind, entries);
    List<Recorder.Entry> probes = new ArrayList<>();
    boolean configured = false;
    for (Recorder.Entry entry : entries) {
      ApiRequest request = entry.request();
      boolean own = request.user().equals(armer);
      if (own && request.name().startsWith(PROOF)) {
        configured |= entry.effect() == Effect.CREATED;
      } else if (own && isProbe(request)) {
        probes.add(entry);
      }
    }
    int needed = PROOFS * PROBES_A_PROOF;
    if (!configured || probes.size() < needed) {
      return Optional.of(probes.size() + " probes of '" + armer + "'");
    }
    List<Recorder.Entry> proof = probes.subList(probes.size() - needed, probes.size());
    for (int i = 0; i < needed; i++) {
      Recorder.Entry probe = proof.get(i);
      // The first of a round goes where nobody serves, and the others to what will be armed.
      boolean right =
          i % PROBES_A_PROOF == 0
              ? probe.status() == 500 && !probe.fault().contains("answer")
              : probe.status() == 201 && !probe.fault().contains("truncated");
      if (!right) {
        return Optional.of("probe " + i + " of the last " + needed + " was " + probe);
      }
    }
    return Optional.empty();
  }

  /** Whose request has changed a configuration last; empty when none has. */
  private static String lastWriter(String kind, List<Recorder.Entry> entries) {
    String resource = kind.toLowerCase(Locale.ROOT) + "s.admissionregistration.k8s.io";
    String writer = "";
    for (Recorder.Entry entry : entries) {
      ApiRequest request = entry.request();
      // A request whose answer was taken away may not be written down as over yet.
      if (request.resource().equals(resource)
          && request.writes()
          && !request.name().startsWith(PROOF)
          && (!entry.done() || entry.effect() != Effect.NONE)) {
        writer = request.user();
      }
    }
    return writer;
  }

  private static boolean isProbe(ApiRequest request) {
    return request.dryRun()
        && request.verb().equals("create")
        && request.resource().equals("pods")
        && request.namespace().equals(Plight.NAMESPACE);
  }

  private boolean isAvailable() {
    Map<?, ?> status =
        cluster
            .objects()
            .get("apps/v1", "Deployment", Plight.NAMESPACE, "kruise-controller-manager")
            .map(found -> (Map<?, ?>) found.getOrDefault("status", Map.of()))
            .orElse(Map.of());
    return status.get("availableReplicas") instanceof Number available && available.intValue() >= 2;
  }
}
