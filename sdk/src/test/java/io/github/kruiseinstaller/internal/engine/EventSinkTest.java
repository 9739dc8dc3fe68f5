package io.github.kruiseinstaller.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.event.InstallEvent;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.report.InstallReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EventSinkTest {
  private static final InstallEvent RETRYING =
      new InstallEvent.Retrying(Stage.VERIFY, null, "503 busy", 1, Duration.ofMillis(250));

  @Test
  void accept_afterTheEventThatEndsTheRun_tellsNobody() {
    for (InstallEvent end :
        List.of(
            new InstallEvent.Succeeded(report(null)),
            new InstallEvent.Failed(
                report(Failure.of(FailureCode.TIMEOUT, "the deadline passed", "Try again."))))) {
      List<InstallEvent> told = new ArrayList<>();
      EventSink sink = new EventSink(List.of(told::add));

      sink.accept(RETRYING);
      sink.accept(end);
      sink.accept(RETRYING);

      assertThat(told).containsExactly(RETRYING, end);
    }
  }

  private static InstallReport report(@Nullable Failure failure) {
    return new InstallReport(
        "run",
        "1.8.3",
        "kruise-system",
        "https://127.0.0.1:6443",
        "",
        Instant.EPOCH,
        Duration.ofSeconds(1),
        List.of(),
        List.of(),
        failure);
  }
}
