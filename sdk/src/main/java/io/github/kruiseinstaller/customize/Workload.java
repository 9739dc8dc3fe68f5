package io.github.kruiseinstaller.customize;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A Deployment or DaemonSet under change, with its one container that matters. */
final class Workload {
  private final Node root;
  private final Node container;

  /**
   * Looks for the container of this name, else takes the first.
   *
   * @throws IllegalArgumentException when there is no container
   */
  Workload(Node root, String containerName) {
    this.root = root;
    Node named = podSpec(root).named("containers", containerName);
    this.container =
        named != null
            ? named
            : podSpec(root).items("containers").stream()
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no container"));
  }

  static Node podSpec(Node root) {
    return root.at("spec", "template", "spec");
  }

  Node spec() {
    return root.at("spec");
  }

  Node podSpec() {
    return podSpec(root);
  }

  Node container() {
    return container;
  }

  /** The value of a flag {@code --name=value}, or null when it is not set. */
  @Nullable String flag(String name) {
    return container.flags().value(name);
  }

  /** Sets a flag where it stands, or at the end. */
  void flag(String name, String value) {
    String start = "--" + name + "=";
    List<@Nullable Object> arguments = container.list("args");
    int place = -1;
    for (int i = arguments.size() - 1; i >= 0; i--) {
      if (arguments.get(i) instanceof String text && text.startsWith(start)) {
        if (place >= 0) {
          arguments.remove(place);
        }
        place = i;
      }
    }
    if (place < 0) {
      arguments.add(start + value);
    } else {
      arguments.set(place, start + value);
    }
  }

  /** Sets a plain environment variable where it stands, or at the end. */
  void environment(String name, String value) {
    Node present = container.named("env", name);
    if (present == null) {
      Map<String, @Nullable Object> variable = new LinkedHashMap<>();
      variable.put("name", name);
      variable.put("value", value);
      container.list("env").add(variable);
    } else {
      present.remove("valueFrom");
      present.set("value", value);
    }
  }

  /** The number of a named port, or the fallback. */
  long port(String name, long fallback) {
    Node port = container.named("ports", name);
    return port != null && port.get("containerPort") instanceof Number number
        ? number.longValue()
        : fallback;
  }

  /**
   * Gives a named port another number.
   *
   * @throws IllegalArgumentException when there is no such port
   * @throws PortTaken when another one has the number
   */
  void port(String name, int number) {
    Node port = container.named("ports", name);
    if (port == null) {
      throw new IllegalArgumentException("the container has no port '" + name + "'");
    }
    for (Node other : container.items("ports")) {
      if (!name.equals(other.get("name"))
          && other.get("containerPort") instanceof Number taken
          && taken.longValue() == number) {
        throw new PortTaken(number, String.valueOf(other.get("name")));
      }
    }
    port.set("containerPort", (long) number);
  }

  /**
   * Leaves a port to pprof, for which manager and daemon listen unless a flag switches it off.
   *
   * @param pprof where pprof listens when no flag says otherwise
   * @throws PortTaken when pprof listens on the number
   */
  void keepPprof(int number, int pprof) {
    if (container.flags().pprofPort(pprof) == number) {
      throw new PortTaken(number, "pprof");
    }
  }
}
