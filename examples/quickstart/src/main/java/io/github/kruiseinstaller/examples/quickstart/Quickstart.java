package io.github.kruiseinstaller.examples.quickstart;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.Operation;
import io.github.kruiseinstaller.event.InstallListener;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.plan.InstallPlan;
import io.github.kruiseinstaller.release.ReleaseSource;
import io.github.kruiseinstaller.report.InstallReport;
import io.github.kruiseinstaller.report.PreflightReport;
import java.time.Duration;
import java.util.function.Consumer;

/** All that this program asks of the SDK. */
final class Quickstart {
  private final OpenKruiseInstaller installer;

  Quickstart(Consumer<OpenKruiseInstaller.Builder> options, InstallListener progress) {
    OpenKruiseInstaller.Builder builder =
        OpenKruiseInstaller.builder() // the cluster that kubectl would talk to
            .release(ReleaseSource.version("1.8.3"))
            .timeout(Duration.ofMinutes(5))
            .listener(progress);
    options.accept(builder); // --kubeconfig, --chart, --namespace, --timeout
    installer = builder.build();
  }

  /** Only reads: whether anything stands in the way. */
  PreflightReport preflight() {
    return installer.preflight();
  }

  /** What this user must be allowed to do. */
  Manifest role() {
    return installer.requiredRole();
  }

  /** Only reads: what would be written, and what the webhooks would intercept. */
  InstallPlan plan() {
    return installer.plan();
  }

  /** Installs, finishes what a killed run began, or finds nothing to do. */
  InstallReport install(CtrlC ctrlC) {
    Operation<InstallReport> operation = installer.startInstall();
    ctrlC.cancels(operation);
    return operation.join();
  }}
