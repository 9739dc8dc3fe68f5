package io.github.kruiseinstaller.customize;

import static io.github.kruiseinstaller.customize.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.release.Release;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ManifestFunctionTest {
  private static final String MANAGER = "kruise-controller-manager";

  private Release release;

  @BeforeEach
  void load() {
    release = OfficialReleases.release("1.8.3");
  }

  @Test
  void manifest_whenKindAndNameMatch_changesThatObjectOnly() {
    Release changed =
        Customizer.manifest("Deployment", MANAGER, ManifestFunctionTest::withPriority)
            .customize(release);

    assertThat(Changes.between(release.manifests(), changed.manifests()))
        .containsExactly("+ Deployment kruise-controller-manager spec.priorityClassName: \"high\"");
  }

  @Test
  void manifest_whenPredicateMatchesSeveral_changesEach() {
    Release changed =
        Customizer.manifest(
                ref -> ref.kind().equals("ServiceAccount"), ManifestFunctionTest::withPriority)
            .customize(release);

    assertThat(Changes.between(release.manifests(), changed.manifests())).hasSize(2);
  }

  @Test
  void everyManifest_visitsEachObjectOnceInOrder() {
    List<Manifest> seen = new ArrayList<>();

    Release changed =
        Customizer.everyManifest(
                manifest -> {
                  seen.add(manifest);
                  return manifest;
                })
            .customize(release);

    assertThat(seen).isEqualTo(release.manifests());
    assertThat(changed).isSameAs(release);
  }

  @Test
  void manifest_whenNameIsWrong_namesTheObjectsOfTheKind() {
    Failure failure =
        refused(
            () ->
                Customizer.manifest("Deployment", "kruise-manager", manifest -> manifest)
                    .customize(release));

    assertThat(failure.message()).contains("no object of the release is Deployment kruise-manager");
    assertThat(failure.remedy())
        .isEqualTo("Choose one of: Deployment kruise-system/" + MANAGER + ".");
  }

  @Test
  void manifest_whenKindIsWrong_namesAllObjects() {
    Failure failure =
        refused(
            () -> Customizer.manifest("Deploy", MANAGER, manifest -> manifest).customize(release));

    assertThat(failure.remedy())
        .contains("DaemonSet kruise-system/kruise-daemon", "Deployment kruise-system/" + MANAGER)
        .endsWith(" more.");
  }

  @Test
  void manifest_whenPredicateMatchesNothing_isRefused() {
    assertThat(
            refused(
                    () ->
                        Customizer.manifest(ref -> false, manifest -> manifest).customize(release))
                .message())
        .contains("chosen by the predicate");
  }

  @Test
  @SuppressWarnings("NullAway") // a caller without NullAway may do it
  void manifest_whenFunctionReturnsNull_isRefused() {
    Failure failure =
        refused(() -> Customizer.manifest("Deployment", MANAGER, any -> null).customize(release));

    assertThat(failure.message()).contains("returned null");
    assertThat(failure.object()).hasToString("Deployment kruise-system/" + MANAGER);
  }

  @Test
  void manifest_whenFunctionReturnsAnotherObject_isRefused() {
    Manifest other = release.manifests().get(0);

    assertThat(
            refused(
                    () ->
                        Customizer.manifest("Deployment", MANAGER, any -> other).customize(release))
                .message())
        .contains("returned another object, " + other.ref());
  }

  @Test
  void manifest_whenFunctionThrows_isRefusedWithTheCause() {
    RuntimeException cause = new IllegalStateException("no idea");

    assertThatThrownBy(
            () ->
                Customizer.manifest(
                        "Deployment",
                        MANAGER,
                        any -> {
                          throw cause;
                        })
                    .customize(release))
        .isInstanceOf(InstallException.class)
        .hasMessageContaining("no idea")
        .hasCause(cause);
  }

  @Test
  void andThen_appliesInOrder() {
    Release changed =
        Customizer.replicas(3)
            .andThen(
                Customizer.manifest(
                    "Deployment",
                    MANAGER,
                    manager ->
                        manager.edit(
                            tree ->
                                new Node(tree)
                                    .at("spec")
                                    .set("replicas", manager.number(0, "spec", "replicas") + 2))))
            .customize(release);

    assertThat(Changes.between(release.manifests(), changed.manifests()))
        .containsExactly("~ Deployment kruise-controller-manager spec.replicas: 2 -> 5");
  }

  private static Manifest withPriority(Manifest manifest) {
    return manifest.edit(tree -> new Node(tree).at("spec").set("priorityClassName", "high"));
  }
}
