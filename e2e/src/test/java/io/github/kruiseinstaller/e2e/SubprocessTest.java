package io.github.kruiseinstaller.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SubprocessTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Test
  void tellsBothOutputsAndTheExitCode() throws Exception {
    Subprocess done =
        Subprocess.run(
            PATIENCE, Map.of("WORD", "hi"), List.of("sh", "-c", "echo $WORD; echo no >&2; exit 3"));

    assertThat(done).isEqualTo(new Subprocess(3, "hi\n", "no\n"));
    assertThatThrownBy(() -> done.orThrow("greeting"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("greeting failed with 3")
        .hasMessageContaining("no");
  }

  @Test
  void endsAProgramThatTakesTooLong() {
    assertThatThrownBy(
            () -> Subprocess.run(Duration.ofMillis(50), Map.of(), List.of("sleep", "60")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("did not end");
  }
}
