package io.github.kruiseinstaller.testkit.internal.kruise;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.auth.Authorizer;
import io.github.kruiseinstaller.testkit.internal.kruise.World.Box;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import io.github.kruiseinstaller.testkit.internal.workload.Images;
import io.github.kruiseinstaller.testkit.internal.workload.Images.Content.Available;
import io.github.kruiseinstaller.testkit.internal.workload.Images.Content.Missing;
import io.github.kruiseinstaller.testkit.internal.workload.Program;
import io.github.kruiseinstaller.testkit.internal.workload.Program.Running;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImagesTest {
  private static final Duration PULL = Duration.ofSeconds(7);
  private final World world = World.installed();
  private final Map<String, Images.Content> registry = new HashMap<>();
  private final KruiseImages images =
      new KruiseImages(
          image -> registry.getOrDefault(image, new Available(PULL, null)),
          world.surroundings,
          KruiseBehavior.FAST);

  private Program program(String image) {
    assertThat(images.content(image)).isInstanceOf(Available.class);
    Program program = ((Available) images.content(image)).program();
    assertThat(program).isNotNull();
    return Objects.requireNonNull(program);
  }

  private Box box(String command) {
    return box(command, "/var/run", "");
  }

  private Box box(String command, String folder, String argument) {
    ObjectNode spec = Json.object();
    if (!command.isEmpty()) {
      spec.putArray("command").add(command);
    }
    if (!argument.isEmpty()) {
      spec.putArray("args").add(argument);
    }
    spec.putArray("volumeMounts").addObject().put("name", "socket").put("mountPath", "/hostvarrun");
    Box box = world.box(spec);
    ObjectNode volume =
        Nodes.array(Nodes.object(box.pod(), "spec"), "volumes").addObject().put("name", "socket");
    volume.putObject("hostPath").put("path", folder);
    return box;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "openkruise/kruise-manager:v1.8.3",
        "registry.test:5000/mirror/kruise-manager:v1.5.0",
        "kruise-manager",
        "kruise-manager@sha256:00",
      })
  void managerImages_runTheManager(String image) {
    Box box = box("/manager");
    Running running = program(image).start(box);
    world.advance(100);
    assertThat(running.ready()).isTrue();
    assertThat(box.log).isNotEmpty();
    running.stop();
    assertThat(((Available) images.content(image)).pull()).isEqualTo(PULL);
  }

  @Test
  void withoutCommand_itIsTheManager() {
    Box box = box("");
    Running running = program("openkruise/kruise-manager:v1.8.3").start(box);
    world.advance(100);
    assertThat(box.said("Serving webhook server")).isTrue();
    running.stop();
  }

  @Test
  void otherImages_areNotTouched() {
    assertThat(images.content("nginx:1")).isEqualTo(new Available(PULL, null));
    assertThat(images.content("my-kruise-manager:v1.8.3")).isEqualTo(new Available(PULL, null));
    assertThat(images.content("kruise-manager/sidecar:v1")).isEqualTo(new Available(PULL, null));
  }

  @Test
  void whatTheRegistryKnows_isLeftAsItIs() {
    Missing missing = new Missing("not found");
    Program other = container -> new NothingRunning();
    registry.put("openkruise/kruise-manager:v1.8.3", missing);
    registry.put("openkruise/kruise-daemon:v1.8.3", new Available(PULL, other));
    assertThat(images.content("openkruise/kruise-manager:v1.8.3")).isEqualTo(missing);
    assertThat(program("openkruise/kruise-daemon:v1.8.3")).isSameAs(other);
  }

  private record NothingRunning() implements Running {
    @Override
    public boolean ready() {
      return false;
    }

    @Override
    public void stop() {
      // There is nothing to end.
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/var/run, '', true",
    "/run/, '', true",
    "/run/containerd, '', true",
    "/run/k3s, '', false",
    "/var/run, --socket-file=containerd/containerd.sock, true",
    "/var/run, --socket-file=docker.sock, false",
    "/var/run, --socket-file=, true",
    "/var/run, --socket-file, true",
  })
  void theDaemon_needsTheSocket(String folder, String argument, boolean runs) {
    Box box = box("/kruise-daemon", folder, argument);
    Running running = program("openkruise/kruise-manager:v1.8.3").start(box);
    world.advance(100);
    assertThat(running.ready()).isEqualTo(runs);
    assertThat(box.exit).isEqualTo(runs ? Optional.empty() : Optional.of(255));
    assertThat(box.said("not found container runtime sock")).isNotEqualTo(runs);
    running.stop();
  }

  @Test
  void theDaemon_withoutTheFolder_ends() {
    Box unmounted = world.box(Json.object());
    program("openkruise/kruise-daemon:v1.8.3").start(unmounted);
    Box unknown = box("/kruise-daemon");
    Nodes.array(Nodes.object(unknown.pod(), "spec"), "volumes").removeAll();
    program("openkruise/kruise-daemon:v1.8.3").start(unknown);
    world.advance(100);
    assertThat(unmounted.exit).contains(255);
    assertThat(unknown.exit).contains(255);
  }

  @Test
  void theDaemon_crashesWhenToldTo() {
    images.behave(images.behavior().daemonCrashes("out of luck"));
    Box box = box("/kruise-daemon");
    program("openkruise/kruise-manager:v1.8.3").start(box);
    world.advance(100);
    assertThat(box.exit).contains(255);
    assertThat(box.said("out of luck")).isTrue();
  }

  @Test
  void change_whileSomebodyElseChanges_losesNothing() throws Exception {
    Thread other = new Thread(() -> images.change(now -> now.daemonCrashes("out of luck")));
    images.change(
        now -> {
          other.start();
          while (other.isAlive() && other.getState() != Thread.State.BLOCKED) {
            Thread.onSpinWait();
          }
          return now.startUp(Duration.ofHours(1)).dropConnectionsWhenStopping(true);
        });
    other.join();
    assertThat(images.behavior())
        .isEqualTo(
            KruiseBehavior.FAST
                .startUp(Duration.ofHours(1))
                .dropConnectionsWhenStopping(true)
                .daemonCrashes("out of luck"));
  }

  private Box hook() {
    return hook(world);
  }

  private static Box hook(World in) {
    Box box = in.box(Json.object());
    Running running = new UninstallHook(in.surroundings).start(box);
    assertThat(running.ready()).isTrue();
    in.advance(100);
    running.stop();
    return box;
  }

  @ParameterizedTest
  @CsvSource({
    ", , 0, cluster is clean",
    "CloneSet, v1alpha1, 1, there still exists some clonesets in the cluster",
    "StatefulSet, v1beta1, 1, there still exists some advanced statefulsets in the cluster",
    "SidecarSet, v1alpha1, 0, cluster is clean",
  })
  void theHook_looksForWorkloads(
      @Nullable String kind, @Nullable String version, int code, String line) {
    if (kind != null) {
      world.add(
          (ObjectNode)
              Json.parse(
                  ("{\"apiVersion\":\"apps.kruise.io/%s\",\"kind\":\"%s\",\"metadata\":"
                          + "{\"name\":\"x\",\"namespace\":\"%s\"}}")
                      .formatted(version, kind, kind.equals("SidecarSet") ? "" : "default")
                      .getBytes(UTF_8)));
    }
    Box box = hook();
    assertThat(box.exit).contains(code);
    assertThat(box.said(line)).isTrue();
  }

  @Test
  void theHook_isFoundByItsName() {
    assertThat(program("openkruise/kruise-helm-hook:v0.1.0")).isInstanceOf(UninstallHook.class);
  }

  @Test
  void theHook_thatMayNotLook_fails() {
    World guarded = new World(new DenyingAuthorizer(access -> true));
    guarded.apply(SmallRelease.yaml());
    assertThat(hook(guarded).exit).contains(2);
  }

  @Test
  void theHook_inAClusterThatCloses_fails() {
    Surroundings closing =
        new Surroundings(
            world.resources,
            world.kinds,
            world.changes,
            Authorizer.allowingAll(),
            world.network,
            world.timers,
            task -> {
              throw new RejectedExecutionException();
            });
    Box box = world.box(Json.object());
    new UninstallHook(closing).start(box);
    world.advance(100);
    assertThat(box.exit).contains(1);
  }

  @Test
  void aManager_inAClusterThatCloses_ends() {
    Surroundings closing =
        new Surroundings(
            world.resources,
            world.kinds,
            world.changes,
            Authorizer.allowingAll(),
            world.network,
            world.timers,
            task -> {
              throw new RejectedExecutionException();
            });
    Box box = world.managerBox();
    Running running =
        new ManagerProgram(
                closing, () -> KruiseBehavior.FAST, SmallRelease.VERSION, new CertificateCheck())
            .start(box);
    world.advance(30_000);
    assertThat(running.ready()).isFalse();
    assertThat(box.exit).isEmpty();
  }
}
