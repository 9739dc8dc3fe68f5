package io.github.kruiseinstaller.examples.provisioning;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.event.InstallEvent;
import io.github.kruiseinstaller.model.Stage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who reads a run's events, and when. On threads of their own: a lock cannot be interrupted. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EventLogTest {
  private final EventLog log = new EventLog();

  @Test
  void copyTo_whenTheReaderIsSlow_holdsUpNobodyAndLosesNothing() throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch awake = new CountDownLatch(1);
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    OutputStream slow =
        new OutputStream() {
          @Override
          public void write(int each) throws IOException {
            throw new IOException("lines are written at once");
          }

          @Override
          public void write(byte[] bytes) throws IOException {
            reading.countDown();
            try {
              awake.await();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
            read.write(bytes);
          }
        };
    log.onEvent(started("first"));
    CompletableFuture<Void> reader = reader(slow);
    reading.await();

    // Were they to wait for the reader, this would never end.
    for (int number = 0; number < 1_000; number++) {
      log.onEvent(started("n" + number));
    }
    log.end();
    ByteArrayOutputStream quick = new ByteArrayOutputStream();
    log.copyTo(quick);
    awake.countDown();
    reader.join();

    assertThat(quick.toString(UTF_8).lines()).hasSize(1_001);
    assertThat(read.toString(UTF_8)).isEqualTo(quick.toString(UTF_8));
  }

  @Test
  void copyTo_whenNothingHasHappenedYet_waitsForTheEnd() {
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    CompletableFuture<Void> reader = reader(read);

    log.onEvent(started("only"));
    log.end();
    reader.join();

    assertThat(read.toString(UTF_8)).isEqualTo(started("only").toJson() + "\n");
  }

  @Test
  void onEvent_whenAWaitRepeatsWithoutEnd_keepsWhatMatters() throws Exception {
    for (int number = 0; number < EventLog.MOST_REPEATING + 100; number++) {
      log.onEvent(new InstallEvent.Proving("not yet", 0, 3));
    }
    log.onEvent(started("last"));
    log.end();
    ByteArrayOutputStream read = new ByteArrayOutputStream();

    log.copyTo(read);

    assertThat(read.toString(UTF_8).lines()).hasSize(EventLog.MOST_REPEATING + 1);
    assertThat(read.toString(UTF_8)).endsWith(started("last").toJson() + "\n");
  }

  private CompletableFuture<Void> reader(OutputStream out) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            log.copyTo(out);
          } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
          }
        },
        task -> new Thread(task, "reader").start());
  }

  private static InstallEvent started(String why) {
    return new InstallEvent.StageStarted(Stage.PLAN, why);
  }
}
