package io.github.kruiseinstaller.e2e;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/** Measurements side by side, for people. */
final class BenchmarkTable {
  private static final String ROW = "%-26s %-22s %-22s %-22s %-22s %-18s %s%n";

  private final Map<String, List<Measurement>> byContender = new LinkedHashMap<>();

  private final Job job;
  private final List<Measurement> failures;

  BenchmarkTable(Job job, List<Measurement> measurements) {
    this.job = job;
    this.failures =
        measurements.stream().filter(measurement -> !measurement.failure().isEmpty()).toList();
    measurements.forEach(
        one -> byContender.computeIfAbsent(one.contender(), name -> new ArrayList<>()).add(one));
  }

  /**
   * Medians with all values in brackets, then the ratios to the first contender, then why tools
   * gave up.
   */
  String render() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            ROW,
            "",
            job.doneAfter(),
            "tool took (s)",
            "its own share (s)",
            "outage (s)",
            "refused",
            "requests/s"));
    byContender.forEach(
        (name, runs) ->
            text.append(
                String.format(
                    Locale.ROOT,
                    ROW,
                    name,
                    cell("%.1f", runs, run -> seconds(run.doneAfter())),
                    cell("%.1f", runs, run -> seconds(run.toolTook())),
                    ownShare(runs),
                    cell("%.1f", runs, run -> seconds(run.bystander().outage())),
                    cell("%.0f", runs, run -> run.bystander().refused()),
                    cell("%.0f", runs, run -> run.bystander().rate()))));
    ratios(text);
    for (Measurement failed : failures) {
      text.append(
          String.format(
              Locale.ROOT, "%n%s gave up: %s%n", failed.contender(), failed.failure().strip()));
    }
    return text.toString();
  }

  private void ratios(StringBuilder text) {
    List<String> names = List.copyOf(byContender.keySet());
    if (names.size() < 2) {
      return;
    }
    double first = medianDone(names.get(0));
    text.append(String.format(Locale.ROOT, "%n%s, %s = 1.00%n", job.doneAfter(), names.get(0)));
    for (String name : names) {
      text.append(String.format(Locale.ROOT, "%-26s %.2f%n", name, medianDone(name) / first));
    }
  }

  private double medianDone(String name) {
    return median(
        values(byContender.getOrDefault(name, List.of()), run -> seconds(run.doneAfter())));
  }

  private static String ownShare(List<Measurement> runs) {
    List<Duration> shares =
        runs.stream().map(run -> run.words().ownShare()).filter(Objects::nonNull).toList();
    return shares.isEmpty()
        ? "-"
        : cell("%.2f", shares.stream().map(BenchmarkTable::seconds).toList());
  }

  private static String cell(
      String format, List<Measurement> runs, ToDoubleFunction<Measurement> value) {
    return cell(format, values(runs, value));
  }

  private static String cell(String format, List<Double> values) {
    String median = String.format(Locale.ROOT, format, median(values));
    return values.size() == 1
        ? median
        : median
            + " ["
            + String.join(
                " ", values.stream().map(one -> String.format(Locale.ROOT, format, one)).toList())
            + "]";
  }

  private static List<Double> values(List<Measurement> runs, ToDoubleFunction<Measurement> value) {
    return runs.stream().map(value::applyAsDouble).toList();
  }

  private static double median(List<Double> values) {
    List<Double> ordered = values.stream().sorted().toList();
    int middle = ordered.size() / 2;
    return ordered.size() % 2 == 1
        ? ordered.get(middle)
        : (ordered.get(middle - 1) + ordered.get(middle)) / 2;
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
