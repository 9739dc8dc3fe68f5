package io.github.kruiseinstaller.internal.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.model.Manifest;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnershipTest {
  private static final String LABEL =
      "{\"f:metadata\":{\"f:labels\":{\"f:applyset.kubernetes.io/part-of\":{}}}}";
  private static final String OURS = entry("kruise-installer", "Apply", LABEL);

  @Test
  void lacking_whenOnlyThisLibraryAppliesIt_isEmpty() {
    assertThat(Ownership.lacking(object(OURS))).isEmpty();
  }

  @Test
  void lacking_whenAPersonOrAControllerEditedIt_isStillEmpty() {
    assertThat(
            Ownership.lacking(
                object(
                    OURS,
                    entry("kubectl-edit", "Update", "{\"f:spec\":{}}"),
                    entry("kube-controller-manager", "Update", "{\"f:status\":{}}"))))
        .isEmpty();
  }

  @Test
  void lacking_whenSomebodyElsePutTheLabelOn_saysSo() {
    assertThat(Ownership.lacking(object(entry("kubectl-label", "Update", LABEL))))
        .hasValueSatisfying(why -> assertThat(why).contains("has not put it on"));
    assertThat(Ownership.lacking(object(entry("kruise-installer", "Update", LABEL)))).isPresent();
    assertThat(Ownership.lacking(object())).isPresent();
  }

  @Test
  void lacking_whenAnotherInstallerHasItToo_namesIt() {
    assertThat(Ownership.lacking(object(OURS, entry("argocd-controller", "Apply", "{}"))))
        .contains("it is also installed by argocd-controller");
    assertThat(Ownership.lacking(object(OURS, entry("helm", "Update", "{}"))))
        .contains("it is also installed by helm");
    assertThat(Ownership.lacking(object(OURS, entry("kubectl-client-side-apply", "Update", "{}"))))
        .contains("it is also installed by kubectl-client-side-apply");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "argocd-controller",
        "helm-controller",
        "kustomize-controller",
        "kubectl",
        "kubectl-create",
        "kubectl-replace",
        "Helm"
      })
  void lacking_whenAnInstallerUpdatesItWithoutApplying_namesIt(String manager) {
    assertThat(Ownership.lacking(object(OURS, entry(manager, "Update", "{}"))))
        .contains("it is also installed by " + manager);
  }

  @Test
  void lacking_whenItWasThereBeforeTheFirstApply_saysSo() {
    assertThat(Ownership.lacking(object(OURS, entry("before-first-apply", "Update", "{}"))))
        .contains("somebody had made it before this library first applied it");
  }

  @Test
  void isOthers_whenOthersOwnFieldsAndThisLibraryNone() {
    String helm = entry("helm", "Update", "{}");

    assertThat(Ownership.isOthers(object(helm))).isTrue();
    assertThat(Ownership.isOthers(object(helm, entry("kruise-installer", "Update", "{}"))))
        .as("an annotation of this library")
        .isTrue();
    assertThat(Ownership.isOthers(object(helm, OURS))).isFalse();
    assertThat(Ownership.isOthers(object())).as("nobody owns anything").isFalse();
    assertThat(Ownership.isShared(object())).isFalse();
  }

  private static String entry(String manager, String operation, String fields) {
    return "{\"manager\":\"%s\",\"operation\":\"%s\",\"fieldsV1\":%s}"
        .formatted(manager, operation, fields);
  }

  private static Manifest object(String... entries) {
    return Manifest.parseJson(
        "{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"metadata\":{\"name\":\"s\",\"namespace\":\"n\","
            + "\"managedFields\":["
            + Arrays.stream(entries).collect(Collectors.joining(","))
            + "]}}");
  }
}
