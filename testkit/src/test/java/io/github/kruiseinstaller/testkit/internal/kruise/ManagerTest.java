package io.github.kruiseinstaller.testkit.internal.kruise;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kruise.World.Box;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import io.github.kruiseinstaller.testkit.internal.workload.Program.Running;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.tls.Certificates;
import okhttp3.tls.HandshakeCertificates;
import org.junit.jupiter.api.Test;

class ManagerTest {
  private static final KruiseBehavior FAST = KruiseBehavior.FAST;

  @Test
  void aManagerBecomesReadyAndServesTrustedTls() throws IOException {
    World world = World.installed();
    Box box = world.managerBox();
    Running manager = world.start(box, SmallRelease.VERSION, FAST);
    assertThat(manager.ready()).isFalse();
    world.advance(100);
    assertThat(manager.ready()).isTrue();
    assertThat(box.probes).isPositive();
    int port = world.network.loopbackPort(box.address(), 9876).orElseThrow();
    assertThat(status(world, port, "/healthz")).isEqualTo(200);
    assertThat(status(world, port, "/mutate-pod")).isEqualTo(200);
    assertThat(status(world, port, "/mutate-nothing")).isEqualTo(404);
    manager.stop();
    assertThat(manager.ready()).isFalse();
    assertThat(world.network.ports).isEmpty();
    assertThatThrownBy(() -> status(world, port, "/healthz")).isInstanceOf(IOException.class);
  }

  private static int status(World world, int port, String path) throws IOException {
    String ca =
        new String(
            Base64.getDecoder()
                .decode(
                    Nodes.textOrEmpty(
                        world.mutating().path("webhooks").path(0), "clientConfig", "caBundle")),
            UTF_8);
    HandshakeCertificates trust =
        new HandshakeCertificates.Builder()
            .addTrustedCertificate(Certificates.decodeCertificatePem(ca))
            .build();
    OkHttpClient client =
        new OkHttpClient.Builder()
            .sslSocketFactory(trust.sslSocketFactory(), trust.trustManager())
            .callTimeout(Duration.ofSeconds(20))
            .build();
    try (Response response =
        client
            .newCall(new Request.Builder().url("https://localhost:" + port + path).build())
            .execute()) {
      return response.code();
    } finally {
      client.dispatcher().executorService().shutdown();
      client.connectionPool().evictAll();
    }
  }

  @Test
  void start_withoutDefinitions_endsAtOnce() {
    World world = new World();
    Box box = world.managerBox();
    world.startAndWait(box);
    assertThat(box.exit).contains(1);
    assertThat(box.said("failed to register field index")).isTrue();
  }

  @Test
  void start_withoutConfigurations_endsWhenTheTimeIsOver() {
    World world = World.installed();
    world.delete(Plural.MUTATING, "", WebhookConfigurations.MUTATING_NAME);
    Box box = world.managerBox();
    Running manager = world.start(box, SmallRelease.VERSION, FAST);
    world.advance(19_900);
    assertThat(box.exit).isEmpty();
    assertThat(
            box.said(
                "sync \"\" failed with failed to ensure configuration: not found"
                    + " MutatingWebhookConfiguration kruise-mutating-webhook-configuration"))
        .isTrue();
    world.advance(200);
    assertThat(box.exit).contains(1);
    assertThat(box.said("failed to start webhook controller for waiting more than 20s")).isTrue();
    assertThat(manager.ready()).isFalse();
  }

  @Test
  void start_whenTheLastConfigurationComesLate_continuesAtOnce() {
    World world = World.installed();
    ObjectNode later = world.validating();
    world.delete(Plural.VALIDATING, "", WebhookConfigurations.VALIDATING_NAME);
    Box box = world.managerBox();
    Running manager = world.start(box, SmallRelease.VERSION, FAST);
    world.advance(15_000);
    assertThat(box.said("not found ValidatingWebhookConfiguration")).isTrue();
    world.add(later);
    world.advance(20);
    assertThat(manager.ready()).isTrue();
    world.advance(60_000);
    assertThat(box.exit).isEmpty();
    manager.stop();
  }

  @Test
  void initializeTimeout_isAFlagSince19() {
    World world = World.installed();
    world.delete(Plural.MUTATING, "", WebhookConfigurations.MUTATING_NAME);
    Box patient = world.managerBox();
    Box impatient = world.managerBox("--webhook-initialize-timeout=5s");
    Box old = world.managerBox("--webhook-initialize-timeout=5s");
    ManagerVersion newest = new ManagerVersion(1, 9, 0);
    world.start(patient, newest, FAST);
    world.start(impatient, newest, FAST);
    world.start(old, SmallRelease.VERSION, FAST);
    world.advance(6_000);
    assertThat(impatient.exit).contains(1);
    assertThat(old.exit).isEmpty();
    world.advance(15_000);
    assertThat(old.exit).contains(1);
    assertThat(patient.exit).isEmpty();
    world.advance(40_000);
    assertThat(patient.exit).contains(1);
  }

