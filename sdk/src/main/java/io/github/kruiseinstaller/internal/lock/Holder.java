package io.github.kruiseinstaller.internal.lock;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who holds the lock, or wants to.
 *
 * @param host the name of the machine, for people
 * @param pid the number of the process there
 * @param run the id of the run
 * @param table the {@link ProcessTable} that the process is in, or empty when that cannot be told
 * @param start when the process was started, by that table; 0 without one
 */
public record Holder(String host, long pid, String run, String table, long start) {
  private static final Pattern IDENTITY =
      Pattern.compile("([^_]+)_(\\d{1,18})_([0-9a-z]+)_(?:-|([0-9a-f]+)\\.(\\d{1,18}))");
  private static final Pattern FOREIGN_TO_HOSTS = Pattern.compile("[^A-Za-z0-9.-]+");
  private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

  /** A run of this process. */
  public static Holder ofThisProcess(String run, ProcessTable processes) {
    long pid = ProcessHandle.current().pid();
    OptionalLong start = processes.startOf(pid);
    return processes.id().isEmpty() || start.isEmpty()
        ? new Holder(hostName(), pid, run, "", 0)
        : new Holder(hostName(), pid, run, processes.id(), start.getAsLong());
  }

  /** Reads a holderIdentity; empty when it is not one of ours. */
  static Optional<Holder> parse(String identity) {
    Matcher parts = IDENTITY.matcher(identity);
    if (!parts.matches()) {
      return Optional.empty();
    }
    String table = parts.group(4);
    return Optional.of(
        new Holder(
            parts.group(1),
            Long.parseLong(parts.group(2)),
            parts.group(3),
            table == null ? "" : table,
            table == null ? 0 : Long.parseLong(parts.group(5))));
  }

  /** The holderIdentity: unique, because the run's id is random. */
  String identity() {
    return host + "_" + pid + "_" + run + "_" + (table.isEmpty() ? "-" : table + "." + start);
  }

  /** Whether its process is proven to have ended, as only a process of the same table can prove. */
  boolean isGone(ProcessTable processes) {
    return !table.isEmpty() && table.equals(processes.id()) && processes.isGone(pid, start);
  }

  /** For people. */
  @Override
  public String toString() {
    return "process " + pid + " on host " + host + " (run " + run + ")";
  }

  /** Who a holderIdentity names, for people. */
  static String describe(String identity) {
    return parse(identity).map(Holder::toString).orElseGet(() -> "'" + identity + "'");
  }

  private static String hostName() {
    String name = FOREIGN_TO_HOSTS.matcher(rawHostName().strip()).replaceAll("-");
    return name.isEmpty() ? "unknown" : name;
  }

  /** Without a question to the network, where that is possible. */
  private static String rawHostName() {
    try {
      return Files.readString(HOST_NAME);
    } catch (IOException e) {
      try {
        return InetAddress.getLocalHost().getHostName();
      } catch (UnknownHostException unknown) {
        return "";
      }
    }
  }
}
