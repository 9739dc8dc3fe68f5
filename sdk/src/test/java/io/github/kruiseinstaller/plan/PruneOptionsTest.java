package io.github.kruiseinstaller.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.model.ObjectRef;
import org.junit.jupiter.api.Test;

class PruneOptionsTest {
  private static final ObjectRef OBJECT =
      ObjectRef.namespaced("policy/v1beta1", "PodDisruptionBudget", "a", "b");

  @Test
  void defaults_deleteAndNameNothing() {
    assertThat(PruneOptions.defaults().deletes()).isTrue();
    assertThat(PruneOptions.defaults().includes(OBJECT)).isFalse();
    assertThat(PruneOptions.nothing().deletes()).isFalse();
  }

  @Test
  void including_addsAndDoesNotTurnTheRestOn() {
    PruneOptions options = PruneOptions.nothing().including(OBJECT);

    assertThat(options.deletes()).isFalse();
    assertThat(options.includes(OBJECT)).isTrue();
    assertThat(options.including(ObjectRef.cluster("v1", "Namespace", "a")).included()).hasSize(2);
  }

  @Test
  void includes_whateverTheVersionAndNothingElse() {
    PruneOptions options = PruneOptions.defaults().including(OBJECT);

    assertThat(options.includes(ObjectRef.namespaced("policy/v1", OBJECT.kind(), "a", "b")))
        .isTrue();
    assertThat(options.includes(ObjectRef.namespaced("other/v1", OBJECT.kind(), "a", "b")))
        .isFalse();
    assertThat(options.includes(ObjectRef.namespaced("policy/v1", OBJECT.kind(), "x", "b")))
        .isFalse();
    assertThat(options.includes(ObjectRef.namespaced("policy/v1", OBJECT.kind(), "a", "x")))
        .isFalse();
    assertThat(options.includes(ObjectRef.cluster("policy/v1", OBJECT.kind(), "b"))).isFalse();
  }
}
