package io.github.kruiseinstaller.internal.tree;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The flags {@code --name=value} among the arguments of a container.
 *
 * @param container a container in a raw tree; read when asked, never changed
 */
public record Flags(Map<String, @Nullable Object> container) {
  /** What Go's flags take for false. */
  private static final Set<String> FALSE = Set.of("0", "f", "F", "false", "False", "FALSE");

  /** The value of a flag, the last where it is there several times, or null when it is not set. */
  public @Nullable String value(String name) {
    String start = "--" + name + "=";
    String value = null;
    for (Object argument : Trees.list(container, "args")) {
      if (argument instanceof String text && text.startsWith(start)) {
        value = text.substring(start.length());
      }
    }
    return value;
  }

  /**
   * The port in the address that a flag has, such as {@code :8080} or {@code localhost:8080}.
   *
   * @param byDefault the port when the flag is not set
   * @return 0 when the address has none, which switches some listeners off
   */
  public int port(String name, int byDefault) {
    String address = value(name);
    return address == null ? byDefault : portOf(address);
  }

  /**
   * The port on which OpenKruise's programs serve pprof.
   *
   * @param byDefault the port when the flag is not set
   * @return 0 when they do not
   */
  public int pprofPort(int byDefault) {
    String enabled = value("enable-pprof");
    return enabled != null && FALSE.contains(enabled) ? 0 : port("pprof-addr", byDefault);
  }

  private static int portOf(String address) {
    String port = address.substring(address.lastIndexOf(':') + 1);
    return address.contains(":") && port.matches("[0-9]{1,5}") ? Integer.parseInt(port) : 0;
  }
}
