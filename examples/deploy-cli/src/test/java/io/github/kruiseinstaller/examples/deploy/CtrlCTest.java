package io.github.kruiseinstaller.examples.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.Operation;
import io.github.kruiseinstaller.model.Stage;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What ends when the process is told to end, and what it waits for. */
class CtrlCTest {
  private final CtrlC ctrlC = new CtrlC();
  private boolean cancelled;

  @Test
  void join_whenPressedWhileItRuns_cancels() {
    assertThat(ctrlC.join(run(ctrlC::press))).isEqualTo("cancelled: true");
  }

  @Test
  void join_whenPressedBefore_cancelsToo() {
    ctrlC.press();

    assertThat(ctrlC.join(run(() -> {}))).isEqualTo("cancelled: true");
  }

  @Test
  void press_leavesAloneWhatHasEnded() {
    assertThat(ctrlC.join(run(() -> {}))).isEqualTo("cancelled: false");

    ctrlC.press();

    assertThat(cancelled).isFalse();
  }

  @Test
  void endCleanly_whileWorkGoesOn_waitsForItsEnd() {
    List<String> order = new CopyOnWriteArrayList<>();
    CountDownLatch working = new CountDownLatch(1);
    Supplier<Boolean> work =
        () -> {
          working.countDown();
          while (!ctrlC.isPressed()) {
            Thread.onSpinWait();
          }
          return order.add("done");
        };
    start(() -> ctrlC.during(work));

    await(working);
    assertThat(ctrlC.endCleanly()).isTrue();
    order.add("left");

    assertThat(order).containsExactly("done", "left");
  }

  @Test
  void endCleanly_whileAPersonIsAsked_doesNotWaitForTheAnswer() {
    CountDownLatch asking = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    Supplier<String> person =
        () -> {
          asking.countDown();
          await(never);
          return "y";
        };
    start(() -> ctrlC.during(() -> ctrlC.ask(person)));

    await(asking);

    assertThat(ctrlC.endCleanly()).isTrue();
    never.countDown();
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "work");
    thread.setDaemon(true); // the one that asks is never told to go on
    thread.start();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Operation<String> run(Runnable work) {
    return new Operation<>() {
      @Override
      public CompletionStage<String> result() {
        throw new UnsupportedOperationException();
      }

      @Override
      public void cancel() {
        cancelled = true;
      }

      @Override
      public String runId() {
        return "run";
      }

      @Override
      public Optional<Stage> currentStage() {
        return Optional.empty();
      }

      @Override
      public String join() {
        work.run();
        return "cancelled: " + cancelled;
      }
    };
  }
}
