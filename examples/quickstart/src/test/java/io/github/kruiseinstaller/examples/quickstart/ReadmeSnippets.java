package io.github.kruiseinstaller.examples.quickstart;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.customize.Customizer;
import io.github.kruiseinstaller.diagnosis.Diagnosis;
import io.github.kruiseinstaller.diagnosis.DiagnosisReport;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.TakeOver;
import io.github.kruiseinstaller.permission.ClusterRoles;
import io.github.kruiseinstaller.plan.InstallPlan;
import io.github.kruiseinstaller.plan.PruneOptions;
import io.github.kruiseinstaller.release.ReleaseSource;
import io.github.kruiseinstaller.report.InstallFailedException;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.testkit.fault.Client;
import io.github.kruiseinstaller.testkit.fault.Fault;
import io.github.kruiseinstaller.testkit.fault.FaultRule;
import io.github.kruiseinstaller.uninstall.UninstallOptions;
import io.github.kruiseinstaller.uninstall.UninstallPlan;
import io.github.kruiseinstaller.uninstall.UninstallReport;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/** The shorter snippets of the README, here so that they compile. {@link ReadmeTest} compares. */
final class ReadmeSnippets {
  private ReadmeSnippets() {}

  static List<ReleaseSource> sources() {
    ReleaseSource released = ReleaseSource.version("1.8.3"); // fetched once, checked by digest
    ReleaseSource chart = ReleaseSource.chart(Path.of("kruise-1.8.3.tgz")); // rendered by helm
    ReleaseSource rendered = ReleaseSource.manifests(Path.of("kruise.yaml")); // no network, no helm
    return List.of(released, chart, rendered);
  }

  static OpenKruiseInstaller customised() {
    OpenKruiseInstaller installer =
        OpenKruiseInstaller.builder()
            .release(ReleaseSource.version("1.8.3"))
            .customize(
                Customizer.registry("registry.example.com"),
                Customizer.imagePullSecrets("pull-secret"),
                Customizer.replicas(3),
                Customizer.featureGate("KruiseDaemon", false))
            .build();
    return installer;
  }

  static void planned(OpenKruiseInstaller installer, Predicate<InstallPlan> approval) {
    InstallPlan plan = installer.plan();
    System.out.print(plan.render());
    if (approval.test(plan)) {
      installer.install(plan); // refuses when the cluster has moved on since
    }
  }

  static void allowed(OpenKruiseInstaller installer) {
    Manifest role = installer.requiredRole(); // the smallest ClusterRole for what it can do
    // So does: examples/quickstart/run role --kubeconfig FILE
    System.out.print(ClusterRoles.yaml(role));
  }

  static void broken() {
    OpenKruiseInstaller looking = OpenKruiseInstaller.builder().build(); // needs no release
    System.out.print(looking.verify().render()); // does it work now?
    DiagnosisReport diagnosis = looking.diagnose(); // and if not, why?
    if (diagnosis.diagnoses().stream().anyMatch(Diagnosis::repairable)) {
      System.out.print(looking.repair().render()); // Pods first, then the cause
    }
  }

  static OpenKruiseInstaller taking(OpenKruiseInstaller installer) {
    InstallPlan plan = installer.plan(); // says who made it, and whether it may be taken over
    System.out.print(plan.render());
    OpenKruiseInstaller taking =
        OpenKruiseInstaller.builder()
            .release(ReleaseSource.version("1.8.3"))
            .takeOver(TakeOver.REMOVE_HELM_RECORD)
            .build();
    return taking;
  }

  static void removed() {
    OpenKruiseInstaller remover = OpenKruiseInstaller.builder().build(); // needs no release
    UninstallPlan plan = remover.planUninstall(UninstallOptions.defaults().keepCustomResources());
    System.out.print(plan.render()); // what goes, what stays and why
    UninstallReport report = remover.uninstall(plan);
    System.out.println(report);
  }

  static void failing(OpenKruiseInstaller installer) {
    try {
      installer.install();
    } catch (InstallFailedException e) {
      System.err.print(e.report().render()); // what was done, what was not, why, how to mend it
    } catch (InstallException e) {
      System.err.println(e.failure().code() + ": " + e.failure().remedy());
    }
  }

  static void troubled(SimulatedCluster cluster) {
    cluster.workloads().crash("*kruise-manager:*", 1, "panic: no such flag");
    cluster.workloads().unschedulable("kruise-system", "1 Insufficient cpu");
    cluster.faults().add(FaultRule.when().writes().every(7).then(Fault.Answer.unavailable(1)));
    cluster.kills().kill(Client.user("installer"), 20, Fault.Moment.AFTER_EFFECT);
  }

  static void pruning() {
    OpenKruiseInstaller installer =
        OpenKruiseInstaller.builder()
            .release(ReleaseSource.version("1.8.3"))
            .prune(
                PruneOptions.defaults() // or nothing()
                    .including(
                        ObjectRef.namespaced("v1", "ConfigMap", "kruise-system", "settings")))
            .build();
    installer.install();
  }
}
