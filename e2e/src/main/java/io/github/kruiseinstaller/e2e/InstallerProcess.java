package io.github.kruiseinstaller.e2e;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.event.InstallEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * Installs from rendered manifests in a process of its own, which a test can kill. Prints one line
 * an event, {@code time type text}, on standard output.
 *
 * <p>Arguments: kubeconfig, manifests, time-out in seconds, and how many seconds to wait for the
 * lock, which may be left out. Exits 0 when installed and 1 when not; then the last line is the
 * time and the code of the failure.
 */
public final class InstallerProcess {
  private InstallerProcess() {}

  /** Installs. */
  public static void main(String[] arguments) {
    OpenKruiseInstaller.Builder builder =
        installer(arguments[0], arguments[2]).release(Releases.at(Path.of(arguments[1]), null));
    if (arguments.length > 3) {
      builder.waitForLock(Duration.ofSeconds(Long.parseLong(arguments[3])));
    }
    toItsEnd(builder.build()::install);
  }

  /** The installer of such a process, which tells the test that reads along. */
  static OpenKruiseInstaller.Builder installer(String kubeconfig, String seconds) {
    return OpenKruiseInstaller.builder()
        .kubeconfig(Path.of(kubeconfig))
        .timeout(Duration.ofSeconds(Long.parseLong(seconds)))
        .listener(InstallerProcess::print);
  }

  /** Does the work of such a process, and ends it when that fails. */
  static void toItsEnd(Runnable work) {
    try {
      work.run();
    } catch (InstallException e) {
      System.err.println(e.failure().render());
      say(e.failure().code().id());
      System.exit(1);
    }
  }

  private static void print(InstallEvent event) {
    say(event.getClass().getSimpleName() + " " + event.toString().replace('\n', ' '));
  }

  /** The time is that of the event: whoever reads this on a busy machine comes late. */
  private static void say(String text) {
    System.out.println(Instant.now() + " " + text);
    System.out.flush();
  }
}