  @Test
  void start_afterAStopThatCameFirst_doesNothing() {
    World world = World.installed();
    Box box = world.managerBox();
    Running manager = world.start(box, SmallRelease.VERSION, FAST);
    manager.stop();
    manager.stop();
    world.advance(30_000);
    assertThat(world.network.ports).isEmpty();
    assertThat(manager.ready()).isFalse();
  }

  @Test
  void parkedConfigurations_letItBecomeReady_andAreLeftAlone() {
    World world = World.installed();
    park(world, "[]");
    List<String> versions =
        List.of(Nodes.resourceVersion(world.mutating()), Nodes.resourceVersion(world.validating()));
    Running manager = world.startAndWait(world.managerBox());
    assertThat(manager.ready()).isTrue();
    assertThat(
            List.of(
                Nodes.resourceVersion(world.mutating()), Nodes.resourceVersion(world.validating())))
        .isEqualTo(versions);
    manager.stop();
  }

  @Test
  void arming_withAnEmptyTemplate_isKept() {
    World world = World.installed();
    ObjectNode real = world.mutating();
    park(world, "[]");
    Running manager = world.startAndWait(world.managerBox());
    String ca = Nodes.textOrEmpty(world.secret(), "data", "ca-cert.pem");
    ObjectNode armed = world.mutating();
    armed.set("webhooks", real.get("webhooks").deepCopy());
    armed
        .get("webhooks")
        .forEach(webhook -> Nodes.object((ObjectNode) webhook, "clientConfig").put("caBundle", ca));
    Nodes.object(armed, "metadata", "annotations").put("template", "");
    world.put(armed);
    world.advance(100);
    assertThat(world.mutating().get("webhooks")).isEqualTo(armed.get("webhooks"));
    assertThat(template(world.mutating())).contains("mpod.kb.io");
    manager.stop();
  }

  @Test
  void arming_withAStaleTemplate_isRevertedAtOnce() {
    World world = World.installed();
    ObjectNode real = world.mutating();
    park(world, "[]");
    Running manager = world.startAndWait(world.managerBox());
    world.edit(
        Plural.MUTATING,
        "",
        WebhookConfigurations.MUTATING_NAME,
        live -> live.set("webhooks", real.get("webhooks")));
    assertThat(Nodes.list(world.mutating(), "webhooks")).isEmpty();
    manager.stop();
  }

  private static void park(World world, String template) {
    for (Plural plural : List.of(Plural.MUTATING, Plural.VALIDATING)) {
      world.edit(
          plural,
          "",
          plural.equals(Plural.MUTATING)
              ? WebhookConfigurations.MUTATING_NAME
              : WebhookConfigurations.VALIDATING_NAME,
          live -> {
            live.remove("webhooks");
            Nodes.object(live, "metadata", "annotations").put("template", template);
          });
    }
  }

  private static String template(JsonNode configuration) {
    return Nodes.textOrEmpty(configuration, "metadata", "annotations", "template");
  }

  @Test
  void aTouchedCa_isCopiedIntoBothConfigurations_andKeepsTheConnectionsUp() {
    World world = World.installed();
    Box box = world.managerBox();
    Running manager = world.startAndWait(box);
    int port = world.network.loopbackPort(box.address(), 9876).orElseThrow();
    String touched =
        Base64.getEncoder()
            .encodeToString(
                (new String(
                            Base64.getDecoder()
                                .decode(Nodes.textOrEmpty(world.secret(), "data", "ca-cert.pem")),
                            UTF_8)
                        + "\n")
                    .getBytes(UTF_8));
    world.edit(
        Plural.SECRETS,
        World.NAMESPACE,
        "kruise-webhook-certs",
        secret -> Nodes.object(secret, "data").put("ca-cert.pem", touched));
    for (ObjectNode configuration : List.of(world.mutating(), world.validating())) {
      assertThat(configuration.path("webhooks"))
          .allSatisfy(
              webhook ->
                  assertThat(Nodes.textOrEmpty(webhook, "clientConfig", "caBundle"))
                      .isEqualTo(touched));
    }
    assertThat(manager.ready()).isTrue();
    assertThat(world.network.loopbackPort(box.address(), 9876)).contains(port);
    manager.stop();
  }

