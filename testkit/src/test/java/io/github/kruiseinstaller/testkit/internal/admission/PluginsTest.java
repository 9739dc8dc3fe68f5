package io.github.kruiseinstaller.testkit.internal.admission;

import static io.github.kruiseinstaller.testkit.internal.admission.Fixture.DEPLOYMENTS;
import static io.github.kruiseinstaller.testkit.internal.admission.Fixture.NAMESPACES;
import static io.github.kruiseinstaller.testkit.internal.admission.Fixture.NODES;
import static io.github.kruiseinstaller.testkit.internal.admission.Fixture.PODS;
import static io.github.kruiseinstaller.testkit.internal.admission.Fixture.createPod;
import static io.github.kruiseinstaller.testkit.internal.admission.Fixture.object;
import static io.github.kruiseinstaller.testkit.internal.admission.Fixture.pod;
import static io.github.kruiseinstaller.testkit.internal.admission.Fixture.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.admission.Admission.Operation;
import io.github.kruiseinstaller.testkit.internal.admission.Admission.Request;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PluginsTest {
  private final Objects cluster = new Objects();
  private final AtomicInteger pauses = new AtomicInteger();

  @ParameterizedTest
  @CsvSource({
    "default, true",
    "kube-system, true",
    "kube-public, true",
    "kube-node-lease, false",
    "apps, false"
  })
  void namespaceLifecycle_keepsWhatEveryClusterHas(String name, boolean refuses) {
    Request request =
        request(Operation.DELETE, NAMESPACES, "", null, object("v1", "Namespace", "", name));
    Plugin plugin = new NamespaceLifecycle();
    if (refuses) {
      assertThatThrownBy(() -> plugin.validate(request))
          .hasMessage(
              "namespaces \"" + name + "\" is forbidden: this namespace may not be deleted");
    } else {
      plugin.validate(request);
    }
    plugin.validate(
        request(Operation.UPDATE, NAMESPACES, "", object("v1", "Namespace", "", name), null));
    plugin.validate(request(Operation.DELETE, NODES, "", null, object("v1", "Node", "", name)));
  }

  @Test
  void serviceAccounts_giveAPodItsTokenVolume() {
    account("");
    ObjectNode pod = pod("p");
    ((ObjectNode) pod.get("spec")).remove("serviceAccountName");
    ((ObjectNode) pod.get("spec")).putArray("initContainers").addObject().put("name", "i");
    accounts().mutate(createPod(pod), pod);
    JsonNode spec = pod.get("spec");
    assertThat(spec.path("serviceAccountName").asText()).isEqualTo("default");
    assertThat(spec.path("serviceAccount").asText()).isEqualTo("default");
    String volume = spec.at("/volumes/0/name").asText();
    assertThat(volume).matches("kube-api-access-[bcdfghjklmnpqrstvwxz2456789]{5}");
    assertThat(spec.at("/volumes/0/projected").toString())
        .isEqualTo(
            "{\"sources\":[{\"serviceAccountToken\":{\"expirationSeconds\":3607,\"path\":\"token\"}},"
                + "{\"configMap\":{\"name\":\"kube-root-ca.crt\",\"items\":[{\"key\":\"ca.crt\","
                + "\"path\":\"ca.crt\"}]}},{\"downwardAPI\":{\"items\":[{\"path\":\"namespace\","
                + "\"fieldRef\":{\"apiVersion\":\"v1\",\"fieldPath\":\"metadata.namespace\"}}]}}],"
                + "\"defaultMode\":420}");
    for (String list : new String[] {"containers", "initContainers"}) {
      assertThat(spec.at("/" + list + "/0/volumeMounts").toString())
          .isEqualTo(
              "[{\"name\":\""
                  + volume
                  + "\",\"readOnly\":true,\"mountPath\":\"/var/run/secrets/kubernetes.io/serviceaccount\"}]");
    }
    ObjectNode once = pod.deepCopy();
    accounts().mutate(createPod(pod), pod);
    assertThat(pod).isEqualTo(once);
  }

  @ParameterizedTest
  @CsvSource({
    "'', '', true",
    "false, '', false",
    "'', false, false",
    "false, true, true",
    "true, false, false"
  })
  void serviceAccounts_mountNoTokenWhenThePodOrElseTheAccountSaysSo(
      String ofAccount, String ofPod, boolean mounts) {
    account(ofAccount);
    ObjectNode pod = pod("p");
    if (!ofPod.isEmpty()) {
      ((ObjectNode) pod.get("spec"))
          .put("automountServiceAccountToken", Boolean.parseBoolean(ofPod));
    }
    accounts().mutate(createPod(pod), pod);
    assertThat(pod.get("spec").has("volumes")).isEqualTo(mounts);
  }

  @Test
  void serviceAccounts_respectAMountThatIsThere() {
    account("");
    ObjectNode pod = pod("p");
    ((ObjectNode) pod.at("/spec/containers/0"))
        .putArray("volumeMounts")
        .addObject()
        .put("name", "own")
        .put("mountPath", "/var/run/secrets/kubernetes.io/serviceaccount");
    accounts().mutate(createPod(pod), pod);
    assertThat(pod.get("spec").has("volumes")).isFalse();
  }

  @Test
  void serviceAccounts_handOnPullSecretsUnlessThePodHasSome() {
    account("").putArray("imagePullSecrets").addObject().put("name", "s");
    ObjectNode pod = pod("p");
    accounts().mutate(createPod(pod), pod);
    assertThat(pod.at("/spec/imagePullSecrets").toString()).isEqualTo("[{\"name\":\"s\"}]");
    ObjectNode own = pod("p");
    ((ObjectNode) own.get("spec")).putArray("imagePullSecrets").addObject().put("name", "o");
    accounts().mutate(createPod(own), own);
    assertThat(own.at("/spec/imagePullSecrets").toString()).isEqualTo("[{\"name\":\"o\"}]");
  }

  @Test
  void serviceAccounts_mustExist() {
    ObjectNode pod = pod("p");
    String message =
        "pods \"p\" is forbidden: error looking up service account apps/default: serviceaccount"
            + " \"default\" not found";
    assertThatThrownBy(() -> accounts().mutate(createPod(pod), pod)).hasMessage(message);
    assertThatThrownBy(() -> accounts().validate(createPod(pod))).hasMessage(message);
    account("");
    accounts().validate(createPod(pod));
    ((ObjectNode) pod.get("spec")).remove("serviceAccountName");
    assertThatThrownBy(() -> accounts().validate(createPod(pod)))
        .hasMessage("pods \"p\" is forbidden: no service account specified for pod apps/p");
  }

  @Test
  void serviceAccounts_waitForTheDefaultOneOnly() {
    ServiceAccounts late =
        new ServiceAccounts(
            cluster,
            new Random(3),
            () -> {
              if (pauses.incrementAndGet() == 3) {
                account("");
              }
            });
    ObjectNode pod = pod("p");
    late.mutate(createPod(pod), pod);
    assertThat(pauses).hasValue(3);
    ((ObjectNode) pod.get("spec")).put("serviceAccountName", "other");
    assertThatThrownBy(() -> late.mutate(createPod(pod), pod))
        .hasMessageEndingWith("serviceaccount \"other\" not found");
    assertThat(pauses).hasValue(3);
  }

  @Test
  void serviceAccounts_doNotWaitWhenInterrupted() {
    ServiceAccounts interrupted =
        new ServiceAccounts(
            cluster,
            new Random(3),
            () -> {
              throw new InterruptedException();
            });
    assertThatThrownBy(() -> interrupted.validate(createPod(pod("p"))))
        .hasMessageEndingWith("not found");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void serviceAccounts_areNoMatterOfOtherRequests() {
    ObjectNode pod = pod("p");
    ObjectNode before = pod.deepCopy();
    Request update = request(Operation.UPDATE, PODS, "", pod, pod);
    accounts().mutate(update, pod);
    accounts().validate(update);
    Request status = request(Operation.CREATE, PODS, "eviction", pod, null);
    accounts().mutate(status, pod);
    accounts().validate(request(Operation.DELETE, PODS, "", null, pod));
    assertThat(pod).isEqualTo(before);
  }

  @Test
  void refusal_ofAPodWithoutAName_callsItByWhatItsNameBeginsWith() {
    ObjectNode pod = pod("p");
    ((ObjectNode) pod.get("metadata")).remove("name");
    assertThatThrownBy(() -> accounts().mutate(createPod(pod), pod))
        .hasMessageStartingWith("pods \"Unknown\" is forbidden");
    ((ObjectNode) pod.get("metadata")).put("generateName", "web-");
    assertThatThrownBy(() -> accounts().mutate(createPod(pod), pod))
        .hasMessageStartingWith("pods \"web-\" is forbidden");
  }

  @Test
  void tolerations_areAddedUnlessThereAreSuch() {
    ObjectNode pod = pod("p");
    new DefaultTolerationSeconds().mutate(createPod(pod), pod);
    assertThat(pod.at("/spec/tolerations").toString())
        .isEqualTo(
            "[{\"key\":\"node.kubernetes.io/not-ready\",\"operator\":\"Exists\",\"effect\":\"NoExecute\",\"tolerationSeconds\":300},"
                + "{\"key\":\"node.kubernetes.io/unreachable\",\"operator\":\"Exists\",\"effect\":\"NoExecute\",\"tolerationSeconds\":300}]");
    ObjectNode once = pod.deepCopy();
    new DefaultTolerationSeconds().mutate(request(Operation.UPDATE, PODS, "", pod, pod), pod);
    assertThat(pod).isEqualTo(once);
    ObjectNode all = pod("p");
    ((ObjectNode) all.get("spec")).putArray("tolerations").addObject().put("operator", "Exists");
    new DefaultTolerationSeconds().mutate(createPod(all), all);
    assertThat(all.at("/spec/tolerations")).hasSize(1);
    ObjectNode other = pod("p");
    ((ObjectNode) other.get("spec"))
        .putArray("tolerations")
        .addObject()
        .put("key", "node.kubernetes.io/not-ready")
        .put("effect", "NoSchedule");
    new DefaultTolerationSeconds().mutate(createPod(other), other);
    assertThat(other.at("/spec/tolerations")).hasSize(3);
    ObjectNode node = object("v1", "Node", "", "n");
    new DefaultTolerationSeconds().mutate(Fixture.create(node, NODES), node);
    assertThat(node.has("spec")).isFalse();
  }

  @Test
  void priority_isNoughtWithoutClasses() {
    ObjectNode pod = resolved(pod("p"));
    assertThat(pod.at("/spec/priority").asInt(-1)).isZero();
    assertThat(pod.at("/spec/preemptionPolicy").asText()).isEqualTo("PreemptLowerPriority");
    assertThat(pod.get("spec").has("priorityClassName")).isFalse();
  }

  @Test
  void priority_comesFromTheClass() {
    priorityClass("high", 1000, false).put("preemptionPolicy", "Never");
    assertThat(resolved(withClass("high")).at("/spec/priority").asInt()).isEqualTo(1000);
    assertThat(resolved(withClass("high")).at("/spec/preemptionPolicy").asText())
        .isEqualTo("Never");
    assertThat(resolved(withClass("system-node-critical")).at("/spec/priority").asLong())
        .isEqualTo(2_000_001_000L);
    assertThatThrownBy(() -> resolved(withClass("none")))
        .hasMessage("pods \"p\" is forbidden: no PriorityClass with name none was found");
  }

  @Test
  void priority_withoutPolicyInTheClass_setsNone() {
    priorityClass("plain", 5, false);
    assertThat(resolved(withClass("plain")).get("spec").has("preemptionPolicy")).isFalse();
  }

  @Test
  void priority_byDefault_isThatOfTheLowestDefaultClass() {
    priorityClass("b", 20, true);
    priorityClass("a", 10, true);
    ObjectNode pod = resolved(pod("p"));
    assertThat(pod.at("/spec/priority").asInt()).isEqualTo(10);
    assertThat(pod.at("/spec/priorityClassName").asText()).isEqualTo("a");
  }

  @Test
  void priority_thatThePodSaysItself_mustBeTheSame() {
    ObjectNode pod = pod("p");
    ((ObjectNode) pod.get("spec")).put("priority", 7L);
    assertThatThrownBy(() -> resolved(pod))
        .hasMessage(
            "pods \"p\" is forbidden: the integer value of priority (7) must not be provided in pod"
                + " spec; priority admission controller computed 0 from the given PriorityClass"
                + " name");
    ObjectNode policy = pod("p");
    ((ObjectNode) policy.get("spec")).put("preemptionPolicy", "Never");
    assertThatThrownBy(() -> resolved(policy))
        .hasMessage(
            "pods \"p\" is forbidden: the string value of PreemptionPolicy (Never) must not be"
                + " provided in pod spec; priority admission controller computed"
                + " PreemptLowerPriority from the given PriorityClass name");
  }

  @Test
  void priority_ofAnUpdate_isKept() {
    ObjectNode old = resolved(pod("p"));
    ObjectNode pod = pod("p");
    new PodPriority(cluster).mutate(request(Operation.UPDATE, PODS, "", pod, old), pod);
    assertThat(pod).isEqualTo(old);
    ObjectNode node = object("v1", "Node", "", "n");
    new PodPriority(cluster).mutate(Fixture.create(node, NODES), node);
    assertThat(node.has("spec")).isFalse();
  }

  @Test
  void limitRanger_fillsInDefaultsAndSaysSo() {
    limit(
        "{\"type\":\"Container\",\"default\":{\"cpu\":\"500m\",\"memory\":\"1Gi\"},\"defaultRequest\":{\"cpu\":\"100m\"}}");
    limit("{\"type\":\"Pod\",\"max\":{\"cpu\":\"1\"}}");
    ObjectNode pod = pod("p");
    ((ObjectNode) pod.get("spec"))
        .putArray("initContainers")
        .addObject()
        .put("name", "i")
        .putObject("resources")
        .putObject("limits")
        .put("cpu", "1");
    new LimitRanger(cluster).mutate(createPod(pod), pod);
    assertThat(pod.at("/spec/containers/0/resources").toString())
        .isEqualTo(
            "{\"requests\":{\"cpu\":\"100m\"},\"limits\":{\"cpu\":\"500m\",\"memory\":\"1Gi\"}}");
    assertThat(pod.at("/metadata/annotations/kubernetes.io~1limit-ranger").asText())
        .isEqualTo(
            "LimitRanger plugin set: cpu request for container main; cpu, memory limit for"
                + " container main; cpu request for init container i; memory limit for init"
                + " container i");
  }

  @ParameterizedTest
  @CsvSource({
    "100m, 200m, ''",
    "'', 200m, 'minimum cpu usage per Container is 50m.  No request is specified'",
    "10m, 200m, 'minimum cpu usage per Container is 50m, but request is 10m'",
    "60m, 40m, 'minimum cpu usage per Container is 50m, but limit is 40m'",
    "100m, '', 'maximum cpu usage per Container is 1.  No limit is specified'",
    "100m, 2, 'maximum cpu usage per Container is 1, but limit is 2'",
    "2k, 1, 'maximum cpu usage per Container is 1, but request is 2k'",
    "'', '', '[minimum cpu usage per Container is 50m.  No request is specified, maximum cpu usage"
        + " per Container is 1.  No limit is specified]'"
  })
  void limitRanger_refusesWhatIsOutside(String request, String limit, String why) {
    limit("{\"type\":\"Container\",\"min\":{\"cpu\":\"50m\"},\"max\":{\"cpu\":1}}");
    ObjectNode pod = pod("p");
    ObjectNode resources = ((ObjectNode) pod.at("/spec/containers/0")).putObject("resources");
    if (!request.isEmpty()) {
      resources.putObject("requests").put("cpu", request);
    }
    if (!limit.isEmpty()) {
      resources.putObject("limits").put("cpu", limit);
    }
    Plugin plugin = new LimitRanger(cluster);
    if (why.isEmpty()) {
      plugin.validate(createPod(pod));
    } else {
      assertThatThrownBy(() -> plugin.validate(createPod(pod)))
          .hasMessage("pods \"p\" is forbidden: " + why);
    }
    plugin.validate(request(Operation.UPDATE, PODS, "", pod, pod));
  }

  @ParameterizedTest
  @CsvSource({
    "'1', '2', ''",
    "'250m', '500m', 'minimum cpu usage per Pod is 700m, but request is 600m'",
    "'1', '3', 'maximum cpu usage per Pod is 5, but limit is 6100m'",
    "'', '', '[minimum cpu usage per Pod is 700m, but request is 100m, maximum cpu usage per Pod is"
        + " 5, but limit is 5100m]'",
  })
  void limitRanger_addsUpThePod(String request, String limit, String why) {
    limit("{\"type\":\"Pod\",\"min\":{\"cpu\":\"700m\"},\"max\":{\"cpu\":\"5\"}}");
    ObjectNode pod = pod("p");
    container(pod, "containers", request, limit);
    container(pod, "containers", request, limit);
    sidecar(pod, "100m", limit.isEmpty() ? "5100m" : "100m");
    Plugin plugin = new LimitRanger(cluster);
    if (why.isEmpty()) {
      plugin.validate(createPod(pod));
      plugin.validate(request(Operation.UPDATE, PODS, "resize", pod, pod));
    } else {
      assertThatThrownBy(() -> plugin.validate(createPod(pod)))
          .hasMessage("pods \"p\" is forbidden: " + why);
      assertThatThrownBy(() -> plugin.validate(request(Operation.UPDATE, PODS, "resize", pod, pod)))
          .hasMessage("pods \"p\" is forbidden: " + why);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Container, 1, 2, ''",
    "Container, 1, 3, 'cpu max limit to request ratio per Container is 2, but provided ratio is"
        + " 3.000000'",
    "Pod, 300m, 1, 'cpu max limit to request ratio per Pod is 2, but provided ratio is 3.333333'",
    "Container, '', 1, 'cpu max limit to request ratio per Container is 2, but no request is"
        + " specified or request is 0'",
    "Pod, 1, '', 'cpu max limit to request ratio per Pod is 2, but no limit is specified or limit"
        + " is 0'"
  })
  void limitRanger_holdsLimitsToRequests(String type, String request, String limit, String why) {
    limit("{\"type\":\"" + type + "\",\"maxLimitRequestRatio\":{\"cpu\":\"2\"}}");
    ObjectNode pod = pod("p");
    Nodes.object(pod, "spec").putArray("containers");
    container(pod, "containers", request, limit);
    Plugin plugin = new LimitRanger(cluster);
    if (why.isEmpty()) {
      plugin.validate(createPod(pod));
    } else {
      assertThatThrownBy(() -> plugin.validate(createPod(pod)))
          .hasMessage("pods \"p\" is forbidden: " + why);
    }
  }

  @Test
  void limitRanger_namesWhatTheFirstRangeForbids_eachOnce() {
    limit("{\"type\":\"Container\",\"max\":{\"cpu\":\"1\"}}");
    limit("{\"type\":\"Container\",\"max\":{\"memory\":\"1Gi\"}}");
    ObjectNode pod = pod("p");
    container(pod, "containers", "", "");
    assertThatThrownBy(() -> new LimitRanger(cluster).validate(createPod(pod)))
        .hasMessage(
            "pods \"p\" is forbidden: maximum cpu usage per Container is 1.  No limit is"
                + " specified");
  }

  private static ObjectNode container(ObjectNode pod, String list, String request, String limit) {
    ObjectNode container = Nodes.array(Nodes.object(pod, "spec"), list).addObject();
    container.put("name", "c" + pod.at("/spec/" + list).size());
    if (!request.isEmpty()) {
      Nodes.object(container, "resources", "requests").put("cpu", request);
    }
    if (!limit.isEmpty()) {
      Nodes.object(container, "resources", "limits").put("cpu", limit);
    }
    return container;
  }

  private static void sidecar(ObjectNode pod, String request, String limit) {
    container(pod, "initContainers", request, limit).put("restartPolicy", "Always");
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "1500m, 1.5",
    "2Ki, 2048",
    "1.5Gi, 1610612736",
    "3M, 3000000",
    "7n, 0.000000007"
  })
  void quantity_isRead(String text, BigDecimal value) {
    assertThat(Quantity.of(Json.text(text)).value()).isEqualByComparingTo(value);
  }

  @Test
  void quota_refusesWhatExceedsIt() {
    quota("{\"pods\":\"1\",\"count/pods\":3}");
    ResourceQuotas quotas = new ResourceQuotas(cluster);
    quotas.validate(createPod(pod("p")));
    ObjectNode done = pod("done");
    done.putObject("status").put("phase", "Succeeded");
    cluster.put("", "pods", done);
    quotas.validate(createPod(pod("p")));
    cluster.put("", "pods", pod("other"));
    StatusException refusal =
        catchThrowableOfType(StatusException.class, () -> quotas.validate(createPod(pod("p"))));
    assertThat(refusal.code()).isEqualTo(403);
    assertThat(refusal)
        .hasMessage(
            "pods \"p\" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited:"
                + " pods=1");
    cluster.put("", "pods", pod("third"));
    assertThatThrownBy(() -> quotas.validate(createPod(pod("p"))))
        .hasMessage(
            "pods \"p\" is forbidden: exceeded quota: q, requested: count/pods=1,pods=1, used:"
                + " count/pods=3,pods=2, limited: count/pods=3,pods=1");
  }

  private static ObjectNode taking(String name, String resources) {
    ObjectNode pod = pod(name);
    ((ObjectNode) pod.at("/spec/containers/0")).set("resources", parse(resources));
    return pod;
  }

  private void refused(ObjectNode pod, String why) {
    assertThatThrownBy(() -> new ResourceQuotas(cluster).validate(createPod(pod)))
        .hasMessage("pods \"p\" is forbidden: " + why);
  }

  private static final String SMALL =
      "{\"requests\":{\"cpu\":\"300m\",\"memory\":\"768Mi\"},\"limits\":{\"memory\":\"768Mi\"}}";

  @Test
  void quota_addsUpWhatPodsAskFor() {
    quota("{\"requests.cpu\":\"1\",\"memory\":\"2Gi\",\"limits.memory\":\"2Gi\"}");
    ResourceQuotas quotas = new ResourceQuotas(cluster);
    for (String phase : new String[] {"Failed", "Succeeded", "Running", "Pending"}) {
      ObjectNode there = taking(phase, SMALL);
      there.putObject("status").put("phase", phase);
      quotas.validate(createPod(taking("p", SMALL)));
      cluster.put("", "pods", there);
    }
    refused(
        taking("p", SMALL),
        "exceeded quota: q, requested: limits.memory=768Mi,memory=768Mi, used:"
            + " limits.memory=1536Mi,memory=1536Mi, limited: limits.memory=2Gi,memory=2Gi");
    refused(
        taking("p", SMALL.replace("300m", "1400m").replace("768Mi", "1Mi")),
        "exceeded quota: q, requested: requests.cpu=1400m, used: requests.cpu=600m, limited:"
            + " requests.cpu=1");
  }

  @Test
  void quota_countsSidecarsInitContainersAndOverhead() {
    quota("{\"cpu\":\"1\",\"limits.cpu\":\"1\"}");
    ObjectNode pod = pod("p");
    Nodes.object(pod, "spec").putArray("containers");
    container(pod, "containers", "100m", "100m");
    sidecar(pod, "200m", "200m");
    container(pod, "initContainers", "2", "2");
    Nodes.object(pod, "spec", "overhead").put("cpu", "10m");
    refused(
        pod,
        "exceeded quota: q, requested: cpu=2210m,limits.cpu=2210m, used: cpu=0,limits.cpu=0,"
            + " limited: cpu=1,limits.cpu=1");
    Nodes.object(pod, "spec", "resources", "requests").put("cpu", "500m");
    Nodes.object(pod, "spec", "resources", "limits").put("cpu", "3");
    refused(
        pod,
        "exceeded quota: q, requested: limits.cpu=3010m, used: limits.cpu=0, limited:"
            + " limits.cpu=1");
  }

  @Test
  void quota_ofCpuAndMemory_wantsEveryContainerToSayThem() {
    quota(
        "{\"requests.ephemeral-storage\":\"1Gi\",\"limits.memory\":\"1Gi\",\"cpu\":\"1\",\"requests.cpu\":\"1\"}");
    ObjectNode pod = taking("p", "{\"limits\":{\"memory\":\"1Gi\"}}");
    container(pod, "containers", "100m", "");
    container(pod, "initContainers", "", "");
    refused(
        pod,
        "failed quota: q: must specify cpu for: c1,main; limits.memory for: c1,c2; requests.cpu"
            + " for: c1,main");
    Nodes.object(pod, "spec", "resources", "requests").put("cpu", "100m");
    new ResourceQuotas(cluster).validate(createPod(pod));
  }

  @Test
  void quota_ofOtherResources_isEnforcedWithoutBeingSaid() {
    quota(
        "{\"requests.ephemeral-storage\":\"1Gi\",\"hugepages-2Mi\":\"2Mi\",\"requests.example.com/gpu\":\"1\"}");
    new ResourceQuotas(cluster).validate(createPod(pod("p")));
    refused(
        taking(
            "p",
            "{\"requests\":{\"ephemeral-storage\":\"2Gi\",\"hugepages-2Mi\":\"4Mi\",\"example.com/gpu\":\"2\"}}"),
        "exceeded quota: q, requested:"
            + " hugepages-2Mi=4Mi,requests.ephemeral-storage=2Gi,requests.example.com/gpu=2, used:"
            + " hugepages-2Mi=0,requests.ephemeral-storage=0,requests.example.com/gpu=0, limited:"
            + " hugepages-2Mi=2Mi,requests.ephemeral-storage=1Gi,requests.example.com/gpu=1");
  }

  @Test
  void quota_isAskedAboutWhatAResizeAdds() {
    quota("{\"requests.cpu\":\"1\"}");
    ObjectNode old = taking("p", "{\"requests\":{\"cpu\":\"900m\"}}");
    cluster.put("", "pods", old);
    ResourceQuotas quotas = new ResourceQuotas(cluster);
    ObjectNode more = taking("p", "{\"requests\":{\"cpu\":\"1\"}}");
    quotas.validate(request(Operation.UPDATE, PODS, "resize", more, old));
    ObjectNode tooMuch = taking("p", "{\"requests\":{\"cpu\":\"1100m\"}}");
    assertThatThrownBy(
            () -> quotas.validate(request(Operation.UPDATE, PODS, "resize", tooMuch, old)))
        .hasMessage(
            "pods \"p\" is forbidden: exceeded quota: q, requested: requests.cpu=200m, used:"
                + " requests.cpu=900m, limited: requests.cpu=1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"scopes\":[\"BestEffort\"] | true",
        "\"scopes\":[\"NotBestEffort\"] | false",
        "\"scopes\":[\"Terminating\"] | false",
        "\"scopes\":[\"NotTerminating\",\"BestEffort\"] | true",
        "\"scopes\":[\"CrossNamespacePodAffinity\"] | false",
        "\"scopes\":[\"PriorityClass\"] | true",
        "\"scopeSelector\":{\"matchExpressions\":[{\"scopeName\":\"PriorityClass\",\"operator\":\"In\",\"values\":[\"high\"]}]}"
            + " | true",
        "\"scopeSelector\":{\"matchExpressions\":[{\"scopeName\":\"PriorityClass\",\"operator\":\"NotIn\",\"values\":[\"high\"]}]}"
            + " | false",
        "\"scopeSelector\":{\"matchExpressions\":[{\"scopeName\":\"PriorityClass\",\"operator\":\"DoesNotExist\"}]}"
            + " | false"
      })
  void quota_withScopes_isAboutThesePodsOnly(String scopes, boolean covers) {
    ObjectNode quota = object("v1", "ResourceQuota", "apps", "q");
    quota.set(
        "spec",
        parse("{\"hard\":{\"pods\":\"0\",\"count/deployments.apps\":\"0\"}," + scopes + "}"));
    cluster.put("", "resourcequotas", quota);
    ResourceQuotas quotas = new ResourceQuotas(cluster);
    quotas.validate(Fixture.create(object("apps/v1", "Deployment", "apps", "d"), DEPLOYMENTS));
    if (covers) {
      refused(
          withClass("high"), "exceeded quota: q, requested: pods=1, used: pods=0, limited: pods=0");
    } else {
      quotas.validate(createPod(withClass("high")));
    }
  }

  @Test
  void quota_isCountedOnceMoreWhenAnObjectIsStored() {
    try (Fixture fixture = new Fixture()) {
      ObjectNode quota = object("v1", "ResourceQuota", "apps", "q");
      Nodes.object(quota, "spec").set("hard", parse("{\"pods\":\"1\"}"));
      fixture.put("", "resourcequotas", quota);
      fixture.chain.validate(createPod(pod("p")));
      fixture.chain.confirm(createPod(pod("p")));
      fixture.put("", "pods", pod("faster"));
      assertThatThrownBy(() -> fixture.chain.confirm(createPod(pod("p"))))
          .hasMessageStartingWith("pods \"p\" is forbidden: exceeded quota: q");
    }
  }

  @Test
  void quota_isNoMatterOfOtherRequests() {
    quota("{\"pods\":\"0\",\"count/deployments.apps\":\"0\"}");
    ResourceQuotas quotas = new ResourceQuotas(cluster);
    quotas.validate(request(Operation.UPDATE, PODS, "", pod("p"), pod("p")));
    quotas.validate(request(Operation.CREATE, PODS, "eviction", pod("p"), null));
    quotas.validate(Fixture.create(object("v1", "Node", "", "n"), NODES));
    assertThatThrownBy(
            () ->
                quotas.validate(
                    Fixture.create(object("apps/v1", "Deployment", "apps", "d"), DEPLOYMENTS)))
        .hasMessage(
            "deployments.apps \"d\" is forbidden: exceeded quota: q, requested:"
                + " count/deployments.apps=1, used: count/deployments.apps=0, limited:"
                + " count/deployments.apps=0");
  }

  private ServiceAccounts accounts() {
    return new ServiceAccounts(cluster, new Random(3), pauses::incrementAndGet);
  }

  private ObjectNode account(String automount) {
    ObjectNode account = object("v1", "ServiceAccount", "apps", "default");
    if (!automount.isEmpty()) {
      account.put("automountServiceAccountToken", Boolean.parseBoolean(automount));
    }
    cluster.put("", "serviceaccounts", account);
    return account;
  }

  private ObjectNode resolved(ObjectNode pod) {
    new PodPriority(cluster).mutate(createPod(pod), pod);
    return pod;
  }

  private static ObjectNode withClass(String name) {
    ObjectNode pod = pod("p");
    ((ObjectNode) pod.get("spec")).put("priorityClassName", name);
    return pod;
  }

  private ObjectNode priorityClass(String name, long value, boolean byDefault) {
    ObjectNode priority = object("scheduling.k8s.io/v1", "PriorityClass", "", name);
    cluster.put(
        "scheduling.k8s.io",
        "priorityclasses",
        priority.put("value", value).put("globalDefault", byDefault));
    return priority;
  }

  private void limit(String limit) {
    ObjectNode range = object("v1", "LimitRange", "apps", "l");
    Nodes.object(range, "spec").putArray("limits").add(parse(limit));
    cluster.put("", "limitranges", range);
  }

  private void quota(String hard) {
    ObjectNode quota = object("v1", "ResourceQuota", "apps", "q");
    Nodes.object(quota, "spec").set("hard", parse(hard));
    cluster.put("", "resourcequotas", quota);
  }

  private static JsonNode parse(String json) {
    return Json.parse(json.getBytes(StandardCharsets.UTF_8));
  }
}
