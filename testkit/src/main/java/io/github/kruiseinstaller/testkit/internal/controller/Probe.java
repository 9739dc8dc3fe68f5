package io.github.kruiseinstaller.testkit.internal.controller;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.time.Duration;

/** Whether a started container is ready, found out from time to time. Used by one thread. */
final class Probe {
  private final boolean specified;
  private final long period;
  private final long failuresAllowed;
  private final long successesNeeded;
  private long due;
  private long failures;
  private long successes;
  private boolean ready;

  /** Begins with a container's start. */
  Probe(JsonNode container, Delays.Probe delays, long startedNanos) {
    JsonNode probe = Nodes.at(container, "readinessProbe");
    this.specified = probe.isObject();
    this.failuresAllowed = Nodes.number(3, probe, "failureThreshold");
    this.successesNeeded = Nodes.number(1, probe, "successThreshold");
    boolean own = delays.asSpecified();
    this.period =
        own ? seconds(probe, "periodSeconds", 10) : Math.max(1, delays.period().toNanos());
    long initial = own ? seconds(probe, "initialDelaySeconds", 0) : delays.initial().toNanos();
    // Without a probe a container is ready as soon as it runs, if its program does not say no.
    this.due = startedNanos + (specified ? initial : 0);
  }

  private static long seconds(JsonNode probe, String field, long absent) {
    return Duration.ofSeconds(Nodes.number(absent, probe, field)).toNanos();
  }

  /** What came of looking. */
  enum Finding {
    /** It was not time. */
    NOTHING,
    /** It answered. */
    SUCCESS,
    /** It did not. */
    FAILURE
  }

  /** Looks when it is time, or now when it is asked for. */
  Finding look(StartedProgram program, long now, boolean asked) {
    if (now < due && !asked) {
      return Finding.NOTHING;
    }
    if (now >= due) {
      due += ((now - due) / period + 1) * period;
    }
    if (program.ready()) {
      failures = 0;
      successes++;
      ready |= successes >= successesNeeded;
      return Finding.SUCCESS;
    }
    successes = 0;
    failures++;
    // A program that says by itself that it is not ready is believed at once.
    if (failures >= failuresAllowed || asked || !specified) {
      ready = false;
    }
    return Finding.FAILURE;
  }

  boolean ready() {
    return ready;
  }

  boolean specified() {
    return specified;
  }

  /** When to look next. */
  long due() {
    return due;
  }
}
