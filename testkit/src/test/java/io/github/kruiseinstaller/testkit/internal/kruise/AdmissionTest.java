package io.github.kruiseinstaller.testkit.internal.kruise;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.zjsonpatch.JsonPatch;
import io.github.kruiseinstaller.testkit.internal.network.HttpsListener.Answer;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdmissionTest {
  private static final String MUTATE_CLONE_SET = "/mutate-apps-kruise-io-v1alpha1-cloneset";
  private static final String VALIDATE_CLONE_SET = "/validate-apps-kruise-io-v1alpha1-cloneset";
  private static final String CLONE_SET =
      """
      {"apiVersion":"apps.kruise.io/v1alpha1","kind":"CloneSet",
       "metadata":{"name":"web","namespace":"default"},
       "spec":{"selector":{"matchLabels":{"app":"web"}},
         "template":{"metadata":{"labels":{"app":"web"}},
           "spec":{"containers":[{"name":"main","image":"nginx:1","ports":[{"containerPort":80}]}]}}}}
      """;
  private static final String POD =
      """
      {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"default",
        "labels":{"app":"web"}},"spec":{"containers":[{"name":"main","image":"nginx:1"}]}}
      """;

  private final World world = World.installed();

  private static ObjectNode parse(String json) {
    return (ObjectNode) Json.parse(json.getBytes(UTF_8));
  }

  private WebhookSite site(String... arguments) {
    World.Box box = world.managerBox(arguments);
    ManagerSettings settings = ManagerSettings.of(SmallRelease.VERSION, box.pod(), box.spec());
    return new WebhookSite(AdmissionHandlers.of(world.client(), settings, world.timers::now));
  }

  private JsonNode ask(
      String path, String operation, @Nullable ObjectNode object, @Nullable ObjectNode old) {
    return ask(site(), path, review(operation, object, old));
  }

  private static JsonNode ask(WebhookSite site, String path, ObjectNode review) {
    Answer answer = site.answer(path, Json.bytes(review));
    assertThat(answer.status()).isEqualTo(200);
    return Json.parse(answer.body()).path("response");
  }

  private static ObjectNode review(
      String operation, @Nullable ObjectNode object, @Nullable ObjectNode old) {
    ObjectNode any = object != null ? object : old != null ? old : Json.object();
    ObjectNode review = Json.object();
    review.put("kind", "AdmissionReview").put("apiVersion", "admission.k8s.io/v1");
    ObjectNode request = review.putObject("request");
    request.put("uid", "u-1").put("operation", operation).put("name", Nodes.name(any));
    request.put("namespace", Nodes.namespace(any));
    request.putObject("kind").put("kind", Nodes.textOrEmpty(any, "kind"));
    request
        .putObject("resource")
        .put("resource", Nodes.textOrEmpty(any, "kind").equals("Pod") ? "pods" : "others");
    request.set("object", object);
    request.set("oldObject", old);
    return review;
  }

  private static ObjectNode patched(JsonNode response, ObjectNode object) {
    assertThat(response.path("allowed").asBoolean()).isTrue();
    assertThat(response.path("patchType").asText()).isEqualTo("JSONPatch");
    JsonNode patch = Json.parse(Base64.getDecoder().decode(response.path("patch").asText()));
    assertThat(patch)
        .allSatisfy(step -> assertThat(step.path("op").asText()).isIn("add", "remove", "replace"));
    return (ObjectNode) JsonPatch.apply(patch, object);
  }

  @Test
  void answers_carryUidAndVersionOfTheQuestion() {
    ObjectNode review = review("CREATE", parse(POD), null);
    review.put("apiVersion", "admission.k8s.io/v1beta1");
    JsonNode answer = Json.parse(site().answer("/mutate-pod", Json.bytes(review)).body());
    assertThat(answer.path("apiVersion").asText()).isEqualTo("admission.k8s.io/v1beta1");
    assertThat(answer.path("response").path("uid").asText()).isEqualTo("u-1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{}", "[]"})
  void whatIsNoReview_isRefusedIn200(String body) {
    Answer answer = site().answer("/mutate-pod", body.getBytes(UTF_8));
    assertThat(answer.status()).isEqualTo(200);
    JsonNode response = Json.parse(answer.body()).path("response");
    assertThat(response.path("allowed").asBoolean()).isFalse();
    assertThat(response.path("status").path("code").asInt()).isEqualTo(400);
  }

  @Test
  void health_isEmpty_andOtherPathsAreNotFound() {
    assertThat(site().answer("/healthz", new byte[0]))
        .satisfies(
            answer -> {
              assertThat(answer.status()).isEqualTo(200);
              assertThat(answer.contentType()).isEmpty();
              assertThat(answer.body()).isEmpty();
            });
    assertThat(site().answer("/other", new byte[0]).status()).isEqualTo(404);
  }

  @Test
  void handlers_areOffWithThePodWebhookGate() {
    WebhookSite site = site("--feature-gates=PodWebhook=false");
    assertThat(site.answer("/mutate-pod", new byte[0]).status()).isEqualTo(404);
    assertThat(site.answer("/validate-pod", new byte[0]).status()).isEqualTo(404);
    assertThat(site.answer(MUTATE_CLONE_SET, new byte[0]).status()).isEqualTo(200);
  }

  @Test
  void plainPods_passUnchanged() {
    JsonNode response = ask("/mutate-pod", "CREATE", parse(POD), null);
    assertThat(response.path("allowed").asBoolean()).isTrue();
    assertThat(response.has("patch")).isFalse();
    assertThat(ask("/validate-pod", "DELETE", null, parse(POD)).path("allowed").asBoolean())
        .isTrue();
  }

  @Test
  void cloneSets_getTheirDefaults() {
    ObjectNode object =
        patched(ask(MUTATE_CLONE_SET, "CREATE", parse(CLONE_SET), null), parse(CLONE_SET));
    JsonNode spec = object.path("spec");
    assertThat(Nodes.number(0, spec, "replicas")).isEqualTo(1);
    assertThat(Nodes.number(0, spec, "revisionHistoryLimit")).isEqualTo(10);
    assertThat(spec.path("updateStrategy"))
        .isEqualTo(
            parse(
                "{\"type\":\"ReCreate\",\"partition\":0,\"maxUnavailable\":\"20%\",\"maxSurge\":0}"));
    JsonNode pod = spec.path("template").path("spec");
    assertThat(pod.path("restartPolicy").asText()).isEqualTo("Always");
    JsonNode container = pod.path("containers").path(0);
    assertThat(container.path("imagePullPolicy").asText()).isEqualTo("IfNotPresent");
    assertThat(container.path("ports").path(0).path("protocol").asText()).isEqualTo("TCP");
    assertThat(ask(MUTATE_CLONE_SET, "CREATE", object, null).has("patch")).isFalse();
  }

  @Test
  void cloneSets_withAnOldTemplate_keepItAsItIs() {
    JsonNode response = ask(MUTATE_CLONE_SET, "UPDATE", parse(CLONE_SET), parse(CLONE_SET));
    ObjectNode object = patched(response, parse(CLONE_SET));
    assertThat(object.path("spec").path("template"))
        .isEqualTo(parse(CLONE_SET).path("spec").path("template"));
    WebhookSite site = site("--feature-gates=TemplateNoDefaults=true");
    ObjectNode created =
        patched(
            ask(site, MUTATE_CLONE_SET, review("CREATE", parse(CLONE_SET), null)),
            parse(CLONE_SET));
    assertThat(created.path("spec").path("template").path("spec").has("dnsPolicy")).isFalse();
  }

  @Test
  void cloneSets_inPlace_getAStrategyForThat() {
    ObjectNode object = parse(CLONE_SET);
    Nodes.object(object, "spec", "updateStrategy").put("type", "InPlaceIfPossible");
    assertThat(
            patched(ask(MUTATE_CLONE_SET, "CREATE", object, null), object.deepCopy())
                .path("spec")
                .path("updateStrategy")
                .path("inPlaceUpdateStrategy")
                .isObject())
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/spec/template/metadata/labels|{'app':'other'}|spec.template.metadata.labels: Invalid"
            + " value: map[string]string{\"app\":\"other\"}: `selector` does not match template"
            + " `labels`",
        "/spec/template/metadata|{}|spec.template.metadata.labels: Invalid value:"
            + " map[string]string(nil): `selector` does not match template `labels`",
        "/spec/selector||spec.selector: Required value",
        "/spec/selector|{}|spec.selector: Invalid value: v1.LabelSelector{MatchLabels:"
            + "map[string]string(nil), MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: empty"
            + " selector is invalid for cloneset",
        "/spec/template/spec/containers|[]|spec.template.spec.containers: Required value",
        "/spec/template/spec/containers|[{'name':'a'}]|spec.template.spec.containers[0].image:"
            + " Required value",
        "/spec/template/spec/restartPolicy|\"Never\"|spec.template.spec.restartPolicy: Unsupported"
            + " value: \"Never\": supported values: \"Always\"",
        "/spec/template/spec/activeDeadlineSeconds|5|spec.template.spec.activeDeadlineSeconds:"
            + " Forbidden: activeDeadlineSeconds in cloneset is not Supported",
        "/spec/replicas|-1|spec.replicas: Invalid value: -1: must be greater than or equal to 0",
        "/spec/updateStrategy|{'type':'Odd'}|spec.updateStrategy.type: Invalid value: \"Odd\": must"
            + " be 'ReCreate', InPlaceIfPossible or 'InPlaceOnly'",
        "/spec/updateStrategy|{'type':'InPlaceOnly','maxSurge':1}|spec.updateStrategy.maxSurge:"
            + " Invalid value: \"1\": can not use maxSurge with strategy type InPlaceOnly",
        "/spec/updateStrategy|{'maxUnavailable':0}|spec.updateStrategy.maxUnavailable: Invalid"
            + " value: \"0\": maxUnavailable and maxSurge should not both be less than 1",
      })
  void invalidCloneSets_areDenied(String path, @Nullable String value, String message) {
    ObjectNode object = parse(CLONE_SET);
    String[] steps = path.substring(1).split("/");
    ObjectNode parent =
        Nodes.object(object, List.of(steps).subList(0, steps.length - 1).toArray(String[]::new));
    if (value == null) {
      parent.remove(steps[steps.length - 1]);
    } else {
      parent.set(steps[steps.length - 1], Json.parse(value.replace('\'', '"').getBytes(UTF_8)));
    }
    JsonNode response = ask(VALIDATE_CLONE_SET, "CREATE", object, null);
    assertThat(response.path("allowed").asBoolean()).isFalse();
    assertThat(response.path("status").path("code").asInt()).isEqualTo(422);
    assertThat(response.path("status").path("message").asText()).isEqualTo(message);
  }

  @Test
  void severalErrors_areToldTogether() {
    ObjectNode object = parse(CLONE_SET);
    Nodes.object(object, "spec").put("replicas", -1).remove("selector");
    assertThat(
            ask(VALIDATE_CLONE_SET, "CREATE", object, null).path("status").path("message").asText())
        .startsWith("[spec.replicas: ")
        .endsWith(", spec.selector: Required value]");
  }

  @Test
  void selectors_arePrintedAsGoDoes() {
    JsonNode selector =
        Json.parse(
            """
            {"matchLabels":{"b":"2","a":"1"},"matchExpressions":[
              {"key":"k","operator":"In","values":["x","y"]},{"key":"l","operator":"Exists"}]}
            """
                .getBytes(UTF_8));
    assertThat(FieldErrors.selector(selector))
        .isEqualTo(
            "v1.LabelSelector{MatchLabels:map[string]string{\"a\":\"1\", \"b\":\"2\"},"
                + " MatchExpressions:[]v1.LabelSelectorRequirement{"
                + "v1.LabelSelectorRequirement{Key:\"k\", Operator:\"In\", Values:[]string{\"x\","
                + " \"y\"}}, v1.LabelSelectorRequirement{Key:\"l\", Operator:\"Exists\","
                + " Values:[]string(nil)}}}");
    assertThat(CloneSetStatus.selectorText(selector)).isEqualTo("a=1,b=2,k in (x,y),l");
  }

  @Test
  void validCloneSets_pass() {
    assertThat(
            ask(VALIDATE_CLONE_SET, "CREATE", parse(CLONE_SET), null).path("allowed").asBoolean())
        .isTrue();
    ObjectNode scaled = parse(CLONE_SET);
    Nodes.object(scaled, "spec").put("replicas", 5);
    assertThat(
            ask(VALIDATE_CLONE_SET, "UPDATE", scaled, parse(CLONE_SET)).path("allowed").asBoolean())
        .isTrue();
  }

  @Test
  void anotherSelector_isForbidden() {
    ObjectNode changed = parse(CLONE_SET);
    Nodes.object(changed, "spec", "selector", "matchLabels").removeAll();
    Nodes.object(changed, "spec", "selector", "matchLabels").put("app", "web").put("x", "y");
    Nodes.object(changed, "spec", "template", "metadata", "labels").put("x", "y");
    assertThat(
            ask(VALIDATE_CLONE_SET, "UPDATE", changed, parse(CLONE_SET))
                .path("status")
                .path("message")
                .asText())
        .startsWith("spec: Forbidden: updates to cloneset spec for fields other than 'replicas'");
  }

  @ParameterizedTest
  @CsvSource({
    "Always, 0, forbidden by ResourcesProtectionDeletion for"
        + " policy.kruise.io/delete-protection=Always",
    "Cascading, 2, forbidden by ResourcesProtectionDeletion for"
        + " policy.kruise.io/delete-protection=Cascading and replicas 2>0",
    "Cascading, 0, ''",
    "Never, 2, ''",
  })
  void protectedWorkloads_areNotDeleted(String label, int replicas, String message) {
    for (String path : List.of(VALIDATE_CLONE_SET, "/validate-apps-deployment")) {
      ObjectNode object = parse(CLONE_SET);
      Nodes.object(object, "metadata", "labels").put("policy.kruise.io/delete-protection", label);
      Nodes.object(object, "spec").put("replicas", replicas);
      JsonNode response = ask(path, "DELETE", null, object);
      assertThat(response.path("allowed").asBoolean()).isEqualTo(message.isEmpty());
      assertThat(response.path("status").path("message").asText()).isEqualTo(message);
      if (!message.isEmpty()) {
        assertThat(response.path("status").path("code").asInt()).isEqualTo(403);
      }
    }
  }

  @Test
  void protection_isNotAskedAboutOtherThings() {
    ObjectNode object = parse(CLONE_SET);
    Nodes.object(object, "metadata", "labels").put("policy.kruise.io/delete-protection", "Always");
    String path = "/validate-apps-deployment";
    assertThat(ask(path, "UPDATE", object, object).path("allowed").asBoolean()).isTrue();
    assertThat(ask(path, "DELETE", null, null).path("allowed").asBoolean()).isTrue();
    WebhookSite off = site("--feature-gates=ResourcesDeletionProtection=false");
    assertThat(ask(off, path, review("DELETE", null, object)).path("allowed").asBoolean()).isTrue();
    ObjectNode going = object.deepCopy();
    Nodes.object(going, "metadata").put("deletionTimestamp", "2026-01-01T00:00:00Z");
    assertThat(ask(path, "DELETE", null, going).path("allowed").asBoolean()).isTrue();
  }

  private static ObjectNode cascading(String kind, String name) {
    ObjectNode object = Json.object().put("kind", kind);
    ObjectNode metadata = object.putObject("metadata").put("name", name);
    metadata.putObject("labels").put("policy.kruise.io/delete-protection", "Cascading");
    return object;
  }

  private String message(String path, ObjectNode old) {
    return ask(path, "DELETE", null, old).path("status").path("message").asText();
  }

  @Test
  void protectedNamespaces_areNotDeletedWhilePodsRunInThem() {
    ObjectNode namespace = cascading("Namespace", "default");
    assertThat(message("/validate-namespace", namespace)).isEmpty();
    ObjectNode claim =
        parse(
            "{\"apiVersion\":\"v1\",\"kind\":\"PersistentVolumeClaim\",\"metadata\":{\"name\":\"c\","
                + "\"namespace\":\"default\"},\"status\":{\"phase\":\"Bound\"}}");
    world.add(claim);
    assertThat(message("/validate-namespace", namespace)).endsWith("and \"Bound\" status pvc 1>0");
    world.add(parse(POD));
    ObjectNode over = parse(POD);
    Nodes.object(over, "metadata").put("name", "over");
    Nodes.object(over, "status").put("phase", "Succeeded");
    world.add(over);
    assertThat(message("/validate-namespace", namespace)).endsWith("and active pods 1>0");
  }

  @Test
  void protectedDefinitions_areNotDeletedWhileThereAreObjects() {
    ObjectNode definition = cascading("CustomResourceDefinition", "clonesets.apps.kruise.io");
    Nodes.object(definition, "spec").put("group", "apps.kruise.io");
    Nodes.object(definition, "spec", "names").put("plural", "clonesets");
    String path = "/validate-customresourcedefinition";
    assertThat(message(path, definition))
        .isEqualTo("feature-gate DeletionProtectionForCRDCascadingGate is not enabled");
    WebhookSite site = site("--feature-gates=DeletionProtectionForCRDCascadingGate=true");
    ObjectNode review = review("DELETE", null, definition);
    assertThat(ask(site, path, review).path("allowed").asBoolean()).isTrue();
    world.add(parse(CLONE_SET));
    assertThat(ask(site, path, review).path("status").path("message").asText())
        .endsWith("and active CRs 1>0");
  }

  @Test
  void servicesThatCascade_areNotProtected() {
    assertThat(message("/validate-service", cascading("Service", "s"))).isEmpty();
  }

  private static ObjectNode sidecarSet(String name, String spec) {
    ObjectNode sidecarSet =
        parse(
            "{\"apiVersion\":\"apps.kruise.io/v1alpha1\",\"kind\":\"SidecarSet\",\"metadata\":"
                + "{\"name\":\""
                + name
                + "\"}}");
    sidecarSet.set("spec", Json.parse(spec.replace('\'', '"').getBytes(UTF_8)));
    return sidecarSet;
  }

  @Test
  void sidecarSets_getDefaultsAndHashes() {
    String path = "/mutate-apps-kruise-io-v1alpha1-sidecarset";
    String spec = "{'containers':[{'name':'c','image':'i:1'}],'initContainers':[{'name':'n'}]}";
    ObjectNode first = sidecarSet("s", spec);
    ObjectNode mutated = patched(ask(path, "CREATE", first, null), first.deepCopy());
    Map<String, String> hashes = Nodes.texts(mutated, "metadata", "annotations");
    assertThat(hashes.get("kruise.io/sidecarset-hash")).hasSize(64);
    assertThat(mutated.path("spec").path("containers").path(0).path("podInjectPolicy").asText())
        .isEqualTo("BeforeAppContainer");
    ObjectNode other = sidecarSet("s", spec.replace("i:1", "i:2"));
    Map<String, String> others =
        Nodes.texts(
            patched(ask(path, "CREATE", other, null), other.deepCopy()), "metadata", "annotations");
    String withoutImage = "kruise.io/sidecarset-hash-without-image";
    assertThat(others.get("kruise.io/sidecarset-hash"))
        .isNotEqualTo(hashes.get("kruise.io/sidecarset-hash"));
    assertThat(others.get(withoutImage)).isEqualTo(hashes.get(withoutImage));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'containers':[{'name':'c'}]}|spec.selector: Required value: no selector defined for"
            + " SidecarSet",
        "{'selector':{'matchLabels':{'a':'b'}}}|spec: Required value: no initContainer or container"
            + " defined for SidecarSet",
        "{'selector':{'matchLabels':{'a':'b'}},'containers':[{}],'namespace':'n',"
            + "'namespaceSelector':{}}|spec.namespace, namespaceSelector: Required value: namespace"
            + " and namespaceSelector are mutually exclusive",
        "{'selector':{'matchLabels':{'a':'b'}},'initContainers':[{}]}|",
      })
  void sidecarSets_areValidated(String spec, @Nullable String message) {
    JsonNode response =
        ask("/validate-apps-kruise-io-v1alpha1-sidecarset", "CREATE", sidecarSet("s", spec), null);
    assertThat(response.path("allowed").asBoolean()).isEqualTo(message == null);
    assertThat(response.path("status").path("message").asText())
        .isEqualTo(message == null ? "" : message);
    assertThat(
            ask(
                    "/validate-apps-kruise-io-v1alpha1-sidecarset",
                    "DELETE",
                    null,
                    sidecarSet("s", spec))
                .path("allowed")
                .asBoolean())
        .isTrue();
  }

  @Test
  void sidecars_areInjectedIntoMatchingPods() {
    world.add(
        sidecarSet(
            "logs",
            "{'selector':{'matchLabels':{'app':'web'}},'containers':["
                + "{'name':'before','image':'b','podInjectPolicy':'BeforeAppContainer',"
                + "'upgradeStrategy':{'upgradeType':'ColdUpgrade'}},"
                + "{'name':'after','image':'a','podInjectPolicy':'AfterAppContainer'}],"
                + "'initContainers':[{'name':'z'},{'name':'y'}],'volumes':[{'name':'v'}],"
                + "'imagePullSecrets':[{'name':'pull'}]}"));
    ObjectNode pod = patched(ask("/mutate-pod", "CREATE", parse(POD), null), parse(POD));
    assertThat(pod.path("spec").path("containers"))
        .extracting(container -> container.path("name").asText())
        .containsExactly("before", "main", "after");
    assertThat(pod.path("spec").path("initContainers"))
        .extracting(container -> container.path("name").asText())
        .containsExactly("y", "z");
    JsonNode first = pod.path("spec").path("containers").path(0);
    assertThat(first.has("podInjectPolicy") || first.has("upgradeStrategy")).isFalse();
    assertThat(first.path("env").path(0).path("name").asText()).isEqualTo("IS_INJECTED");
    assertThat(pod.path("spec").path("volumes")).hasSize(1);
    assertThat(pod.path("spec").path("imagePullSecrets")).hasSize(1);
    Map<String, String> annotations = Nodes.texts(pod, "metadata", "annotations");
    assertThat(annotations).containsEntry("kruise.io/sidecarset-injected-list", "logs");
    assertThat(parse(annotations.get("kruise.io/sidecarset-hash")).path("logs").path("sidecarList"))
        .extracting(JsonNode::asText)
        .containsExactly("after", "before");
  }

  @Test
  void sidecars_replaceContainersOfTheirName_andAddToWhatWasInjectedBefore() {
    world.add(
        sidecarSet(
            "logs",
            "{'selector':{'matchLabels':{'app':'web'}},'volumes':[{'name':'v','emptyDir':{}}],"
                + "'containers':[{'name':'main','image':'other'}]}"));
    ObjectNode before = parse(POD);
    Nodes.array(Nodes.object(before, "spec"), "volumes").addObject().put("name", "v");
    Nodes.object(before, "metadata", "annotations")
        .put("kruise.io/sidecarset-injected-list", "z,a")
        .put("kruise.io/sidecarset-hash", "{\"a\":{}}")
        .put("kruise.io/sidecarset-hash-without-image", "broken");
    ObjectNode pod = patched(ask("/mutate-pod", "CREATE", before, null), before.deepCopy());
    assertThat(pod.path("spec").path("containers")).hasSize(1);
    assertThat(pod.path("spec").path("containers").path(0).path("image").asText())
        .isEqualTo("other");
    assertThat(pod.path("spec").path("volumes")).hasSize(1);
    Map<String, String> annotations = Nodes.texts(pod, "metadata", "annotations");
    assertThat(annotations).containsEntry("kruise.io/sidecarset-injected-list", "a,logs,z");
    assertThat(parse(annotations.get("kruise.io/sidecarset-hash")).has("a")).isTrue();
    assertThat(parse(annotations.get("kruise.io/sidecarset-hash-without-image")).size())
        .isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'selector':{'matchLabels':{'app':'other'}}}|false",
        "{'selector':{}}|false",
        "{'selector':{'matchLabels':{'app':'web'}},'namespace':'default'}|true",
        "{'selector':{'matchLabels':{'app':'web'}},'namespace':'elsewhere'}|false",
        "{'selector':{'matchLabels':{'app':'web'}},'injectionStrategy':{'paused':true}}|false",
        "{'selector':{'matchLabels':{'app':'web'}},'namespaceSelector':{'matchLabels':{'a':'b'}}}|true",
        "{'selector':{'matchLabels':{'app':'web'}},'namespaceSelector':{'matchLabels':{'a':'c'}}}|false",
        "{'selector':{'matchExpressions':[{'key':'app','operator':'In','values':['web']}]}}|true",
        "{'selector':{'matchExpressions':[{'key':'app','operator':'NotIn','values':['web']}]}}|false",
        "{'selector':{'matchExpressions':[{'key':'x','operator':'NotIn','values':['y']}]}}|true",
        "{'selector':{'matchExpressions':[{'key':'app','operator':'Exists'}]}}|true",
        "{'selector':{'matchExpressions':[{'key':'app','operator':'DoesNotExist'}]}}|false",
        "{'selector':{'matchExpressions':[{'key':'app','operator':'Near'}]}}|false",
      })
  void sidecarSets_matchBySelectorAndNamespace(String spec, boolean injected) {
    ObjectNode namespace =
        parse("{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"default\"}}");
    Nodes.object(namespace, "metadata", "labels").put("a", "b");
    world.add(namespace);
    ObjectNode sidecarSet = sidecarSet("s", spec);
    Nodes.array(Nodes.object(sidecarSet, "spec"), "containers").addObject().put("name", "c");
    world.add(sidecarSet);
    assertThat(ask("/mutate-pod", "CREATE", parse(POD), null).has("patch")).isEqualTo(injected);
    assertThat(ask("/mutate-pod", "UPDATE", parse(POD), parse(POD)).has("patch")).isFalse();
  }

  @Test
  void aHandlerThatMayNotRead_denies() {
    World denied =
        new World(new DenyingAuthorizer(access -> access.resource().equals("sidecarsets")));
    denied.apply(SmallRelease.yaml());
    WebhookSite site =
        new WebhookSite(
            Map.of("/mutate-pod", new SidecarInjection(denied.client(), denied.timers::now)));
    JsonNode response = ask(site, "/mutate-pod", review("CREATE", parse(POD), null));
    assertThat(response.path("allowed").asBoolean()).isFalse();
    assertThat(response.path("status").path("message").asText()).contains("is forbidden");
  }

  @Test
  void otherWorkloads_areValidatedToo() {
    ObjectNode object = parse(CLONE_SET);
    Nodes.object(object, "spec").remove("selector");
    for (String path :
        List.of(
            "/validate-apps-kruise-io-statefulset",
            "/validate-apps-kruise-io-v1alpha1-daemonset")) {
      assertThat(ask(path, "CREATE", object, null).path("allowed").asBoolean()).isFalse();
      assertThat(ask(path, "DELETE", null, object).path("allowed").asBoolean()).isTrue();
      assertThat(ask(path, "CREATE", null, null).path("allowed").asBoolean()).isTrue();
    }
    assertThat(
            ask("/mutate-apps-kruise-io-statefulset", "CREATE", object, null)
                .path("allowed")
                .asBoolean())
        .isTrue();
  }

  private static JsonNode convert(String from, String to, boolean wholeObject) {
    ObjectNode review = Json.object().put("apiVersion", "apiextensions.k8s.io/v1");
    ObjectNode request = review.putObject("request");
    request.put("uid", "u-2").put("desiredAPIVersion", to);
    if (wholeObject) {
      request.putArray("objects").addObject().put("apiVersion", from).put("kind", "StatefulSet");
    } else {
      request.putArray("objects").add("text");
    }
    return Json.parse(ConversionReviews.answer(Json.bytes(review))).path("response");
  }

  @Test
  void conversion_changesTheVersion() {
    JsonNode response = convert("apps.kruise.io/v1alpha1", "apps.kruise.io/v1beta1", true);
    assertThat(response.path("uid").asText()).isEqualTo("u-2");
    assertThat(response.path("result").path("status").asText()).isEqualTo("Success");
    assertThat(response.path("convertedObjects").path(0).path("apiVersion").asText())
        .isEqualTo("apps.kruise.io/v1beta1");
    assertThat(site().answer("/convert", "{}".getBytes(UTF_8)).status()).isEqualTo(200);
  }

  @Test
  void conversion_ofWhatCannotBe_fails() {
    Map<String, JsonNode> failures = new LinkedHashMap<>();
    failures.put("another group", convert("apps/v1", "apps.kruise.io/v1beta1", true));
    failures.put("no group", convert("v1", "apps.kruise.io/v1beta1", true));
    failures.put("no object", convert("", "apps.kruise.io/v1beta1", false));
    failures.put(
        "no JSON", Json.parse(ConversionReviews.answer(new byte[] {'{'})).path("response"));
    assertThat(failures)
        .allSatisfy(
            (name, response) -> {
              assertThat(response.path("result").path("status").asText()).isEqualTo("Failure");
              assertThat(response.has("convertedObjects")).isFalse();
            });
  }

  @Test
  void aRefusalOfTheApiServer_isNotTakenForAnAnswer() {
    WebhookSite site =
        new WebhookSite(
            Map.of(
                "/x",
                question -> {
                  throw Statuses.internal("no");
                }));
    JsonNode response = ask(site, "/x", review("CREATE", parse(POD), null));
    assertThat(response.path("status").path("code").asInt()).isEqualTo(500);
  }
}
