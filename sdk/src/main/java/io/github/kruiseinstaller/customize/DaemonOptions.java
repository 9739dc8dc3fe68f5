package io.github.kruiseinstaller.customize;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Options of the daemon's DaemonSet. */
final class DaemonOptions {
  private static final int PPROF_PORT = 10222;
  private static final String SOCKET_VOLUME = "runtime-socket";
  private static final Pattern DIRECTORY = Pattern.compile("(/[A-Za-z0-9._-]+)+");
  private static final Pattern FILE = Pattern.compile("[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*");

  private DaemonOptions() {}

  static Customizer socketLocation(String directory) {
    String option = "daemonSocketLocation(" + directory + ")";
    if (!DIRECTORY.matcher(directory).matches() || leavesItsPlace(directory)) {
      throw OptionInvalid.value(
          option,
          "this is not an absolute path of a directory",
          "Give the directory on the nodes that holds the socket of the container runtime, such as"
              + " /run/containerd or /run/k3s.");
    }
    return new Option(
        option,
        draft ->
            draft.daemon(
                daemon -> {
                  Node volume = daemon.podSpec().named("volumes", SOCKET_VOLUME);
                  if (volume == null) {
                    throw new IllegalArgumentException(
                        "there is no volume '" + SOCKET_VOLUME + "'");
                  }
                  volume.at("hostPath").set("path", directory);
                }));
  }

  static Customizer socketFile(String file) {
    String option = "daemonSocketFile(" + file + ")";
    if (!FILE.matcher(file).matches() || leavesItsPlace("/" + file)) {
      throw OptionInvalid.value(
          option,
          "this is not a file below the socket directory",
          "Give the name of the socket relative to the socket directory, such as containerd.sock or"
              + " crio/crio.sock.");
    }
    return new Option(option, draft -> draft.daemon(daemon -> daemon.flag("socket-file", file)));
  }

  static Customizer port(int port) {
    String option = "daemonPort(" + port + ")";
    Syntax.port(option, port);
    return new Option(
        option,
        draft ->
            draft.daemon(
                daemon -> {
                  daemon.keepPprof(port, PPROF_PORT);
                  daemon.flag("addr", ":" + port);
                  daemon.container().at("livenessProbe", "httpGet").set("port", (long) port);
                }));
  }

  static Customizer logLevel(int level) {
    String option = "daemonLogLevel(" + level + ")";
    Syntax.between(option, level, 0, 10);
    return new Option(
        option, draft -> draft.daemon(daemon -> daemon.flag("v", Integer.toString(level))));
  }

  static Customizer resources(ResourceSpec resources) {
    return new Option(
        "daemonResources",
        draft -> draft.daemon(daemon -> PodOptions.resources(daemon, resources)));
  }

  static Customizer nodeSelector(Map<String, String> labels) {
    Map<String, String> checked = Syntax.labels("daemonNodeSelector", labels);
    return new Option(
        "daemonNodeSelector" + checked,
        draft -> draft.daemon(daemon -> PodOptions.nodeSelector(daemon, checked)));
  }

  static Customizer affinity(Map<String, ?> affinity) {
    Map<String, @Nullable Object> tree = PodOptions.affinity("daemonAffinity", affinity);
    return new Option(
        "daemonAffinity", draft -> draft.daemon(daemon -> daemon.podSpec().set("affinity", tree)));
  }

  static Customizer environment(Map<String, String> variables) {
    String option = "daemonEnv";
    if (variables.isEmpty()) {
      throw OptionInvalid.value(option, "nothing is given", "Give at least one variable.");
    }
    SortedMap<String, String> sorted = Collections.unmodifiableSortedMap(new TreeMap<>(variables));
    for (String name : sorted.keySet()) {
      Syntax.environmentName(option, name);
      if (name.equals("NODE_NAME")) {
        throw OptionInvalid.value(
            option, "NODE_NAME tells the daemon which node it serves", "Leave NODE_NAME out.");
      }
    }
    return new Option(option, draft -> draft.daemon(daemon -> sorted.forEach(daemon::environment)));
  }

  private static boolean leavesItsPlace(String path) {
    return (path + "/").contains("/../") || (path + "/").contains("/./");
  }
}
