package io.github.kruiseinstaller.e2e;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.uninstall.UninstallOptions;

/**
 * Removes OpenKruise with custom resources, definitions and namespaces, in a process of its own,
 * which a test can kill. Prints one line an event, {@code time type text}, on standard output.
 *
 * <p>Arguments: kubeconfig, time-out in seconds. Exits 0 when removed and 1 when not.
 */
public final class UninstallerProcess {
  private UninstallerProcess() {}

  /** Removes. */
  public static void main(String[] arguments) {
    OpenKruiseInstaller installer = InstallerProcess.installer(arguments[0], arguments[1]).build();
    InstallerProcess.toItsEnd(
        () ->
            installer.uninstall(
                UninstallOptions.defaults()
                    .deleteCustomResources()
                    .removeDefinitions()
                    .removeNamespaces()));
  }
}
