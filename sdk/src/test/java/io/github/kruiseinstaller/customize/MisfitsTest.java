package io.github.kruiseinstaller.customize;

import static io.github.kruiseinstaller.customize.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.release.Release;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Good values that do not fit the release, and releases that are not what an option expects. */
class MisfitsTest {
  @Test
  void webhookPort_whenAnotherPortHasTheNumber_isRefused() {
    Release release = OfficialReleases.release("1.8.3");

    Failure failure = refused(() -> Customizer.webhookPort(8080).customize(release));

    assertThat(failure.message()).contains("8080 is already taken by 'metrics'");
    assertThat(failure.object()).hasToString("Deployment kruise-system/kruise-controller-manager");
    assertThat(failure.stage()).isEqualTo(Stage.LOAD);
  }

  static Stream<Arguments> portsOfPprof() {
    return Stream.of(
        Arguments.of(8090, "Deployment", Customizer.metricsPort(8090)),
        Arguments.of(8090, "Deployment", Customizer.healthProbePort(8090)),
        Arguments.of(8090, "Deployment", Customizer.webhookPort(8090)),
        Arguments.of(10222, "DaemonSet", Customizer.daemonPort(10222)));
  }

  @ParameterizedTest(name = "{2}, {0}")
  @MethodSource("portsOfPprof")
  void port_whenPprofHasTheNumber_isRefused(int port, String kind, Customizer customizer) {
    for (String version : List.of("1.5.0", "1.8.3")) {
      Release release = OfficialReleases.release(version);

      Failure failure = refused(() -> customizer.customize(release));

      assertThat(failure.message())
          .contains("(" + port + "): ")
          .contains(port + " is already taken by 'pprof'");
      assertThat(failure.object()).isNotNull().extracting(ObjectRef::kind).isEqualTo(kind);
      assertThat(failure.stage()).isEqualTo(Stage.LOAD);
      assertThat(failure.remedy()).contains("another port").contains("--pprof-addr");
    }
  }

  @Test
  void metricsPort_whenPprofIsElsewhereOrOff_takesItsPort() {
    Release release = OfficialReleases.release("1.8.3");
    for (String flag : List.of("--pprof-addr=localhost:6060", "--enable-pprof=false")) {
      Release without = argument("--v=4", flag).customize(release);

      Release changed = Customizer.metricsPort(8090).customize(without);

      assertThat(Changes.between(without.manifests(), changed.manifests())).isNotEmpty();
    }
  }

  @Test
  void metricsPort_whenPprofHasBeenMovedThere_isRefused() {
    Release release =
        argument("--v=4", "--pprof-addr=localhost:6060")
            .customize(OfficialReleases.release("1.8.3"));

    assertThat(refused(() -> Customizer.metricsPort(6060).customize(release)).message())
        .contains("6060 is already taken by 'pprof'");
  }

  /** Puts a flag in the place of one of the manager's. */
  private static Customizer argument(String old, String flag) {
    return Customizer.manifest(
        "Deployment",
        "kruise-controller-manager",
        manager ->
            manager.edit(
                tree ->
                    new Node(tree)
                        .at("spec", "template", "spec")
                        .items("containers")
                        .get(0)
                        .list("args")
                        .replaceAll(each -> old.equals(each) ? flag : each)));
  }

  @Test
  void webhookPort_whenServiceTargetsThePortByName_leavesTheServiceAlone() {
    Release release =
        Customizer.manifest(
                "Service",
                "kruise-webhook-service",
                service ->
                    service.edit(
                        tree ->
                            new Node(tree)
                                .at("spec")
                                .items("ports")
                                .get(0)
                                .set("targetPort", "webhook-server")))
            .customize(OfficialReleases.release("1.8.3"));

    Release changed = Customizer.webhookPort(9443).customize(release);

    assertThat(Changes.between(release.manifests(), changed.manifests()))
        .hasSize(2)
        .allMatch(line -> line.contains("Deployment"));
  }

  @Test
  void webhookPort_whenServiceTargetsSomethingElse_isRefused() {
    Release release =
        Customizer.manifest(
                "Service",
                "kruise-webhook-service",
                service ->
                    service.edit(
                        tree ->
                            new Node(tree).at("spec").items("ports").get(0).set("targetPort", 1L)))
            .customize(OfficialReleases.release("1.8.3"));

    assertThat(refused(() -> Customizer.webhookPort(9443).customize(release)).message())
        .contains("no port of the Service targets 9876");
  }

  @Test
  void loggingFormat_whenManagerHasNoSuchFlag_isRefused() {
    Release release = OfficialReleases.release("1.5.5");

    assertThat(
            refused(() -> Customizer.loggingFormat(LoggingFormat.JSON).customize(release))
                .message())
        .contains("1.5.5 has no such flag");
  }

  @Test
  void externalCertificateAnnotations_whenManagerMakesItsOwn_isRefused() {
    Release release = OfficialReleases.release("1.5.0");
    Customizer customizer = Customizer.externalCertificateAnnotations(Map.of("example.com/a", "b"));

    assertThat(refused(() -> customizer.customize(release)).message())
        .contains("1.5.0 always makes its own certificate");
  }

