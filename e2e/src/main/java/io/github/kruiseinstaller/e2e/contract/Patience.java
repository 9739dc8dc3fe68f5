package io.github.kruiseinstaller.e2e.contract;

import java.time.Duration;

/**
 * How to wait for what a server does by and by.
 *
 * @param poll how long to wait before asking again
 * @param longest when to give up; the scenario then goes on, and its answer says so
 * @param atOnce how many scenarios are run beside each other
 */
public record Patience(Duration poll, Duration longest, int atOnce) {
  /**
   * With a real cluster, which deletes a namespace in more than five seconds: a scenario does
   * little but wait.
   */
  public static final Patience REAL =
      new Patience(Duration.ofMillis(50), Duration.ofSeconds(90), 8);

  /** With the testkit, where everything takes a few milliseconds of this JVM's own. */
  public static final Patience SIMULATED =
      new Patience(Duration.ofMillis(5), Duration.ofSeconds(20), 4);
}
