package io.github.kruiseinstaller.testkit.internal.admission;

import static io.github.kruiseinstaller.testkit.internal.admission.Fixture.CLONE_SETS;
import static io.github.kruiseinstaller.testkit.internal.admission.Fixture.NAMESPACES;
import static io.github.kruiseinstaller.testkit.internal.admission.Fixture.NODES;
import static io.github.kruiseinstaller.testkit.internal.admission.Fixture.PODS;
import static io.github.kruiseinstaller.testkit.internal.admission.Fixture.POD_CREATE;
import static io.github.kruiseinstaller.testkit.internal.admission.Fixture.allowed;
import static io.github.kruiseinstaller.testkit.internal.admission.Fixture.createPod;
import static io.github.kruiseinstaller.testkit.internal.admission.Fixture.dryRun;
import static io.github.kruiseinstaller.testkit.internal.admission.Fixture.object;
import static io.github.kruiseinstaller.testkit.internal.admission.Fixture.patching;
import static io.github.kruiseinstaller.testkit.internal.admission.Fixture.pod;
import static io.github.kruiseinstaller.testkit.internal.admission.Fixture.request;
import static io.github.kruiseinstaller.testkit.internal.admission.Fixture.resource;
import static io.github.kruiseinstaller.testkit.internal.admission.Fixture.rule;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.admission.Admission.Operation;
import io.github.kruiseinstaller.testkit.internal.admission.Admission.Request;
import io.github.kruiseinstaller.testkit.internal.kind.KindRegistry;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class WebhookAdmissionTest {
  private final Fixture cluster = new Fixture();

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void validate_asksWithEverythingThatTheApiServerTells() {
    cluster.validating("v", POD_CREATE);
    cluster.chain.validate(createPod(pod("p")));
    ObjectNode asked = (ObjectNode) cluster.asked.get(0).get("request");
    assertThat(asked.path("uid").asText()).hasSize(36);
    asked.put("uid", "x");
    assertThat(asked)
        .isEqualTo(
            Json.parse(
                """
                {"uid":"x","kind":{"group":"","version":"v1","kind":"Pod"},
                "resource":{"group":"","version":"v1","resource":"pods"},
                "requestKind":{"group":"","version":"v1","kind":"Pod"},
                "requestResource":{"group":"","version":"v1","resource":"pods"},
                "name":"p","namespace":"apps","operation":"CREATE",
                "userInfo":{"username":"alice","groups":["people"]},
                "object":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"apps"},
                "spec":{"serviceAccountName":"default","containers":[{"name":"main","image":"a"}]}},"oldObject":null,
                "dryRun":false,"options":{"kind":"CreateOptions","apiVersion":"meta.k8s.io/v1"}}\
                """
                    .getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void validate_ofAnEviction_tellsItsKindAndThePodsResource() {
    cluster.validating("v", rule("CREATE", "", "v1", "pods/eviction"));
    ObjectNode eviction = object("policy/v1", "Eviction", "apps", "p");
    cluster.chain.validate(request(Operation.CREATE, PODS, "eviction", eviction, null));
    assertThat(cluster.asked).hasSize(1);
    ObjectNode asked = (ObjectNode) cluster.asked.get(0).get("request");
    assertThat(asked.get("kind").toString())
        .isEqualTo("{\"group\":\"policy\",\"version\":\"v1\",\"kind\":\"Eviction\"}");
    assertThat(asked.get("resource").path("resource").asText()).isEqualTo("pods");
    assertThat(asked.path("subResource").asText()).isEqualTo("eviction");
    assertThat(asked.path("requestSubResource").asText()).isEqualTo("eviction");
  }

  @ParameterizedTest
  @CsvSource({
    "CREATE, '', v1, pods, '', true",
    "*, *, *, *, '', true",
    "*, *, *, */*, '', true",
    "UPDATE, '', v1, pods, '', false",
    "CREATE, apps, v1, pods, '', false",
    "CREATE, '', v2, pods, '', false",
    "CREATE, '', v1, services, '', false",
    "CREATE, '', v1, pods, eviction, false",
    "CREATE, '', v1, *, eviction, false",
    "CREATE, '', v1, pods/*, eviction, true",
    "CREATE, '', v1, pods/*, '', true",
    "CREATE, '', v1, pods/eviction, '', false",
    "CREATE, '', v1, pods/eviction, eviction, true",
    "CREATE, '', v1, */eviction, eviction, true",
    "CREATE, '', v1, */*, eviction, true"
  })
  void rules_selectRequests(
      String operation, String group, String version, String resource, String sub, boolean asks) {
    cluster.validating("v", rule(operation, group, version, resource));
    cluster.chain.validate(request(Operation.CREATE, PODS, sub, pod("p"), null));
    assertThat(cluster.asked).hasSize(asks ? 1 : 0);
  }

  @ParameterizedTest
  @CsvSource({
    "Cluster, pods, false",
    "Cluster, nodes, true",
    "Cluster, namespaces, true",
    "Namespaced, pods, true",
    "Namespaced, nodes, false",
    "Namespaced, namespaces, false",
    "*, namespaces, true",
    "Odd, pods, false"
  })
  void scope_selectsRequests(String scope, String plural, boolean asks) {
    ObjectNode hook = cluster.validating("v", rule("*", "*", "*", "*"));
    ((ObjectNode) hook.get("rules").get(0)).put("scope", scope);
    Request request =
        switch (plural) {
          case "pods" -> createPod(pod("p"));
          case "nodes" -> Fixture.create(object("v1", "Node", "", "n"), NODES);
          default -> Fixture.create(object("v1", "Namespace", "", "n"), NAMESPACES);
        };
    cluster.chain.validate(request);
    assertThat(cluster.asked).hasSize(asks ? 1 : 0);
  }

  static Stream<Arguments> selectors() {
    return Stream.of(
        Arguments.of("{}", true),
        Arguments.of("{\"matchLabels\":{\"a\":\"1\"}}", true),
        Arguments.of("{\"matchLabels\":{\"a\":\"2\"}}", false),
        Arguments.of("{\"matchLabels\":{\"b\":\"1\"}}", false),
        Arguments.of(expression("a", "In", "\"1\",\"2\""), true),
        Arguments.of(expression("b", "In", "\"1\""), false),
        Arguments.of(expression("a", "NotIn", "\"1\""), false),
        Arguments.of(expression("b", "NotIn", "\"1\""), true),
        Arguments.of(expression("a", "Exists", ""), true),
        Arguments.of(expression("b", "Exists", ""), false),
        Arguments.of(expression("a", "DoesNotExist", ""), false),
        Arguments.of(expression("b", "DoesNotExist", ""), true),
        Arguments.of(expression("b", "Odd", ""), false));
  }

  private static String expression(String key, String operator, String values) {
    return "{\"matchExpressions\":[{\"key\":\""
        + key
        + "\",\"operator\":\""
        + operator
        + "\",\"values\":["
        + values
        + "]}]}";
  }

  @ParameterizedTest
  @MethodSource("selectors")
  void namespaceSelector_looksAtTheLiveNamespace(String selector, boolean asks) {
    cluster.remove("", "namespaces");
    cluster.put("", "namespaces", labelled(object("v1", "Namespace", "", "apps")));
    cluster.validating("v", POD_CREATE).set("namespaceSelector", parse(selector));
    cluster.chain.validate(createPod(pod("p")));
    assertThat(cluster.asked).hasSize(asks ? 1 : 0);
  }

  @ParameterizedTest
  @MethodSource("selectors")
  void objectSelector_looksAtTheObject(String selector, boolean asks) {
    cluster.validating("v", POD_CREATE).set("objectSelector", parse(selector));
    cluster.chain.validate(createPod(labelled(pod("p"))));
    assertThat(cluster.asked).hasSize(asks ? 1 : 0);
  }

  @Test
  void objectSelector_looksAtTheOldObjectToo() {
    cluster
        .validating("v", rule("*", "", "v1", "pods"))
        .set("objectSelector", parse("{\"matchLabels\":{\"a\":\"1\"}}"));
    cluster.chain.validate(request(Operation.UPDATE, PODS, "", pod("p"), labelled(pod("p"))));
    cluster.chain.validate(request(Operation.DELETE, PODS, "", null, labelled(pod("p"))));
    cluster.chain.validate(request(Operation.DELETE, PODS, "", null, pod("p")));
    assertThat(cluster.asked).hasSize(2);
    assertThat(cluster.asked.get(1).path("request").path("object").isNull()).isTrue();
  }

  @Test
  void namespaceSelector_ofANamespaceItself_looksAtWhatIsWritten() {
    ObjectNode hook = cluster.validating("v", rule("*", "", "v1", "namespaces"));
    hook.set("namespaceSelector", parse("{\"matchLabels\":{\"a\":\"1\"}}"));
    cluster.chain.validate(
        Fixture.create(labelled(object("v1", "Namespace", "", "new")), NAMESPACES));
    assertThat(cluster.asked).hasSize(1);
    assertThat(cluster.asked.get(0).path("request").path("namespace").asText()).isEqualTo("new");
    cluster.chain.validate(
        request(Operation.DELETE, NAMESPACES, "", null, object("v1", "Namespace", "", "apps")));
    assertThat(cluster.asked).hasSize(1);
  }

  @Test
  void namespaceSelector_ofClusterWideObjects_isNotLookedAt() {
    ObjectNode hook = cluster.validating("v", rule("*", "", "v1", "nodes"));
    hook.set("namespaceSelector", parse("{\"matchLabels\":{\"a\":\"1\"}}"));
    cluster.chain.validate(Fixture.create(object("v1", "Node", "", "n"), NODES));
    assertThat(cluster.asked).hasSize(1);
  }

  @Test
  void namespaceSelector_withoutTheNamespace_isNotFoundIfTheRulesMatch() {
    cluster.remove("", "namespaces");
    ObjectNode hook = cluster.validating("v", POD_CREATE);
    hook.set("namespaceSelector", parse("{\"matchLabels\":{\"a\":\"1\"}}"));
    StatusException refusal = refused(createPod(pod("p")));
    assertThat(refusal.code()).isEqualTo(404);
    assertThat(refusal).hasMessage("namespaces \"apps\" not found");
    cluster.chain.validate(request(Operation.UPDATE, PODS, "", pod("p"), pod("p")));
  }

  @Test
  void matchPolicy_equivalent_convertsForTheHookAndBack() {
    cluster.mutating("m", rule("CREATE", "apps.kruise.io", "v1beta1", "clonesets"));
    cluster.at("/m", review -> patching("[{\"op\":\"add\",\"path\":\"/spec\",\"value\":{}}]"));
    ObjectNode set = object("apps.kruise.io/v1alpha1", "CloneSet", "apps", "c");
    ObjectNode mutated = cluster.chain.mutate(Fixture.create(set, CLONE_SETS));
    ObjectNode asked = (ObjectNode) cluster.asked.get(0).get("request");
    assertThat(asked.path("kind").path("version").asText()).isEqualTo("v1beta1");
    assertThat(asked.path("requestKind").path("version").asText()).isEqualTo("v1alpha1");
    assertThat(asked.path("object").path("apiVersion").asText())
        .isEqualTo("apps.kruise.io/v1beta1");
    assertThat(mutated.path("apiVersion").asText()).isEqualTo("apps.kruise.io/v1alpha1");
    assertThat(mutated.has("spec")).isTrue();
  }

  @Test
  void matchPolicy_exact_doesNotAsk() {
    cluster
        .validating("v", rule("CREATE", "apps.kruise.io", "v1beta1", "clonesets"))
        .put("matchPolicy", "Exact");
    cluster.chain.validate(
        Fixture.create(object("apps.kruise.io/v1alpha1", "CloneSet", "apps", "c"), CLONE_SETS));
    assertThat(cluster.asked).isEmpty();
  }

  @Test
  void configurationsThemselves_areSeenByNoHook() {
    cluster.validating("v", rule("*", "*", "*", "*"));
    cluster.mutating("m", rule("*", "*", "*", "*"));
    ObjectNode configuration =
        object("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "", "other");
    Request request =
        Fixture.create(
            configuration,
            resource(
                "admissionregistration.k8s.io",
                "v1",
                "ValidatingWebhookConfiguration",
                "validatingwebhookconfigurations",
                false));
    assertThat(cluster.chain.mutate(request)).isEqualTo(configuration);
    cluster.chain.validate(request);
    assertThat(cluster.asked).isEmpty();
    configuration
        .putArray("webhooks")
        .addObject()
        .put("name", "x")
        .putArray("matchConditions")
        .addObject();
    assertThat(refused(request).code()).isEqualTo(400);
    cluster.chain.validate(request(Operation.DELETE, request.resource(), "", null, configuration));
  }

  @ParameterizedTest
  @CsvSource({
    "ValidatingAdmissionPolicy, true",
    "MutatingAdmissionPolicyBinding, true",
    "MutatingWebhookConfiguration, true",
    "Other, false"
  })
  void exemptKinds_areThoseThatConfigureAdmission(String kind, boolean exempt) {
    cluster.validating("v", rule("*", "*", "*", "*"));
    String group = "admissionregistration.k8s.io";
    cluster.chain.validate(
        Fixture.create(
            object(group + "/v1", kind, "", "x"), resource(group, "v1", kind, "things", false)));
    assertThat(cluster.asked).hasSize(exempt ? 0 : 1);
  }

  @Test
  void status_ofAPod_isAskedAboutAsAPod() {
    cluster.validating("v", rule("UPDATE", "", "v1", "pods/status"));
    cluster.chain.validate(request(Operation.UPDATE, PODS, "status", pod("p"), pod("p")));
    assertThat(cluster.asked.get(0).path("request").path("kind").path("kind").asText())
        .isEqualTo("Pod");
  }

  @Test
  void name_thatIsNotKnownYet_isNotTold() {
    cluster.validating("v", POD_CREATE);
    ObjectNode pod = pod("p");
    ((ObjectNode) pod.get("metadata")).remove("name");
    cluster.chain.validate(createPod(pod));
    assertThat(cluster.asked.get(0).path("request").has("name")).isFalse();
  }

  @Test
  void failedCall_withFail_isAnInternalError() {
    cluster.validating("vpod.kb.io", POD_CREATE);
    cluster.backend.endpoints();
    StatusException refusal = refused(createPod(pod("p")));
    assertThat(refusal.code()).isEqualTo(500);
    assertThat(refusal.reason()).isEqualTo("InternalError");
    assertThat(refusal)
        .hasMessage(
            "Internal error occurred: failed calling webhook \"vpod.kb.io\": failed to call"
                + " webhook: Post \"https://hook.sys.svc:443/vpod.kb.io?timeout=5s\": dial tcp"
                + " 10.96.158.22:443: connect: connection refused");
    assertThat(refusal.details().causes().get(0).message())
        .startsWith("failed calling webhook \"vpod.kb.io\"");
  }

  @Test
  void failedCall_withIgnore_isAConsent() {
    cluster.validating("v", POD_CREATE).put("failurePolicy", "Ignore");
    cluster.mutating("m", POD_CREATE).put("failurePolicy", "Ignore");
    cluster.backend.endpoints();
    cluster.chain.validate(createPod(pod("p")));
    assertThat(cluster.chain.mutate(createPod(pod("p")))).isNotNull();
  }

  @Test
  void failedCall_withBadBundle_saysThatThereIsNoClient() {
    ObjectNode hook = cluster.mutating("m", POD_CREATE);
    ((ObjectNode) hook.get("clientConfig")).put("caBundle", "Cg==");
    StatusException refusal =
        catchThrowableOfType(
            StatusException.class, () -> cluster.chain.mutate(createPod(pod("p"))));
    assertThat(refusal)
        .hasMessage(
            "Internal error occurred: failed calling webhook \"m\": could not get REST client:"
                + " unable to load root certificates: unable to parse bytes as PEM block");
  }

  @Test
  void dryRun_withSideEffects_isABadRequest() {
    ObjectNode hook = cluster.validating("v", POD_CREATE);
    for (String effects : List.of("Some", "Unknown")) {
      hook.put("sideEffects", effects);
      StatusException refusal = refused(dryRun(createPod(pod("p"))));
      assertThat(refusal.code()).isEqualTo(400);
      assertThat(refusal.reason()).isEqualTo("BadRequest");
      assertThat(refusal).hasMessage("admission webhook \"v\" does not support dry run");
    }
    hook.put("sideEffects", "NoneOnDryRun");
    cluster.chain.validate(dryRun(createPod(pod("p"))));
    assertThat(cluster.asked.get(0).path("request").path("dryRun").asBoolean()).isTrue();
  }

  static Stream<Arguments> denials() {
    String by = "admission webhook \"v\" denied the request";
    return Stream.of(
        Arguments.of("{}", 400, "", by + " without explanation"),
        Arguments.of(
            "{\"code\":403,\"reason\":\"Forbidden\",\"message\":\"no\"}",
            403,
            "Forbidden",
            by + ": no"),
        Arguments.of("{\"code\":200,\"reason\":\"NotNow\"}", 400, "NotNow", by + ": NotNow"),
        Arguments.of("{\"code\":422,\"message\":\"spec.x: bad\"}", 422, "", by + ": spec.x: bad"));
  }

  @ParameterizedTest
  @MethodSource("denials")
  void denial_isToldInTheHooksWords(String status, int code, String reason, String message) {
    cluster.validating("v", POD_CREATE);
    cluster.at(
        "/v",
        review -> {
          ObjectNode response = Json.object().put("allowed", false);
          response.set("status", parse(status));
          return response;
        });
    StatusException refusal = refused(createPod(pod("p")));
    assertThat(refusal.code()).isEqualTo(code);
    assertThat(refusal.reason()).isEqualTo(reason);
    assertThat(refusal).hasMessage(message);
    assertThat(refusal.details()).isNull();
  }

  @Test
  void denial_keepsDetails() {
    cluster.mutating("m", POD_CREATE);
    cluster.at(
        "/m",
        review -> {
          ObjectNode response = Json.object().put("allowed", false);
          response.set(
              "status",
              parse(
                  "{\"details\":{\"name\":\"p\",\"causes\":[{\"reason\":\"FieldValueInvalid\","
                      + "\"message\":\"m\",\"field\":\"f\"}],\"retryAfterSeconds\":3}}"));
          return response;
        });
    StatusException refusal =
        catchThrowableOfType(
            StatusException.class, () -> cluster.chain.mutate(createPod(pod("p"))));
    assertThat(refusal.details().name()).isEqualTo("p");
    assertThat(refusal.details().retryAfterSeconds()).isEqualTo(3);
    assertThat(refusal.details().causes().get(0).field()).isEqualTo("f");
  }

  @Test
  void warnings_areHandedOn() {
    cluster.validating("v", POD_CREATE);
    cluster.at(
        "/v",
        review -> {
          ObjectNode response = allowed();
          response.putArray("warnings").add("careful");
          return response;
        });
    Request request = createPod(pod("p"));
    cluster.chain.validate(request);
    assertThat(request.warnings()).containsExactly("careful");
  }

  @Test
  void mutatingHooks_areAskedInOrder_andSeeEachOthersChanges() {
    cluster.hook("MutatingWebhookConfiguration", "b", "second", POD_CREATE);
    cluster.hook("MutatingWebhookConfiguration", "a", "first", POD_CREATE);
    cluster.at("/first", review -> patching(label("x", "1")));
    ObjectNode mutated = cluster.chain.mutate(createPod(labelled(pod("p"))));
    assertThat(Nodes.labels(mutated)).isEqualTo(Map.of("a", "1", "x", "1"));
    assertThat(cluster.paths()).containsExactly("/first", "/second");
    assertThat(Nodes.labels(cluster.asked.get(1).path("request").path("object")))
        .containsEntry("x", "1");
  }

  @Test
  void reinvocation_asksThoseBeforeAgainThatWantIt() {
    cluster
        .hook("MutatingWebhookConfiguration", "a", "wants", POD_CREATE)
        .put("reinvocationPolicy", "IfNeeded");
    cluster.hook("MutatingWebhookConfiguration", "b", "never", POD_CREATE);
    cluster
        .hook("MutatingWebhookConfiguration", "c", "changes", POD_CREATE)
        .put("reinvocationPolicy", "IfNeeded");
    cluster.at("/changes", review -> patching(label("x", "1")));
    cluster.chain.mutate(createPod(labelled(pod("p"))));
    assertThat(cluster.paths()).containsExactly("/wants", "/never", "/changes", "/wants");
  }

  @Test
  void reinvocation_runsThePluginsOverWhatHooksAdded() {
    cluster.mutating("m", POD_CREATE);
    cluster.at(
        "/m",
        review ->
            patching(
                "[{\"op\":\"add\",\"path\":\"/spec/containers/-\",\"value\":{\"name\":\"side\"}}]"));
    ObjectNode mutated = cluster.chain.mutate(createPod(pod("p")));
    assertThat(mutated.at("/spec/containers/1/volumeMounts/0/name").asText())
        .isEqualTo(mutated.at("/spec/containers/0/volumeMounts/0/name").asText())
        .startsWith("kube-api-access-");
    assertThat(cluster.paths()).containsExactly("/m");
  }

  /** A cluster that knows the real kinds. */
  private static ObjectNode mutated(Map<String, String> patches) {
    try (Fixture real = new Fixture(new KindRegistry())) {
      patches.forEach(
          (name, patch) -> {
            real.hook("MutatingWebhookConfiguration", name, name, POD_CREATE);
            real.at("/" + name, review -> patching(patch.replace('\'', '"')));
          });
      return real.chain.mutate(createPod(pod("p")));
    }
  }

  @Test
  void mutate_whenAHookAddsAnUnknownField_dropsIt() {
    ObjectNode pod =
        mutated(
            Map.of(
                "a",
                "[{'op':'add','path':'/spec/noSuchField','value':1},"
                    + "{'op':'add','path':'/spec/hostname','value':'h'}]"));

    assertThat(pod.path("spec").has("noSuchField")).isFalse();
    assertThat(pod.at("/spec/hostname").asText()).isEqualTo("h");
  }

  @Test
  void mutate_whenAHookSetsAValueOfAWrongType_is500() {
    StatusException refused =
        catchThrowableOfType(
            StatusException.class,
            () ->
                mutated(
                    Map.of(
                        "a",
                        "[{'op':'add','path':'/spec/terminationGracePeriodSeconds',"
                            + "'value':'30'}]")));

    assertThat(refused.code()).isEqualTo(500);
    assertThat(refused.reason()).isEqualTo("InternalError");
    assertThat(refused.getMessage())
        .isEqualTo(
            "Internal error occurred: json: cannot unmarshal string into Go struct field"
                + " PodSpec.spec.terminationGracePeriodSeconds of type int64");
  }

  @Test
  void mutate_whenAHookAddsAContainer_theNextOneSeesItsDefaults() {
    ObjectNode pod =
        mutated(
            Map.of(
                "a",
                "[{'op':'add','path':'/spec/containers/-','value':{'name':'side','image':'s'}}]",
                "b",
                "[{'op':'test','path':'/spec/containers/1/terminationMessagePolicy',"
                    + "'value':'File'},"
                    + "{'op':'replace','path':'/spec/containers/1/terminationMessagePolicy',"
                    + "'value':'FallbackToLogsOnError'}]"));

    assertThat(pod.at("/spec/containers/1/terminationMessagePolicy").asText())
        .isEqualTo("FallbackToLogsOnError");
  }

  @Test
  void reinvocation_isNotNeeded_whenAPatchLeavesWhatWasThere() {
    try (Fixture real = new Fixture(new KindRegistry())) {
      real.hook("MutatingWebhookConfiguration", "a", "a", POD_CREATE)
          .put("reinvocationPolicy", "IfNeeded");
      real.hook("MutatingWebhookConfiguration", "b", "b", POD_CREATE);
      real.at(
          "/b",
          review ->
              patching(
                  "[{\"op\":\"add\",\"path\":\"/spec/noSuchField\",\"value\":1},"
                      + "{\"op\":\"replace\",\"path\":\"/spec/containers/0/image\","
                      + "\"value\":\"a\"}]"));
      real.chain.mutate(createPod(pod("p")));
      assertThat(real.paths()).containsExactly("/a", "/b");
    }
  }

  @Test
  void mutate_doesNotTouchTheRequest() {
    cluster.mutating("m", POD_CREATE);
    cluster.at("/m", review -> patching(label("x", "1")));
    ObjectNode pod = labelled(pod("p"));
    cluster.chain.mutate(createPod(pod));
    assertThat(pod).isEqualTo(labelled(pod("p")));
  }

  static Stream<Arguments> badAnswers() {
    String invalid = "failed calling webhook \"m\": received invalid webhook response: ";
    return Stream.of(
        Arguments.of(
            "{\"allowed\":true,\"patch\":\"W10=\"}",
            invalid + "webhook returned response.patch but not response.patchType"),
        Arguments.of(
            "{\"allowed\":true,\"patchType\":\"JSONPatch\"}",
            invalid + "webhook returned response.patchType but not response.patch"),
        Arguments.of(
            "{\"allowed\":true,\"patch\":\"W10=\",\"patchType\":\"\"}",
            invalid + "webhook returned invalid response.patchType of \"\""),
        Arguments.of(
            "{\"allowed\":true,\"patch\":\"W10=\",\"patchType\":\"Merge\"}",
            "failed calling webhook \"m\": unsupported patch type \"Merge\""),
        Arguments.of(
            "{\"allowed\":true,\"patch\":\"?\",\"patchType\":\"JSONPatch\"}",
            "failed calling webhook \"m\": failed to call webhook: illegal base64 data at input"
                + " byte 0"),
        Arguments.of(
            "{\"allowed\":true,\"patch\":\"e30=\",\"patchType\":\"JSONPatch\"}",
            "failed calling webhook \"m\": received undecodable patch in webhook response: json:"
                + " cannot unmarshal object into Go value of type jsonpatch.Patch"));
  }

  @ParameterizedTest
  @MethodSource("badAnswers")
  void mutate_whenTheAnswerIsBad_saysWhy(String response, String message) {
    cluster.mutating("m", POD_CREATE);
    cluster.at("/m", review -> (ObjectNode) parse(response));
    StatusException refusal =
        catchThrowableOfType(
            StatusException.class, () -> cluster.chain.mutate(createPod(pod("p"))));
    assertThat(refusal).hasMessage("Internal error occurred: " + message);
  }

  @Test
  void mutate_whenThePatchDoesNotApply_isAnInternalErrorWhateverThePolicy() {
    cluster.mutating("m", POD_CREATE).put("failurePolicy", "Ignore");
    cluster.at("/m", review -> patching("[{\"op\":\"remove\",\"path\":\"/metadata/labels/x\"}]"));
    StatusException refusal =
        catchThrowableOfType(
            StatusException.class, () -> cluster.chain.mutate(createPod(pod("p"))));
    assertThat(refusal).hasMessageStartingWith("Internal error occurred: remove operation does");
  }

  @Test
  void mutate_ofADeletion_cannotPatch() {
    cluster.mutating("m", rule("DELETE", "", "v1", "pods"));
    assertThat(cluster.chain.mutate(request(Operation.DELETE, PODS, "", null, pod("p")))).isNull();
    cluster.at("/m", review -> patching(label("x", "1")));
    StatusException refusal =
        catchThrowableOfType(
            StatusException.class,
            () -> cluster.chain.mutate(request(Operation.DELETE, PODS, "", null, pod("p"))));
    assertThat(refusal)
        .hasMessage(
            "Internal error occurred: admission webhook \"m\" attempted to modify the object, which"
                + " is not supported for this operation");
  }

  @Test
  void validate_whenThereIsAPatch_saysThatThatMayNotBe() {
    cluster.validating("v", POD_CREATE);
    cluster.at("/v", review -> patching("[]"));
    assertThat(refused(createPod(pod("p"))))
        .hasMessageEndingWith("validating webhook may not return response.patch");
    cluster.at("/v", review -> allowed().put("patchType", "JSONPatch"));
    assertThat(refused(createPod(pod("p"))))
        .hasMessageEndingWith("validating webhook may not return response.patchType");
  }

  @Test
  void hook_thatKnowsOnlyBeta_isAskedSo() {
    ObjectNode hook = cluster.mutating("m", POD_CREATE);
    hook.putArray("admissionReviewVersions").add("v9").add("v1beta1");
    cluster.at("/m", review -> patching(label("x", "1")).without(List.of("patchType")));
    ObjectNode mutated = cluster.chain.mutate(createPod(labelled(pod("p"))));
    assertThat(cluster.asked.get(0).path("apiVersion").asText())
        .isEqualTo("admission.k8s.io/v1beta1");
    assertThat(Nodes.labels(mutated)).containsEntry("x", "1");
    hook.putArray("admissionReviewVersions").add("v9");
    StatusException refusal =
        catchThrowableOfType(
            StatusException.class, () -> cluster.chain.mutate(createPod(pod("p"))));
    assertThat(refusal)
        .hasMessageEndingWith(
            "webhook does not accept known AdmissionReview versions (v1, v1beta1)");
  }

  @Test
  void validatingHooks_areAskedAtOnce() {
    CyclicBarrier barrier = new CyclicBarrier(3);
    List<String> names = List.of("a", "b", "c");
    for (String name : names) {
      cluster.hook("ValidatingWebhookConfiguration", name, name, POD_CREATE);
      cluster.at(
          "/" + name,
          review -> {
            meet(barrier);
            return Json.object().put("allowed", false);
          });
    }
    assertThat(refused(createPod(pod("p"))))
        .hasMessage("admission webhook \"a\" denied the request without explanation");
    assertThat(cluster.paths()).containsExactlyInAnyOrder("/a", "/b", "/c");
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void visibleAfter_delaysConfigurations() {
    cluster.webhooks.visibleAfter(Duration.ofMillis(300));
    cluster.webhooks.configurationsChanged();
    cluster.validating("v", POD_CREATE);
    cluster.webhooks.configurationsChanged();
    cluster.chain.validate(createPod(pod("p")));
    assertThat(cluster.asked).isEmpty();
    cluster.backend.advance(Duration.ofMillis(300));
    cluster.chain.validate(createPod(pod("p")));
    assertThat(cluster.asked).hasSize(1);
    cluster.remove("admissionregistration.k8s.io", "validatingwebhookconfigurations");
    cluster.webhooks.configurationsChanged();
    cluster.chain.validate(createPod(pod("p")));
    assertThat(cluster.asked).hasSize(2);
    cluster.backend.advance(Duration.ofMillis(300));
    cluster.chain.validate(createPod(pod("p")));
    assertThat(cluster.asked).hasSize(2);
  }

  @Test
  void answer_withAnotherUidOrKind_isNotBelieved() {
    AtomicInteger turn = new AtomicInteger();
    ObjectNode hook = cluster.validating("v", POD_CREATE);
    cluster.backend.pod(
        "10.244.0.2",
        (path, body) -> {
          ObjectNode answer = Json.object();
          if (turn.get() == 2) {
            answer.putObject("response").put("allowed", true).put("uid", uid(body));
          } else if (turn.get() == 1) {
            answer.putObject("response").put("uid", "u").put("allowed", true);
          }
          turn.incrementAndGet();
          return io.github.kruiseinstaller.testkit.internal.network.HttpsListener.Answer.json(
              Json.bytes(answer));
        });
    cluster.backend.endpoints("10.244.0.2");
    List<String> messages = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      messages.add(String.valueOf(refused(createPod(pod("p"))).getMessage()));
    }
    String start =
        "Internal error occurred: failed calling webhook \"v\": received invalid webhook response:"
            + " ";
    assertThat(messages.get(0)).isEqualTo(start + "webhook response was absent");
    assertThat(messages.get(1))
        .startsWith(start + "expected response.uid=\"")
        .endsWith(", got \"u\"");
    assertThat(messages.get(2))
        .isEqualTo(
            start
                + "expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got /,"
                + " Kind=");
    assertThat(hook).isNotNull();
  }

  private static String uid(byte[] body) {
    return Nodes.textOrEmpty(Json.parse(body), "request", "uid");
  }

  private StatusException refused(Request request) {
    return catchThrowableOfType(StatusException.class, () -> cluster.chain.validate(request));
  }

  private static String label(String key, String value) {
    return "[{\"op\":\"add\",\"path\":\"/metadata/labels/"
        + key
        + "\",\"value\":\""
        + value
        + "\"}]";
  }

  private static ObjectNode labelled(ObjectNode object) {
    Nodes.object(object, "metadata", "labels").put("a", "1");
    return object;
  }

  private static com.fasterxml.jackson.databind.JsonNode parse(String json) {
    return Json.parse(json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void validate_afterClose_isAnswered() throws Exception {
    cluster.validating("a", POD_CREATE);
    cluster.hook("ValidatingWebhookConfiguration", "second", "b", POD_CREATE);
    cluster.close();

    CompletableFuture<StatusException> refusal =
        CompletableFuture.supplyAsync(
            () ->
                catchThrowableOfType(
                    StatusException.class, () -> cluster.chain.validate(createPod(pod("p")))));

    assertThat(refusal.get(30, TimeUnit.SECONDS)).hasMessageContaining("context canceled");
    assertThat(cluster.asked).isEmpty();
  }
}
