package io.github.kruiseinstaller.error;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import java.util.List;
import org.junit.jupiter.api.Test;

class FailureTest {
  private static final Failure FAILURE =
      Failure.of(FailureCode.TIMEOUT, "the deadline passed", "give it more time")
          .in(Stage.ROLLOUT)
          .about(ObjectRef.namespaced("apps/v1", "Deployment", "kruise-system", "manager"))
          .seen(List.of("0 of 2 replicas are Ready", "ImagePullBackOff"));

  @Test
  void render_saysWhatWhereWhyAndHowToMend() {
    assertThat(FAILURE.render())
        .isEqualTo(
            """
            the deadline passed
              code:   timeout
              stage:  rollout
              object: Deployment kruise-system/manager
              seen:   0 of 2 replicas are Ready
              seen:   ImagePullBackOff
              remedy: give it more time\
            """);
  }

  @Test
  void render_whenAContainerLogHoldsControlCharacters_printsNone() {
    assertThat(FAILURE.seen(List.of("a\u001b[2J\r\nremedy: forged")).render())
        .contains("seen:   a [2J  remedy: forged\n")
        .doesNotContain("\u001b");
  }

  @Test
  void toJson_hasEveryKeyAlways() {
    assertThat(FAILURE.toJson())
        .isEqualTo(
            "{\"code\":\"timeout\",\"stage\":\"rollout\",\"object\":{\"apiVersion\":\"apps/v1\","
                + "\"kind\":\"Deployment\",\"namespace\":\"kruise-system\",\"name\":\"manager\"},"
                + "\"message\":\"the deadline passed\","
                + "\"evidence\":[\"0 of 2 replicas are Ready\",\"ImagePullBackOff\"],"
                + "\"remedy\":\"give it more time\"}");
    assertThat(Failure.of(FailureCode.INTERNAL, "m", "r").toJson())
        .contains("\"stage\":null,\"object\":null")
        .contains("\"evidence\":[]");
  }

  @Test
  void ids_areDistinctAndLowerCase() {
    assertThat(FailureCode.values())
        .extracting(FailureCode::id)
        .doesNotHaveDuplicates()
        .allMatch(id -> id.matches("[a-z]+(-[a-z]+)*"));
  }
}
