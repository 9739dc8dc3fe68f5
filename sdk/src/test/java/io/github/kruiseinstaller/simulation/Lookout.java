package io.github.kruiseinstaller.simulation;

import io.github.kruiseinstaller.event.InstallEvent;
import io.github.kruiseinstaller.event.InstallListener;
import io.github.kruiseinstaller.testkit.Bystander;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.testkit.fault.Effect;
import io.github.kruiseinstaller.testkit.fault.Recorder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Asks a bystander after every stage of a run and every change of a configuration, and remembers
 * what he should not have been refused. Of a cluster that refuses from the start, that is all from
 * the disarming on.
 */
final class Lookout implements InstallListener {
  private static final Set<String> CONFIGURATIONS =
      Set.of(
          "mutatingwebhookconfigurations.admissionregistration.k8s.io",
          "validatingwebhookconfigurations.admissionregistration.k8s.io");

  private final SimulatedCluster cluster;
  private final Bystander bystander;
  private final boolean refuses;
  private final List<String> wrong = new ArrayList<>();

  /**
   * Looks out.
   *
   * @param refuses whether the cluster refuses bystanders until it is disarmed
   */
  Lookout(SimulatedCluster cluster, Bystander bystander, boolean refuses) {
    this.cluster = cluster;
    this.bystander = bystander;
    this.refuses = refuses;
  }

  @Override
  public void onEvent(InstallEvent event) {
    // Nothing else that a run does touches what bystanders depend on.
    if (event instanceof InstallEvent.ArmingChanged || event instanceof InstallEvent.StageEnded) {
      look(event.toString());
    }
  }

  /** Asks the bystander now. */
  synchronized void look(String when) {
    boolean mended = !refuses || isReplaced(entry -> entry.effect() == Effect.CHANGED);
    List<String> refusals = bystander.refusals();
    if (mended) {
      refusals.forEach(refusal -> wrong.add(when + ": " + refusal));
    } else if (refusals.isEmpty() && !isReplaced(begun -> true)) {
      wrong.add(when + ": nobody is refused, so there is no incident to be mended");
    }
  }

  /** What was not as it should be. */
  synchronized List<String> wrong() {
    return List.copyOf(wrong);
  }

  /** Whether both configurations have been replaced: that is how an incident begins to end. */
  private boolean isReplaced(Predicate<Recorder.Entry> when) {
    return cluster.requests().entries().stream()
        .filter(entry -> entry.request().verb().equals("update"))
        .filter(when)
        .map(entry -> entry.request().resource())
        .collect(Collectors.toSet())
        .containsAll(CONFIGURATIONS);
  }
}
