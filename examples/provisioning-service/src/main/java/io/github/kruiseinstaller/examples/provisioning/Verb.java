package io.github.kruiseinstaller.examples.provisioning;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.Operation;
import io.github.kruiseinstaller.model.TakeOver;
import io.github.kruiseinstaller.uninstall.UninstallOptions;
import java.util.List;
import java.util.Locale;

/** What a run does. */
enum Verb {
  INSTALL("installations"),
  REPAIR("repairs"),
  UNINSTALL("uninstallations");

  private static final String TAKE_OVER_KEEP = "takeOver=keep";
  private static final String TAKE_OVER_REMOVE = "takeOver=remove";
  private static final String RESOURCES_KEEP = "customResources=keep";
  private static final String RESOURCES_DELETE = "customResources=delete";

  private final String plural;

  Verb(String plural) {
    this.plural = plural;
  }

  /** What is posted to; {@code {}} stands for the cluster. */
  String path() {
    return "/clusters/{}/" + plural;
  }

  /** What whoever asks may say about a run, at most one of them; the SDK guesses none of it. */
  List<String> choices() {
    return switch (this) {
      case INSTALL -> List.of(TAKE_OVER_KEEP, TAKE_OVER_REMOVE);
      case REPAIR -> List.of();
      case UNINSTALL -> List.of(RESOURCES_KEEP, RESOURCES_DELETE);
    };
  }

  /**
   * Starts a run and returns at once.
   *
   * @param builder the installer's, with all that does not depend on the request
   * @param choice one of {@link #choices()}, or an empty text
   */
  Operation<?> start(OpenKruiseInstaller.Builder builder, String choice) {
    UninstallOptions removal = UninstallOptions.defaults();
    switch (choice) {
      case TAKE_OVER_KEEP -> builder.takeOver(TakeOver.KEEP_HELM_RECORD);
      case TAKE_OVER_REMOVE -> builder.takeOver(TakeOver.REMOVE_HELM_RECORD);
      case RESOURCES_KEEP -> removal = removal.keepCustomResources();
      case RESOURCES_DELETE -> removal = removal.deleteCustomResources();
      default -> {} // nothing was said
    }
    OpenKruiseInstaller installer = builder.build();
    return switch (this) {
      case INSTALL -> installer.startInstall();
      case REPAIR -> installer.startRepair();
      case UNINSTALL -> installer.startUninstall(removal);
    };
  }

  /** As it is written in JSON. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
