package io.github.kruiseinstaller.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RipePodsTest {
  private final RipePods pods = new RipePods(Duration.ofNanos(10));

  @Test
  void poll_whenNothingWaits_isEmpty() {
    assertThat(pods.poll(1_000)).isEmpty();
  }

  @Test
  void poll_whenTheOldestIsYoung_isEmpty() {
    pods.add("a", 100);

    assertThat(pods.poll(109)).isEmpty();
  }

  @Test
  void poll_whenTheOldestHasTheAge_takesItOutAndNothingElse() {
    pods.add("a", 100);
    pods.add("b", 105);

    assertThat(pods.poll(110)).contains("a");
    assertThat(pods.poll(110)).isEmpty();
    assertThat(pods.poll(115)).contains("b");
    assertThat(pods.poll(1_000)).isEmpty();
  }
}
