package io.github.kruiseinstaller.e2e;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.report.InstallReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A way to install OpenKruise. */
interface Contender {
  /** How it is called in the table. */
  String name();

  /**
   * Installs, and returns when the tool says that it is done.
   *
   * @return what it says about it
   */
  Words install(TestCluster cluster) throws InterruptedException;

  /**
   * What a tool says about an installation.
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

  /** This SDK, Helm and kubectl, each as its users use it. */
  static List<Contender> all(Files files) {
    return List.of(new Sdk(files), new Helm(files), new Kubectl(files));
  }

  /** The SDK inside this process, with all defaults. */
  record Sdk(Files files) implements Contender {
    @Override
    public String name() {
      return "SDK";
    }

    @Override
    public Words install(TestCluster cluster) {
      InstallReport report = run(cluster);
      return new Words(report.render(), report.ownShare());
    }

    /** Installs, or finds nothing to do. */
    InstallReport run(TestCluster cluster) {
      return OpenKruiseInstaller.builder()
          .kubeconfig(cluster.kubeconfig())
          .release(Releases.at(files.chart(), cluster.helm().orElse(null)))
          .build()
          .install();
    }
  }

  /** {@code helm install --wait}. */
  record Helm(Files files) implements Contender {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    @Override
    public String name() {
      return "helm install --wait";
    }

    @Override
    public Words install(TestCluster cluster) throws InterruptedException {
      Path helm = cluster.helm().orElseThrow(() -> new IllegalStateException("no helm"));
      cluster
          .run(LIMIT, helm, "install", "kruise", files.chart().toString(), "--wait")
          .orThrow("helm install");
      return Words.NONE;
    }
  }

  /** {@code kubectl apply --server-side} and {@code rollout status}. */
  record Kubectl(Files files) implements Contender {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    @Override
    public String name() {
      return "kubectl apply + rollout";
    }

    @Override
    public Words install(TestCluster cluster) throws InterruptedException {
      Path kubectl = cluster.kubectl().orElseThrow(() -> new IllegalStateException("no kubectl"));
      cluster
          .run(LIMIT, kubectl, "apply", "--server-side", "-f", files.manifests().toString())
          .orThrow("kubectl apply");
      cluster
          .run(
              LIMIT,
              kubectl,
              "-n",
              "kruise-system",
              "rollout",
              "status",
              "deployment/kruise-controller-manager")
          .orThrow("kubectl rollout status");
      return Words.NONE;
    }
  }
}
