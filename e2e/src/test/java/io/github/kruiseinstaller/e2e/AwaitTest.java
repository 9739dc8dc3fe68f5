package io.github.kruiseinstaller.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AwaitTest {
  @Test
  void steady_whenTwoReadingsInARowAreTheSame_givesThem() throws Exception {
    Deque<Integer> readings = new ArrayDeque<>(List.of(1, 2, 1, 3, 3, 4));

    int steady =
        Await.steady("numbers", Duration.ofMinutes(1), Duration.ZERO, readings::removeFirst);

    assertThat(steady).isEqualTo(3);
    assertThat(readings).containsExactly(4);
  }

  @Test
  void steady_whenEveryReadingIsAnother_saysWhichWereTheLast() {
    AtomicInteger readings = new AtomicInteger();

    assertThatThrownBy(
            () -> Await.steady("numbers", Duration.ZERO, Duration.ZERO, readings::incrementAndGet))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("numbers: 1, 2");
  }
}
