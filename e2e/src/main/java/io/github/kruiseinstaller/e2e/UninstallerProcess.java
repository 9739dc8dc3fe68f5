package io.github.kruiseinstaller.e2e;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.uninstall.UninstallOptions;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Removes OpenKruise with custom resources, definitions and namespaces, in a process of its own,
 * which a test can kill. Prints one line an event, {@code type text}, on standard output.
 *
 * <p>Arguments: kubeconfig, time-out in seconds. Exits 0 when removed and 1 when not.
 */
public final class UninstallerProcess {
  private UninstallerProcess() {}

  /** Removes. */
  public static void main(String[] arguments) {
    OpenKruiseInstaller installer =
        OpenKruiseInstaller.builder()
            .kubeconfig(Path.of(arguments[0]))
            .timeout(Duration.ofSeconds(Long.parseLong(arguments[1])))
            .listener(InstallerProcess::print)
            .build();
    InstallerProcess.toItsEnd(
        () ->
            installer.uninstall(
                UninstallOptions.defaults()
                    .deleteCustomResources()
                    .removeDefinitions()
                    .removeNamespaces()));
  }
}