  @Test
  void anEmptiedSecret_isFilledWithANewCa_andServedWith() throws IOException {
    World world = World.installed();
    Box box = world.managerBox();
    Running manager = world.startAndWait(box);
    String before = Nodes.textOrEmpty(world.secret(), "data", "ca-cert.pem");
    world.edit(
        Plural.SECRETS, World.NAMESPACE, "kruise-webhook-certs", secret -> secret.remove("data"));
    String after = Nodes.textOrEmpty(world.secret(), "data", "ca-cert.pem");
    assertThat(after).isNotEmpty().isNotEqualTo(before);
    int port = world.network.loopbackPort(box.address(), 9876).orElseThrow();
    assertThat(status(world, port, "/healthz")).isEqualTo(200);
    manager.stop();
  }

  @Test
  void twoReplicas_shareOneCertificate() {
    World world = World.installed();
    world.delete(Plural.SECRETS, World.NAMESPACE, "kruise-webhook-certs");
    Running first = world.start(world.managerBox(), SmallRelease.VERSION, FAST);
    Running second = world.start(world.managerBox(), SmallRelease.VERSION, FAST);
    world.advance(200);
    assertThat(first.ready()).isTrue();
    assertThat(second.ready()).isTrue();
    assertThat(world.network.ports).hasSize(2);
    first.stop();
    second.stop();
  }

  @Test
  void missingDefinitions_switchPodWebhooksOff() {
    World world = new World();
    world.apply(SmallRelease.yaml());
    world.kinds.withdraw("sidecarsets.apps.kruise.io");
    world.kinds.withdraw("podunavailablebudgets.policy.kruise.io");
    Running manager = world.startAndWait(world.managerBox());
    assertThat(manager.ready()).isTrue();
    assertThat(names(world.mutating())).doesNotContain("mpod.kb.io").contains("mcloneset.kb.io");
    assertThat(names(world.validating())).doesNotContain("vpod.kb.io", "vpodeviction.kb.io");
    assertThat(template(world.mutating())).contains("mpod.kb.io");
    manager.stop();
  }

  @Test
  void aMissingController_isReportedInTheLog() {
    World world = World.installed();
    world.kinds.withdraw("clonesets.apps.kruise.io");
    Box box = world.managerBox("--enable-leader-election=false");
    Running manager = world.startAndWait(box);
    assertThat(box.said("Not found kind CloneSet in group version apps.kruise.io/v1alpha1"))
        .isTrue();
    manager.stop();
  }

  private static List<String> names(ObjectNode configuration) {
    return Nodes.list(configuration, "webhooks").stream()
        .map(webhook -> Nodes.textOrEmpty(webhook, "name"))
        .toList();
  }

  @Test
  void externalCertificates_areServedAndNeverWritten() {
    World world = World.installed();
    ServingCertificates made =
        new ServingCertificates("", "", "", "")
            .renewed(
                "kruise-webhook-service.kruise-system.svc",
                world.timers.now(),
                new CertificateCheck());
    world.edit(
        Plural.SECRETS,
        World.NAMESPACE,
        "kruise-webhook-certs",
        secret -> {
          made.writeTo(secret);
          ObjectNode data = Nodes.object(secret, "data");
          data.set("ca.crt", data.get("ca-cert.pem"));
          data.remove(List.of("ca-cert.pem", "ca-key.pem", "key.pem", "cert.pem"));
        });
    Box box = world.managerBox("--feature-gates=AllAlpha=true");
    Running manager = world.start(box, SmallRelease.VERSION, FAST);
    world.advance(1_000);
    assertThat(box.said("does not match the external caBundle")).isTrue();
    for (Plural plural : List.of(Plural.MUTATING, Plural.VALIDATING)) {
      world.edit(
          plural,
          "",
          plural.equals(Plural.MUTATING)
              ? WebhookConfigurations.MUTATING_NAME
              : WebhookConfigurations.VALIDATING_NAME,
          live ->
              live.get("webhooks")
                  .forEach(
                      webhook ->
                          Nodes.object((ObjectNode) webhook, "clientConfig")
                              .put("caBundle", made.caBundle())));
    }
    world.advance(1_000);
    assertThat(box.said("caBundle of CRD statefulsets.apps.kruise.io does not match")).isTrue();
    assertThat(manager.ready()).isFalse();
    world.edit(
        Plural.DEFINITIONS,
        "",
        "statefulsets.apps.kruise.io",
        definition ->
            Nodes.object(definition, "spec", "conversion", "webhook", "clientConfig")
                .put("caBundle", made.caBundle()));
    world.advance(1_000);
    assertThat(manager.ready()).isTrue();
    assertThat(template(world.mutating())).isEmpty();
    manager.stop();
  }

  @Test
  void unusableExternalCertificates_endTheManagerWhenItWouldListen() {
    World world = World.installed();
    world.edit(
        Plural.SECRETS,
        World.NAMESPACE,
        "kruise-webhook-certs",
        secret -> Nodes.object(secret, "data").put("ca.crt", "").put("tls.crt", "YQ=="));
    park(world, "[]");
    world.edit(
        Plural.DEFINITIONS,
        "",
        "statefulsets.apps.kruise.io",
        definition ->
            Nodes.object(definition, "spec", "conversion", "webhook", "clientConfig")
                .put("caBundle", ""));
    Box box = world.managerBox("--feature-gates=EnableExternalCerts=true");
    world.startAndWait(box);
    assertThat(box.exit).contains(1);
    assertThat(box.said("problem running manager")).isTrue();
  }

