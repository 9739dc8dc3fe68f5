package io.github.kruiseinstaller.internal.uninstall;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.model.Manifest;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class NamespaceOriginTest {
  private static final String OURS =
      "{\"manager\":\"kruise-installer\",\"operation\":\"Apply\",\"fieldsV1\":"
          + "{\"f:metadata\":{\"f:annotations\":{\"f:kruise-installer.github.io/created-by\":{}},"
          + "\"f:labels\":{\"f:control-plane\":{}}}}}";
  private static final String STATUS =
      "{\"manager\":\"kube-controller-manager\",\"operation\":\"Update\",\"subresource\":\"status\","
          + "\"fieldsV1\":{\"f:status\":{}}}";

  @Test
  void foreign_whenOnlyThisLibraryApplied_isEmpty() {
    assertThat(NamespaceOrigin.foreign(namespace(OURS, STATUS))).isEmpty();
  }

  @Test
  void foreign_whenSomebodyLabelledItLater_isStillEmpty() {
    assertThat(
            NamespaceOrigin.foreign(
                namespace(OURS, update("kubectl-label", "f:pod-security.kubernetes.io/enforce"))))
        .isEmpty();
  }

  @Test
  void foreign_whenSomebodyElseCreatedIt_namesHim() {
    assertThat(
            NamespaceOrigin.foreign(
                namespace(update("kubectl-create", "f:kubernetes.io/metadata.name"), OURS)))
        .contains("kubectl-create");
  }

  @Test
  void foreign_whenSomebodyElseApplies_namesHim() {
    assertThat(
            NamespaceOrigin.foreign(
                namespace("{\"manager\":\"helm\",\"operation\":\"Apply\",\"fieldsV1\":{}}", OURS)))
        .contains("helm");
  }

  @Test
  void foreign_whenNothingTells_isSomebodyElse() {
    assertThat(NamespaceOrigin.foreign(namespace())).contains("somebody else");
    assertThat(
            NamespaceOrigin.foreign(
                namespace(update("before-first-apply", "f:kubernetes.io/metadata.name"), OURS)))
        .contains("somebody else");
  }

  @Test
  void foreign_whenThisLibraryAppliedWithoutItsMark_isSomebodyElse() {
    assertThat(NamespaceOrigin.foreign(namespace(OURS.replace("created-by", "other"))))
        .contains("somebody else");
  }

  @Test
  void foreign_whenSomebodyElseOwnsTheMark_isSomebodyElse() {
    assertThat(NamespaceOrigin.foreign(namespace(OURS.replace("kruise-installer\"", "velero\""))))
        .contains("velero");
  }

  private static String update(String manager, String label) {
    return "{\"manager\":\"%s\",\"operation\":\"Update\",\"fieldsV1\":{\"f:metadata\":{\"f:labels\":{\"%s\":{}}}}}"
        .formatted(manager, label);
  }

  private static Manifest namespace(String... entries) {
    return Manifest.parseJson(
        "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"kruise-system\","
            + "\"annotations\":{\"kruise-installer.github.io/created-by\":\"kruise-installer\"},"
            + "\"managedFields\":["
            + Arrays.stream(entries).collect(Collectors.joining(","))
            + "]}}");
  }
}