  @Test
  void option_whenItsObjectIsMissing_isRefused() {
    Release release = OfficialReleases.release("1.8.3");
    Release without =
        release.with(
            release.manifests().stream()
                .filter(manifest -> !manifest.name().equals("kruise-manager-role"))
                .toList());

    assertThat(refused(() -> Customizer.roleListGroups("*").customize(without)).message())
        .contains("no ClusterRole kruise-manager-role");
  }

  @Test
  void option_whenObjectHasAnotherShape_namesTheObject() {
    Release release =
        Customizer.manifest(
                "Deployment",
                "kruise-controller-manager",
                manager ->
                    manager.edit(
                        tree ->
                            new Node(tree).at("spec", "template", "spec").set("affinity", "no")))
            .customize(OfficialReleases.release("1.8.3"));
    Customizer customizer =
        Customizer.nodeAffinity(Map.of("requiredDuringSchedulingIgnoredDuringExecution", Map.of()));

    Failure failure = refused(() -> customizer.customize(release));

    assertThat(failure.message()).contains("'affinity' is not a map");
    assertThat(failure.object()).isEqualTo(release.managerDeployment().ref());
  }

  @Test
  void option_whenContainersHaveOtherNames_takesTheFirst() {
    Release release =
        Customizer.manifest(
                "Deployment",
                "kruise-controller-manager",
                manager ->
                    manager.edit(
                        tree ->
                            new Node(tree)
                                .at("spec", "template", "spec")
                                .items("containers")
                                .get(0)
                                .set("name", "main")))
            .customize(OfficialReleases.release("1.8.3"));

    Release changed = Customizer.logLevel(1).customize(release);

    assertThat(Changes.between(release.manifests(), changed.manifests())).hasSize(1);
  }

  @Test
  void option_whenItBreaksTheRelease_isRefusedWithWhatIsWrong() {
    Customizer customizer =
        Customizer.manifest(
            ref -> ref.kind().equals("MutatingWebhookConfiguration"),
            manifest -> manifest.edit(tree -> tree.put("webhooks", List.of())));

    Release release = OfficialReleases.release("1.8.3");
    Failure failure = refused(() -> customizer.customize(release));

    assertThat(failure.message()).contains("no valid release").contains("lists no webhooks");
    assertThat(failure.stage()).isEqualTo(Stage.LOAD);
  }

  @Test
  void registry_whenImageIsThereAlready_staysAndOthersMove() {
    Release release =
        Customizer.manifest("DaemonSet", "kruise-daemon", MisfitsTest::withInitContainer)
            .customize(OfficialReleases.release("1.8.3"));

    Release once = Customizer.registry("r.example.com/hub/").customize(release);
    Release twice = Customizer.registry("r.example.com/hub").customize(once);

    assertThat(Changes.brief(Changes.between(release.manifests(), once.manifests())))
        .containsExactly(
            "~ daemon container image: \"openkruise/kruise-manager:v1.8.3\""
                + " -> \"r.example.com/hub/openkruise/kruise-manager:v1.8.3\"",
            "~ daemon pod initContainers[first].image: \"docker.io/busybox\""
                + " -> \"r.example.com/hub/busybox\"",
            "~ manager container image: \"openkruise/kruise-manager:v1.8.3\""
                + " -> \"r.example.com/hub/openkruise/kruise-manager:v1.8.3\"");
    assertThat(twice).isSameAs(once);
  }

  @Test
  void imagePullSecrets_whenOneIsThere_addsOnlyTheOther() {
    Release release =
        Customizer.imagePullSecrets("one").customize(OfficialReleases.release("1.8.3"));

    Release changed = Customizer.imagePullSecrets("one", "two").customize(release);

    assertThat(Changes.between(release.manifests(), changed.manifests()))
        .hasSize(2)
        .allMatch(line -> line.endsWith("imagePullSecrets[two]: {\"name\":\"two\"}"));
  }

  @Test
  void labelsAndAnnotations_reachEveryObjectAndNoPod() {
    Release release = OfficialReleases.release("1.5.0");

    Release changed =
        Customizer.labels(Map.of("example.com/team", "core"))
            .andThen(Customizer.annotations(Map.of("example.com/why", "any text: at all")))
            .customize(release);

    assertThat(changed.manifests())
        .allSatisfy(
            manifest -> {
              assertThat(manifest.labels()).containsEntry("example.com/team", "core");
              assertThat(manifest.annotations())
                  .containsEntry("example.com/why", "any text: at all");
            });
    assertThat(Changes.between(release.manifests(), changed.manifests()))
        .allMatch(line -> line.startsWith("+ ") && line.contains(" metadata."))
        .hasSize(2 * release.manifests().size());
  }

  @Test
  void option_neverPutsValuesThatMayBeSecretIntoItsName() {
    assertThat(Customizer.daemonEnv(Map.of("PASSWORD", "hidden"))).hasToString("daemonEnv");
    assertThat(Customizer.annotations(Map.of("a", "hidden"))).hasToString("annotations");
  }

  private static Manifest withInitContainer(Manifest daemon) {
    return daemon.edit(
        tree ->
            new Node(tree)
                .at("spec", "template", "spec")
                .list("initContainers")
                .add(Map.of("name", "first", "image", "docker.io/busybox")));
  }
}
