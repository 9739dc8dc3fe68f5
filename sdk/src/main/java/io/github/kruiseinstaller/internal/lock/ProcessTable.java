package io.github.kruiseinstaller.internal.lock;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;

/**
 * The processes of this machine, as Linux tells of them. Elsewhere, and where some of them are
 * hidden, it has no {@link #id} and proves nothing.
 *
 * <p>ProcessHandle is not enough to prove that a process is gone: it works out start times from the
 * wall clock, so that two processes may disagree on the one of a third, and a host name says
 * nothing of containers, which number their processes anew.
 */
public final class ProcessTable {
  private static final int ID_BYTES = 8;

  /** Which field of /proc/PID/stat after the name in parentheses, counted from 0. */
  private static final int START = 19;

  private final Path proc;
  private final String id;

  /**
   * A table of processes.
   *
   * @param proc where it is to be found
   * @param own the number of this process
   */
  ProcessTable(Path proc, long own) {
    this.proc = proc;
    this.id = identify(proc, own);
  }

  /** This machine's; a container has its own. */
  public static ProcessTable ofThisMachine() {
    return new ProcessTable(Path.of("/proc"), ProcessHandle.current().pid());
  }

  /**
   * Which table this is: the same for all who number processes alike since the machine was started,
   * and nobody else's. Empty when it cannot prove that a process is gone.
   */
  String id() {
    return id;
  }

  /** When a process was started, in ticks of the machine since its own start. */
  OptionalLong startOf(long pid) {
    try {
      return OptionalLong.of(Long.parseLong(stat(pid).get(START)));
    } catch (IOException | RuntimeException e) {
      return OptionalLong.empty();
    }
  }

  /**
   * Whether a process of this table is proven to have ended: nobody has its number, or somebody who
   * was started at another time. One that has ended and that its parent has not asked for may still
   * have threads, so it is none.
   */
  boolean isGone(long pid, long start) {
    if (id.isEmpty()) {
      return false;
    }
    try {
      return Long.parseLong(stat(pid).get(START)) != start;
    } catch (NoSuchFileException e) {
      return true;
    } catch (IOException | RuntimeException e) {
      return false;
    }
  }

  private List<String> stat(long pid) throws IOException {
    String text = Files.readString(proc.resolve(Long.toString(pid)).resolve("stat"));
    // The name of a program may hold anything, parentheses and blanks among it.
    return List.of(text.substring(text.lastIndexOf(')') + 1).strip().split(" ", -1));
  }

  private static String identify(Path proc, long own) {
    try {
      boolean ours =
          Files.readSymbolicLink(proc.resolve("self")).toString().equals(Long.toString(own));
      if (!ours || hidesProcesses(proc)) {
        return "";
      }
      Path namespaces = proc.resolve("self").resolve("ns");
      Path time = namespaces.resolve("time");
      return digest(
          Files.readString(proc.resolve("sys/kernel/random/boot_id")).strip()
              + " "
              + Files.readSymbolicLink(namespaces.resolve("pid"))
              + " "
              + (Files.isSymbolicLink(time) ? Files.readSymbolicLink(time) : ""));
    } catch (IOException | RuntimeException e) {
      return "";
    }
  }

  /** Mounted with hidepid, it does not show the processes of other users. */
  private static boolean hidesProcesses(Path proc) throws IOException {
    return Files.readAllLines(proc.resolve("mounts")).stream()
        .map(line -> line.split(" ", -1))
        .anyMatch(
            mount -> mount.length > 3 && mount[2].equals("proc") && mount[3].contains("hidepid="));
  }

  private static String digest(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, ID_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
