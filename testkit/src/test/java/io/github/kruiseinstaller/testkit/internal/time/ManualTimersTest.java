package io.github.kruiseinstaller.testkit.internal.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManualTimersTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final ManualTimers timers = new ManualTimers(START);
  private final List<String> done = new ArrayList<>();

  private void after(long seconds, String what) {
    timers.after(
        Duration.ofSeconds(seconds), () -> done.add(what + "@" + timers.nanos() / 1_000_000_000));
  }

  @Test
  void tasks_runInOrderAtTheirTime() {
    after(3, "c");
    after(1, "a");
    after(1, "b");
    timers.advance(Duration.ofSeconds(2));
    assertThat(done).containsExactly("a@1", "b@1");
    assertThat(timers.now()).isEqualTo(START.plusSeconds(2));
    assertThat(timers.next()).contains(Duration.ofSeconds(1));
    timers.advance(Duration.ofSeconds(5));
    assertThat(done).containsExactly("a@1", "b@1", "c@3");
    assertThat(timers.next()).isEmpty();
    assertThat(timers.nanos()).isEqualTo(Duration.ofSeconds(7).toNanos());
  }

  @Test
  void task_mayAskForAnother_thatIsDueOnTheWay() {
    timers.after(Duration.ofSeconds(1), () -> after(1, "second"));
    timers.advance(Duration.ofSeconds(2));
    assertThat(done).containsExactly("second@2");
  }

  @Test
  void cancelledTask_doesNotRun() {
    Timers.Timer timer = timers.after(Duration.ofSeconds(1), () -> done.add("no"));
    timer.cancel();
    timers.advance(Duration.ofSeconds(2));
    assertThat(done).isEmpty();
    assertThat(timers.next()).isEmpty();
  }

  @Test
  void negativeDelay_isNow() {
    after(-5, "now");
    timers.advance(Duration.ZERO);
    assertThat(done).containsExactly("now@0");
  }
}
