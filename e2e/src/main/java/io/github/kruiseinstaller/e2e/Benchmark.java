package io.github.kruiseinstaller.e2e;

import io.github.kruiseinstaller.report.InstallReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Installs, upgrades and uninstalls OpenKruise by turns with this SDK, with Helm and with kubectl,
 * each time in a fresh cluster of the harness, and prints how long it took and whom it hurt.
 */
public final class Benchmark {
  private final TestCluster cluster;
  private final Contender.Step step;
  private final List<String> secondRuns = new ArrayList<>();
  private String words = "";

  private Benchmark(TestCluster cluster, Contender.Step step) {
    this.cluster = cluster;
    this.step = step;
  }

  /** Options: --name, --kubernetes, --jobs, --from, --version, --rounds, --charts. */
  public static void main(String[] arguments) throws InterruptedException {
    Options options =
        new Options(
            arguments,
            Map.of(
                "--name", "benchmark",
                "--kubernetes", "",
                "--jobs", "install",
                "--from", "1.5.5",
                "--version", "1.8.3",
                "--rounds", "3",
                "--charts", Options.charts()));
    String version = options.text("--version");
    String from = options.text("--from");
    List<Job> jobs = options.list("--jobs").stream().map(Job::of).toList();
    Contender.Step step =
        new Contender.Step(
            Contender.Files.of(options.path("--charts"), from),
            Contender.Files.of(options.path("--charts"), version));
    String versions = jobs.contains(Job.UPGRADE) ? version + "," + from : version;
    try (TestCluster cluster =
        TestCluster.ofHarness(options.text("--name"), options.text("--kubernetes"), versions)) {
      try {
        for (Job job : jobs) {
          String what = job == Job.UPGRADE ? from + " -> " + version : version;
          System.out.println(job + ", OpenKruise " + what + ", medians and all runs");
          System.out.println();
          new Benchmark(cluster, step).run(job, options.number("--rounds"));
        }
      } finally {
        cluster.harness().down();
      }
    }
  }

  private void run(Job job, int rounds) throws InterruptedException {
    List<Measurement> measurements = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      for (Contender contender : Contender.all(cluster)) {
        cluster.reset();
        measurements.add(measured(job, contender));
      }
    }
    System.out.print(new BenchmarkTable(job, measurements).render());
    System.out.println();
    if (!secondRuns.isEmpty()) {
      System.out.println("the SDK's second runs: " + String.join(", ", secondRuns));
      System.out.println();
    }
    System.out.println(words);
  }

  private Measurement measured(Job job, Contender contender) throws InterruptedException {
    Measurement measurement = Measurement.of(job, contender, cluster, step);
    String report = measurement.words().report();
    words = report.isEmpty() ? words : report;
    if (contender instanceof Contender.Sdk sdk && job != Job.UNINSTALL) {
      secondRuns.add(secondRun(sdk.run(cluster, step.to())));
    }
    System.err.println(job + " by " + contender.name() + ": " + measurement.bystander().render());
    return measurement;
  }

  private static String secondRun(InstallReport report) {
    return String.format(
        Locale.ROOT, "%d ms and %d writes", report.took().toMillis(), report.writes());
  }
}
