package io.github.kruiseinstaller.testkit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kruise.KruiseImages;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import io.github.kruiseinstaller.testkit.internal.workload.ImageScenario;
import io.github.kruiseinstaller.testkit.internal.workload.ScenarioImages;
import io.github.kruiseinstaller.testkit.internal.workload.SelectedPods;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/**
 * What becomes of containers and pods. Unless told otherwise every image can be pulled and its
 * containers are ready at once; OpenKruise's images run the simulated manager and daemon.
 *
 * <p>Images are named by a glob over what stands in the pod, such as {@code *kruise-manager:*}.
 * What is said last counts, and it counts for containers that start from then on. Thread-safe.
 */
public final class Workloads {
  private final ScenarioImages images;
  private final SelectedPods pods;
  private final KruiseImages kruise;

  Workloads(ScenarioImages images, SelectedPods pods, KruiseImages kruise) {
    this.images = images;
    this.pods = pods;
    this.kruise = kruise;
  }

  /** The containers write these lines, end with this exit code, and do it again and again. */
  public void crash(String images, int exitCode, String... lines) {
    this.images.set(images, new ImageScenario.CrashLoop(Duration.ZERO, exitCode, List.of(lines)));
  }

  /** The containers use more memory than they may, and are ended for it again and again. */
  public void outOfMemory(String images) {
    this.images.set(images, new ImageScenario.OutOfMemory());
  }

  /** The images cannot be pulled; {@code message} is what the container runtime says. */
  public void pullFails(String images, String message) {
    this.images.set(images, new ImageScenario.PullFailure(message));
  }

  /** The containers run and are never ready. */
  public void neverReady(String images) {
    this.images.set(images, new ImageScenario.NeverReady());
  }

  /** The containers run, and are ready after a while. */
  public void readyAfter(String images, Duration delay) {
    this.images.set(images, new ImageScenario.Slow(delay));
  }

  /**
   * No node takes the pods of a namespace.
   *
   * @param reason such as {@code 1 Insufficient cpu}
   */
  public void unschedulable(String namespace, String reason) {
    pods.unschedulable(in(namespace), reason);
  }

  /**
   * The containers in a namespace end as soon as their pod is to go, before its Services know, so
   * that connections to them are refused for a moment.
   */
  public void endBeforeServicesKnow(String namespace) {
    pods.dropConnections(in(namespace));
  }

  /** OpenKruise's daemon ends at once with this message; an empty one lets it run again. */
  public void daemonCrashes(String message) {
    kruise.change(now -> now.daemonCrashes(message));
  }

  /** A manager that stops resets its open connections instead of closing them. */
  public void managerResetsConnections(boolean value) {
    kruise.change(now -> now.dropConnectionsWhenStopping(value));
  }

  /** From the start of a manager to its first look at the cluster. Default: as the pace says. */
  public void managerStartTakes(Duration startUp) {
    kruise.change(now -> now.startUp(startUp));
  }

  /** Takes back what was said of images and pods. */
  public void mend() {
    images.clear();
    pods.clear();
  }

  private static Predicate<ObjectNode> in(String namespace) {
    return pod -> Nodes.namespace(pod).equals(namespace);
  }
}
