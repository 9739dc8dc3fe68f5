package io.github.kruiseinstaller.internal.retry;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.internal.cluster.FakeCluster.ManualTime;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

class DeadlineTest {
  private final ManualTime time = new ManualTime();

  @Test
  void in_whenItIsLongerThanAnyClockCounts_isAHundredYears() throws InterruptedException {
    time.sleep(Duration.ofHours(1));
    for (Duration endless :
        new Duration[] {Duration.ofSeconds(Long.MAX_VALUE), ChronoUnit.FOREVER.getDuration()}) {
      Deadline deadline = Deadline.in(endless, time);
      assertThat(deadline.passed()).isFalse();
      assertThat(deadline.remaining()).isEqualTo(Duration.ofDays(36_525));
      assertThat(deadline.timeout()).isEqualTo(deadline.remaining());
    }
  }

  @Test
  void remaining_countsDownToZero() throws InterruptedException {
    Deadline deadline = Deadline.in(Duration.ofMinutes(1), time);
    time.sleep(Duration.ofSeconds(50));
    assertThat(deadline.remaining()).isEqualTo(Duration.ofSeconds(10));
    assertThat(deadline.atMost(Duration.ofMinutes(1))).isEqualTo(Duration.ofSeconds(10));
    time.sleep(Duration.ofSeconds(50));
    assertThat(deadline.remaining()).isZero();
    assertThat(deadline.passed()).isTrue();
  }
}
