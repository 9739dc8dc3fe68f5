package io.github.kruiseinstaller.internal.ownership;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.plan.InstallationMaker;
import io.github.kruiseinstaller.release.Release;
import io.github.kruiseinstaller.release.ReleaseRequest;
import io.github.kruiseinstaller.release.ReleaseSource;
import io.github.kruiseinstaller.testkit.SmallRelease;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClaimTest {
  private static final Release RELEASE =
      ReleaseSource.manifests(SmallRelease.yaml(), "small release")
          .load(new ReleaseRequest(null, "1.34.0"));
  private static final Manifest DEPLOYMENT = RELEASE.managerDeployment();
  private static final Manifest SERVICE = RELEASE.webhookService();
  private static final Manifest CONFIGURATION = RELEASE.webhookConfigurations().get(0);
  private static final Map<String, ?> SELECTOR = Map.of("f:spec", Map.of("f:selector", Map.of()));

  @Test
  void nothingOfTheCore_isNobodys() {
    Manifest namespace =
        RELEASE.manifests().stream().filter(m -> m.isKind("Namespace")).findFirst().orElseThrow();

    Claim claim = claim(by(namespace, "kubectl-create", "Update", Map.of()));

    assertThat(claim.isOfOthers()).isFalse();
    assertThat(claim.isShared()).isFalse();
  }

  @Test
  void whatWeHaveApplied_isOurs_whoeverHasEditedIt() {
    Claim claim =
        claim(
            by(
                by(DEPLOYMENT, "kruise-installer", "Apply", SELECTOR),
                "kubectl-edit",
                "Update",
                Map.of()),
            by(SERVICE, "kruise-installer", "Apply", Map.of()),
            by(CONFIGURATION, "kruise-installer", "Update", Map.of()));

    assertThat(claim.isOfOthers()).isFalse();
    assertThat(claim.isShared()).isFalse();
  }

  @Test
  void aDeploymentThatARepairHasTouched_isStillSomebodyElses() {
    Claim claim =
        claim(
            by(by(DEPLOYMENT, "helm", "Apply", SELECTOR), "kruise-installer", "Update", Map.of()));

    assertThat(claim.isOfOthers()).isTrue();
    assertThat(claim.isPartlyOurs()).isTrue();
    assertThat(claim.makers()).containsExactly("helm");
  }

  @Test
  void aConfigurationWithoutUs_makesTheInstallationSomebodyElses() {
    Claim claim =
        claim(
            by(DEPLOYMENT, "kruise-installer", "Apply", SELECTOR),
            by(CONFIGURATION, "helm", "Apply", Map.of()));

    assertThat(claim.foreign()).extracting(Manifest::ref).containsExactly(CONFIGURATION.ref());
    assertThat(claim.isPartlyOurs()).isTrue();
  }

  @Test
  void whoeverOwnsTheSelectorOfTheDeployment_hasMadeIt() {
    Claim claim =
        claim(by(by(DEPLOYMENT, "okhttp", "Update", SELECTOR), "rancher", "Update", Map.of()));

    assertThat(claim.makers()).containsExactly("okhttp");
    assertThat(claim.madeBy()).isEqualTo(InstallationMaker.OTHER);
  }

  @Test
  void controllersAndHands_areNoMakers() {
    Manifest scaled =
        by(
            by(by(DEPLOYMENT, "kubectl-scale", "Update", Map.of()), "manager", "Update", Map.of()),
            "kube-controller-manager",
            "Update",
            Map.of());

    Claim claim = claim(scaled);

    assertThat(claim.makers()).isEmpty();
    assertThat(claim.isOfOthers()).isTrue();
  }

  @Test
  void madeBy_isToldByMarksFirst() {
    assertThat(claim(annotated("meta.helm.sh/release-name")).madeBy())
        .isEqualTo(InstallationMaker.HELM);
    assertThat(claim(annotated("kubectl.kubernetes.io/last-applied-configuration")).madeBy())
        .isEqualTo(InstallationMaker.KUBECTL_APPLY);
    assertThat(claim(by(SERVICE, "kubectl", "Apply", Map.of())).madeBy())
        .isEqualTo(InstallationMaker.KUBECTL_SERVER_SIDE_APPLY);
  }

  @Test
  void evidence_namesTheManagersOfEachObject() {
    assertThat(claim(by(SERVICE, "kubectl", "Apply", Map.of()), CONFIGURATION).evidence())
        .containsExactly(
            SERVICE.ref() + " has the field managers kubectl (Apply)",
            CONFIGURATION.ref() + " has no field managers");
  }

  private static Manifest annotated(String annotation) {
    return SERVICE.edit(
        tree ->
            Trees.child(Trees.child(tree, "metadata"), "annotations").put(annotation, "something"));
  }

  private static Claim claim(Manifest... live) {
    Map<ObjectRef, Manifest> objects = new HashMap<>();
    List.of(live).forEach(each -> objects.put(each.ref(), each));
    return Claim.of(RELEASE, objects);
  }

  private static Manifest by(
      Manifest object, String manager, String operation, Map<String, ?> fields) {
    return object.edit(
        tree -> {
          List<Object> entries =
              new java.util.ArrayList<>(Trees.list(tree, "metadata", "managedFields"));
          entries.add(
              Map.of(
                  "manager",
                  manager,
                  "operation",
                  operation,
                  "apiVersion",
                  object.apiVersion(),
                  "fieldsV1",
                  fields));
          Trees.child(tree, "metadata").put("managedFields", entries);
        });
  }
}
