package io.github.kruiseinstaller.examples.quickstart;

import io.github.kruiseinstaller.uninstall.UninstallOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** What the command line says about an uninstallation. */
final class Removal {
  @ArgGroup private @Nullable Resources resources;

  @Option(
      names = "--remove-definitions",
      description = "uninstall: the custom resource definitions go too")
  private boolean definitions;

  @Option(
      names = "--remove-namespace",
      description = "uninstall: namespaces go that were made by this and hold nothing else")
  private boolean namespace;

  /** At most one of them. */
  private static final class Resources {
    @Option(
        names = "--keep-custom-resources",
        description = "uninstall: custom resources and their Pods stay, only the manager goes")
    private boolean keep;

    @Option(
        names = "--delete-custom-resources",
        description = "uninstall: custom resources go first, and their Pods with them")
    private boolean unusedDelete;
  }

  /** Whether anything was said. */
  boolean isGiven() {
    return resources != null || definitions || namespace;
  }

  /**
   * The same for the installer.
   *
   * @throws IllegalArgumentException when it contradicts itself
   */
  UninstallOptions options() {
    UninstallOptions options = UninstallOptions.defaults();
    if (resources != null) {
      options = resources.keep ? options.keepCustomResources() : options.deleteCustomResources();
    }
    options = definitions ? options.removeDefinitions() : options;
    return namespace ? options.removeNamespaces() : options;
  }
}
