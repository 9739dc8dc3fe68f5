package io.github.kruiseinstaller.examples.deploy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The clusters, the canary first. */
final class Fleet {
  private static final int LOOKS_AT_ONCE = 8;

  private final List<Cluster> clusters;
  private final Screen screen;
  private final CtrlC ctrlC;

  Fleet(List<Cluster> clusters, Screen screen, CtrlC ctrlC) {
    this.clusters = List.copyOf(clusters);
    this.screen = screen;
    this.ctrlC = ctrlC;
  }

  /** Only reads: whether OpenKruise works in every cluster. */
  List<Standing> status() {
    return each(clusters, LOOKS_AT_ONCE, Cluster::status);
  }

  /** Only reads: what is to be done in every cluster, and what stands in the way. */
  List<Standing> plan() {
    return each(clusters, LOOKS_AT_ONCE, Cluster::plan);
  }

  /**
   * Does what was planned: in the canary first, then wave by wave. After a failure nothing more is
   * begun; what runs already is let to its end, since half an installation helps nobody.
   *
   * @param parallel how many clusters make a wave
   */
  List<Standing> apply(List<Standing> plans, int parallel) {
    Map<String, Standing> outcomes = new LinkedHashMap<>();
    plans.forEach(plan -> outcomes.put(plan.name(), plan.notBegun()));
    List<Standing> due = plans.stream().filter(Standing::isDue).toList();
    AtomicBoolean stop = new AtomicBoolean();
    int begun = 0;
    while (begun < due.size() && !stop.get() && !ctrlC.isPressed()) {
      int size = begun == 0 ? 1 : parallel;
      List<Standing> wave = due.subList(begun, Math.min(begun + size, due.size()));
      String names = wave.stream().map(Standing::name).collect(Collectors.joining(", "));
      screen.say((begun == 0 ? "Canary: " : "Next: ") + names);
      each(wave, size, plan -> outcome(plan, stop))
          .forEach(outcome -> outcomes.put(outcome.name(), outcome));
      begun += wave.size();
    }
    return List.copyOf(outcomes.values());
  }

  private Standing outcome(Standing planned, AtomicBoolean stop) {
    if (stop.get() || ctrlC.isPressed()) {
      return planned.notBegun(); // another one of its wave was quick to fail
    }
    Standing outcome = planned.cluster().apply(Objects.requireNonNull(planned.plan(), "plan"));
    if (!outcome.state().isFine()) {
      stop.set(true);
      screen.explain(outcome);
    }
    return outcome;
  }

  /** Does the same to all, so many at once; the results are in their order. */
  private static <A, B> List<B> each(List<A> all, int atOnce, Function<A, B> work) {
    ExecutorService threads = Executors.newFixedThreadPool(atOnce);
    try {
      List<CompletableFuture<B>> results =
          all.stream()
              .map(one -> CompletableFuture.supplyAsync(() -> work.apply(one), threads))
              .toList();
      return results.stream().map(CompletableFuture::join).toList();
    } finally {
      threads.shutdown();
    }
  }
}
