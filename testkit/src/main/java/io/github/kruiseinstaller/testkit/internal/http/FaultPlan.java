package io.github.kruiseinstaller.testkit.internal.http;

import io.github.kruiseinstaller.testkit.fault.Fault;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All that goes wrong with one request, put together.
 *
 * @param delay before it is carried out
 * @param main what decides the answer, or null
 * @param leaseShift added to the times of Leases
 * @param label all of it in words, for the record; empty for nothing
 */
public record FaultPlan(Duration delay, @Nullable Fault main, Duration leaseShift, String label) {
  /** Nothing goes wrong. */
  public static final FaultPlan NONE = new FaultPlan(Duration.ZERO, null, Duration.ZERO, "");

  /** The faults put together; of those that decide the answer the first wins. */
  public static FaultPlan of(List<Fault> faults) {
    if (faults.isEmpty()) {
      return NONE;
    }
    Duration delay = Duration.ZERO;
    Duration shift = Duration.ZERO;
    Fault main = null;
    for (Fault fault : faults) {
      if (fault instanceof Fault.Latency latency) {
        delay = delay.plus(latency.delay());
      } else if (fault instanceof Fault.LeaseClock clock) {
        shift = shift.plus(clock.shift());
      } else if (main == null) {
        main = fault;
      }
    }
    String label = faults.stream().map(Fault::label).collect(Collectors.joining(", "));
    return new FaultPlan(delay, main, shift, label);
  }

  /** Whether the connection is reset at this moment. */
  public boolean resets(Fault.Moment moment) {
    return main instanceof Fault.Reset reset && reset.moment() == moment;
  }
}
