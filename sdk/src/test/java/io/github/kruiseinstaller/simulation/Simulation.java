package io.github.kruiseinstaller.simulation;

import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import net.jqwik.api.lifecycle.AroundPropertyHook;
import net.jqwik.api.lifecycle.PropertyExecutionResult;
import net.jqwik.api.lifecycle.PropertyExecutor;
import net.jqwik.api.lifecycle.PropertyLifecycleContext;

/** How much is simulated: little in every build, much where there is time. */
final class Simulation {
  private static final int MANY = 10_000;

  private Simulation() {}

  /** Whether there is time. */
  static boolean isLong() {
    return Boolean.getBoolean("simulation");
  }

  /** How many threads compete for a processor of this machine now: one where it is idle. */
  static int competitors() {
    OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
    double load = system.getSystemLoadAverage() / system.getAvailableProcessors();
    return (int) Math.max(1, Math.ceil(load));
  }

  /** How many sequences are tried where there is time. */
  static int sequences() {
    return Integer.getInteger("simulation.tries", MANY);
  }

  /** Raises the tries of a property that takes several sequences at a time. */
  static final class Tries implements AroundPropertyHook {
    @Override
    public PropertyExecutionResult aroundProperty(
        PropertyLifecycleContext context, PropertyExecutor property) {
      if (isLong()) {
        int batches = (sequences() + RandomFaultsTest.BATCH - 1) / RandomFaultsTest.BATCH;
        context.attributes().setTries(batches);
      }
      return property.execute();
    }
  }
}
