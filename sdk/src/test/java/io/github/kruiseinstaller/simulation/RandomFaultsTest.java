package io.github.kruiseinstaller.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.simulation.Simulation.Tries;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AddLifecycleHook;

/**
 * Whatever goes wrong with requests and with the cluster: a run ends in time, well or with a
 * failure that says why; nobody is refused, nothing is armed unproven, no secret gets out, and the
 * next run finishes the work.
 *
 * <p>{@code -Dsimulation=true} tries 10,000 sequences, or {@code -Dsimulation.tries=N}, rounded up
 * to whole batches.
 */
class RandomFaultsTest {
  /** How many runs go on at a time: they wait a lot, and the JVM's compiler needs its turn too. */
  private static final int AT_ONCE = 6;

  /** A run that takes its whole deadline shall not keep the others waiting. */
  static final int BATCH = Simulation.isLong() ? 10 * AT_ONCE : AT_ONCE;

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final Map<String, Object> UNDISTURBED = Trial.undisturbed(false);
  private static final Map<String, Object> UNDISTURBED_IN_FOREIGN_NAMESPACE =
      Trial.undisturbed(true);

  @Property(tries = 3)
  @AddLifecycleHook(Tries.class)
  void install_whateverGoesWrong_keepsItsPromises(@ForAll("batches") List<FaultSequence> batch)
      throws Exception {
    List<Trial> trials = batch.stream().map(RandomFaultsTest::trial).toList();
    try (InstallerLog log = new InstallerLog()) {
      assertThat(wrongsOf(trials)).isEmpty();
      assertThat(trials)
          .allSatisfy(trial -> assertThat(trial.markers().in(log.text())).as("log").isEmpty());
    }
    assertThat(InstallerThreads.leftAfter(PATIENCE)).isEmpty();
  }

  @Provide
  Arbitrary<List<FaultSequence>> batches() {
    return FaultSequence.any().list().ofSize(BATCH);
  }

  private static Trial trial(FaultSequence sequence) {
    return new Trial(
        sequence,
        sequence.plight().hasForeignNamespace() ? UNDISTURBED_IN_FOREIGN_NAMESPACE : UNDISTURBED);
  }

  private static List<String> wrongsOf(List<Trial> trials) throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    try {
      Map<Trial, Future<Boolean>> runs = new LinkedHashMap<>();
      trials.forEach(trial -> runs.put(trial, threads.submit(trial::run)));
      List<String> wrongs = new ArrayList<>();
      for (Map.Entry<Trial, Future<Boolean>> run : runs.entrySet()) {
        try {
          run.getValue().get();
        } catch (ExecutionException e) {
          Transcript what = new Transcript();
          what.failure(e.getCause());
          wrongs.add(run.getKey() + "\n" + what);
        }
      }
      return wrongs;
    } finally {
      threads.shutdownNow();
    }
  }
}
