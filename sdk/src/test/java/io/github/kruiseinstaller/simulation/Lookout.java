package io.github.kruiseinstaller.simulation;

import io.github.kruiseinstaller.event.InstallEvent;
import io.github.kruiseinstaller.event.InstallListener;
import io.github.kruiseinstaller.testkit.Bystander;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.testkit.fault.Effect;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Asks a bystander after every stage of a run and every change of a configuration, and remembers what he should not have been refused. Of
 * a cluster that refuses from the start, that is all from the disarming on.
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
      look(event.type());
    }
  }

  /** Asks the bystander now. */
  synchronized void look(String when) {
    boolean mayRefuse = mayRefuse();
    List<String> refusals = bystander.refusals();
    if (!mayRefuse) {
      refusals.forEach(refusal -> wrong.add(when + ": " + refusal));
    } else if (refusals.isEmpty() && mayRefuse()) {
      wrong.add(when + ": nobody is refused, so there is no incident to be mended");
    }
  }

  /** What was not as it should be. */
  synchronized List<String> wrong() {
    return List.copyOf(wrong);
  }

  /** Whether the incident is still there: not both configurations have been replaced since. */
  private boolean mayRefuse() {
    if (!refuses) {
      return false;
    }
    Set<String> replaced =
        cluster.requests().entries().stream()
            .filter(entry -> entry.done() && entry.effect() == Effect.CHANGED)
            .filter(entry -> entry.request().verb().equals("update"))
            .map(entry -> entry.request().resource())
            .collect(Collectors.toSet());
    return !replaced.containsAll(CONFIGURATIONS);
  }
}
