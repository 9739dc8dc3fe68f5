package io.github.kruiseinstaller.e2e;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.report.RepairReport;

/**
 * Repairs without a release in a process of its own, which a test can kill. Prints one line an
 * event, {@code time type text}, on standard output.
 *
 * <p>Arguments: kubeconfig, time-out in seconds. Exits 0 when repaired and 1 when not.
 */
public final class RepairerProcess {
  private RepairerProcess() {}

  /** Repairs. */
  public static void main(String[] arguments) {
    OpenKruiseInstaller installer = InstallerProcess.installer(arguments[0], arguments[1]).build();
    InstallerProcess.toItsEnd(
        () -> {
          RepairReport report = installer.repair();
          if (!report.succeeded()) {
            System.err.println(report.render());
            System.exit(1);
          }
        });
  }
}
