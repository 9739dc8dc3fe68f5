package io.github.kruiseinstaller.testkit.internal.controller;

import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.CONFIG_MAPS;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.PODS;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.SECRETS;
import static io.github.kruiseinstaller.testkit.internal.controller.World.condition;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import io.github.kruiseinstaller.testkit.internal.workload.ImageScenario;
import io.github.kruiseinstaller.testkit.internal.workload.Program;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NodeAgentTest {
  private final World world = new World();

  private static final String MAIN = "'containers':[" + Sample.container("main", "app:1", "") + "]";

  private void pod(String spec) {
    world.create(PODS, Sample.pod("p", spec));
  }

  private JsonNode status() {
    return world.status(PODS, "default", "p");
  }

  private JsonNode container(int index) {
    return status().path("containerStatuses").path(index);
  }

  private String waiting(int index) {
    JsonNode waiting = container(index).path("state").path("waiting");
    return waiting.path("reason").asText() + ": " + waiting.path("message").asText();
  }

  /** A program that a test holds in its hands. */
  private static final class Held implements Program, Program.Running {
    private Program.@Nullable Container container;
    private boolean ready = true;
    private int starts;
    private int stops;

    @Override
    public Running start(Program.Container in) {
      container = in;
      starts++;
      return this;
    }

    @Override
    public boolean ready() {
      return ready;
    }

    @Override
    public void stop() {
      stops++;
    }

    Program.Container in() {
      return Objects.requireNonNull(container);
    }
  }

  private Held held(String image) {
    Held held = new Held();
    world.images.set(image, new ImageScenario.Runs(() -> held));
    return held;
  }

  @Test
  void pod_goesFromPendingToRunning() {
    pod(MAIN);
    world.pass(Duration.ofMillis(100));
    assertThat(Pods.phase(world.get(PODS, "default", "p"))).isEqualTo("Pending");
    assertThat(waiting(0)).isEqualTo("ContainerCreating: ");
    assertThat(condition(status(), "PodReadyToStartContainers")).startsWith("False");
    assertThat(condition(status(), "ContainersReady"))
        .isEqualTo("False ContainersNotReady: containers with unready status: [main]");
    assertThat(status().has("podIP")).isFalse();
    assertThat(status().path("hostIP").asText()).isNotEmpty();

    world.seconds(5);
    assertThat(Pods.phase(world.get(PODS, "default", "p"))).isEqualTo("Running");
    for (String type :
        List.of(
            "PodReadyToStartContainers",
            "Initialized",
            "Ready",
            "ContainersReady",
            "PodScheduled")) {
      assertThat(condition(status(), type)).as(type).startsWith("True");
    }
    assertThat(status().path("podIP").asText()).startsWith("10.244.");
    assertThat(container(0).path("state").path("running").path("startedAt").asText()).isNotEmpty();
    assertThat(container(0).path("restartCount").asInt()).isZero();
    assertThat(container(0).path("containerID").asText()).startsWith("containerd://");
    assertThat(world.events("default", "p"))
        .containsOnlyKeys(
            "Scheduled: Successfully assigned default/p to node-1",
            "Pulling: Pulling image \"app:1\"",
            "Pulled: Successfully pulled image \"app:1\"",
            "Created: Created container: main",
            "Started: Started container main");
  }

  @Test
  void image_thatIsOnTheNode_isNotPulledAgain() {
    pod(MAIN);
    world.seconds(5);
    world.create(PODS, Sample.pod("q", MAIN));
    world.pass(Duration.ofMillis(900));
    assertThat(Pods.isReady(world.get(PODS, "default", "q"))).isTrue();
    assertThat(world.events("default", "q"))
        .containsKey("Pulled: Container image \"app:1\" already present on machine");
  }

  @Test
  void image_thatCannotBePulled_isTriedAgainWithBackOff() {
    world.images.set("app:*", new ImageScenario.PullFailure("not found"));
    pod(MAIN);
    world.seconds(1);
    assertThat(waiting(0)).isEqualTo("ErrImagePull: not found");
    world.seconds(3);
    assertThat(waiting(0))
        .isEqualTo("ImagePullBackOff: Back-off pulling image \"app:1\": ErrImagePull: not found");
    world.seconds(60);
    assertThat(world.events("default", "p"))
        .containsKey("Failed: Error: ErrImagePull")
        .containsEntry("Failed: Failed to pull image \"app:1\": not found", 3L)
        .containsEntry("BackOff: Back-off pulling image \"app:1\"", 3L);
    assertThat(Pods.phase(world.get(PODS, "default", "p"))).isEqualTo("Pending");

    world.images.clear();
    world.seconds(60);
    assertThat(Pods.isReady(world.get(PODS, "default", "p"))).isTrue();
  }

  @Test
  void crashLoop_isRestartedAtOnceThenWithBackOff() {
    world.images.set(
        "app:*", new ImageScenario.CrashLoop(Duration.ofSeconds(1), 3, List.of("bad", "worse")));
    pod(MAIN);
    world.pass(Duration.ofMillis(4500));
    assertThat(container(0).path("restartCount").asInt()).isEqualTo(1);
    String uid = Nodes.uid(world.get(PODS, "default", "p"));
    assertThat(waiting(0))
        .isEqualTo(
            "CrashLoopBackOff: back-off 10s restarting failed container=main pod=p_default("
                + uid
                + ")");
    JsonNode last = container(0).path("lastState").path("terminated");
    assertThat(last.path("exitCode").asInt()).isEqualTo(3);
    assertThat(last.path("reason").asText()).isEqualTo("Error");
    assertThat(container(0).path("ready").asBoolean()).isFalse();
    assertThat(Pods.phase(world.get(PODS, "default", "p"))).isEqualTo("Running");
    assertThat(world.manager.logs().current("default", "p", "main").orElseThrow().lines())
        .extracting(PodLogs.Line::text)
        .containsExactly("bad", "worse");
    assertThat(world.manager.logs().current("default", "p", "main").orElseThrow().ended()).isTrue();
    assertThat(world.manager.logs().previous("default", "p", "main")).isPresent();

    world.seconds(1000);
    assertThat(waiting(0)).contains("back-off 5m0s");
    assertThat(container(0).path("restartCount").asInt()).isBetween(7, 8);
    assertThat(world.events("default", "p").keySet())
        .contains(
            "BackOff: Back-off restarting failed container main in pod p_default(" + uid + ")");
  }

  @Test
  void crashAfterALongRun_isForgiven() {
    Held held = held("app:1");
    pod(MAIN);
    world.seconds(5);
    held.in().exit(1);
    world.seconds(5);
    assertThat(held.starts).isEqualTo(2);
    world.seconds(700);
    held.in().exit(0);
    world.seconds(1);
    assertThat(held.starts).isEqualTo(3);
    assertThat(held.stops).isEqualTo(2);
    assertThat(container(0).path("lastState").path("terminated").path("reason").asText())
        .isEqualTo("Completed");
  }

  @Test
  void restartPolicy_decidesWhatAnEndMeans() {
    Held held = held("app:1");
    pod("'restartPolicy':'OnFailure'," + MAIN);
    world.seconds(5);
    held.in().exit(2);
    world.seconds(5);
    assertThat(held.starts).isEqualTo(2);
    held.in().exit(0);
    world.seconds(1);
    assertThat(Pods.phase(world.get(PODS, "default", "p"))).isEqualTo("Succeeded");
    assertThat(condition(status(), "Ready")).isEqualTo("False PodCompleted: ");
    assertThat(condition(status(), "Initialized")).isEqualTo("True PodCompleted: ");

    world.create(PODS, Sample.pod("q", "'restartPolicy':'Never'," + MAIN));
    world.seconds(5);
    held.in().exit(2);
    world.seconds(1);
    assertThat(Pods.phase(world.get(PODS, "default", "q"))).isEqualTo("Failed");
    assertThat(condition(world.status(PODS, "default", "q"), "ContainersReady"))
        .isEqualTo("False PodFailed: ");
  }

  @Test
  void unknownProgram_endsAtOnceWhereContainersAreToEnd() {
    pod("'restartPolicy':'Never'," + MAIN);
    world.seconds(5);
    assertThat(Pods.phase(world.get(PODS, "default", "p"))).isEqualTo("Succeeded");
  }

  @Test
  void readiness_followsTheProbe() {
    Held held = held("app:1");
    held.ready = false;
    pod(
        "'containers':["
            + Sample.container(
                "main",
                "app:1",
                ",'readinessProbe':{'httpGet':{'path':'/readyz','port':8000},'periodSeconds':10}")
            + "]");
    world.seconds(25);
    assertThat(Pods.isReady(world.get(PODS, "default", "p"))).isFalse();
    assertThat(container(0).path("started").asBoolean()).isTrue();
    assertThat(world.events("default", "p"))
        .containsEntry(
            "Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 500", 3L);
    held.ready = true;
    world.seconds(10);
    assertThat(Pods.isReady(world.get(PODS, "default", "p"))).isTrue();
    held.ready = false;
    world.seconds(20);
    // Two failures are not three.
    assertThat(Pods.isReady(world.get(PODS, "default", "p"))).isTrue();
    world.seconds(10);
    assertThat(Pods.isReady(world.get(PODS, "default", "p"))).isFalse();
    held.ready = true;
    held.in().probeNow();
    world.run();
    assertThat(Pods.isReady(world.get(PODS, "default", "p"))).isTrue();
    held.ready = false;
    held.in().probeNow();
    world.run();
    assertThat(Pods.isReady(world.get(PODS, "default", "p"))).isFalse();
  }

  @Test
  void program_seesItsPodAndActsLater() {
    Held held = held("app:1");
    pod(MAIN);
    world.seconds(5);
    List<String> done = new ArrayList<>();
    held.in().later(Duration.ofSeconds(10), () -> done.add("ten"));
    held.in().later(Duration.ofSeconds(60), () -> done.add("sixty"));
    held.in().log("hello");
    assertThat(held.in().address()).isEqualTo(status().path("podIP").asText());
    assertThat(Nodes.name(held.in().pod())).isEqualTo("p");
    assertThat(held.in().spec().path("image").asText()).isEqualTo("app:1");
    world.seconds(20);
    held.in().exit(1);
    world.seconds(100);
    assertThat(done).containsExactly("ten");
    assertThat(world.manager.logs().previous("default", "p", "main").orElseThrow().lines())
        .extracting(PodLogs.Line::text)
        .containsExactly("hello");
    assertThat(world.manager.logs().current("default", "p", "nosuch")).isEmpty();
  }

  @Test
  void program_thatThrows_isACrash() {
    world.images.set(
        "app:1",
        new ImageScenario.Runs(
            () ->
                container -> {
                  throw new IllegalStateException("no");
                }));
    pod(MAIN);
    world.seconds(5);
    assertThat(container(0).path("lastState").path("terminated").path("exitCode").asInt())
        .isEqualTo(1);
  }

  @Test
  void deletion_isGraceful() {
    Held held = held("app:1");
    pod(MAIN);
    world.seconds(5);
    String address = status().path("podIP").asText();
    world.delete(PODS, "default", "p");
    world.pass(Duration.ofMillis(100));
    assertThat(Owners.isDeleting(world.get(PODS, "default", "p"))).isTrue();
    assertThat(held.stops).isZero();
    assertThat(world.events("default", "p")).containsKey("Killing: Stopping container main");
    world.seconds(1);
    assertThat(world.find(PODS, "default", "p")).isEmpty();
    assertThat(held.stops).isEqualTo(1);
    assertThat(world.closedAddresses).contains(address);
    assertThat(world.manager.logs().current("default", "p", "main")).isEmpty();
  }

  @Test
  void deletion_ofAPodThatDropsConnections_endsItsProgramFirst() {
    Held held = held("app:1");
    world.scenarios.dropConnections(pod -> Nodes.name(pod).equals("p"));
    pod(MAIN);
    world.seconds(5);
    world.delete(PODS, "default", "p");
    world.pass(Duration.ofMillis(100));
    assertThat(held.stops).isEqualTo(1);
    assertThat(world.find(PODS, "default", "p")).isPresent();
    world.seconds(1);
    assertThat(world.find(PODS, "default", "p")).isEmpty();
    assertThat(held.stops).isEqualTo(1);
  }

  @Test
  void deletion_waitsForPreStopButNotBeyondTheGrace() {
    String sleeps =
        "'containers':["
            + Sample.container("main", "app:1", ",'lifecycle':{'preStop':{'sleep':{'seconds':12}}}")
            + "]";
    pod(sleeps);
    world.create(PODS, Sample.pod("q", "'terminationGracePeriodSeconds':5," + sleeps));
    world.seconds(5);
    world.delete(PODS, "default", "p");
    world.delete(PODS, "default", "q");
    world.seconds(6);
    assertThat(world.find(PODS, "default", "q")).isEmpty();
    world.seconds(5);
    assertThat(world.find(PODS, "default", "p")).isPresent();
    world.seconds(2);
    assertThat(world.find(PODS, "default", "p")).isEmpty();
  }

  @Test
  void deletion_withFinalizer_leavesTheEndedPod() {
    world.create(
        PODS,
        "{'metadata':{'name':'p','namespace':'default','finalizers':['x/y']},'spec':{"
            + MAIN
            + "}}");
    world.seconds(5);
    world.delete(PODS, "default", "p");
    world.seconds(5);
    assertThat(world.find(PODS, "default", "p")).isPresent();
    assertThat(condition(status(), "Ready")).startsWith("False");
    world.edit(PODS, "default", "p", p -> Nodes.object(p, "metadata").remove("finalizers"));
    world.seconds(1);
    assertThat(world.find(PODS, "default", "p")).isEmpty();
  }

  @Test
  void volume_whoseSecretIsMissing_isWaitedFor() {
    pod(
        "'volumes':[{'name':'certs','secret':{'secretName':'tls'}},"
            + "{'name':'conf','configMap':{'name':'conf','items':[{'key':'a','path':'a'}]}},"
            + "{'name':'opt','secret':{'secretName':'no','optional':true}},"
            + "{'name':'all','projected':{'sources':[{'configMap':{'name':'conf'}},{'secret':{'name':'tls'}}]}}],"
            + MAIN);
    world.seconds(3);
    assertThat(waiting(0)).isEqualTo("ContainerCreating: ");
    assertThat(world.events("default", "p"))
        .containsEntry(
            "FailedMount: MountVolume.SetUp failed for volume \"certs\" : secret \"tls\" not found",
            3L);
    world.create(SECRETS, "{'metadata':{'name':'tls','namespace':'default'}}");
    world.seconds(10);
    assertThat(world.events("default", "p").keySet())
        .contains(
            "FailedMount: MountVolume.SetUp failed for volume \"conf\" : configmap \"conf\" not"
                + " found");
    world.create(
        CONFIG_MAPS, "{'metadata':{'name':'conf','namespace':'default'},'data':{'b':'1'}}");
    world.seconds(20);
    assertThat(world.events("default", "p").keySet())
        .contains(
            "FailedMount: MountVolume.SetUp failed for volume \"conf\" : references non-existent"
                + " config key: a");
    world.edit(CONFIG_MAPS, "default", "conf", c -> Nodes.object(c, "data").put("a", "1"));
    world.seconds(60);
    assertThat(Pods.isReady(world.get(PODS, "default", "p"))).isTrue();
  }

  @Test
  void variable_whoseSecretIsMissing_isAConfigurationError() {
    pod(
        "'containers':["
            + Sample.container(
                "main",
                "app:1",
                ",'envFrom':[{'configMapRef':{'name':'more','optional':true}}],'env':["
                    + "{'name':'A','valueFrom':{'secretKeyRef':{'name':'s','key':'k'}}},"
                    + "{'name':'B','valueFrom':{'configMapKeyRef':{'name':'c','key':'k','optional':true}}},"
                    + "{'name':'C','value':'x'}]")
            + "]");
    world.seconds(5);
    assertThat(waiting(0)).isEqualTo("CreateContainerConfigError: secret \"s\" not found");
    assertThat(world.events("default", "p")).containsKey("Failed: Error: secret \"s\" not found");
    world.create(SECRETS, "{'metadata':{'name':'s','namespace':'default'},'data':{'x':'MQ=='}}");
    world.seconds(12);
    assertThat(waiting(0))
        .isEqualTo("CreateContainerConfigError: couldn't find key k in Secret default/s");
    world.edit(SECRETS, "default", "s", s -> Nodes.object(s, "data").put("k", "MQ=="));
    world.seconds(12);
    assertThat(Pods.isReady(world.get(PODS, "default", "p"))).isTrue();
  }

  @Test
  void initContainers_runOneAfterTheOther() {
    Held first = held("init:1");
    pod(
        "'initContainers':["
            + Sample.container("one", "init:1", "")
            + ","
            + Sample.container("two", "init:2", "")
            + "],"
            + MAIN);
    world.seconds(5);
    assertThat(condition(status(), "Initialized"))
        .isEqualTo("False ContainersNotInitialized: containers with incomplete status: [one two]");
    assertThat(waiting(0)).isEqualTo("PodInitializing: ");
    assertThat(Pods.phase(world.get(PODS, "default", "p"))).isEqualTo("Pending");
    first.in().exit(1);
    world.seconds(5);
    assertThat(first.starts).isEqualTo(2);
    first.in().exit(0);
    world.seconds(10);
    assertThat(Pods.isReady(world.get(PODS, "default", "p"))).isTrue();
    JsonNode init = status().path("initContainerStatuses").path(0);
    assertThat(init.path("ready").asBoolean()).isTrue();
    assertThat(init.path("restartCount").asInt()).isEqualTo(1);
  }

  @Test
  void initContainer_thatFailsForGood_failsThePod() {
    world.images.set("init:1", new ImageScenario.CrashLoop(Duration.ZERO, 1, List.of("cannot")));
    pod(
        "'restartPolicy':'Never','initContainers':["
            + Sample.container("one", "init:1", "")
            + "],"
            + MAIN);
    world.seconds(10);
    assertThat(Pods.phase(world.get(PODS, "default", "p"))).isEqualTo("Failed");
  }

  @Test
  void sidecar_startsBeforeTheOthersAndRunsOn() {
    Held sidecar = held("side:1");
    pod(
        "'initContainers':["
            + Sample.container("side", "side:1", ",'restartPolicy':'Always'")
            + "],"
            + MAIN);
    world.seconds(10);
    assertThat(Pods.isReady(world.get(PODS, "default", "p"))).isTrue();
    sidecar.ready = false;
    sidecar.in().probeNow();
    world.run();
    assertThat(condition(status(), "Ready"))
        .isEqualTo("False ContainersNotReady: containers with unready status: [side]");
  }

  @Test
  void readinessGate_holdsReadyBack() {
    pod("'readinessGates':[{'conditionType':'x/Gate'}]," + MAIN);
    world.seconds(5);
    assertThat(condition(status(), "Ready"))
        .isEqualTo(
            "False ReadinessGatesNotReady: corresponding condition of pod readiness gate"
                + " \"x/Gate\" does not exist.");
    assertThat(condition(status(), "ContainersReady")).startsWith("True");
    gate("False");
    assertThat(condition(status(), "Ready"))
        .endsWith("the status of pod readiness gate \"x/Gate\" is not \"True\", but False");
    gate("True");
    assertThat(condition(status(), "Ready")).startsWith("True");
  }

  private void gate(String value) {
    world.editStatus(
        PODS,
        "default",
        "p",
        p ->
            Conditions.set(
                Nodes.object(p, "status"), Conditions.of("x/Gate", value, "", ""), "now"));
    world.run();
  }

  @Test
  void pod_thatSomebodySaysHasEnded_isStoppedAndStaysAsItIs() {
    Held program = held("app:1");
    pod(MAIN);
    world.seconds(5);

    world.editStatus(PODS, "default", "p", p -> Nodes.object(p, "status").put("phase", "Failed"));
    world.seconds(60);

    assertThat(program.stops).isEqualTo(1);
    assertThat(program.starts).isEqualTo(1);
    assertThat(Pods.phase(world.get(PODS, "default", "p"))).isEqualTo("Failed");
  }

  @Test
  void otherImage_restartsTheContainerInPlace() {
    Held old = held("app:1");
    pod(MAIN);
    world.seconds(5);
    world.edit(
        PODS, "default", "p", p -> ((ObjectNode) p.at("/spec/containers/0")).put("image", "app:2"));
    world.seconds(5);
    assertThat(old.stops).isEqualTo(1);
    assertThat(container(0).path("image").asText()).isEqualTo("app:2");
    assertThat(container(0).path("restartCount").asInt()).isEqualTo(1);
    assertThat(world.events("default", "p"))
        .containsKey("Killing: Container main definition changed, will be restarted");
  }

  @Test
  void hostNetwork_hasTheNodesAddress() {
    pod("'hostNetwork':true," + MAIN);
    world.seconds(5);
    assertThat(status().path("podIP").asText()).isEqualTo(NodeAgent.addressOf("node-1"));
    world.delete(PODS, "default", "p");
    world.seconds(5);
    assertThat(world.closedAddresses).isEmpty();
  }

  @Test
  void close_endsAllPrograms() {
    Held held = held("app:1");
    pod(MAIN);
    world.seconds(5);
    world.manager.close();
    assertThat(held.stops).isEqualTo(1);
    world.create(PODS, Sample.pod("q", MAIN));
    world.seconds(5);
    assertThat(held.starts).isEqualTo(1);
  }

  @Test
  void fastDelays_needMilliseconds() {
    World fast = new World(Delays.fast());
    fast.images.pullTakes(Duration.ZERO);
    fast.create(
        PODS,
        Sample.pod(
            "p",
            "'containers':["
                + Sample.container(
                    "main",
                    "app:1",
                    ",'readinessProbe':{'tcpSocket':{'port':1},'initialDelaySeconds':30}")
                + "]"));
    fast.pass(Duration.ofMillis(20));
    assertThat(Pods.isReady(fast.get(PODS, "default", "p"))).isTrue();
  }
}