  @Test
  void aControllerThatMayNot_isTriedAgainWhileWebhooksAreServed() {
    World world = new World(new DenyingAuthorizer(access -> access.resource().equals("nodes")));
    world.apply(SmallRelease.yaml());
    Box box = world.managerBox();
    Running manager = world.startAndWait(box);
    assertThat(manager.ready()).isTrue();
    assertThat(box.said("nodeimage-controller failed: nodes is forbidden")).isTrue();
    manager.stop();
  }

  @Test
  void aDeniedRead_isReportedAsNotFound() {
    World world =
        new World(
            new DenyingAuthorizer(
                access -> access.resource().equals("mutatingwebhookconfigurations")));
    world.apply(SmallRelease.yaml());
    Box box = world.managerBox();
    world.startAndWait(box);
    assertThat(box.said("not found MutatingWebhookConfiguration")).isTrue();
    assertThat(box.said("forbidden")).isFalse();
  }

  @Test
  void aConflict_isTriedAgain() {
    World world = World.installed();
    List<String> refused = new ArrayList<>();
    world.resources.refuse(
        write -> {
          if (write.startsWith("update mutating") && refused.isEmpty()) {
            refused.add(write);
            return Optional.of(
                Statuses.modified(
                    "admissionregistration.k8s.io",
                    "mutatingwebhookconfigurations",
                    WebhookConfigurations.MUTATING_NAME));
          }
          return Optional.empty();
        });
    Box box = world.managerBox();
    Running manager = world.startAndWait(box);
    assertThat(refused).hasSize(1);
    assertThat(box.said("failed to update kruise-mutating-webhook-configuration: Operation"))
        .isTrue();
    assertThat(manager.ready()).isTrue();
    manager.stop();
  }

  @Test
  void everyMinute_whatWasMissedIsSeen() {
    World world = World.installed();
    Box box = world.managerBox("--enable-leader-election=false");
    Running manager = world.startAndWait(box);
    int before = count(box, "Starting to sync");
    world.advance(181_000);
    assertThat(count(box, "Starting to sync") - before).isEqualTo(3);
    manager.stop();
    world.advance(181_000);
    assertThat(count(box, "Starting to sync") - before).isEqualTo(3);
  }

  private static int count(Box box, String text) {
    return (int) box.log.stream().filter(line -> line.contains(text)).count();
  }

  @Test
  void theConversionWebhook_isPointedAtTheManager() {
    World world = World.installed();
    Running manager = world.startAndWait(world.managerBox());
    JsonNode conversion =
        world
            .get(Plural.DEFINITIONS, "", "statefulsets.apps.kruise.io")
            .path("spec")
            .path("conversion")
            .path("webhook");
    assertThat(Nodes.textOrEmpty(conversion, "clientConfig", "caBundle"))
        .isEqualTo(Nodes.textOrEmpty(world.secret(), "data", "ca-cert.pem"));
    assertThat(Nodes.number(0, conversion, "clientConfig", "service", "port")).isEqualTo(443);
    manager.stop();
  }

  @Test
  void stop_withDroppedConnections_closesThePortToo() {
    World world = World.installed();
    Box box = world.managerBox();
    Running manager =
        world.start(box, SmallRelease.VERSION, FAST.dropConnectionsWhenStopping(true));
    world.advance(100);
    assertThat(manager.ready()).isTrue();
    manager.stop();
    assertThat(world.network.ports).isEmpty();
  }

  @Test
  void probes_atTheProbesOwnPace_whenAskedFor() {
    World world = World.installed();
    Box box = world.managerBox();
    Running manager = world.start(box, SmallRelease.VERSION, KruiseBehavior.REALISTIC);
    world.advance(1_200);
    assertThat(manager.ready()).isFalse();
    world.advance(400);
    assertThat(manager.ready()).isTrue();
    assertThat(box.probes).isZero();
    manager.stop();
  }

  @Test
  void logLines_lookLikeThoseOfKubernetes() {
    World world = new World();
    Box box = world.managerBox();
    world.startAndWait(box);
    assertThat(box.log.get(0))
        .matches(
            "I0301 12:00:00\\.000000 {7}1 main\\.go\\] setup \"msg\"=\"new clientset registry\"");
    assertThat(box.log)
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith("E0301")
                    .contains("\"error\"=\"no matches for kind \\\"ImagePullJob\\\" in version"));
  }
}
