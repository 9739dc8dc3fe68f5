package io.github.kruiseinstaller.testkit.internal.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.admission.Admission.Operation;
import io.github.kruiseinstaller.testkit.internal.admission.Admission.Request;
import io.github.kruiseinstaller.testkit.internal.auth.Caller;
import io.github.kruiseinstaller.testkit.internal.kind.Kinds;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.kind.Schema;
import io.github.kruiseinstaller.testkit.internal.network.Backend;
import io.github.kruiseinstaller.testkit.internal.network.HttpsListener.Answer;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A cluster in a map, a webhook server behind a Service, and admission over both. */
final class Fixture extends Objects implements AutoCloseable {
  static final Resource PODS = resource("", "v1", "Pod", "pods", true);
  static final Resource NAMESPACES = resource("", "v1", "Namespace", "namespaces", false);
  static final Resource NODES = resource("", "v1", "Node", "nodes", false);
  static final Resource DEPLOYMENTS = resource("apps", "v1", "Deployment", "deployments", true);
  static final Resource CLONE_SETS =
      resource("apps.kruise.io", "v1alpha1", "CloneSet", "clonesets", true);
  static final Resource NEW_CLONE_SETS =
      resource("apps.kruise.io", "v1beta1", "CloneSet", "clonesets", true);

  final Backend backend = new Backend();
  final List<ObjectNode> asked = new CopyOnWriteArrayList<>();
  final WebhookAdmission webhooks;
  final AdmissionChain chain;
  private final Map<String, Function<ObjectNode, ObjectNode>> answers = new ConcurrentHashMap<>();

  Fixture() {
    this(new TwoVersions());
  }

  Fixture(Kinds kinds) {
    webhooks =
        new WebhookAdmission(
            new WebhookAdmission.Wiring(
                this, kinds, backend.client, Fixture::converted, backend.nanos::get));
    chain = new AdmissionChain(this, webhooks, new Random(7));
    backend.pod("10.244.0.1", this::answer);
    backend.endpoints("10.244.0.1");
    put("", "namespaces", object("v1", "Namespace", "", "apps"));
    put("", "serviceaccounts", object("v1", "ServiceAccount", "apps", "default"));
  }

  private Answer answer(String path, byte[] body) {
    ObjectNode review = (ObjectNode) Json.parse(body);
    review.put("path", path);
    asked.add(review);
    ObjectNode response = answers.getOrDefault(path, any -> allowed()).apply(review);
    response.put("uid", Nodes.textOrEmpty(review, "request", "uid"));
    ObjectNode answer = Json.object();
    answer.put("kind", "AdmissionReview");
    answer.put("apiVersion", Nodes.textOrEmpty(review, "apiVersion"));
    answer.set("response", response);
    return Answer.json(Json.bytes(answer));
  }

  /** What is answered at a path; without it everything is allowed. */
  void at(String path, Function<ObjectNode, ObjectNode> answer) {
    answers.put(path, answer);
  }

  static ObjectNode allowed() {
    return Json.object().put("allowed", true);
  }

  static ObjectNode patching(String operations) {
    return allowed()
        .put("patchType", "JSONPatch")
        .put(
            "patch",
            Base64.getEncoder().encodeToString(operations.getBytes(StandardCharsets.UTF_8)));
  }

  /** Paths in the order in which they were asked. */
  List<String> paths() {
    return asked.stream().map(review -> review.path("path").asText()).toList();
  }

  /** A configuration with one hook at {@code /NAME}. */
  ObjectNode hook(String kind, String configuration, String name, String rules) {
    ObjectNode object = object("admissionregistration.k8s.io/v1", kind, "", configuration);
    ObjectNode hook = object.putArray("webhooks").addObject();
    hook.put("name", name).put("sideEffects", "None").put("timeoutSeconds", 5);
    ObjectNode client = backend.clientConfig("hook", backend.authority.caPem());
    ((ObjectNode) client.get("service")).put("path", "/" + name);
    hook.set("clientConfig", client);
    hook.putArray("admissionReviewVersions").add("v1");
    hook.set("rules", Json.parse(rules.getBytes(StandardCharsets.UTF_8)));
    put(
        "admissionregistration.k8s.io",
        kind.equals("MutatingWebhookConfiguration")
            ? "mutatingwebhookconfigurations"
            : "validatingwebhookconfigurations",
        object);
    return hook;
  }

