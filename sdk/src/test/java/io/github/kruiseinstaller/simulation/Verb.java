package io.github.kruiseinstaller.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.Operation;
import io.github.kruiseinstaller.report.InstallReport;
import io.github.kruiseinstaller.report.RepairReport;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.uninstall.UninstallOptions;

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
  },
  /** To remove what is there but what people use, without knowing the release. */
  UNINSTALL {
    @Override
    OpenKruiseInstaller.Builder installer(Scene scene, SimulatedCluster cluster, String user) {
      return SmallInstallers.withoutRelease(cluster, cluster.user(user, "system:masters"));
    }

    @Override
    Operation<?> start(OpenKruiseInstaller installer) {
      return installer.startUninstall(UninstallOptions.defaults().keepCustomResources());
    }

    @Override
    InstallReport run(OpenKruiseInstaller installer) {
      return installer.uninstall(UninstallOptions.defaults().keepCustomResources()).run();
    }
  },
  /** To remove everything, without knowing the release. */
  REMOVE {
    @Override
    OpenKruiseInstaller.Builder installer(Scene scene, SimulatedCluster cluster, String user) {
      return SmallInstallers.withoutRelease(cluster, cluster.user(user, "system:masters"));
    }

    @Override
    Operation<?> start(OpenKruiseInstaller installer) {
      return installer.startUninstall(EVERYTHING);
    }

    @Override
    InstallReport run(OpenKruiseInstaller installer) {
      return installer.uninstall(EVERYTHING).run();
    }
  };

  private static final UninstallOptions EVERYTHING =
      UninstallOptions.defaults().deleteCustomResources().removeDefinitions().removeNamespaces();

  /** Who does it, and may do everything. */
  abstract OpenKruiseInstaller.Builder installer(
      Scene scene, SimulatedCluster cluster, String user);

  /** Starts to do it. */
  abstract Operation<?> start(OpenKruiseInstaller installer);

  /** Does it. */
  abstract InstallReport run(OpenKruiseInstaller installer);
}
