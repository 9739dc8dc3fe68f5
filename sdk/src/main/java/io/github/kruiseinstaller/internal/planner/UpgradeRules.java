package io.github.kruiseinstaller.internal.planner;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.release.Release;
import java.util.List;

/** What cannot follow what is installed, refused before anything is written. */
final class UpgradeRules {
  private UpgradeRules() {}

  /**
   * Requires that the release can follow what lives.
   *
   * @throws InstallException UPGRADE_PATH_UNSUPPORTED or STORED_VERSION_MISSING
   */
  static void require(Release release, LiveState live) {
    ObjectRef manager = release.managerDeployment().ref();
    UpgradePath path = UpgradePath.between(live.version(), release.version());
    if (path.way() == UpgradePath.Way.REFUSED) {
      throw new InstallException(
          Failure.of(
                  FailureCode.UPGRADE_PATH_UNSUPPORTED,
                  live.version()
                      + " cannot become "
                      + release.version()
                      + " in one step: "
                      + path.why()
                      + "; nothing was written",
                  path.remedy())
              .in(Stage.PLAN)
              .about(manager));
    }
    List<Manifest> definitions =
        release.manifests().stream()
            .filter(manifest -> manifest.isKind("CustomResourceDefinition"))
            .toList();
    List<String> missing =
        definitions.stream()
            .flatMap(
                wanted ->
                    live.object(wanted.ref()).stream()
                        .flatMap(found -> StoredVersions.explain(found, wanted).stream()))
            .toList();
    if (!missing.isEmpty()) {
      throw new InstallException(
          Failure.of(
                  FailureCode.STORED_VERSION_MISSING,
                  "the release lacks versions that custom resources are stored in: the API server"
                      + " does not take its definitions; nothing was written",
                  StoredVersions.REMEDY)
              .in(Stage.PLAN)
              .seen(missing));
    }
  }
}
