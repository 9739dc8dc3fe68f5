package io.github.kruiseinstaller.examples.quickstart;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.Operation;
import io.github.kruiseinstaller.diagnosis.DiagnosisReport;
import io.github.kruiseinstaller.event.InstallListener;
import io.github.kruiseinstaller.report.HealthReport;
import io.github.kruiseinstaller.report.RepairReport;
import io.github.kruiseinstaller.uninstall.UninstallOptions;
import io.github.kruiseinstaller.uninstall.UninstallReport;
import java.util.function.Consumer;

/** What this program asks of an installation that is there, whoever installed it. */
final class Incident {
  private final OpenKruiseInstaller installer;
  private final CtrlC ctrlC;

  Incident(Consumer<OpenKruiseInstaller.Builder> options, InstallListener progress, CtrlC ctrlC) {
    OpenKruiseInstaller.Builder builder = OpenKruiseInstaller.builder().listener(progress);
    options.accept(builder); // no release of our own: what is there need not be of any we know
    this.installer = builder.build();
    this.ctrlC = ctrlC;
  }

  HealthReport verify() {
    return cancellable(installer.startVerify());
  }

  DiagnosisReport diagnose() {
    return cancellable(installer.startDiagnose());
  }

  RepairReport repair() {
    return cancellable(installer.startRepair());
  }

  UninstallReport uninstall(UninstallOptions removal) {
    return cancellable(installer.startUninstall(removal));
  }

  private <T> T cancellable(Operation<T> operation) {
    ctrlC.cancels(operation);
    return operation.join();
  }
}
