package io.github.kruiseinstaller.testkit.internal.apply;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.patch.Trees;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrackingTest {
  private final Cluster cluster = Cluster.withWidget();

  @Test
  void updated_whenADeploymentIsCreated_claimsWhatARealClusterClaims() {
    Cluster deployments = new Cluster("apps/v1", "Deployment");
    deployments.update(
        "kubectl-create",
        """
        metadata:
          namespace: default
          labels: {app: nginx}
          generation: 1
        spec:
          replicas: 1
          progressDeadlineSeconds: 600
          selector: {matchLabels: {app: nginx}}
          strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 25%, maxUnavailable: 25%}}
          template:
            metadata: {labels: {app: nginx}}
            spec:
              containers:
              - name: nginx
                image: nginx
                resources: {}
                ports:
                - {containerPort: 80, protocol: TCP}
              securityContext: {}
        status: {}
        """);

    assertThat(Json.compact(deployments.fields("kubectl-create")))
        .isEqualTo(
            Json.compact(
                Trees.tree(
                    """
                    f:metadata: {f:labels: {.: {}, f:app: {}}}
                    f:spec:
                      f:progressDeadlineSeconds: {}
                      f:replicas: {}
                      f:selector: {}
                      f:strategy:
                        f:rollingUpdate: {.: {}, f:maxSurge: {}, f:maxUnavailable: {}}
                        f:type: {}
                      f:template:
                        f:metadata: {f:labels: {.: {}, f:app: {}}}
                        f:spec:
                          f:containers:
                            'k:{"name":"nginx"}':
                              .: {}
                              f:image: {}
                              f:name: {}
                              f:ports:
                                .: {}
                                'k:{"containerPort":80,"protocol":"TCP"}':
                                  .: {}
                                  f:containerPort: {}
                                  f:protocol: {}
                              f:resources: {}
                          f:securityContext: {}
                    """)));
    assertThat(deployments.entries()).containsExactly("kubectl-create Update apps/v1 0");
    assertThat(deployments.at("metadata", "managedFields").get(0))
        .isEqualTo(
            Json.object()
                .put("manager", "kubectl-create")
                .put("operation", "Update")
                .put("apiVersion", "apps/v1")
                .put("time", "2025-01-01T00:00:00Z")
                .put("fieldsType", "FieldsV1")
                .set("fieldsV1", deployments.fields("kubectl-create")));
  }

  @Test
  void updated_whenACustomObjectIsCreated_claimsItsSpecToo() {
    cluster.update("", "{spec: {size: 1, labels: {}}, status: {phase: x}}");

    assertThat(cluster.fields("unknown"))
        .isEqualTo(Trees.tree("{f:spec: {.: {}, f:labels: {}, f:size: {}}}"));
  }

  @Test
  void updated_whenAFieldChanges_movesItToTheWriter() {
    cluster.update("a", "{spec: {size: 1, colour: red}}").change("b", "spec.size", "2");

    assertThat(cluster.fields("a")).isEqualTo(Trees.tree("{f:spec: {.: {}, f:colour: {}}}"));
    assertThat(cluster.fields("b")).isEqualTo(Trees.tree("{f:spec: {f:size: {}}}"));
    assertThat(cluster.entries())
        .containsExactly("a Update example.com/v1 0", "b Update example.com/v1 1");
  }

  @Test
  void updated_whenNothingChanges_leavesOwnersAndTimes() {
    cluster.update("a", "{spec: {size: 1}}");
    ObjectNode before = cluster.live();

    cluster.update("b", "{spec: {size: 1}}").update("a", "", before);

    assertThat(cluster.live()).isEqualTo(before);
  }

  @Test
  void updated_whenAFieldGoes_nobodyOwnsIt() {
    cluster
        .update("a", "{spec: {size: 1, colour: red}}")
        .change("b", "spec.ready", "true")
        .change("c", "spec.ready", null)
        .change("c", "spec.colour", null);

    assertThat(cluster.entries()).containsExactly("a Update example.com/v1 0");
    assertThat(cluster.fields("a")).isEqualTo(Trees.tree("{f:spec: {.: {}, f:size: {}}}"));
  }

  @Test
  void updated_whenTheWriterWritesAgain_addsToItsEntryAndItsTime() {
    cluster
        .update("a", "{spec: {size: 1}}")
        .change("b", "spec.ready", "true")
        .change("a", "spec.size", "3");

    assertThat(cluster.entries())
        .containsExactly("b Update example.com/v1 1", "a Update example.com/v1 2");
    assertThat(cluster.fields("a")).isEqualTo(Trees.tree("{f:spec: {.: {}, f:size: {}}}"));
  }

  @Test
  void updated_onStatus_claimsStatusOnly() {
    cluster.update("a", "{spec: {size: 1}}");
    ObjectNode next = cluster.live();
    Nodes.object(next, "status").put("phase", "Ready");
    Nodes.object(next, "spec").put("size", 5);

    cluster.update("controller", "status", next);

    assertThat(cluster.entries())
        .containsExactly("a Update example.com/v1 0", "controller Update example.com/v1/status 1");
    assertThat(cluster.fields("controller"))
        .isEqualTo(Trees.tree("{f:status: {.: {}, f:phase: {}}}"));
    assertThat(cluster.fields("a")).isEqualTo(Trees.tree("{f:spec: {.: {}, f:size: {}}}"));
  }

  @Test
  void updated_onStatusOfBuiltInKinds_leavesWhatTheirStatusCannotReach() {
    Cluster deployments = new Cluster("apps/v1", "Deployment");
    deployments.update("a", "{spec: {replicas: 1}}");
    ObjectNode next = deployments.live();
    Nodes.object(next, "metadata", "labels").put("l", "1");
    Nodes.object(next, "metadata", "annotations").put("a", "1");
    Nodes.object(next, "status").put("replicas", 1);

    deployments.update("c", "status", next);

    assertThat(deployments.fields("c"))
        .isEqualTo(
            Trees.tree(
                "{f:metadata: {f:annotations: {.: {}, f:a: {}}}, f:status: {f:replicas: {}}}"));
  }

  @Test
  void outOfReach_dependsOnKindAndSubresource() {
    KindsView kinds = new KindsView();

    assertThat(kinds.outOfReach("v1", "ConfigMap", "")).isEqualTo("");
    assertThat(kinds.outOfReach("v1", "Pod", "")).isEqualTo(".status\n");
    assertThat(kinds.outOfReach("v1", "Pod", "status"))
        .isEqualTo(".spec\n.metadata.deletionTimestamp\n.metadata.ownerReferences\n");
    assertThat(kinds.outOfReach("v1", "Namespace", "finalize")).isEqualTo(".status\n");
    assertThat(kinds.outOfReach("apps/v1", "Deployment", "scale")).isEqualTo("");
    assertThat(kinds.outOfReach("apiextensions.k8s.io/v1", "CustomResourceDefinition", "status"))
        .isEqualTo(".metadata\n.spec\n");
  }

  private static final class KindsView {
    private final Cluster cluster = Cluster.withWidget();

    String outOfReach(String apiVersion, String kind, String subresource) {
      return ServerFields.outOfReach(
              cluster.kinds().kind(apiVersion, kind).orElseThrow(), subresource)
          .toString();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "[{}]"})
  void updated_whenTheClientResets_forgetsOwnersUntilTheFirstApply(String managedFields) {
    Cluster configMaps = new Cluster("v1", "ConfigMap");
    configMaps.update("a", "{data: {k: v, l: w}}");

    configMaps.change("b", "metadata.managedFields", managedFields).change("c", "data.k", "x");

    assertThat(configMaps.live().path("metadata").has("managedFields")).isFalse();

    configMaps.apply("d", "{data: {m: v}}");
    assertThat(configMaps.entries())
        .containsExactly("d Apply v1 3", "before-first-apply Update v1 3");
    assertThat(configMaps.fields("before-first-apply"))
        .isEqualTo(Trees.tree("{f:data: {.: {}, f:k: {}, f:l: {}}}"));
  }

  @Test
  void updated_ofCustomObjects_doesNotResetForAnEmptyList() {
    cluster.update("a", "{spec: {size: 1}}").change("b", "metadata.managedFields", "[]");
    assertThat(cluster.entries()).containsExactly("a Update example.com/v1 0");

    cluster.change("b", "metadata.managedFields", "[{}]");
    assertThat(cluster.entries()).isEmpty();
  }

  @Test
  void updated_whenAListOfNothingIsThereInstead_claimsIt() {
    Cluster roles = new Cluster("rbac.authorization.k8s.io/v1", "ClusterRole");

    roles.update("b", "{rules: []}");

    assertThat(roles.fields("b")).isEqualTo(Trees.tree("{f:rules: {}}"));
  }

  @Test
  void updated_whenACreateResets_tracksNevertheless() {
    cluster.update("a", "{metadata: {managedFields: []}, spec: {size: 1}}");

    assertThat(cluster.entries()).containsExactly("a Update example.com/v1 0");
  }

  @Test
  void updated_takesTheManagedFieldsThatTheClientSends() {
    cluster.update("a", "{spec: {size: 1}}");

    cluster.change(
        "b",
        "metadata.managedFields",
        """
        [{manager: z, operation: Apply, apiVersion: example.com/v1, time: '2025-01-01T00:59:00Z',
          fieldsType: FieldsV1, fieldsV1: {f:spec: {f:size: {}}}}]
        """);

    assertThat(cluster.entries()).containsExactly("z Apply example.com/v1 59");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{operation: Apply, apiVersion: v1, fieldsType: FieldsV1}, {}]",
        "[{manager: z, operation: Jump, apiVersion: v1, fieldsType: FieldsV1, fieldsV1: {}}]",
        "[{manager: z, operation: Apply, fieldsType: FieldsV1, fieldsV1: {}}]",
        "[{manager: z, operation: Apply, apiVersion: v1, fieldsV1: {}}]",
        "[{manager: z, operation: Apply, apiVersion: v1, fieldsType: FieldsV2, fieldsV1: {}}]",
        "[{manager: z, operation: Apply, apiVersion: v1, fieldsType: FieldsV1, fieldsV1: {f: {}}}]",
        "[{manager: z, operation: Apply, apiVersion: v1, fieldsType: FieldsV1, time: now}]",
        "null"
      })
  void updated_whenTheManagedFieldsSentAreNone_keepsThoseThatAreStored(String managedFields) {
    cluster.update("a", "{spec: {size: 1}}");

    cluster.change("b", "metadata.managedFields", managedFields);

    assertThat(cluster.entries()).containsExactly("a Update example.com/v1 0");
  }

  @Test
  void updated_onASubresource_ignoresManagedFieldsFromTheClient() {
    cluster.update("a", "{spec: {size: 1}}");

    cluster.change("b", "status", "metadata.managedFields", "[]");

    assertThat(cluster.entries()).containsExactly("a Update example.com/v1 0");
  }

  @Test
  void updated_whenThereAreManyUpdaters_laysTheOldestTogether() {
    cluster.update("m00", "{spec: {labels: {}}}");
    for (int i = 1; i < 12; i++) {
      cluster.change("m%02d".formatted(i), "spec.labels.l" + i, "x");
    }

    assertThat(cluster.entries())
        .hasSize(10)
        .startsWith("ancient-changes Update example.com/v1 2", "m03 Update example.com/v1 3")
        .endsWith("m11 Update example.com/v1 11");
    assertThat(cluster.fields("ancient-changes"))
        .isEqualTo(Trees.tree("{f:spec: {.: {}, f:labels: {.: {}, f:l1: {}, f:l2: {}}}}"));
  }

  @Test
  void updated_whenElementsHaveNoKeys_doesNotTrack() {
    cluster.update("a", "{spec: {set: [x]}}");

    cluster.change("b", "spec.set", "[{}]");

    assertThat(cluster.live().path("metadata").has("managedFields")).isFalse();
  }

  @Test
  void updated_ownsElementsOfKeyedListsAndSetsOneByOne() {
    cluster
        .update("a", "{spec: {set: [x, y], parts: [{name: p, count: 1}, {name: q, kind: nut}]}}")
        .change("b", "spec.set", "[y, z]")
        .change("b", "spec.parts", "[{name: q, kind: nut}, {name: p, kind: bolt, count: 2}]");

    assertThat(cluster.fields("a"))
        .isEqualTo(
            Trees.tree(
                """
                f:spec:
                  .: {}
                  f:parts:
                    .: {}
                    'k:{"kind":"bolt","name":"p"}': {.: {}, f:name: {}}
                    'k:{"kind":"nut","name":"q"}': {.: {}, f:kind: {}, f:name: {}}
                  f:set: {.: {}, 'v:"y"': {}}
                """));
    assertThat(cluster.fields("b"))
        .isEqualTo(
            Trees.tree(
                """
                f:spec:
                  f:parts: {'k:{"kind":"bolt","name":"p"}': {f:count: {}, f:kind: {}}}
                  f:set: {'v:"z"': {}}
                """));
  }

  @Test
  void updated_ownsRepeatedElementsTogether() {
    cluster.update("a", "{spec: {set: [x, x, y]}}").change("b", "spec.set", "[x, y]");

    assertThat(cluster.fields("a"))
        .isEqualTo(Trees.tree("{f:spec: {.: {}, f:set: {.: {}, 'v:\"y\"': {}}}}"));
    assertThat(cluster.fields("b")).isEqualTo(Trees.tree("{f:spec: {f:set: {'v:\"x\"': {}}}}"));

    cluster.change("c", "spec.set", "[x, x, y]").change("d", "spec.set", "[x, x, x, y]");
    assertThat(cluster.entries())
        .containsExactly("a Update example.com/v1 0", "d Update example.com/v1 3");

    cluster.change("e", "spec.set", "[x, x, x, y]").change("e", "spec.set", "[y]");
    assertThat(cluster.entries()).containsExactly("a Update example.com/v1 0");
  }

  @Test
  void updated_followsValuesThatChangeTheirForm() {
    cluster
        .update("a", "{spec: {open: {x: {y: 1}, l: [1]}}}")
        .change("b", "spec.open.x", "5")
        .change("c", "spec.open.x", "{z: 1}");

    assertThat(cluster.fields("a"))
        .isEqualTo(Trees.tree("{f:spec: {.: {}, f:open: {.: {}, f:l: {}}}}"));
    assertThat(cluster.fields("b")).isEqualTo(Json.object());
    assertThat(cluster.fields("c"))
        .isEqualTo(Trees.tree("{f:spec: {f:open: {f:x: {.: {}, f:z: {}}}}}"));
  }

  @Test
  void settled_whenOnlyTimesDiffer_isWhatIsStored() {
    cluster.update("a", "{metadata: {resourceVersion: '7'}, spec: {size: 1}}");
    ObjectNode live = cluster.live();
    ObjectNode next = live.deepCopy();
    ((ObjectNode) next.at("/metadata/managedFields/0")).put("time", "2030-01-01T00:00:00Z");
    Nodes.object(next, "metadata").remove("resourceVersion");

    assertThat(FieldManagers.settled(live, next)).isEqualTo(live);

    Nodes.object(next, "spec").put("size", 2);
    assertThat(FieldManagers.settled(live, next)).isSameAs(next);
  }
}
