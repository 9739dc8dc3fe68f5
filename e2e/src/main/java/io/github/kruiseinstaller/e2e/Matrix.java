package io.github.kruiseinstaller.e2e;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.report.InstallReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Installs each given OpenKruise on each given Kubernetes and prints a table of compatibility: a
 * release fits when it was installed, is of use, refused nobody, and a second run wrote nothing.
 */
public final class Matrix {
  private Matrix() {}

  /** Options: --name, --kubernetes, --kruise (both lists with commas), --charts. */
  public static void main(String[] arguments) throws InterruptedException {
    Options options =
        new Options(
            arguments,
            Map.of(
                "--name", "matrix",
                "--kubernetes", "1.34.0,1.32.0,1.28.0",
                "--kruise", "1.8.3,1.5.5,1.5.0",
                "--charts", Options.charts()));
    List<String> rows = new ArrayList<>();
    for (String kubernetes : options.list("--kubernetes")) {
      Harness harness =
          new Harness(
              Harness.scripts()
                  .orElseThrow(() -> new IllegalStateException("no cluster/up to be found")),
              options.text("--name"));
      harness.down();
      List<String> versions = options.list("--kruise");
      try (TestCluster cluster =
          TestCluster.ofHarness(options.text("--name"), kubernetes, String.join(",", versions))) {
        for (String version : versions) {
          cluster.reset();
          Path manifests = options.path("--charts").resolve("kruise-" + version + ".yaml");
          String row =
              "| " + kubernetes + " | " + version + " | " + tryOut(cluster, manifests) + " |";
          System.err.println(row);
          rows.add(row);
        }
      } finally {
        harness.down();
      }
    }
    System.out.println("| Kubernetes | OpenKruise | result |");
    System.out.println("|---|---|---|");
    rows.forEach(System.out::println);
  }

  private static String tryOut(TestCluster cluster, Path manifests) throws InterruptedException {
    OpenKruiseInstaller installer =
        OpenKruiseInstaller.builder()
            .kubeconfig(cluster.kubeconfig())
            .release(Releases.at(manifests, null))
            .build();
    try (Bystander bystander = Bystander.start(cluster.api(), "bystander-matrix")) {
      InstallReport first = installer.install();
      boolean usable = new LiveWebhooks(cluster.api()).usable();
      InstallReport second = installer.install();
      BystanderReport seen = bystander.stop();
      boolean well = usable && second.writes() == 0 && seen.refused() == 0;
      return String.format(
          Locale.ROOT,
          "%s: %.1f s, %d of %d refused, second run %d writes in %.2f s%s",
          well ? "works" : "FAILS",
          first.took().toMillis() / 1e3,
          seen.refused(),
          seen.requests(),
          second.writes(),
          second.took().toMillis() / 1e3,
          usable ? "" : ", not of use");
    } catch (InstallException e) {
      return "FAILS: " + e.failure().code().id() + ": " + e.failure().message();
    }
  }
}
