package io.github.kruiseinstaller.customize;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Options of the manager's Deployment, and of what goes with it. */
final class ManagerOptions {
  private static final long DEFAULT_WEBHOOK_PORT = 9876;
  private static final int PPROF_PORT = 8090;
  private static final String WEBHOOK_PORT = "webhook-server";

  private ManagerOptions() {}

  static Customizer replicas(int replicas) {
    if (replicas < 1) {
      throw OptionInvalid.value(
          "replicas(" + replicas + ")",
          "without a manager nobody answers the webhooks, and the API server refuses every Pod",
          "Ask for at least 1 replica; to get rid of OpenKruise, uninstall it.");
    }
    return new Option(
        "replicas(" + replicas + ")",
        draft -> draft.manager(manager -> manager.spec().set("replicas", (long) replicas)));
  }

  static Customizer resources(ResourceSpec resources) {
    return new Option(
        "resources", draft -> draft.manager(manager -> PodOptions.resources(manager, resources)));
  }

  static Customizer hostNetwork(boolean on) {
    return new Option(
        "hostNetwork(" + on + ")",
        draft -> draft.manager(manager -> manager.podSpec().set("hostNetwork", on)));
  }

  static Customizer nodeSelector(Map<String, String> labels) {
    Map<String, String> checked = Syntax.labels("nodeSelector", labels);
    return new Option(
        "nodeSelector" + checked,
        draft -> draft.manager(manager -> PodOptions.nodeSelector(manager, checked)));
  }

  static Customizer nodeAffinity(Map<String, ?> affinity) {
    Map<String, @Nullable Object> tree = PodOptions.nodeAffinity("nodeAffinity", affinity);
    return new Option(
        "nodeAffinity",
        draft ->
            draft.manager(manager -> manager.podSpec().at("affinity").set("nodeAffinity", tree)));
  }

  static Customizer tolerations(List<Toleration> tolerations) {
    List<Map<String, @Nullable Object>> trees = tolerations.stream().map(Toleration::tree).toList();
    return new Option(
        "tolerations",
        draft -> draft.manager(manager -> manager.podSpec().setOrRemove("tolerations", trees)));
  }

  static Customizer webhookPort(int port) {
    String option = "webhookPort(" + port + ")";
    Syntax.port(option, port);
    return new Option(
        option,
        draft -> {
          long[] before = {DEFAULT_WEBHOOK_PORT};
          draft.manager(
              manager -> {
                before[0] = manager.port(WEBHOOK_PORT, DEFAULT_WEBHOOK_PORT);
                port(manager, WEBHOOK_PORT, port);
                manager.environment("WEBHOOK_PORT", Integer.toString(port));
              });
          draft.service(service -> target(service, before[0], port));
        });
  }

  static Customizer metricsPort(int port) {
    String option = "metricsPort(" + port + ")";
    Syntax.port(option, port);
    return new Option(
        option,
        draft ->
            draft.manager(
                manager -> {
                  port(manager, "metrics", port);
                  manager.flag("metrics-addr", ":" + port);
                }));
  }

  static Customizer healthProbePort(int port) {
    String option = "healthProbePort(" + port + ")";
    Syntax.port(option, port);
    return new Option(
        option,
        draft ->
            draft.manager(
                manager -> {
                  port(manager, "health", port);
                  manager.flag("health-probe-addr", ":" + port);
                  manager.container().at("readinessProbe", "httpGet").set("port", (long) port);
                }));
  }

  static Customizer logLevel(int level) {
    String option = "logLevel(" + level + ")";
    Syntax.between(option, level, 0, 10);
    return new Option(
        option, draft -> draft.manager(manager -> manager.flag("v", Integer.toString(level))));
  }

  static Customizer loggingFormat(LoggingFormat format) {
    return new Option(
        "loggingFormat(" + format + ")",
        draft -> {
          if (!KnownGates.isAtLeast(draft.before().version(), 1, 7)) {
            throw draft.invalid(
                "the manager of "
                    + draft.before().version()
                    + " has no such flag and would end at start",
                "Leave the option out, or use OpenKruise 1.7 or later.");
          }
          draft.manager(manager -> manager.flag("logging-format", format.toString()));
        });
  }

  static Customizer syncPeriod(Duration period) {
    String option = "syncPeriod(" + period + ")";
    if (period.isNegative() || period.toNanosPart() != 0) {
      throw OptionInvalid.value(
          option,
          "the period is negative or has fractions of a second",
          "Give whole seconds, or Duration.ZERO for no periodic resync.");
    }
    String value = period.isZero() ? "0" : period.toSeconds() + "s";
    return new Option(
        option, draft -> draft.manager(manager -> manager.flag("sync-period", value)));
  }

  private static void port(Workload manager, String name, int port) {
    manager.keepPprof(port, PPROF_PORT);
    manager.port(name, port);
  }

  private static void target(Node service, long before, int port) {
    boolean found = false;
    for (Node entry : service.at("spec").items("ports")) {
      Object target = entry.get("targetPort");
      if (target instanceof Number number && number.longValue() == before) {
        entry.set("targetPort", (long) port);
        found = true;
      } else if (WEBHOOK_PORT.equals(target)) {
        found = true;
      }
    }
    if (!found) {
      throw new IllegalArgumentException("no port of the Service targets " + before);
    }
  }
}
