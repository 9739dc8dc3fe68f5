package io.github.kruiseinstaller.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.Operation;
import io.github.kruiseinstaller.report.InstallReport;
import io.github.kruiseinstaller.report.RepairReport;
import io.github.kruiseinstaller.testkit.SimulatedCluster;

/** What an installer is asked to do in a scene. */
enum Verb {
  /** To install the scene's release. */
  INSTALL {
    @Override
    OpenKruiseInstaller.Builder installer(Scene scene, SimulatedCluster cluster, String user) {
      return scene.installer(cluster, user);
    }

    @Override
    Operation<?> start(OpenKruiseInstaller installer) {
      return installer.startInstall();
    }

    @Override
    InstallReport run(OpenKruiseInstaller installer) {
      return installer.install();
    }
  },
  /** To repair what is there, without knowing the release. */
  REPAIR {
    @Override
    OpenKruiseInstaller.Builder installer(Scene scene, SimulatedCluster cluster, String user) {
      return SmallInstallers.withoutRelease(cluster, cluster.user(user, "system:masters"));
    }

    @Override
    Operation<?> start(OpenKruiseInstaller installer) {
      return installer.startRepair();
    }

    @Override
    InstallReport run(OpenKruiseInstaller installer) {
      RepairReport report = installer.repair();
      assertThat(report.succeeded()).as(report.render()).isTrue();
      return report.run();
    }
  };

  /** Who does it, and may do everything. */
  abstract OpenKruiseInstaller.Builder installer(
      Scene scene, SimulatedCluster cluster, String user);

  /** Starts to do it. */
  abstract Operation<?> start(OpenKruiseInstaller installer);

  /** Does it. */
  abstract InstallReport run(OpenKruiseInstaller installer);
}
