package io.github.kruiseinstaller.testkit.internal.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.patch.Trees;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.status.StatusException.Cause;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApplyTest {
  private final Cluster cluster = Cluster.withWidget();

  private static StatusException refusal(Runnable action) {
    return catchThrowableOfType(StatusException.class, action::run);
  }

  @Test
  void applied_whenItCreates_ownsWhatItSays() {
    cluster.apply("a", "{metadata: {labels: {l: x}}, spec: {size: 1, whole: {k: v}, plain: [x]}}");

    assertThat(cluster.entries()).containsExactly("a Apply example.com/v1 0");
    assertThat(cluster.fields("a"))
        .isEqualTo(
            Trees.tree(
                """
                f:metadata: {f:labels: {f:l: {}}}
                f:spec: {f:plain: {}, f:size: {}, f:whole: {}}
                """));
    assertThat(cluster.at("spec")).isEqualTo(Trees.tree("{size: 1, whole: {k: v}, plain: [x]}"));
  }

  @Test
  void applied_whenItSaysNothing_ownsNothing() {
    cluster.apply("a", "{}");

    assertThat(cluster.live())
        .isEqualTo(Trees.tree("{apiVersion: example.com/v1, kind: Widget, metadata: {name: x}}"));
  }

  @Test
  void applied_twice_changesNothing() {
    cluster.apply("a", "{spec: {size: 1, parts: [{name: p}]}}");
    ObjectNode before = cluster.live();

    cluster.apply("a", "{spec: {size: 1, parts: [{name: p}]}}");

    assertThat(cluster.live()).isEqualTo(before);
  }

  @Test
  void applied_withoutWhatItAppliedBefore_removesThatAndNoMore() {
    cluster
        .apply("a", "{spec: {size: 1, colour: red, set: [x, y], parts: [{name: p}, {name: q}]}}")
        .change("b", "spec.ready", "true")
        .apply("a", "{spec: {size: 1, set: [y], parts: [{name: q}]}}");

    assertThat(cluster.at("spec"))
        .isEqualTo(Trees.tree("{size: 1, set: [y], parts: [{name: q}], ready: true}"));
    assertThat(cluster.fields("a"))
        .isEqualTo(
            Trees.tree(
                """
                f:spec:
                  f:parts: {'k:{"kind":"bolt","name":"q"}': {.: {}, f:name: {}}}
                  f:set: {'v:"y"': {}}
                  f:size: {}
                """));
  }

  @Test
  void applied_withoutTheLastThingInIt_removesWhatHeldIt() {
    cluster
        .apply("a", "{metadata: {labels: {l: x}}, spec: {size: 1, open: {deep: {x: 1}}}}")
        .apply("a", "{}");

    assertThat(cluster.live())
        .isEqualTo(Trees.tree("{apiVersion: example.com/v1, kind: Widget, metadata: {name: x}}"));
  }

  @Test
  void applied_withoutTheLastThingInWhatAnotherOwns_leavesNullInCustomObjects() {
    cluster
        .update("o", "{spec: {labels: {}}}")
        .force("a", "{spec: {labels: {k: v}}}")
        .change("o", "spec.labels", "{k: v, l: w}")
        .change("o", "spec.labels", "{k: v}")
        .apply("b", "{spec: {labels: {}}}")
        .apply("a", "{spec: {size: 1}}");

    assertThat(cluster.live().at("/spec/labels").isNull()).isTrue();

    Cluster configMaps = new Cluster("v1", "ConfigMap");
    configMaps
        .apply("a", "{data: {k: v}}")
        .apply("b", "{data: {}}")
        .apply("a", "{immutable: false}");
    assertThat(configMaps.live().has("data")).isFalse();
    assertThat(configMaps.fields("b")).isEqualTo(Trees.tree("{f:data: {}}"));
  }

  @Test
  void applied_withoutWhatAnotherOwnsToo_leavesIt() {
    cluster
        .apply("a", "{spec: {size: 1, colour: red}}")
        .apply("b", "{spec: {size: 1}}")
        .apply("a", "{spec: {}}");

    assertThat(cluster.at("spec")).isEqualTo(Trees.tree("{size: 1}"));
    assertThat(cluster.fields("b")).isEqualTo(Trees.tree("{f:spec: {f:size: {}}}"));
    assertThat(cluster.fields("a")).isEqualTo(Trees.tree("{f:spec: {}}"));
  }

  @Test
  void applied_withTheSameValues_sharesThemWithoutATime() {
    cluster.apply("a", "{spec: {size: 1}}").apply("b", "{spec: {size: 1}}");

    assertThat(cluster.entries())
        .containsExactly("b Apply example.com/v1 -", "a Apply example.com/v1 0");
  }

  @Test
  void applied_withAnotherValue_isAConflict() {
    Cluster deployments = new Cluster("apps/v1", "Deployment");
    deployments.update("helm", "{spec: {replicas: 2}}");

    StatusException refusal =
        refusal(() -> deployments.apply("me", "{spec: {replicas: 3, paused: true}}"));

    assertThat(refusal.code()).isEqualTo(409);
    assertThat(refusal.reason()).isEqualTo("Conflict");
    assertThat(refusal)
        .hasMessage(
            "Apply failed with 1 conflict: conflict with \"helm\" using apps/v1: .spec.replicas");
    assertThat(refusal.body().path("details"))
        .isEqualTo(
            Trees.tree(
                """
                causes:
                - reason: FieldManagerConflict
                  message: conflict with "helm" using apps/v1
                  field: .spec.replicas
                """));
    assertThat(deployments.at("spec", "replicas").longValue()).isEqualTo(2);
  }

  @Test
  void applied_withSeveralConflicts_listsThemByOwner() {
    cluster
        .apply("helm", "{spec: {colour: red, parts: [{name: p, count: 1}], set: [x]}}")
        .change("zed", "spec.size", "1")
        .change("ops", "scale", "spec.ready", "true");

    StatusException refusal =
        refusal(
            () ->
                cluster.apply(
                    "me",
                    "{spec: {colour: blue, size: 2, ready: false, parts: [{name: p, count: 2}]}}"));

    assertThat(refusal)
        .hasMessage(
            """
            Apply failed with 4 conflicts: conflicts with "helm":
            - .spec.colour
            - .spec.parts[kind="bolt",name="p"].count
            conflicts with "ops" with subresource "scale" using example.com/v1:
            - .spec.ready
            conflicts with "zed" using example.com/v1:
            - .spec.size\
            """);
    assertThat(refusal.details().causes())
        .extracting(Cause::message)
        .containsExactly(
            "conflict with \"helm\"",
            "conflict with \"helm\"",
            "conflict with \"ops\" with subresource \"scale\" using example.com/v1",
            "conflict with \"zed\" using example.com/v1");
  }

  @Test
  void applied_withForce_takesOver() {
    cluster.apply("helm", "{spec: {colour: red, size: 1}}").force("me", "{spec: {colour: blue}}");

    assertThat(cluster.at("spec")).isEqualTo(Trees.tree("{colour: blue, size: 1}"));
    assertThat(cluster.fields("helm")).isEqualTo(Trees.tree("{f:spec: {f:size: {}}}"));
    assertThat(cluster.fields("me")).isEqualTo(Trees.tree("{f:spec: {f:colour: {}}}"));
    assertThat(cluster.entries())
        .containsExactly("helm Apply example.com/v1 0", "me Apply example.com/v1 1");
  }

  @Test
  void applied_withForceAndNoWebhooks_leavesThoseOfOthers() {
    String webhooks =
        IntStream.range(0, 12)
            .mapToObj(i -> "{name: w%02d.kb.io, sideEffects: None}".formatted(i))
            .collect(Collectors.joining(", ", "[", "]"));
    Cluster configurations =
        new Cluster("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration");
    configurations
        .apply("helm", "{webhooks: " + webhooks + "}")
        .change(
            "kruise-manager", "webhooks", webhooks.replace("None}", "None, timeoutSeconds: 9}"));

    configurations.force("installer", "{webhooks: []}");
    assertThat(configurations.at("webhooks")).hasSize(12);

    configurations.change("installer", "webhooks", "[]");
    assertThat(configurations.at("webhooks")).isEmpty();
    assertThat(configurations.entries()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a b c   | b        | a b c
          a b c   | c a      | b c a
          a b c   | d        | a b c d
          a b c   | d b      | a d b c
          a b c   | c b a    | c b a
          a b c   | b x a    | b c x a
          b c     | a b      | a b c
          x a y b | b a      | x y b a
          ''      | b a      | b a
          a b     | a x b    | a x b
          a b c d | c d x    | a b c d x
          """)
  void applied_mergesElementsInTheirOrder(String live, String config, String merged) {
    cluster.update("a", "{spec: {set: [%s]}}".formatted(live.replace(' ', ',')));

    cluster.apply("b", "{spec: {set: [%s]}}".formatted(config.replace(' ', ',')));

    assertThat(cluster.at("spec", "set"))
        .isEqualTo(Trees.tree("[" + merged.replace(' ', ',') + "]"));
  }

  @Test
  void applied_mergesElementsByAllKeysWithTheirDefaults() {
    Cluster services = new Cluster("v1", "Service");
    services.update(
        "a",
        """
        spec:
          ports:
          - {port: 80, protocol: TCP, targetPort: 8080, name: t}
          - {port: 80, protocol: UDP, targetPort: 8080, name: u}
        """);

    services.force("b", "{spec: {ports: [{port: 80, name: http}]}}");

    assertThat(services.at("spec", "ports"))
        .isEqualTo(
            Trees.tree(
                """
                - {port: 80, protocol: TCP, targetPort: 8080, name: http}
                - {port: 80, protocol: UDP, targetPort: 8080, name: u}
                """));
    assertThat(services.fields("b"))
        .isEqualTo(
            Trees.tree(
                """
                f:spec:
                  f:ports:
                    'k:{"port":80,"protocol":"TCP"}': {.: {}, f:name: {}, f:port: {}}
                """));
  }

  @Test
  void applied_replacesWhatIsOwnedAsAWhole() {
    cluster
        .apply("a", "{spec: {whole: {k: v, l: w}, plain: [x, y]}}")
        .apply("a", "{spec: {whole: {m: v}, plain: [z]}}");

    assertThat(cluster.at("spec")).isEqualTo(Trees.tree("{whole: {m: v}, plain: [z]}"));
    assertThat(refusal(() -> cluster.apply("b", "{spec: {whole: {m: w}}}")))
        .hasMessage("Apply failed with 1 conflict: conflict with \"a\": .spec.whole");
  }

  @Test
  void applied_withNulls_saysThatNothingIsThere() {
    cluster.update("z", "{spec: {labels: {k: v}}}");

    cluster.apply("a", "{spec: {labels: null, colour: null}}").apply("a", "{spec: {size: 1}}");

    assertThat(cluster.at("spec").path("labels")).isEqualTo(Trees.tree("{k: v}"));
    assertThat(cluster.at("spec").has("colour")).isFalse();
    assertThat(cluster.fields("a")).isEqualTo(Trees.tree("{f:spec: {f:size: {}}}"));
  }

  @Test
  void applied_mergesWhatNoSchemaKnows() {
    cluster
        .apply("a", "{spec: {open: {m: {x: 1}, l: [1, 2], s: t}}}")
        .apply("b", "{spec: {open: {m: {y: 2}}}}")
        .apply("a", "{spec: {open: {l: [3]}}}");

    assertThat(cluster.at("spec", "open")).isEqualTo(Trees.tree("{m: {y: 2}, l: [3]}"));

    cluster.force("b", "{spec: {open: {m: [1], l: {k: 1}}}}");
    assertThat(cluster.at("spec", "open")).isEqualTo(Trees.tree("{m: [1], l: {k: 1}}"));
  }

  @Test
  void applied_onStatus_ownsStatusOnly() {
    cluster.apply("a", "{spec: {size: 1}, status: {phase: x}}");
    assertThat(cluster.fields("a")).isEqualTo(Trees.tree("{f:spec: {f:size: {}}}"));

    Writer controller = cluster.writer("a", "status");
    ObjectNode config = cluster.whole("{spec: {size: 5}, status: {phase: y}}");
    cluster.apply(cluster.resource(), controller, config, false);

    assertThat(cluster.entries())
        .containsExactly("a Apply example.com/v1 0", "a Apply example.com/v1/status 1");
  }

  @Test
  void applied_inAnotherVersion_goesOnWithTheSameEntry() {
    cluster.apply("a", "{spec: {size: 1, colour: red}}");
    Resource beta = cluster.kinds().kind("example.com/v1beta1", "Widget").orElseThrow();
    ObjectNode config = cluster.whole("{spec: {size: 1}}").put("apiVersion", beta.apiVersion());

    cluster.apply(beta, cluster.writer("a", ""), config, false);

    assertThat(cluster.at("spec")).isEqualTo(Trees.tree("{size: 1}"));
    assertThat(cluster.entries()).containsExactly("a Apply example.com/v1beta1 1");
  }

  @Test
  void applied_forgetsOwnersInVersionsThatAreNotServed() {
    cluster.apply("a", "{spec: {size: 1}}");
    cluster.change(
        "b",
        "metadata.managedFields",
        """
        [{manager: old, operation: Apply, apiVersion: example.com/v0, fieldsType: FieldsV1,
          fieldsV1: {f:spec: {f:size: {}}}},
         {manager: z, operation: Apply, apiVersion: example.com/v1, fieldsType: FieldsV1,
          fieldsV1: {f:spec: {f:colour: {}}}}]
        """);

    cluster.apply("me", "{spec: {size: 2}}");

    assertThat(cluster.entries())
        .containsExactly("z Apply example.com/v1 -", "me Apply example.com/v1 2");
  }

  @Test
  void applied_ownsAsAWholeWhatWasOwnedInPartsUnderAnOlderSchema() {
    cluster.apply("a", "{spec: {whole: {k: v}}}");
    cluster.change(
        "b",
        "metadata.managedFields",
        """
        [{manager: a, operation: Apply, apiVersion: example.com/v1, fieldsType: FieldsV1,
          fieldsV1: {f:spec: {f:whole: {f:k: {}}, f:plain: {'v:"x"': {}}}}}]
        """);

    assertThat(cluster.fields("a")).isEqualTo(Trees.tree("{f:spec: {f:plain: {}, f:whole: {}}}"));
    cluster.apply("a", "{spec: {size: 1}}");
    assertThat(cluster.at("spec")).isEqualTo(Trees.tree("{size: 1}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {spec: {nosuch: 1}}                       | .spec.nosuch: field not declared in schema
          {spec: {size: big}}                       | .spec.size: expected numeric (int or float), got string
          {spec: {colour: 5}}                       | .spec.colour: expected string, got &value.valueUnstructured{Value:5}
          {spec: {colour: {a: [true]}}}             | .spec.colour: expected string, got &value.valueUnstructured{Value:map[string]interface {}{"a":[]interface {}{true}}}
          {spec: {ready: 'yes'}}                       | .spec.ready: expected boolean, got &{yes}
          {spec: {port: [1]}}                       | .spec.port: expected any scalar, got &{[1]}
          {spec: [x]}                               | .spec: expected map, got &{[x]}
          {spec: {parts: {a: 1}}}                   | .spec.parts: expected list, got &{map[a:1]}
          {spec: {plain: [1]}}                      | .spec.plain[0]: expected string, got &value.valueUnstructured{Value:1}
          {spec: {set: [x, x]}}                     | .spec.set: duplicate entries for key [="x"]
          {spec: {set: [{}]}}                       | .spec.set: element 0: associative list without keys has an element that's a map type
          {spec: {set: [null]}}                     | .spec.set: element 0: associative list without keys has an element that's an explicit null
          {spec: {set: [[]]}}                       | .spec.set: element 0: not supported: associative list with lists as elements
          {spec: {parts: [{name: p}, {name: p}]}}   | .spec.parts: duplicate entries for key [kind="bolt",name="p"]
          {spec: {parts: [null]}}                   | .spec.parts: element 0: associative list with keys may not have a null element
          {spec: {parts: [x]}}                      | .spec.parts: element 0: associative list with keys may not have non-map elements
          {spec: {parts: [{name: p, count: x}]}}    | .spec.parts[kind="bolt",name="p"].count: expected numeric (int or float), got string
          """)
  void applied_whenTheConfigurationDoesNotConform_saysWhere(String config, String why) {
    StatusException refusal = refusal(() -> cluster.apply("a", config));

    assertThat(refusal.code()).isEqualTo(500);
    assertThat(refusal.reason()).isEmpty();
    assertThat(refusal)
        .hasMessage(
            "failed to create typed patch object (/x; example.com/v1, Kind=Widget): " + why);
  }

  @Test
  void applied_whenSeveralThingsDoNotConform_listsThem() {
    Cluster pods = new Cluster("v1", "Pod");

    assertThat(
            refusal(
                () ->
                    pods.apply(
                        "a",
                        """
                        metadata: {namespace: n}
                        spec: {hostNetwork: 1, containers: [{name: a}, {name: a, image: [x]}]}
                        """)))
        .hasMessage(
            """
            failed to create typed patch object (n/x; /v1, Kind=Pod): errors:
              .spec.hostNetwork: expected boolean, got &{1}
              .spec.containers: duplicate entries for key [name="a"]
              .spec.containers[name="a"].image: expected string, got &value.valueUnstructured{Value:[]interface {}{"x"}}\
            """);
  }

  @Test
  void applied_whenNoKeyIsThere_isRefused() {
    Cluster pods = new Cluster("v1", "ServiceAccount");

    assertThat(refusal(() -> pods.apply("a", "{secrets: [{namespace: n}]}")).getMessage())
        .satisfiesAnyOf(
            message ->
                assertThat(message)
                    .endsWith(
                        "associative list with keys has an element that omits all key fields"
                            + " [\"name\"] (and doesn't have default values for any key fields)"),
            message -> assertThat(message).contains("name"));
  }

  @Test
  void applied_whenManagedFieldsAreSent_isRefused() {
    StatusException refusal = refusal(() -> cluster.apply("a", "{metadata: {managedFields: []}}"));

    assertThat(refusal.code()).isEqualTo(400);
    assertThat(refusal).hasMessage("metadata.managedFields must be nil");
    cluster.apply("a", "{metadata: {managedFields: null}, spec: {size: 1}}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {apiVersion: v1, kind: Pod}                   | /v1, Kind=Pod
          {apiVersion: example.com/v1beta1, kind: Widget} | example.com/v1beta1, Kind=Widget
          {kind: Widget}                                | /, Kind=Widget
          """)
  void applied_whenTheTypeIsAnother_isRefused(String config, String type) {
    StatusException refusal = refusal(() -> cluster.apply("a", config));

    assertThat(refusal.code()).isEqualTo(400);
    assertThat(refusal).hasMessage("invalid object type: " + type);
  }

  @Test
  void applied_byKubectl_takesOverWhatKubectlAppliedByItself() {
    String lastApplied =
        "{\\\"apiVersion\\\":\\\"example.com/v1\\\",\\\"kind\\\":\\\"Widget\\\",\\\"metadata\\\":{\\\"name\\\":\\\"x\\\"},"
            + "\\\"spec\\\":{\\\"size\\\":1,\\\"colour\\\":\\\"red\\\"}}";
    cluster.update(
        "kubectl-client-side-apply",
        """
        metadata: {annotations: {kubectl.kubernetes.io/last-applied-configuration: "%s"}}
        spec: {size: 1, colour: red}
        """
            .formatted(lastApplied));

    assertThat(refusal(() -> cluster.apply("other", "{spec: {size: 2}}"))).isNotNull();
    cluster.apply("kubectl", "{spec: {size: 2, colour: <a&b>}}");

    assertThat(cluster.at("spec")).isEqualTo(Trees.tree("{size: 2, colour: <a&b>}"));
    assertThat(
            cluster.at(
                "metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"))
        .isEqualTo(
            Trees.tree(
                "\"{\\\"apiVersion\\\":\\\"example.com/v1\\\",\\\"kind\\\":\\\"Widget\\\",\\\"metadata\\\":{\\\"name\\\":\\\"x\\\"},\\\"spec\\\":{\\\"colour\\\":\\\"\\\\u003ca\\\\u0026b\\\\u003e\\\",\\\"size\\\":2}}\\n"
                    + "\""));

    cluster.change("ops", "spec.size", "7");
    StatusException refusal = refusal(() -> cluster.apply("kubectl", "{spec: {size: 3}}"));
    assertThat(refusal)
        .hasMessage(
            "Apply failed with 1 conflict: conflict with \"ops\" using example.com/v1:"
                + " .spec.size");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          no JSON
          {"apiVersion": "v1", "spec": {"size": 1}}
          {"apiVersion": "example.com/v1", "spec": {"size": "x"}}
          ``
          """)
  void applied_byKubectl_whenItsAnnotationIsOfNoUse_conflicts(String lastApplied) {
    ObjectNode object = cluster.whole("{spec: {size: 1}}");
    Nodes.object(object, "metadata", "annotations")
        .put("kubectl.kubernetes.io/last-applied-configuration", lastApplied);
    cluster.update("a", "", object);

    assertThat(refusal(() -> cluster.apply("kubectl", "{spec: {size: 2}}")).code()).isEqualTo(409);
  }

  @Test
  void applied_byKubectl_whenTheAnnotationsBecomeTooLarge_dropsItsOwn() {
    cluster.update(
        "a", "{metadata: {annotations: {kubectl.kubernetes.io/last-applied-configuration: x}}}");

    cluster.apply("kubectl", "{spec: {colour: %s}}".formatted("x".repeat(256 * 1024)));

    assertThat(cluster.at("metadata", "annotations")).isEqualTo(Trees.tree("{}"));
  }

  @Test
  void applied_whenStoredManagedFieldsAreBroken_says() {
    ObjectNode object =
        cluster.whole("{metadata: {managedFields: [{operation: Jump}]}, spec: {size: 1}}");
    FieldManagers managers = new FieldManagers(cluster.kinds());
    ObjectNode config = cluster.whole("{spec: {size: 2}}");

    StatusException refusal =
        refusal(
            () ->
                managers.applied(
                    cluster.resource(), object, config, cluster.writer("a", ""), false));

    assertThat(refusal.code()).isEqualTo(500);
    assertThat(refusal)
        .hasMessage("failed to decode managed fields: operation must be `Apply` or `Update`");
  }

  @Test
  void applied_whenStoredElementsHaveNoKeys_says() {
    cluster.update("a", "{spec: {set: [{}]}}");

    assertThat(refusal(() -> cluster.apply("b", "{spec: {set: [x]}}")).getMessage())
        .startsWith(
            "failed to create typed live object (/x; example.com/v1, Kind=Widget): element 0: ");
  }

  @Test
  void applied_ownsRepeatedStoredElementsByApplyingThem() {
    cluster.update("a", "{spec: {set: [x, y, x]}}").force("b", "{spec: {set: [x]}}");

    assertThat(cluster.at("spec", "set")).isEqualTo(Trees.tree("[x, y]"));
  }
}
