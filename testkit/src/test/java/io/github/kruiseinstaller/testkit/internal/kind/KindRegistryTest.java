package io.github.kruiseinstaller.testkit.internal.kind;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KindRegistryTest {
  private final KindRegistry kinds = new KindRegistry();

  private static ObjectNode widgets(String versions) {
    String json =
        """
        {"metadata": {"name": "widgets.example.com"}, "spec": {
          "group": "example.com", "scope": "Namespaced",
          "names": {"plural": "widgets", "singular": "widget", "kind": "Widget",
                    "listKind": "WidgetList", "shortNames": ["wd"], "categories": ["all"]},
          "versions": [%s]}}
        """
            .formatted(versions);
    return (ObjectNode) Json.parse(json.getBytes(StandardCharsets.UTF_8));
  }

  private Schema at(String apiVersion, String kind, String... path) {
    Schema schema = kinds.kind(apiVersion, kind).orElseThrow().schema();
    for (String step : path) {
      schema = step.equals("*") ? schema.element() : schema.field(step).orElseThrow();
    }
    return schema;
  }

  @Test
  void deployments_areServedAsARealClusterServesThem() {
    Resource deployments = kinds.resource("apps", "v1", "deployments").orElseThrow();

    assertThat(deployments.kind()).isEqualTo("Deployment");
    assertThat(deployments.singular()).isEqualTo("deployment");
    assertThat(deployments.namespaced()).isTrue();
    assertThat(deployments.shortNames()).containsExactly("deploy");
    assertThat(deployments.categories()).containsExactly("all");
    assertThat(deployments.verbs()).hasSize(8);
    assertThat(deployments.subresources()).containsExactlyInAnyOrder("status", "scale");
    assertThat(deployments.apiVersion()).isEqualTo("apps/v1");
    assertThat(deployments.groupResource()).isEqualTo("deployments.apps");
    assertThat(deployments.custom()).isFalse();
  }

  @Test
  void namespaces_areClusterWideAndNotDeletedAsACollection() {
    Resource namespaces = kinds.kind("v1", "Namespace").orElseThrow();

    assertThat(namespaces.namespaced()).isFalse();
    assertThat(namespaces.verbs()).contains("delete").doesNotContain("deletecollection");
    assertThat(namespaces.groupResource()).isEqualTo("namespaces");
  }

  @Test
  void versions_putThePreferredOneFirst() {
    assertThat(kinds.versions("autoscaling", "horizontalpodautoscalers"))
        .extracting(Resource::version)
        .containsExactly("v2", "v1");
  }

  @Test
  void lists_areKeyedAsTheApiSaysAndMergedByTheirOwnKey() {
    Schema ports = at("v1", "Pod", "spec", "containers", "*", "ports");

    assertThat(ports.type()).isEqualTo(Schema.Type.LIST);
    assertThat(ports.sharing()).isEqualTo(Schema.Sharing.KEYED);
    assertThat(ports.keys()).containsExactly("containerPort", "protocol");
    assertThat(ports.mergeKey()).contains("containerPort");
    assertThat(ports.element().field("protocol").orElseThrow().defaultValue())
        .contains(Json.text("TCP"));
    assertThat(at("v1", "Service", "spec", "ports").mergeKey()).contains("port");
  }

  @Test
  void lists_withoutKeysAreAtomicOrSets() {
    assertThat(at("v1", "Pod", "spec", "tolerations").sharing()).isEqualTo(Schema.Sharing.ATOMIC);
    assertThat(at("v1", "Pod", "spec", "tolerations").mergeKey()).isEmpty();
    Schema finalizers = at("v1", "Pod", "metadata", "finalizers");
    assertThat(finalizers.sharing()).isEqualTo(Schema.Sharing.SET);
    assertThat(finalizers.mergesScalars()).isTrue();
    assertThat(at("v1", "Pod", "metadata", "managedFields").sharing())
        .isEqualTo(Schema.Sharing.ATOMIC);
  }

  @Test
  void objects_areGranularUnlessTheApiSaysAtomic() {
    assertThat(at("apps/v1", "Deployment", "spec").sharing()).isEqualTo(Schema.Sharing.KEYED);
    assertThat(at("apps/v1", "Deployment", "spec", "selector").sharing())
        .isEqualTo(Schema.Sharing.ATOMIC);
    assertThat(at("v1", "Service", "spec", "selector").sharing()).isEqualTo(Schema.Sharing.ATOMIC);
    assertThat(at("v1", "Pod", "metadata", "labels").sharing()).isEqualTo(Schema.Sharing.KEYED);
    assertThat(at("v1", "Pod", "metadata", "ownerReferences", "*").sharing())
        .isEqualTo(Schema.Sharing.ATOMIC);
    assertThat(at("v1", "PersistentVolume", "spec", "claimRef").sharing())
        .as("an atomic struct made granular where it is used")
        .isEqualTo(Schema.Sharing.KEYED);
  }

  @Test
  void types_areWhatJsonShows() {
    assertThat(at("apps/v1", "Deployment", "spec", "replicas").type())
        .isEqualTo(Schema.Type.INTEGER);
    assertThat(at("v1", "Pod", "spec", "hostNetwork").type()).isEqualTo(Schema.Type.BOOLEAN);
    assertThat(at("v1", "Secret", "data").type()).isEqualTo(Schema.Type.MAP);
    assertThat(at("v1", "Secret", "data", "*").type()).isEqualTo(Schema.Type.STRING);
    assertThat(at("v1", "Service", "spec", "ports", "*", "targetPort").type())
        .isEqualTo(Schema.Type.INT_OR_STRING);
    assertThat(at("v1", "Pod", "spec", "containers", "*", "resources", "limits", "*").type())
        .isEqualTo(Schema.Type.INT_OR_STRING);
    Schema json = at("apiextensions.k8s.io/v1", "CustomResourceDefinition", "spec", "versions");
    Schema props = json.element().field("schema").orElseThrow().field("openAPIV3Schema").get();
    assertThat(props.field("default").orElseThrow().type()).isEqualTo(Schema.Type.ANY);
    assertThat(props.field("properties").orElseThrow().element().fields())
        .as("recursive")
        .containsKey("properties");
  }

  @Test
  void schema_knowsKindsThatOnlyTravel() {
    assertThat(kinds.schema("policy/v1", "Eviction")).isPresent();
    assertThat(kinds.schema("autoscaling/v1", "Scale").flatMap(s -> s.field("spec"))).isPresent();
    assertThat(kinds.schema("v1", "DeleteOptions")).isPresent();
    assertThat(kinds.schema("apps/v1", "Deployment")).isPresent();
    assertThat(kinds.schema("apps/v1", "Nothing")).isEmpty();
    assertThat(kinds.kind("policy/v1", "Eviction")).isEmpty();
  }

  @Test
  void serve_makesAResourceOfEachServedVersionAtOnce() {
    long before = kinds.generation();

    kinds.serve(
        widgets(
            """
            {"name": "v1alpha1", "served": true, "storage": false},
            {"name": "v1", "served": true, "storage": true,
             "subresources": {"status": {}, "scale": {"specReplicasPath": ".spec.replicas"}}},
            {"name": "v1beta1", "served": false, "storage": false}
            """));

    assertThat(kinds.generation()).isGreaterThan(before);
    assertThat(kinds.versions("example.com", "widgets"))
        .extracting(Resource::version)
        .containsExactly("v1", "v1alpha1");
    Resource widget = kinds.kind("example.com/v1", "Widget").orElseThrow();
    assertThat(widget.custom()).isTrue();
    assertThat(widget.subresources()).containsExactlyInAnyOrder("status", "scale");
    assertThat(widget.shortNames()).containsExactly("wd");
    assertThat(kinds.all()).endsWith(kinds.resource("example.com", "v1alpha1", "widgets").get());
  }

  @Test
  void withdraw_takesThemAwayAndOfNothingChangesNothing() {
    kinds.serve(widgets("{\"name\": \"v1\", \"served\": true, \"storage\": true}"));
    long before = kinds.generation();

    kinds.withdraw("gadgets.example.com");
    assertThat(kinds.generation()).isEqualTo(before);

    kinds.withdraw("widgets.example.com");
    assertThat(kinds.generation()).isGreaterThan(before);
    assertThat(kinds.resource("example.com", "v1", "widgets")).isEqualTo(Optional.empty());
  }

  @Test
  void versionsOfACustomKind_areOrderedAsKubernetesOrdersThem() {
    List<String> versions =
        new java.util.ArrayList<>(
            List.of("v1alpha1", "foo10", "v11beta2", "v10", "v3beta1", "v2", "foo1", "v1"));

    versions.sort(KindRegistry::byPriority);

    assertThat(versions)
        .containsExactly("v10", "v2", "v1", "v11beta2", "v3beta1", "v1alpha1", "foo1", "foo10");
  }

  @Test
  void storageVersionHash_isKnownForStoredKinds() {
    kinds.serve(widgets("{\"name\": \"v1\", \"served\": true, \"storage\": true}"));

    assertThat(kinds.storageVersionHash(kinds.kind("apps/v1", "Deployment").orElseThrow()))
        .isEqualTo("8aSe+NMegvE=");
    assertThat(kinds.storageVersionHash(kinds.kind("v1", "Binding").orElseThrow())).isEmpty();
    assertThat(kinds.storageVersionHash(kinds.kind("example.com/v1", "Widget").orElseThrow()))
        .hasSize(12);
  }

  @Test
  void celRules_areAcceptedInDefinitions() {
    Schema rules =
        at("apiextensions.k8s.io/v1", "CustomResourceDefinition", "spec", "versions")
            .element()
            .field("schema")
            .orElseThrow()
            .field("openAPIV3Schema")
            .orElseThrow()
            .field("x-kubernetes-validations")
            .orElseThrow();

    assertThat(rules.keys()).containsExactly("rule");
    assertThat(rules.element().fields()).containsKeys("rule", "message", "reason");
  }
}
