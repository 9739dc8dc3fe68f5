package io.github.kruiseinstaller.e2e;

import io.github.kruiseinstaller.report.InstallReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Installs OpenKruise by turns with this SDK, with Helm and with kubectl, each time into a fresh
 * cluster of the harness, and prints how long it took and whom it hurt.
 */
public final class Benchmark {
  private Benchmark() {}

  /** Options: --name, --kubernetes, --version, --rounds, --charts. */
  public static void main(String[] arguments) throws InterruptedException {
    Options options =
        new Options(
            arguments,
            Map.of(
                "--name", "benchmark",
                "--kubernetes", "",
                "--version", "1.8.3",
                "--rounds", "3",
                "--charts", Options.charts()));
    String version = options.text("--version");
    Contender.Files files = Contender.Files.of(options.path("--charts"), version);
    List<Measurement> measurements = new ArrayList<>();
    List<String> secondRuns = new ArrayList<>();
    String words = "";
    try (TestCluster cluster =
        TestCluster.ofHarness(options.text("--name"), options.text("--kubernetes"), version)) {
      for (int round = 0; round < options.number("--rounds"); round++) {
        for (Contender contender : Contender.all(files)) {
          cluster.reset();
          Measurement measurement = Measurement.of(contender, cluster);
          measurements.add(measurement);
          String report = measurement.words().report();
          words = report.isEmpty() ? words : report;
          if (contender instanceof Contender.Sdk sdk) {
            secondRuns.add(secondRun(sdk.run(cluster)));
          }
          System.err.println(contender.name() + ": " + measurement.bystander().render());
        }
      }
    }
    System.out.println("OpenKruise " + version + ", medians and all runs");
    System.out.println();
    System.out.print(new BenchmarkTable(measurements).render());
    System.out.println();
    System.out.println("the SDK's second runs: " + String.join(", ", secondRuns));
    System.out.println();
    System.out.println(words);
  }

  private static String secondRun(InstallReport report) {
    return String.format(
        Locale.ROOT, "%d ms and %d writes", report.took().toMillis(), report.writes());
  }
}
