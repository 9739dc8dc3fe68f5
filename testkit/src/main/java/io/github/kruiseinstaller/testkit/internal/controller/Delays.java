package io.github.kruiseinstaller.testkit.internal.controller;

import java.time.Duration;

/**
 * How long things take in a cluster, in simulated time.
 *
 * @param schedule from a pod's creation to its node
 * @param sandbox from then to its address
 * @param containerStart from a pulled image to a running container
 * @param containerStop from SIGTERM to its end, unless the pod's grace is shorter
 * @param probe when containers' readiness is looked at
 * @param endpoints from a pod's readiness to the endpoints of its Services
 * @param crdNames from a CustomResourceDefinition to its accepted names
 * @param crdEstablish from there to Established
 * @param namespace between two looks at a namespace that is Terminating
 * @param garbage from a change to the collection of what nobody owns any more
 */
public record Delays(
    Duration schedule,
    Duration sandbox,
    Duration containerStart,
    Duration containerStop,
    Probe probe,
    Duration endpoints,
    Duration crdNames,
    Duration crdEstablish,
    Duration namespace,
    Duration garbage) {
  private static final Duration FAST_PERIOD = Duration.ofMillis(20);

  /**
   * When readiness is looked at.
   *
   * @param asSpecified as the pod's readinessProbe says; the other two do not count then
   * @param initial the first time after the start
   * @param period from then on
   */
  public record Probe(boolean asSpecified, Duration initial, Duration period) {}

  /** A few milliseconds each, for tests that wait for the outcome only. */
  public static Delays fast() {
    return fast(1);
  }

  /**
   * The same where simulated time runs at a speed. Readiness is looked at as often as at speed 1,
   * because each look costs the machine the same.
   */
  public static Delays fast(double speed) {
    Duration short1 = Duration.ofMillis(1);
    Duration short2 = Duration.ofMillis(2);
    return new Delays(
        short1,
        short1,
        short2,
        short2,
        new Probe(false, short2, Duration.ofNanos((long) (FAST_PERIOD.toNanos() * speed))),
        short1,
        short1,
        short1,
        Duration.ofMillis(5),
        short1);
  }

  /** As seen on a small, idle cluster with local images. */
  public static Delays realistic() {
    return new Delays(
        Duration.ofMillis(20),
        Duration.ofMillis(400),
        Duration.ofMillis(300),
        Duration.ofMillis(200),
        new Probe(true, Duration.ZERO, Duration.ofSeconds(10)),
        Duration.ofMillis(100),
        Duration.ofMillis(20),
        Duration.ofMillis(50),
        Duration.ofSeconds(1),
        Duration.ofMillis(200));
  }
}
