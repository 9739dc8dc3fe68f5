package io.github.kruiseinstaller.testkit.internal.kruise;

import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.workload.Program;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;

/** kruise-helm-hook: ends well when there are none of the workloads that it looks for. */
final class UninstallHook implements Program {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy/MM/dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final Duration START = Duration.ofMillis(50);

  private final Surroundings surroundings;

  UninstallHook(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Running start(Container container) {
    container.later(START, () -> execute(container));
    return new Running() {
      @Override
      public boolean ready() {
        return true;
      }

      @Override
      public void stop() {
        // It holds nothing.
      }
    };
  }

  private void execute(Container container) {
    try {
      surroundings.executor().execute(() -> look(container));
    } catch (RejectedExecutionException e) {
      // The cluster is being closed.
      container.exit(1);
    }
  }

  private void look(Container container) {
    KruiseClient client = KruiseClient.inPod(surroundings, container.pod(), "helm_hook");
    Map<Plural, String> workloads = new LinkedHashMap<>();
    workloads.put(Plural.CLONE_SETS, "clonesets");
    workloads.put(Plural.STATEFUL_SETS, "advanced statefulsets");
    workloads.put(Plural.DAEMON_SETS, "advanced daemonsets");
    try {
      for (Map.Entry<Plural, String> workload : workloads.entrySet()) {
        if (!client.list(workload.getKey(), "").isEmpty()) {
          end(container, "there still exists some " + workload.getValue() + " in the cluster", 1);
          return;
        }
      }
      end(container, "cluster is clean, ready to delete kruise", 0);
    } catch (StatusException e) {
      end(container, "panic: " + e.getMessage(), 2);
    }
  }

  private void end(Container container, String line, int code) {
    container.log(TIME.format(surroundings.timers().now()) + " " + line);
    container.exit(code);
  }
}
