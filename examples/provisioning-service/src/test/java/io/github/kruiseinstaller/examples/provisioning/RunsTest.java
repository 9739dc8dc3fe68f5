package io.github.kruiseinstaller.examples.provisioning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kruiseinstaller.Operation;
import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.model.Stage;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How many runs there are, without any cluster. */
@Timeout(60)
class RunsTest {
  private static final String UNDER_WAY = "status 409";
  private static final String UNAVAILABLE = "status 503";

  private final Runs runs = new Runs();

  @Test
  void start_whenARunInTheClusterHasEnded_startsAnother() {
    ByHand first = new ByHand();
    start("east", first);
    assertThatThrownBy(() -> start("east", new ByHand())).hasMessage(UNDER_WAY);
    start("west", new ByHand());

    first.result.complete("done");

    assertThat(start("east", new ByHand()).hasEnded()).isFalse();
    assertThat(runs.newestFirst())
        .extracting(ClusterRun::cluster)
        .containsExactly("east", "west", "east");
  }

  @Test
  void start_whenTheSdkThrowsAtOnce_leavesNothingBehind() {
    assertThatThrownBy(
            () ->
                runs.start(
                    "east",
                    Verb.INSTALL,
                    events -> {
                      throw new IllegalStateException("no release");
                    }))
        .hasMessage("no release");

    assertThat(runs.newestFirst()).isEmpty();
    start("east", new ByHand());
  }

  @Test
  void start_whenManyAreUnderWay_isRefused() {
    for (int number = 0; number < Runs.MOST_AT_ONCE; number++) {
      start("cluster-" + number, new ByHand());
    }

    assertThatThrownBy(() -> start("one-more", new ByHand())).hasMessage(UNAVAILABLE);
  }

  @Test
  void ended_whenThereAreMany_areForgotten_oldestFirst_andOneUnderWayNever() {
    ClusterRun underWay = start("slow", new ByHand());
    ClusterRun oldest = ended("east");
    ClusterRun second = ended("east");
    for (int number = 2; number < Runs.MOST_ENDED; number++) {
      ended("east");
    }
    assertThat(runs.get(oldest.id())).isSameAs(oldest);

    start("east", new ByHand());
    assertThat(runs.get(oldest.id())).isSameAs(oldest);
    ended("west");
    start("north", new ByHand());

    assertThatThrownBy(() -> runs.get(oldest.id())).hasMessage("status 404");
    assertThat(runs.get(second.id())).isSameAs(second);
    assertThat(runs.get(underWay.id())).isSameAs(underWay);
  }

  @Test
  void stop_cancelsAll_waitsForThem_andNothingStartsAnyMore() {
    ByHand operation = new ByHand();
    ClusterRun run = start("east", operation);

    assertThat(runs.stop(Duration.ofMinutes(1))).isTrue();

    assertThat(run.whole().get("state").getAsString()).isEqualTo("cancelled");
    assertThatThrownBy(() -> start("west", new ByHand())).hasMessage(UNAVAILABLE);
    assertThatThrownBy(runs::requireOpen).hasMessage(UNAVAILABLE);
  }

  @Test
  void stop_whenARunDoesNotEnd_saysSo() {
    runs.start("east", Verb.REPAIR, events -> new Deaf());

    assertThat(runs.stop(Duration.ofMillis(1))).isFalse();
  }

  @Test
  void outcome_whenTheSdkFailsUnexpectedly_isAFailureToo() {
    ByHand operation = new ByHand();
    ClusterRun run = start("east", operation);

    operation.result.completeExceptionally(new StackOverflowError("deep"));

    assertThat(run.whole().get("state").getAsString()).isEqualTo("failed");
    assertThat(run.whole().get("failure").toString()).contains("\"internal\"", "deep");
  }

  private ClusterRun start(String cluster, ByHand operation) {
    return runs.start(cluster, Verb.INSTALL, events -> operation);
  }

  private ClusterRun ended(String cluster) {
    ByHand operation = new ByHand();
    ClusterRun run = start(cluster, operation);
    operation.result.complete("done");
    return run;
  }

  /** Ends when the test says so, or is cancelled. */
  private static class ByHand implements Operation<String> {
    final CompletableFuture<String> result = new CompletableFuture<>();
    private final String runId = UUID.randomUUID().toString();

    @Override
    public String runId() {
      return runId;
    }

    @Override
    public CompletionStage<String> result() {
      return result;
    }

    @Override
    public void cancel() {
      result.completeExceptionally(
          new InstallException(Failure.of(FailureCode.CANCELLED, "cancelled", "run again")));
    }

    @Override
    public Optional<Stage> currentStage() {
      return Optional.empty();
    }

    @Override
    public String join() {
      throw new UnsupportedOperationException("a service does not wait");
    }
  }

  /** Cannot be cancelled. */
  private static final class Deaf extends ByHand {
    @Override
    public void cancel() {
      // Goes on.
    }
  }
}
