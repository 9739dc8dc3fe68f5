package io.github.kruiseinstaller.testkit.internal.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.network.Backend;
import io.github.kruiseinstaller.testkit.internal.network.HttpsListener.Answer;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConversionWebhookTest {
  private static final String KIND =
      "conversion webhook for apps.kruise.io/v1alpha1, Kind=StatefulSet ";
  private static final String NEW = "apps.kruise.io/v1beta1";

  private final Backend backend = new Backend();
  private final ConversionWebhook conversion = new ConversionWebhook(backend.client);
  private final AtomicReference<Consumer<ObjectNode>> spoil = new AtomicReference<>(any -> {});
  private final AtomicReference<JsonNode> asked = new AtomicReference<>(Json.object());

  @BeforeEach
  void serve() {
    backend.pod("10.244.0.1", (path, body) -> Answer.json(Json.bytes(converted(Json.parse(body)))));
    backend.endpoints("10.244.0.1");
  }

  @AfterEach
  void close() {
    backend.close();
  }

  private ObjectNode converted(JsonNode review) {
    asked.set(review);
    ObjectNode answer = Json.object().put("kind", "ConversionReview");
    answer.put("apiVersion", review.path("apiVersion").asText());
    ObjectNode response = answer.putObject("response");
    response.put("uid", review.path("request").path("uid").asText());
    response.putObject("result").put("status", "Success");
    ArrayNode objects = response.putArray("convertedObjects");
    for (JsonNode object : review.path("request").path("objects")) {
      ObjectNode next = object.deepCopy();
      next.put("apiVersion", review.path("request").path("desiredAPIVersion").asText());
      objects.add(next);
    }
    spoil.get().accept(answer);
    return answer;
  }

  @Test
  void convert_returnsTheObjectsInTheOtherVersion() {
    List<ObjectNode> result =
        conversion.convert(definition("v1"), NEW, List.of(set("a"), set("b")));
    assertThat(result).extracting(Nodes::name).containsExactly("a", "b");
    assertThat(result).allMatch(set -> set.path("apiVersion").asText().equals(NEW));
    assertThat(asked.get().path("request").path("desiredAPIVersion").asText()).isEqualTo(NEW);
    assertThat(asked.get().path("apiVersion").asText()).isEqualTo("apiextensions.k8s.io/v1");
  }

  @Test
  void convert_takesOnlyLabelsAndAnnotationsOfTheMetadata() {
    spoil.set(
        answer -> {
          ObjectNode metadata = (ObjectNode) answer.at("/response/convertedObjects/0/metadata");
          metadata.put("resourceVersion", "99");
          metadata.remove("annotations");
          metadata.putObject("labels").put("new", "1");
        });
    ObjectNode set = set("a");
    Nodes.object(set, "metadata").put("resourceVersion", "5");
    Nodes.object(set, "metadata", "annotations").put("x", "y");
    ObjectNode result = conversion.convert(definition("v1"), NEW, List.of(set)).get(0);
    assertThat(Nodes.resourceVersion(result)).isEqualTo("5");
    assertThat(Nodes.labels(result)).containsOnlyKeys("new");
    assertThat(result.path("metadata").has("annotations")).isFalse();
  }

  @Test
  void convert_ofBeta_checksNeitherKindNorUid() {
    spoil.set(
        answer -> {
          answer.remove("kind");
          ((ObjectNode) answer.get("response")).put("uid", "other");
        });
    assertThat(conversion.convert(definition("v1beta1"), NEW, List.of(set("a")))).hasSize(1);
  }

  static Stream<Arguments> spoilt() {
    Consumer<ObjectNode> fewer = answer -> objects(answer).removeAll();
    Consumer<ObjectNode> absent = answer -> answer.remove("response");
    Consumer<ObjectNode> failed =
        answer -> response(answer).putObject("result").put("status", "Failure");
    Consumer<ObjectNode> failedWhy =
        answer ->
            response(answer).putObject("result").put("status", "Failure").put("message", "because");
    Consumer<ObjectNode> noKind = answer -> answer.remove(List.of("kind", "apiVersion"));
    Consumer<ObjectNode> version = answer -> first(answer).put("apiVersion", "apps.kruise.io/v9");
    Consumer<ObjectNode> kind = answer -> first(answer).put("kind", "DaemonSet");
    Consumer<ObjectNode> name = answer -> Nodes.object(first(answer), "metadata").put("name", "z");
    Consumer<ObjectNode> namespace =
        answer -> Nodes.object(first(answer), "metadata").put("namespace", "z");
    Consumer<ObjectNode> text = answer -> objects(answer).removeAll().add("text");
    Consumer<ObjectNode> unnamed = answer -> first(answer).remove("metadata");
    String at = "returned invalid converted object at index 0: ";
    return Stream.of(
        Arguments.of(fewer, "returned 0 objects, expected 1"),
        Arguments.of(absent, "failed: no response provided"),
        Arguments.of(failed, "failed: response.result.status was 'Failure', not 'Success'"),
        Arguments.of(failedWhy, "failed: because"),
        Arguments.of(
            noKind,
            "failed: expected webhook response of apiextensions.k8s.io/v1, Kind=ConversionReview,"
                + " got /, Kind="),
        Arguments.of(
            version,
            at
                + "invalid groupVersion (expected apps.kruise.io/v1beta1, received"
                + " apps.kruise.io/v9)"),
        Arguments.of(kind, at + "invalid kind (expected StatefulSet, received DaemonSet)"),
        Arguments.of(name, at + "must have the same name: a != z"),
        Arguments.of(namespace, at + "must have the same namespace: apps != z"),
        Arguments.of(unnamed, at + "must have the same name: a != "),
        Arguments.of(text, at + "Object 'Kind' is missing in '\"text\"'"));
  }

  private static ObjectNode response(ObjectNode answer) {
    return (ObjectNode) answer.get("response");
  }

  private static ArrayNode objects(ObjectNode answer) {
    return (ArrayNode) response(answer).get("convertedObjects");
  }

  private static ObjectNode first(ObjectNode answer) {
    return (ObjectNode) objects(answer).get(0);
  }

  @ParameterizedTest
  @MethodSource("spoilt")
  void convert_whenTheAnswerIsWrong_saysWhy(Consumer<ObjectNode> spoiling, String message) {
    spoil.set(spoiling);
    StatusException refusal = refused(definition("v1"));
    assertThat(refusal.code()).isEqualTo(500);
    assertThat(refusal.reason()).isEmpty();
    assertThat(refusal).hasMessage(KIND + message);
  }

  @Test
  void convert_withAnotherUid_isNotBelieved() {
    spoil.set(answer -> response(answer).put("uid", "other"));
    assertThat(refused(definition("v1")))
        .hasMessageStartingWith(KIND + "failed: expected response.uid=\"")
        .hasMessageEndingWith(", got \"other\"");
  }

  @Test
  void convert_withoutEndpoint_saysSo() {
    backend.endpoints();
    assertThat(refused(definition("v1")))
        .hasMessage(
            KIND
                + "failed: Post \"https://hook.sys.svc:443/convert?timeout=30s\": dial tcp"
                + " 10.96.158.22:443: connect: connection refused");
  }

  @Test
  void convert_withABundleThatIsNone_doesNotSayWhy() {
    ObjectNode definition = definition("v1");
    ((ObjectNode) definition.at("/spec/conversion/webhook/clientConfig")).put("caBundle", "YQ==");
    assertThat(refused(definition)).hasMessage("Internal error occurred: error resolving resource");
  }

  @Test
  void convert_withABlankBundle_trustsNobody() {
    ObjectNode definition = definition("v1");
    ((ObjectNode) definition.at("/spec/conversion/webhook/clientConfig")).put("caBundle", "Cg==");
    assertThat(refused(definition))
        .hasMessageEndingWith("x509: certificate signed by unknown authority");
  }

  @Test
  void convert_withoutAKnownReviewVersion_saysSo() {
    assertThat(refused(definition("v7"))).hasMessage("no supported conversion review versions");
  }

  private StatusException refused(ObjectNode definition) {
    return catchThrowableOfType(
        StatusException.class, () -> conversion.convert(definition, NEW, List.of(set("a"))));
  }

  private ObjectNode definition(String version) {
    ObjectNode definition = Json.object();
    ObjectNode webhook = Nodes.object(definition, "spec", "conversion", "webhook");
    webhook.putArray("conversionReviewVersions").add("v0").add(version);
    ObjectNode config = backend.clientConfig("hook", backend.authority.caPem());
    ((ObjectNode) config.get("service")).put("path", "/convert");
    webhook.set("clientConfig", config);
    return definition;
  }

  private static ObjectNode set(String name) {
    return Fixture.object("apps.kruise.io/v1alpha1", "StatefulSet", "apps", name);
  }
}
