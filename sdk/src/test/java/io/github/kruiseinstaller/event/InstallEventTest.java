package io.github.kruiseinstaller.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class InstallEventTest {
  private static final ObjectRef MANAGER =
      ObjectRef.namespaced("apps/v1", "Deployment", "kruise-system", "manager");

  @Test
  void toString_isOneLineWhateverTheClusterAnswered() {
    assertThat(
            new InstallEvent.Waiting(
                Stage.ROLLOUT, MANAGER, "0 of 2\nCrash\u001b[2J", Duration.ofSeconds(3)))
        .hasToString("rollout: waiting for Deployment kruise-system/manager: 0 of 2 Crash [2J");
    assertThat(new InstallEvent.Proving("refused\r", 0, 3)).hasToString("prove: refused (0 of 3)");
    assertThat(new InstallEvent.Retrying(Stage.CRDS, null, "503\nbusy", 1, Duration.ofMillis(250)))
        .hasToString("crds: request failed (503 busy), try 2 in 250 ms");
  }

  @Test
  void toJson_isOneLineThatBeginsWithVersionAndType() {
    assertThat(
            new InstallEvent.Waiting(Stage.ROLLOUT, MANAGER, "0 of 2\n", Duration.ofSeconds(3))
                .toJson())
        .isEqualTo(
            "{\"schemaVersion\":1,\"type\":\"waiting\",\"stage\":\"rollout\",\"object\":{"
                + "\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\","
                + "\"namespace\":\"kruise-system\",\"name\":\"manager\"},"
                + "\"state\":\"0 of 2\\n\",\"waitedMillis\":3000}");
  }
}
