package io.github.kruiseinstaller.e2e;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.report.InstallReport;
import io.github.kruiseinstaller.uninstall.UninstallOptions;
import io.github.kruiseinstaller.uninstall.UninstallReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A way to install, upgrade and uninstall OpenKruise. Each call returns when the tool is done. */
interface Contender {
  /** How it is called in the table. */
  String name();

  /** Installs into a cluster without OpenKruise. */
  Words install(TestCluster cluster, Files release) throws InterruptedException;

  /** Makes what {@link #install} has installed this release. */
  Words upgrade(TestCluster cluster, Files release) throws InterruptedException;

  /** Removes what was installed, with definitions and namespaces. */
  Words uninstall(TestCluster cluster, Files release) throws InterruptedException;

  /**
   * What a tool says about what it did.
   *
   * @param report for people, empty when there is none
   * @param ownShare what was not spent waiting for the cluster, or null when the tool does not say
   */
  record Words(String report, @Nullable Duration ownShare) {
    static final Words NONE = new Words("", null);
  }

  /** A packaged chart and the same release as manifests. */
  record Files(Path chart, Path manifests) {
    /** The files of a version in a folder of the official charts. */
    static Files of(Path folder, String version) {
      return new Files(
          folder.resolve("kruise-" + version + ".tgz"),
          folder.resolve("kruise-" + version + ".yaml"));
    }
  }

  /** From one release to another. */
  record Step(Files from, Files to) {}

  /** This SDK, Helm, an older Helm where there is one, and kubectl, each as its users use it. */
  static List<Contender> all(TestCluster cluster) {
    Path helm = cluster.helm().orElseThrow(() -> new IllegalStateException("no helm"));
    List<Contender> all = new ArrayList<>(List.of(new Sdk(), new Helm("helm --wait", helm)));
    cluster.helm3().ifPresent(older -> all.add(new Helm("helm 3 --wait", older)));
    all.add(new Kubectl());
    return all;
  }

  /** The SDK inside this process, with all defaults; one installer for each release. */
  final class Sdk implements Contender {
    private final Map<Files, OpenKruiseInstaller> installers = new HashMap<>();

    @Override
    public String name() {
      return "SDK";
    }

    @Override
    public Words install(TestCluster cluster, Files release) {
      return words(run(cluster, release));
    }

    @Override
    public Words upgrade(TestCluster cluster, Files release) {
      return words(run(cluster, release));
    }

    @Override
    public Words uninstall(TestCluster cluster, Files release) {
      UninstallReport report =
          OpenKruiseInstaller.builder()
              .kubeconfig(cluster.kubeconfig())
              .build()
              .uninstall(UninstallOptions.defaults().removeDefinitions().removeNamespaces());
      return new Words(report.render(), null);
    }

    /** Installs, upgrades, or finds nothing to do. */
    InstallReport run(TestCluster cluster, Files release) {
      return installers.computeIfAbsent(release, each -> installer(cluster, each)).install();
    }

    private static OpenKruiseInstaller installer(TestCluster cluster, Files release) {
      return OpenKruiseInstaller.builder()
          .kubeconfig(cluster.kubeconfig())
          .release(Releases.at(release.chart(), cluster.helm().orElse(null)))
          .build();
    }

    private static Words words(InstallReport report) {
      return new Words(report.render(), report.ownShare());
    }
  }

  /** {@code helm install}, {@code upgrade} and {@code uninstall} with {@code --wait}. */
  record Helm(String name, Path executable) implements Contender {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    @Override
    public Words install(TestCluster cluster, Files release) throws InterruptedException {
      return helm(cluster, "install", "kruise", release.chart().toString(), "--wait");
    }

    @Override
    public Words upgrade(TestCluster cluster, Files release) throws InterruptedException {
      return helm(cluster, "upgrade", "kruise", release.chart().toString(), "--wait");
    }

    @Override
    public Words uninstall(TestCluster cluster, Files release) throws InterruptedException {
      return helm(cluster, "uninstall", "kruise", "--wait");
    }

    private Words helm(TestCluster cluster, String... words) throws InterruptedException {
      cluster.run(LIMIT, executable, words).orThrow("helm " + words[0]);
      return Words.NONE;
    }
  }

  /** {@code kubectl apply --server-side} and {@code rollout status}, {@code kubectl delete}. */
  record Kubectl() implements Contender {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    @Override
    public String name() {
      return "kubectl";
    }

    @Override
    public Words install(TestCluster cluster, Files release) throws InterruptedException {
      kubectl(cluster, "apply", "--server-side", "-f", release.manifests().toString());
      return rolledOut(cluster);
    }

    @Override
    public Words upgrade(TestCluster cluster, Files release) throws InterruptedException {
      String manifests = release.manifests().toString();
      kubectl(cluster, "apply", "--server-side", "--force-conflicts", "-f", manifests);
      return rolledOut(cluster);
    }

    @Override
    public Words uninstall(TestCluster cluster, Files release) throws InterruptedException {
      return kubectl(cluster, "delete", "-f", release.manifests().toString());
    }

    private static Words rolledOut(TestCluster cluster) throws InterruptedException {
      return kubectl(
          cluster,
          "-n",
          "kruise-system",
          "rollout",
          "status",
          "deployment/kruise-controller-manager");
    }

    private static Words kubectl(TestCluster cluster, String... words) throws InterruptedException {
      Path kubectl = cluster.kubectl().orElseThrow(() -> new IllegalStateException("no kubectl"));
      cluster.run(LIMIT, kubectl, words).orThrow("kubectl " + words[0]);
      return Words.NONE;
    }
  }
}
