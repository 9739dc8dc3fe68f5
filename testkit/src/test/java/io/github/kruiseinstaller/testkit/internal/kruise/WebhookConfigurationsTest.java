package io.github.kruiseinstaller.testkit.internal.kruise;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebhookConfigurationsTest {
  private static final String CA = "Q0E=";
  private final World world = World.installed();

  private void ensure(String... arguments) {
    ensure(SmallRelease.VERSION, arguments);
  }

  private void ensure(ManagerVersion version, String... arguments) {
    World.Box box = world.managerBox(arguments);
    ManagerSettings settings = ManagerSettings.of(version, box.pod(), box.spec());
    new WebhookConfigurations(
            world.client(),
            settings,
            Set.of("/mutate-pod", "/validate-pod", "/mutate-apps-kruise-io-v1alpha1-cloneset"),
            new Klog(box, world.timers))
        .ensure(CA);
  }

  private void editMutating(Consumer<ObjectNode> change) {
    world.edit(Plural.MUTATING, "", WebhookConfigurations.MUTATING_NAME, change);
  }

  private static void template(ObjectNode configuration, String template) {
    Nodes.object(configuration, "metadata", "annotations").put("template", template);
  }

  private String template() {
    return Nodes.textOrEmpty(world.mutating(), "metadata", "annotations", "template");
  }

  @Test
  void ensure_withoutTemplate_storesTheListAndInjects() {
    JsonNode before = world.mutating().get("webhooks");
    editMutating(
        live ->
            Nodes.object((ObjectNode) live.path("webhooks").path(0), "clientConfig", "service")
                .put("namespace", "system"));
    ensure();
    ArrayNode webhooks = (ArrayNode) world.mutating().get("webhooks");
    assertThat(webhooks).hasSize(2);
    assertThat(webhooks)
        .allSatisfy(
            webhook -> {
              assertThat(Nodes.textOrEmpty(webhook, "clientConfig", "caBundle")).isEqualTo(CA);
              assertThat(Nodes.textOrEmpty(webhook, "clientConfig", "service", "namespace"))
                  .isEqualTo("kruise-system");
            });
    assertThat(WebhookList.parse(template())).hasSize(before.size());
    assertThat(template()).contains("\"namespace\":\"system\"").doesNotContain("caBundle");
    assertThat(Nodes.list(world.validating(), "webhooks")).hasSize(2);
  }

  @Test
  void ensure_aSecondTime_writesNothing() {
    ensure();
    int before = world.resources.writes().size();
    ensure();
    assertThat(world.resources.writes()).hasSize(before);
  }

  @Test
  void ensure_withATemplate_letsItWin() {
    ensure();
    editMutating(live -> live.remove("webhooks"));
    ensure();
    assertThat(Nodes.list(world.mutating(), "webhooks")).hasSize(2);
  }

  @Test
  void ensure_whenParkedWithoutTemplate_storesNull() {
    editMutating(
        live -> {
          live.remove("webhooks");
          Nodes.object(live, "metadata").remove("annotations");
        });
    ensure();
    assertThat(template()).isEqualTo("null");
    assertThat(Nodes.list(world.mutating(), "webhooks")).isEmpty();
    String version = Nodes.resourceVersion(world.mutating());
    ensure();
    assertThat(Nodes.resourceVersion(world.mutating())).isEqualTo(version);
  }

  @Test
  void ensure_whenParkedWithAnEmptyList_writesNothing() {
    editMutating(
        live -> {
          live.putArray("webhooks");
          template(live, "[]");
        });
    String version = Nodes.resourceVersion(world.mutating());
    ensure();
    assertThat(Nodes.resourceVersion(world.mutating())).isEqualTo(version);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nonsense|invalid template",
        "{}|json: cannot unmarshal object",
        "[1]|json: cannot unmarshal number",
        "\"x\"|json: cannot unmarshal string",
        "true|json: cannot unmarshal bool",
        "[[]]|json: cannot unmarshal array",
        "[{\"name\":\"x\"}]|invalid clientConfig",
        "[{\"clientConfig\":{\"url\":\"https://a b\"}}]|parse",
      })
  void ensure_withABrokenTemplate_failsAndWritesNothing(String template, String message) {
    editMutating(live -> template(live, template));
    int before = world.resources.writes().size();
    assertThatThrownBy(this::ensure)
        .isInstanceOf(SyncException.class)
        .hasMessageContaining(message);
    assertThat(world.resources.writes()).hasSize(before);
  }

  @Test
  void ensure_keepsWebhooksWithUrls() {
    editMutating(
        live ->
            template(
                live, "[{\"name\":\"u\",\"clientConfig\":{\"url\":\"https://h:9/mutate-pod\"}}]"));
    ensure();
    JsonNode webhook = world.mutating().path("webhooks").path(0);
    assertThat(Nodes.textOrEmpty(webhook, "clientConfig", "caBundle")).isEqualTo(CA);
    assertThat(webhook.path("clientConfig").has("service")).isFalse();
  }

  @Test
  void ensure_withExternalCertificates_comparesOnlyWhatIsServed() {
    String gate = "--feature-gates=EnableExternalCerts=true";
    int before = world.resources.writes().size();
    assertThatThrownBy(() -> ensure(gate))
        .hasMessageContaining("caBundle of MutatingWebhookConfiguration");
    assertThat(world.resources.writes()).hasSize(before);
    for (Plural plural : List.of(Plural.MUTATING, Plural.VALIDATING)) {
      for (ObjectNode live : world.list(plural, "")) {
        for (JsonNode webhook : live.get("webhooks")) {
          if (!WebhookList.path(webhook).contains("sidecarset")) {
            Nodes.object((ObjectNode) webhook, "clientConfig").put("caBundle", CA);
          }
        }
        world.put(live);
      }
    }
    before = world.resources.writes().size();
    ensure(gate);
    assertThat(world.resources.writes()).hasSize(before);
  }

  @Test
  void ensure_since19_takesAnotherOrderForTheSame() {
    ensure();
    editMutating(
        live -> {
          ArrayNode webhooks = Json.array();
          webhooks.add(live.path("webhooks").path(1)).add(live.path("webhooks").path(0));
          JsonNode expressions =
              webhooks.path(1).path("namespaceSelector").path("matchExpressions");
          ArrayNode turned = Json.array();
          turned.add(expressions.path(1)).add(expressions.path(0));
          Nodes.object((ObjectNode) webhooks.path(1), "namespaceSelector")
              .set("matchExpressions", turned);
          live.set("webhooks", webhooks);
        });
    String version = Nodes.resourceVersion(world.mutating());
    ensure(new ManagerVersion(1, 9, 0));
    assertThat(Nodes.resourceVersion(world.mutating())).isEqualTo(version);
    ensure();
    assertThat(Nodes.resourceVersion(world.mutating())).isNotEqualTo(version);
  }

  @Test
  void write_hasTheFormOfGo() {
    JsonNode list =
        Json.parse(
            """
            [{"sideEffects":"None","clientConfig":{"service":{"port":443,"path":"/a<b>&","name":"s",
            "namespace":"n"}},"name":"x","rules":[{"scope":"*","operations":["CREATE"]}],
            "namespaceSelector":{"matchExpressions":[{"values":["v"],"operator":"In","key":"k"}]},
            "unknown":1,"objectSelector":{},"timeoutSeconds":null}]
            """
                .getBytes(UTF_8));
    assertThat(WebhookList.write(list))
        .isEqualTo(
            "[{\"name\":\"x\",\"clientConfig\":{\"service\":{\"namespace\":\"n\",\"name\":\"s\","
                + "\"path\":\"/a\\u003cb\\u003e\\u0026\",\"port\":443}},\"rules\":["
                + "{\"operations\":[\"CREATE\"],\"scope\":\"*\"}],\"namespaceSelector\":"
                + "{\"matchExpressions\":[{\"key\":\"k\",\"operator\":\"In\",\"values\":[\"v\"]}]},"
                + "\"objectSelector\":{},\"sideEffects\":\"None\"}]");
  }
}