  ObjectNode validating(String name, String rules) {
    return hook("ValidatingWebhookConfiguration", "config", name, rules);
  }

  ObjectNode mutating(String name, String rules) {
    return hook("MutatingWebhookConfiguration", "config", name, rules);
  }

  static String rule(String operations, String groups, String versions, String resources) {
    return "[{\"operations\":[\""
        + operations
        + "\"],\"apiGroups\":[\""
        + groups
        + "\"],\"apiVersions\":[\""
        + versions
        + "\"],\"resources\":[\""
        + resources
        + "\"]}]";
  }

  static final String POD_CREATE = rule("CREATE", "", "v1", "pods");

  static ObjectNode object(String apiVersion, String kind, String namespace, String name) {
    ObjectNode object = Json.object();
    object.put("apiVersion", apiVersion).put("kind", kind);
    ObjectNode metadata = object.putObject("metadata").put("name", name);
    if (!namespace.isEmpty()) {
      metadata.put("namespace", namespace);
    }
    return object;
  }

  static ObjectNode pod(String name) {
    ObjectNode pod = object("v1", "Pod", "apps", name);
    ObjectNode spec = pod.putObject("spec").put("serviceAccountName", "default");
    spec.putArray("containers").addObject().put("name", "main").put("image", "a");
    return pod;
  }

  static Request create(ObjectNode object, Resource resource) {
    return request(Operation.CREATE, resource, "", object, null);
  }

  static Request createPod(ObjectNode pod) {
    return create(pod, PODS);
  }

  static Request request(
      Operation operation,
      Resource resource,
      String subresource,
      ObjectNode object,
      ObjectNode old) {
    ObjectNode either = object == null ? old : object;
    return new Request(
        operation,
        resource,
        subresource,
        resource.namespaced() ? "apps" : "",
        Nodes.name(either),
        object,
        old,
        false,
        Json.object().put("kind", "CreateOptions").put("apiVersion", "meta.k8s.io/v1"),
        new Caller("alice", List.of("people"), "test"),
        new ArrayList<>());
  }

  static Request dryRun(Request request) {
    return new Request(
        request.operation(),
        request.resource(),
        request.subresource(),
        request.namespace(),
        request.name(),
        request.object(),
        request.oldObject(),
        true,
        request.options(),
        request.caller(),
        request.warnings());
  }

  @Override
  public void close() {
    backend.close();
    webhooks.close();
  }

  private static ObjectNode converted(ObjectNode object, String apiVersion) {
    return object.deepCopy().put("apiVersion", apiVersion);
  }

  static Resource resource(
      String group, String version, String kind, String plural, boolean namespaced) {
    return new Resource(
        group,
        version,
        kind,
        plural,
        plural,
        namespaced,
        List.of(),
        List.of(),
        Set.of(),
        Set.of(),
        Schema.any(),
        false);
  }

  /** CloneSets in two versions, everything else in one. */
  private static final class TwoVersions implements Kinds {
    @Override
    public Optional<Resource> resource(String group, String version, String plural) {
      return versions(group, plural).stream()
          .filter(each -> each.version().equals(version))
          .findFirst();
    }

    @Override
    public Optional<Resource> kind(String apiVersion, String kind) {
      return Optional.empty();
    }

    @Override
    public List<Resource> versions(String group, String plural) {
      return all().stream()
          .filter(each -> each.group().equals(group) && each.plural().equals(plural))
          .toList();
    }

    @Override
    public List<Resource> all() {
      return List.of(PODS, NAMESPACES, NODES, DEPLOYMENTS, NEW_CLONE_SETS, CLONE_SETS);
    }

    @Override
    public void serve(ObjectNode definition) {}

    @Override
    public void withdraw(String definitionName) {}

    @Override
    public long generation() {
      return 0;
    }
  }
}
