package io.github.kruiseinstaller.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.check.CheckStatus;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.permission.ClusterRoles;
import io.github.kruiseinstaller.release.Release;
import io.github.kruiseinstaller.release.ReleaseRequest;
import io.github.kruiseinstaller.report.Health;
import io.github.kruiseinstaller.report.HealthReport;
import io.github.kruiseinstaller.report.InstallReport;
import io.github.kruiseinstaller.report.PreflightReport;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The roles that the installer names are enough for all that its verbs can do. */
class PermissionE2e extends InstallTest {
  @Test
  void everyVerb_underTheRequiredRole_doesAllThatAnAdministratorsDoes(@TempDir Path folder)
      throws Exception {
    underRole("e2e-required", installer().build().requiredRole(), folder);
  }

  @Test
  void everyVerb_whereNobodyMayEscalate_doesAllTheSame(@TempDir Path folder)
      throws Exception {
    Release release =
        Releases.at(chart("kruise-" + VERSION + ".yaml"), null)
            .load(new ReleaseRequest(null, null));
    underRole("e2e-holding", ClusterRoles.installingWithoutEscalation(release), folder);
  }

  private void underRole(String user, Manifest role, Path folder) throws Exception {
    bystander();
    Path kubeconfig = RestrictedUser.create(cluster(), user, role, folder);
    OpenKruiseInstaller.Builder builder = installer().kubeconfig(kubeconfig);

    PreflightReport before = builder.build().preflight();
    InstallReport first = installs(builder);
    InstallReport second = installs(builder);
    HealthReport after = builder.build().verify();

    assertThat(before.passed()).as(before.render()).isTrue();
    assertThat(before.checks().all())
        .as(before.render())
        .noneMatch(check -> check.summary().contains("may not be"));
    assertThat(first.stages())
        .flatExtracting(stage -> stage.notes())
        .contains("an invalid CloneSet is denied by vcloneset.kb.io")
        .noneMatch(note -> note.contains("not shown"))
        .noneMatch(note -> note.contains("weaker"));
    assertThat(second.writes()).isZero();
    assertThat(after.health()).as(after.render()).isEqualTo(Health.HEALTHY);
    assertThat(after.checks().with(CheckStatus.SKIPPED)).as(after.render()).isEmpty();
    nobodyWasRefused();
  }
}
