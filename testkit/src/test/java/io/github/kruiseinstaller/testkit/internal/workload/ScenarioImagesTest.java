package io.github.kruiseinstaller.testkit.internal.workload;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.workload.Images.Content;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScenarioImagesTest {
  private static final Program.Running NOTHING =
      new Program.Running() {
        @Override
        public boolean ready() {
          return true;
        }

        @Override
        public void stop() {}
      };

  private final ScenarioImages images = new ScenarioImages();

  private Program program(String image) {
    Program program = ((Content.Available) images.content(image)).program();
    return Objects.requireNonNull(program);
  }

  /** Remembers what its program does; does what is later at once when told. */
  private static final class Recorder implements Program.Container {
    private final List<String> log = new ArrayList<>();
    private final List<Runnable> later = new ArrayList<>();
    private int probes;

    @Override
    public ObjectNode pod() {
      return Json.object();
    }

    @Override
    public ObjectNode spec() {
      return Json.object();
    }

    @Override
    public String address() {
      return "10.244.0.2";
    }

    @Override
    public void log(String line) {
      log.add(line);
    }

    @Override
    public void exit(int code) {
      log.add("exit " + code);
    }

    @Override
    public void later(Duration delay, Runnable task) {
      log.add("later " + delay.toMillis());
      later.add(task);
    }

    @Override
    public void probeNow() {
      probes++;
    }
  }

  @Test
  void unknownImage_isThereAndHealthy() {
    assertThat(images.content("any:1")).isEqualTo(new Content.Available(Duration.ZERO, null));
  }

  @Test
  void otherRegistry_isAskedForTheRest() {
    ScenarioImages outer = new ScenarioImages(image -> new Content.Missing("no " + image));
    outer.set("a*", new ImageScenario.Healthy());
    assertThat(outer.content("a:1")).isInstanceOf(Content.Available.class);
    assertThat(outer.content("b:1")).isEqualTo(new Content.Missing("no b:1"));
  }

  @Test
  void lastWord_counts_untilItIsTakenBack() {
    images.set("*/kruise-manager:*", new ImageScenario.PullFailure("one"));
    images.set("docker.io/*", new ImageScenario.PullFailure("two"));
    assertThat(images.content("docker.io/openkruise/kruise-manager:v1.8.3"))
        .isEqualTo(new Content.Missing("two"));
    assertThat(images.content("quay.io/kruise-manager:v1")).isEqualTo(new Content.Missing("one"));
    assertThat(images.content("kruise-manager:v1")).isInstanceOf(Content.Available.class);
    images.clear();
    assertThat(images.content("docker.io/x")).isInstanceOf(Content.Available.class);
  }

  @Test
  void exactName_matchesNothingElse() {
    images.set("a.b/c:1", new ImageScenario.PullFailure("x"));
    assertThat(images.content("a.b/c:1")).isInstanceOf(Content.Missing.class);
    assertThat(images.content("a-b/c:1")).isInstanceOf(Content.Available.class);
    assertThat(images.content("a.b/c:10")).isInstanceOf(Content.Available.class);
  }

  @Test
  void slow_isReadyLater() {
    images.set("x", new ImageScenario.Slow(Duration.ofSeconds(3)));
    Recorder container = new Recorder();
    Program.Running running = program("x").start(container);
    assertThat(running.ready()).isFalse();
    assertThat(container.log).containsExactly("later 3000");
    container.later.get(0).run();
    assertThat(running.ready()).isTrue();
    assertThat(container.probes).isEqualTo(1);
    running.stop();
    assertThat(running.ready()).isFalse();
  }

  @Test
  void neverReady_isNot() {
    images.set("x", new ImageScenario.NeverReady());
    assertThat(program("x").start(new Recorder()).ready()).isFalse();
  }

  @Test
  void crashLoop_saysItsLastWords() {
    images.set("x", new ImageScenario.CrashLoop(Duration.ofMillis(5), 2, List.of("a", "b")));
    Recorder container = new Recorder();
    program("x").start(container);
    container.later.forEach(Runnable::run);
    assertThat(container.log).containsExactly("later 5", "a", "b", "exit 2");
  }

  @Test
  void runs_makesAProgramForEachContainer() {
    List<Program> made = new ArrayList<>();
    images.pullTakes(Duration.ofSeconds(9));
    images.set(
        "x",
        new ImageScenario.Runs(
            () -> {
              Program program = container -> NOTHING;
              made.add(program);
              return program;
            }));
    program("x").start(new Recorder());
    program("x").start(new Recorder());
    assertThat(made).hasSize(2);
    assertThat(((Content.Available) images.content("x")).pull()).isEqualTo(Duration.ofSeconds(9));
  }

  @Test
  void steered_changesContainersThatRun() {
    ImageScenario.Steered steered = new ImageScenario.Steered();
    images.set("x", steered);
    Recorder one = new Recorder();
    Recorder two = new Recorder();
    Program.Running first = program("x").start(one);
    program("x").start(two).stop();
    assertThat(first.ready()).isTrue();
    steered.ready(false);
    assertThat(first.ready()).isFalse();
    assertThat(one.probes).isEqualTo(1);
    assertThat(two.probes).isZero();
    steered.exit(3, "why");
    assertThat(one.log).containsExactly("why", "exit 3");
    assertThat(two.log).isEmpty();
  }

  @Test
  void selectedPods_areTheOnlyOnes() {
    SelectedPods pods = new SelectedPods();
    ObjectNode one = Json.object().put("n", 1);
    ObjectNode two = Json.object().put("n", 2);
    pods.unschedulable(pod -> pod.path("n").asInt() == 1, "full");
    pods.dropConnections(pod -> pod.path("n").asInt() == 2);
    assertThat(pods.unschedulable(one)).contains("full");
    assertThat(pods.unschedulable(two)).isEmpty();
    assertThat(pods.dropsConnections(one)).isFalse();
    assertThat(pods.dropsConnections(two)).isTrue();
    pods.clear();
    assertThat(pods.unschedulable(one)).isEmpty();
    assertThat(pods.dropsConnections(two)).isFalse();
    assertThat(PodScenarios.NONE.unschedulable(one)).isEqualTo(Optional.empty());
    assertThat(PodScenarios.NONE.dropsConnections(one)).isFalse();
  }
}
