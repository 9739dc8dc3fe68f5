package io.github.kruiseinstaller.internal.uninstall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.model.Manifest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProtectionTest {
  @ParameterizedTest
  @CsvSource({
    "CloneSet, Always, 0, true",
    "CloneSet, Always, 2, true",
    "CloneSet, Cascading, 2, true",
    "CloneSet, Cascading, 0, false",
    "CloneSet, none, 2, false",
    "Deployment, Cascading, 1, true",
    "Service, Always, 1, true",
    "Service, Cascading, 1, false",
    "CustomResourceDefinition, Always, 1, true",
    "CustomResourceDefinition, Cascading, 1, false"
  })
  void isProtected_isWhatTheManagerWouldDeny(
      String kind, String label, int replicas, boolean isProtected) {
    assertThat(Protection.isProtected(object(kind, label, replicas))).isEqualTo(isProtected);
  }

  @Test
  void requireNone_namesAllAndTheCommand() {
    InstallException refused =
        catchThrowableOfType(
            InstallException.class,
            () ->
                Protection.requireNone(
                    List.of(object("CloneSet", "Always", 1), object("CloneSet", "none", 1))));

    assertThat(refused.failure().code()).isEqualTo(FailureCode.DELETION_PROTECTED);
    assertThat(refused.failure().evidence())
        .containsExactly("CloneSet shop/web has policy.kruise.io/delete-protection=Always");
    assertThat(refused.failure().remedy())
        .endsWith(
            "kubectl -n shop label clonesets.apps.kruise.io web"
                + " policy.kruise.io/delete-protection-");
    assertThatCode(() -> Protection.requireNone(List.of())).doesNotThrowAnyException();
  }

  private static Manifest object(String kind, String label, int replicas) {
    return Manifest.parseJson(
        "{\"apiVersion\":\"apps.kruise.io/v1alpha1\",\"kind\":\"%s\",\"metadata\":{\"name\":\"web\",\"namespace\":\"shop\",\"labels\":{\"policy.kruise.io/delete-protection\":\"%s\"}},\"spec\":{\"replicas\":%d}}"
            .formatted(kind, label, replicas));
  }
}
