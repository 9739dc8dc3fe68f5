package io.github.kruiseinstaller.internal.wait;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.internal.cluster.DeadlineException;
import io.github.kruiseinstaller.internal.cluster.FakeCluster;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PodReasonsTest {
  private static final String RUNNING = "{'running':{}}";

  private final FakeCluster cluster = new FakeCluster();
  private Manifest deployment;

  @BeforeEach
  void deploy() {
    deployment =
        put(
            "{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'d',"
                + "'namespace':'default',"
                + "'annotations':{'deployment.kubernetes.io/revision':'2'}},"
                + "'spec':{'replicas':2,'selector':{'matchLabels':{'app':'d'},"
                + "'matchExpressions':[{'key':'tier','operator':'In','values':['a','b']},"
                + "{'key':'old','operator':'DoesNotExist'}]}}}");
    replicaSet("d-1", "1");
    replicaSet("d-2", "2");
  }

  @Test
  void of_whenAllPodsAreReady_isEmpty() {
    pod("p1", "d-2", "[{'type':'Ready','status':'True'}]", RUNNING, "");
    pod("p2", "d-2", "[{'type':'Ready','status':'True'}]", RUNNING, "");
    assertThat(reasons()).isEmpty();
  }

  @Test
  void of_whenTheImageCannotBePulled_givesTheEventOfTheFailedPull() {
    pod("p1", "d-2", "[]", waiting("ImagePullBackOff", "Back-off pulling image"), "");
    pod("p2", "d-2", "[]", waiting("ImagePullBackOff", "Back-off pulling image"), "");
    event(
        "e1", "Pod", "p1", "Warning", "Failed", "Error: ImagePullBackOff", "2025-01-01T00:00:01Z");
    event("e2", "Pod", "p1", "Warning", "Failed", "401 Unauthorized", "2025-01-01T00:00:02Z");
    event("e3", "Pod", "p1", "Normal", "Pulling", "Pulling image", "2025-01-01T00:00:03Z");
    PodTrouble trouble = only(reasons());
    assertThat(trouble.code()).isEqualTo(FailureCode.IMAGE_PULL_FAILED);
    assertThat(trouble.object()).isEqualTo(ref("p1"));
    assertThat(trouble.summary()).isEqualTo("ImagePullBackOff for image repo/image:1");
    assertThat(trouble.evidence())
        .containsExactly(
            "ImagePullBackOff: Back-off pulling image",
            "Failed: 401 Unauthorized",
            "Failed: Error: ImagePullBackOff");
  }

  @Test
  void of_whenTheContainerCrashLoops_givesExitCodeAndTheLastLinesOfTheLog() {
    pod(
        "p1",
        "d-2",
        "[]",
        waiting("CrashLoopBackOff", "back-off 10s"),
        ",'restartCount':3,'lastState':{'terminated':{'exitCode':1,'reason':'Error'}}");
    pod("p2", "d-2", "[{'type':'Ready','status':'True'}]", RUNNING, "");
    cluster.log(ref("p1"), "c", List.of("starting", "", "panic: no CRD"));
    PodTrouble trouble = only(reasons());
    assertThat(trouble.code()).isEqualTo(FailureCode.CONTAINER_CRASHING);
    assertThat(trouble.summary()).isEqualTo("container c ends again and again: exit code 1");
    assertThat(trouble.evidence())
        .containsExactly("log: starting", "log: panic: no CRD", "restarts: 3");
  }

  @Test
  void of_whenTheContainerRunsOutOfMemory_saysSo() {
    pod(
        "p1",
        "d-2",
        "[]",
        "{'terminated':{'exitCode':137,'reason':'OOMKilled'}}",
        ",'restartCount':1");
    assertThat(reasons().get(0).summary())
        .isEqualTo("container c ends again and again: OOMKilled, exit code 137");
  }

  @Test
  void of_whenNoNodeTakesThePod_givesTheSchedulersMessage() {
    pod(
        "p1",
        "d-2",
        "[{'type':'PodScheduled','status':'False','reason':'Unschedulable',"
            + "'message':'0/1 nodes are available: 1 Too many pods.'}]",
        "",
        "");
    PodTrouble trouble = reasons().get(0);
    assertThat(trouble.code()).isEqualTo(FailureCode.UNSCHEDULABLE);
    assertThat(trouble.evidence())
        .containsExactly("Unschedulable: 0/1 nodes are available: 1 Too many pods.");
  }

  @Test
  void of_whenPodsAreRefusedAtCreation_givesTheRefusal() {
    event(
        "e1",
        "ReplicaSet",
        "d-2",
        "Warning",
        "FailedCreate",
        "failed calling webhook \"mpod.kb.io\": connection refused",
        "2025-01-01T00:00:01Z");
    event("e2", "ReplicaSet", "d-1", "Warning", "FailedCreate", "old", "2025-01-01T00:00:02Z");
    PodTrouble trouble = only(reasons());
    assertThat(trouble.code()).isEqualTo(FailureCode.PODS_NOT_CREATED);
    assertThat(trouble.object()).isEqualTo(deployment.ref());
    assertThat(trouble.evidence())
        .containsExactly("FailedCreate: failed calling webhook \"mpod.kb.io\": connection refused");
  }

  @Test
  void of_whenTheProbeFails_givesTheProbesEventAndTheLog() {
    pod("p1", "d-2", "[{'type':'Ready','status':'False'}]", RUNNING, "");
    event("e1", "Pod", "p1", "Warning", "Unhealthy", "Readiness probe failed: 500", "");
    cluster.log(ref("p1"), "c", List.of("waiting for the CA"));
    PodTrouble trouble = reasons().get(0);
    assertThat(trouble.code()).isEqualTo(FailureCode.MANAGER_NOT_READY);
    assertThat(trouble.summary()).isEqualTo("container c runs and is not ready");
    assertThat(trouble.evidence())
        .containsExactly("Unhealthy: Readiness probe failed: 500", "log: waiting for the CA");
  }

  @Test
  void of_whenTheContainerCannotBeCreated_givesTheReason() {
    pod("p1", "d-2", "[]", waiting("CreateContainerConfigError", "secret \"x\" not found"), "");
    assertThat(reasons().get(0).summary())
        .isEqualTo("container c: CreateContainerConfigError: secret \"x\" not found");
  }

  @Test
  void of_ignoresPodsOfOlderTemplatesAndPodsThatAreGoing() {
    pod("old", "d-1", "[]", waiting("CrashLoopBackOff", "old"), "");
    pod("p1", "d-2", "[{'type':'Ready','status':'True'}]", RUNNING, "");
    Manifest going =
        pod("p2", "d-2", "[]", waiting("CrashLoopBackOff", "going"), "")
            .edit(tree -> tree.put("metadata", withDeletion((Map<?, ?>) tree.get("metadata"))));
    cluster.put(going);
    assertThat(reasons()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Failed", "Succeeded"})
  void of_whenAPodHasEndedAndOthersTookItsPlace_isEmpty(String phase) {
    ended("gone", "d-2", phase);
    pod("p1", "d-2", "[{'type':'Ready','status':'True'}]", RUNNING, "");
    pod("p2", "d-2", "[{'type':'Ready','status':'True'}]", RUNNING, "");
    assertThat(reasons()).isEmpty();
  }

  @Test
  void of_whenPodsHaveEndedAndOthersAreRefused_givesTheRefusal() {
    ended("gone1", "d-2", "Failed");
    ended("gone2", "d-2", "Failed");
    event("e1", "ReplicaSet", "d-2", "Warning", "FailedCreate", "exceeded quota: q", "");
    PodTrouble trouble = only(reasons());
    assertThat(trouble.code()).isEqualTo(FailureCode.PODS_NOT_CREATED);
    assertThat(trouble.evidence()).containsExactly("FailedCreate: exceeded quota: q");
  }

  @Test
  void ofDaemonSet_whenAPodHasEndedAndItsSuccessorIsRefused_givesTheRefusal() {
    Manifest daemonSet =
        put(
            "{'apiVersion':'apps/v1','kind':'DaemonSet','metadata':{'name':'ds',"
                + "'namespace':'default'},"
                + "'spec':{'selector':{'matchLabels':{'app':'d'}}},"
                + "'status':{'desiredNumberScheduled':1}}");
    List<Map<String, String>> owners = List.of(Map.of("uid", String.valueOf(daemonSet.uid())));
    cluster.put(
        ended("gone", "d-2", "Failed")
            .edit(tree -> Trees.map(tree, "metadata").put("ownerReferences", owners)));
    event("e1", "DaemonSet", "ds", "Warning", "FailedCreate", "exceeded quota: q", "");

    List<PodTrouble> troubles = new PodReasons(cluster).ofDaemonSet(daemonSet);

    assertThat(only(troubles).code()).isEqualTo(FailureCode.PODS_NOT_CREATED);
  }

  @Test
  void of_putsTheMostTellingTroubleFirst() {
    pod("p1", "d-2", "[{'type':'Ready','status':'False'}]", RUNNING, "");
    pod("p2", "d-2", "[]", waiting("ErrImagePull", "not found"), "");
    assertThat(reasons())
        .extracting(PodTrouble::code)
        .containsExactly(FailureCode.IMAGE_PULL_FAILED, FailureCode.MANAGER_NOT_READY);
  }

  @Test
  void of_whenEvidenceMayNotBeRead_makesDoWithTheRest() {
    pod("p1", "d-2", "[]", waiting("ErrImagePull", "not found"), "");
    cluster.onRequest(
        (verb, ref, body, dryRun) -> {
          if (ref.kind().equals("Event")) {
            throw FakeCluster.refusal(verb, ref, 403, "Forbidden", "no");
          }
          return Optional.empty();
        });
    assertThat(reasons().get(0).evidence()).containsExactly("ErrImagePull: not found");
  }

  @Test
  void of_whenTheNodeIsLost_isNoCrashOfARunningContainer() {
    pod(
        "p1",
        "d-2",
        "[{'type':'Ready','status':'False','reason':'NodeNotReady'}]",
        RUNNING,
        ",'restartCount':1,'lastState':{'terminated':{'exitCode':1,'reason':'Error'}}");
    cluster.put(
        cluster
            .peek(ref("p1"))
            .orElseThrow()
            .edit(
                tree ->
                    Trees.maps(tree, "status", "containerStatuses")
                        .forEach(container -> container.put("ready", true))));
    PodTrouble trouble = only(reasons());
    assertThat(trouble.code()).isEqualTo(FailureCode.MANAGER_NOT_READY);
    assertThat(trouble.summary()).contains("NodeNotReady");
  }

  @Test
  void of_whenANodeDoesNotAnswerForALog_tellsTheTroublesAllTheSame() {
    for (String name : List.of("p1", "p2", "p3")) {
      pod(
          name,
          "d-2",
          "[]",
          waiting("CrashLoopBackOff", "back-off 10s"),
          ",'lastState':{'terminated':{'exitCode':" + name.charAt(1) + "}}");
    }
    cluster.onRequest(
        (verb, ref, body, dryRun) -> {
          if (verb.equals("logs")) {
            throw new DeadlineException("no answer", null);
          }
          return Optional.empty();
        });
    assertThat(reasons())
        .extracting(PodTrouble::evidence)
        .containsExactlyInAnyOrder(
            List.of("log: no answer in time", "restarts: 0"),
            List.of("log: no answer in time", "restarts: 0"),
            List.of("restarts: 0"));
  }

  @Test
  void of_whenTheDeadlineOfTheRunHasPassed_saysSo() {
    pod("p1", "d-2", "[]", waiting("CrashLoopBackOff", "back-off 10s"), "");
    cluster.onRequest(
        (verb, ref, body, dryRun) -> {
          throw new DeadlineException("passed", null);
        });
    assertThatThrownBy(this::reasons).isInstanceOf(DeadlineException.class);
  }

  private static Map<String, Object> withDeletion(Map<?, ?> metadata) {
    Map<String, Object> copy = new LinkedHashMap<>();
    metadata.forEach((key, value) -> copy.put(String.valueOf(key), value));
    copy.put("deletionTimestamp", "2025-01-01T00:00:00Z");
    return copy;
  }

  private List<PodTrouble> reasons() {
    return new PodReasons(cluster).of(deployment);
  }

  private static PodTrouble only(List<PodTrouble> troubles) {
    assertThat(troubles).hasSize(1);
    return troubles.get(0);
  }

  private static ObjectRef ref(String pod) {
    return ObjectRef.namespaced("v1", "Pod", "default", pod);
  }

  private static String waiting(String reason, String message) {
    return "{'waiting':{'reason':'"
        + reason
        + "','message':'"
        + message.replace("\"", "\\'\\'")
        + "'}}";
  }

  private void replicaSet(String name, String revision) {
    put(
        "{'apiVersion':'apps/v1','kind':'ReplicaSet','metadata':{'name':'"
            + name
            + "','namespace':'default','labels':{'app':'d','tier':'a'},"
            + "'annotations':{'deployment.kubernetes.io/revision':'"
            + revision
            + "'},'ownerReferences':[{'uid':'"
            + deployment.uid()
            + "'}]},"
            + "'spec':{'selector':{'matchLabels':{'app':'d','pod-template-hash':'"
            + name
            + "'}}}}");
  }

  private Manifest pod(
      String name, String replicaSet, String conditions, String state, String more) {
    String statuses =
        state.isEmpty()
            ? "[]"
            : "[{'name':'c','image':'repo/image:1','ready':false,'state':" + state + more + "}]";
    return put(
        "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'"
            + name
            + "','namespace':'default','labels':{'app':'d','tier':'a','pod-template-hash':'"
            + replicaSet
            + "'},'ownerReferences':[{'uid':'"
            + uidOf(replicaSet)
            + "'}]},'status':{'phase':'Pending','conditions':"
            + conditions
            + ",'containerStatuses':"
            + statuses
            + "}}");
  }

  /** A Pod that was evicted, or shut down with its node. */
  private Manifest ended(String name, String replicaSet, String phase) {
    Manifest pod =
        pod(name, replicaSet, "[]", "{'terminated':{'exitCode':137,'reason':'Error'}}", "");
    return cluster.put(pod.edit(tree -> Trees.map(tree, "status").put("phase", phase)));
  }

  private @Nullable String uidOf(String replicaSet) {
    return cluster
        .peek(ObjectRef.namespaced("apps/v1", "ReplicaSet", "default", replicaSet))
        .orElseThrow()
        .uid();
  }

  private void event(
      String name,
      String kind,
      String object,
      String type,
      String reason,
      String message,
      String when) {
    put(
        "{'apiVersion':'v1','kind':'Event','metadata':{'name':'"
            + name
            + "','namespace':'default'},'type':'"
            + type
            + "','reason':'"
            + reason
            + "','message':'"
            + message.replace("\"", "\\'\\'")
            + "','lastTimestamp':'"
            + when
            + "','involvedObject':{'kind':'"
            + kind
            + "','name':'"
            + object
            + "'}}");
  }

  /** Single quotes stand for double ones, and two escaped ones for an escaped double one. */
  private Manifest put(String json) {
    String text = json.replace("\\'\\'", "\u0000").replace('\'', '"').replace("\u0000", "\\\"");
    return cluster.put(Manifest.parseJson(text));
  }
}
