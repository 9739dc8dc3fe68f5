package io.github.kruiseinstaller.testkit.internal.kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.ObjectDecoder.Expected;
import io.github.kruiseinstaller.testkit.internal.kind.ObjectDecoder.Strictness;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ObjectDecoderTest {
  private static final String WIDGETS =
      """
      metadata: {name: widgets.example.com}
      spec:
        group: example.com
        scope: Namespaced
        names: {plural: widgets, singular: widget, kind: Widget, listKind: WidgetList}
        versions:
        - name: v1
          served: true
          storage: true
          schema:
            openAPIV3Schema:
              type: object
              properties:
                spec:
                  type: object
                  properties:
                    size: {type: integer}
                    nothing: {type: string, nullable: true}
                    tags: {type: object, additionalProperties: {type: object, properties: {a: {type: string}}}}
                    parts: {type: array, items: {type: object, properties: {name: {type: string}}}}
                    free: {type: object, x-kubernetes-preserve-unknown-fields: true}
                    pod: {type: object, x-kubernetes-embedded-resource: true, x-kubernetes-preserve-unknown-fields: true}
      """;

  private final KindRegistry kinds = new KindRegistry();
  private final ObjectDecoder decoder = new ObjectDecoder(kinds);
  private final List<String> warnings = new ArrayList<>();

  @BeforeEach
  void serveWidgets() {
    kinds.serve(Trees.object(WIDGETS));
  }

  private ObjectNode decode(String apiVersion, String kind, String how, String body) {
    return decoder.decode(
        body.getBytes(StandardCharsets.UTF_8),
        "application/json",
        kinds.kind(apiVersion, kind).orElseThrow(),
        new Strictness(how, warnings));
  }

  private String refusal(String apiVersion, String kind, String body) {
    StatusException refused = null;
    try {
      decode(apiVersion, kind, "Strict", body);
    } catch (StatusException e) {
      refused = e;
    }
    assertThat(refused).as(body).isNotNull();
    assertThat(refused.code()).isEqualTo(400);
    assertThat(refused.reason()).isEqualTo("BadRequest");
    return refused.getMessage();
  }

  @Test
  void decode_withoutApiVersionAndKind_takesThemFromThePath() {
    ObjectNode object = decode("v1", "ConfigMap", "Strict", "{\"data\": {\"a\": \"b\"}}");

    assertThat(object).isEqualTo(Trees.object("{apiVersion: v1, kind: ConfigMap, data: {a: b}}"));
  }

  @Test
  void decode_unknownAndDuplicateFieldsUnderStrict_areRefusedTogether() {
    assertThat(
            refusal(
                "apps/v1",
                "Deployment",
                "{\"spec\":{\"replicas\":1,\"replicas\":2,\"foo\":1,\"template\":{\"spec\":"
                    + "{\"containers\":[{\"name\":\"a\",\"bar\":{}}]}}}}"))
        .isEqualTo(
            "Deployment in version \"v1\" cannot be handled as a Deployment: strict decoding error:"
                + " duplicate field \"spec.replicas\", unknown field \"spec.foo\", unknown field"
                + " \"spec.template.spec.containers[0].bar\"");
  }

  @Test
  void decode_unknownFieldsUnderWarn_areDroppedWithWarnings() {
    ObjectNode object = decode("v1", "Pod", "Warn", "{\"spec\":{\"foo\":1,\"hostname\":\"a\"}}");

    assertThat(warnings).containsExactly("unknown field \"spec.foo\"");
    assertThat(object.path("spec")).isEqualTo(Trees.tree("{hostname: a}"));
  }

  @Test
  void decode_unknownFieldsUnderIgnore_areDroppedSilently() {
    ObjectNode object = decode("v1", "Pod", "Ignore", "{\"spec\":{\"foo\":1}}");

    assertThat(warnings).isEmpty();
    assertThat(object.path("spec").isEmpty()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"spec":{"replicas":"1"}} | json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32
          {"spec":{"replicas":1.5}} | json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32
          {"spec":{"replicas":3000000000}} | json: cannot unmarshal number 3000000000 into Go struct field DeploymentSpec.spec.replicas of type int32
          {"spec":[]} | json: cannot unmarshal array into Go struct field Deployment.spec of type v1.DeploymentSpec
          {"metadata":{"labels":{"a":1}}} | json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string
          {"metadata":{"labels":"a"}} | json: cannot unmarshal string into Go struct field ObjectMeta.metadata.labels of type map[string]string
          {"spec":{"paused":"yes"}} | json: cannot unmarshal string into Go struct field DeploymentSpec.spec.paused of type bool
          {"spec":{"template":{"spec":{"containers":{}}}}} | json: cannot unmarshal object into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container
          {"spec":{"template":{"spec":{"dnsPolicy":true}}}} | json: cannot unmarshal bool into Go struct field PodSpec.spec.template.spec.dnsPolicy of type v1.DNSPolicy
          {"metadata":{"creationTimestamp":"now"}} | parsing time "now" as "2006-01-02T15:04:05Z07:00": cannot parse "now" as "2006"
          {"spec":{"strategy":{"rollingUpdate":{"maxSurge":true}}}} | json: cannot unmarshal bool into Go struct field RollingUpdateDeployment.spec.strategy.rollingUpdate.maxSurge of type int32
          """)
  void decode_valueOfAWrongType_isRefusedWithGosWords(String body, String why) {
    assertThat(refusal("apps/v1", "Deployment", body))
        .isEqualTo("Deployment in version \"v1\" cannot be handled as a Deployment: " + why);
  }

  @Test
  void decode_badBase64AndQuantities_areRefused() {
    assertThat(refusal("v1", "Secret", "{\"data\":{\"a\":\"b%3D\"}}"))
        .endsWith("illegal base64 data at input byte 1");
    assertThat(refusal("v1", "Secret", "{\"data\":{\"a\":\"abcde\"}}"))
        .endsWith("illegal base64 data at input byte 4");
    assertThat(
            refusal(
                "v1",
                "Pod",
                "{\"spec\":{\"containers\":[{\"resources\":{\"limits\":{\"cpu\":\"lots\"}}}]}}"))
        .endsWith(
            "quantities must match the regular expression"
                + " '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          '' | unexpected end of JSON input (<empty>)
          { | unexpected end of JSON input ({)
          x | invalid character 'x' looking for beginning of value (78)
          {"a" 1} | invalid character '1' after object key ({"a" 1})
          {"a":1 "b":2} | invalid character '"' after object key:value pair ({"a":1 "b":2})
          {a:1} | invalid character 'a' looking for beginning of object key string ({a:1})
          {"a":[1 2]} | invalid character '2' after array element ({"a":[1 2]})
          {"a":tru} | invalid character '}' in literal true (expecting 'e') ({"a":tru})
          {"a":1}} | invalid character '}' after top-level value ({"a":1}})
          {"a":"\\q"} | invalid character 'q' in string escape code ({"a":"\\q"})
          {"a":-} | invalid character '}' in numeric literal ({"a":-})
          {"a": "0123456789012345678901234567890 | unexpected end of JSON input ({"a": "01234567890123456789012 ...)
          """)
  void decode_notJson_isRefusedWithGosWords(String body, String why) {
    assertThat(refusal("v1", "Pod", body))
        .isEqualTo(
            "the object provided is unrecognized (must be of type Pod): couldn't get version/kind;"
                + " json parse error: "
                + why);
  }

  @Test
  void decode_notAnObject_isRefused() {
    assertThat(refusal("v1", "Pod", "[1]"))
        .contains("json: cannot unmarshal array into Go value of type struct { APIVersion string")
        .endsWith("(5b315d)");
    assertThat(refusal("v1", "Pod", "{\"kind\":1}"))
        .contains("json: cannot unmarshal number into Go struct field .kind of type string");
  }

  @Test
  void decode_anotherKind_isRefused() {
    assertThat(refusal("apps/v1", "Deployment", "{\"apiVersion\":\"v1\",\"kind\":\"Pod\"}"))
        .isEqualTo(
            "Pod in version \"v1\" cannot be handled as a Deployment: converting (v1.Pod) to"
                + " (apps.Deployment): unknown conversion");
    assertThat(refusal("v1", "Pod", "{\"apiVersion\":\"v1\",\"kind\":\"Foo\"}"))
        .isEqualTo(
            "Foo in version \"v1\" cannot be handled as a Pod: no kind \"Foo\" is registered for"
                + " version \"v1\" in scheme \"pkg/runtime/scheme.go:110\"");
  }

  @Test
  void decode_anotherVersion_isRefused() {
    assertThat(
            refusal(
                "autoscaling/v2",
                "HorizontalPodAutoscaler",
                "{\"apiVersion\":\"autoscaling/v1\",\"kind\":\"HorizontalPodAutoscaler\"}"))
        .isEqualTo(
            "the API version in the data (autoscaling/v1) does not match the expected API version"
                + " (autoscaling/v2)");
    assertThat(
            refusal(
                "example.com/v1",
                "Widget",
                "{\"apiVersion\":\"example.com/v2\",\"kind\":\"Widget\"}"))
        .isEqualTo(
            "the API version in the data (example.com/v2) does not match the expected API version"
                + " (example.com/v1)");
  }

  @Test
  void decode_customObjectWithoutKind_isRefused() {
    assertThat(refusal("example.com/v1", "Widget", "{\"spec\":{}}"))
        .isEqualTo(
            "the object provided is unrecognized (must be of type Widget): Object 'Kind' is missing"
                + " in '{\"spec\":{}}' ({\"spec\":{}})");
  }

  @Test
  void decode_customObject_isPrunedAndItsUnknownFieldsAreNamedInOrder() {
    String body =
        """
        {"apiVersion":"example.com/v1","kind":"Widget","zzz":1,"metadata":{"name":"a","foo":1},
         "spec":{"size":1,"bar":2,"tags":{"x":{"a":"1","b":2}},"parts":[{"name":"p","q":1}],
         "free":{"any":{"thing":1}},
         "pod":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","bad":1},"spec":{"x":1}}}}
        """;

    ObjectNode object = decode("example.com/v1", "Widget", "Warn", body);

    assertThat(warnings)
        .containsExactly(
            "unknown field \"metadata.foo\"",
            "unknown field \"spec.pod.metadata.bad\"",
            "unknown field \"spec.bar\"",
            "unknown field \"spec.parts[0].q\"",
            "unknown field \"spec.tags.x.b\"",
            "unknown field \"zzz\"");
    assertThat(object)
        .isEqualTo(
            Trees.object(
                """
                apiVersion: example.com/v1
                kind: Widget
                metadata: {name: a}
                spec:
                  size: 1
                  tags: {x: {a: "1"}}
                  parts: [{name: p}]
                  free: {any: {thing: 1}}
                  pod: {apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {x: 1}}
                """));
  }

  @Test
  void decode_customObject_losesNullsWhereNullIsNotAllowed() {
    ObjectNode object =
        decode(
            "example.com/v1",
            "Widget",
            "Strict",
            "{\"apiVersion\":\"example.com/v1\",\"kind\":\"Widget\","
                + "\"spec\":{\"size\":null,\"nothing\":null}}");

    assertThat(object.path("spec")).isEqualTo(Trees.tree("{nothing: null}"));
  }

  @Test
  void decode_customObjectWithBadMetadata_isRefused() {
    assertThat(
            refusal(
                "example.com/v1",
                "Widget",
                "{\"apiVersion\":\"example.com/v1\",\"kind\":\"Widget\","
                    + "\"metadata\":{\"labels\":{\"a\":1}}}"))
        .isEqualTo(
            "Widget in version \"v1\" cannot be handled as a Widget: json: cannot unmarshal number"
                + " into Go struct field ObjectMeta.labels of type string");
  }

  @Test
  void decode_bodiesOfSubresources_areKnownToo() {
    ObjectNode eviction =
        decoder.decode(
            "{\"metadata\":{\"name\":\"a\"},\"deleteOptions\":{\"gracePeriodSeconds\":0}}"
                .getBytes(StandardCharsets.UTF_8),
            "application/json",
            new Expected("policy/v1", "Eviction"),
            new Strictness("", warnings));

    assertThat(eviction.path("kind").asText()).isEqualTo("Eviction");
    assertThat(eviction.at("/deleteOptions/gracePeriodSeconds").asInt(-1)).isZero();
  }

  @Test
  void decode_yamlWithDuplicateKeys_isRefusedOrWarnedOf() {
    byte[] body =
        "apiVersion: v1\nkind: ConfigMap\ndata:\n  a: b\n  a: c\n".getBytes(StandardCharsets.UTF_8);
    Resource configMaps = kinds.kind("v1", "ConfigMap").orElseThrow();

    assertThatExceptionOfType(StatusException.class)
        .isThrownBy(
            () ->
                decoder.decode(
                    body, "application/yaml", configMaps, new Strictness("Strict", warnings)))
        .withMessageContaining("line 5: key \"a\" already set in map");

    decoder.decode(body, "application/yaml", configMaps, new Strictness("Warn", warnings));
    assertThat(warnings).containsExactly("line 5: key \"a\" already set in map");
  }

  @Test
  void decode_brokenYaml_isRefused() {
    assertThatExceptionOfType(StatusException.class)
        .isThrownBy(
            () ->
                decoder.decode(
                    "a: [1".getBytes(StandardCharsets.UTF_8),
                    "application/yaml",
                    kinds.kind("v1", "ConfigMap").orElseThrow(),
                    new Strictness("Strict", warnings)))
        .withMessageContaining("error converting YAML to JSON: yaml: line 1");
  }

  @Test
  void coerce_fitsWhatAPatchMade() {
    ObjectNode pod = Trees.object("{apiVersion: v1, kind: Pod, spec: {foo: 1, hostname: null}}");

    assertThat(decoder.coerce(pod)).containsExactly("unknown field \"spec.foo\"");
    assertThat(pod.path("spec").isEmpty()).isTrue();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> decoder.coerce(Trees.object("{apiVersion: v1, kind: Pod, spec: text}")))
        .withMessage(
            "json: cannot unmarshal string into Go struct field Pod.spec of type v1.PodSpec");
  }

  @Test
  void normalize_writesWhatGoWrites() {
    ObjectNode role =
        Trees.object(
            "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole,"
                + " metadata: {name: a, labels: {}, generation: 0}}");
    ObjectNode widget =
        Trees.object(
            "{apiVersion: example.com/v1, kind: Widget, metadata: {name: a, labels: {}},"
                + " spec: {parts: []}}");

    decoder.normalize(role);
    decoder.normalize(widget);

    assertThat(role)
        .isEqualTo(
            Trees.object(
                "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole,"
                    + " metadata: {name: a}, rules: null}"));
    assertThat(widget)
        .isEqualTo(
            Trees.object(
                "{apiVersion: example.com/v1, kind: Widget, metadata: {name: a},"
                    + " spec: {parts: []}}"));
  }
}
