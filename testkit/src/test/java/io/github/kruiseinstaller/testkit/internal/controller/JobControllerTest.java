package io.github.kruiseinstaller.testkit.internal.controller;

import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.JOBS;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.PODS;
import static io.github.kruiseinstaller.testkit.internal.controller.World.condition;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import io.github.kruiseinstaller.testkit.internal.workload.ImageScenario;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobControllerTest {
  private final World world = new World();

  private void create(String more) {
    create(more, "'restartPolicy':'Never'");
  }

  private void create(String more, String podSpec) {
    world.create(
        JOBS,
        "{'metadata':{'name':'job','namespace':'default'},'spec':{"
            + more
            + "'template':{'spec':{"
            + podSpec
            + ",'containers':["
            + Sample.container("main", "app:1", "")
            + "]}}}}");
  }

  private JsonNode status() {
    return world.status(JOBS, "default", "job");
  }

  @Test
  void job_completes() {
    create("");
    world.run();
    assertThat(status().path("active").asLong()).isEqualTo(1);
    world.seconds(10);
    assertThat(condition(status(), "Complete"))
        .isEqualTo("True CompletionsReached: Reached expected number of succeeded pods");
    assertThat(condition(status(), "SuccessCriteriaMet")).startsWith("True");
    assertThat(status().path("succeeded").asLong()).isEqualTo(1);
    assertThat(status().has("active")).isFalse();
    assertThat(status().path("completionTime").asText()).isNotEmpty();
    assertThat(world.events("default", "job")).containsKey("Completed: Job completed");
    assertThat(Nodes.labels(world.list(PODS, "default").get(0)))
        .containsEntry("batch.kubernetes.io/job-name", "job");
  }

  @Test
  void completions_runInParallelUpToALimit() {
    create("'completions':3,'parallelism':2,");
    world.run();
    assertThat(world.list(PODS, "default")).hasSize(2);
    world.seconds(20);
    assertThat(status().path("succeeded").asLong()).isEqualTo(3);
  }

  @Test
  void failures_areTriedAgainWithBackOff_upToTheLimit() {
    world.images.set(
        "app:1", new ImageScenario.CrashLoop(Duration.ofSeconds(1), 1, List.of("bad")));
    create("'backoffLimit':1,");
    world.seconds(8);
    assertThat(status().path("failed").asLong()).isEqualTo(1);
    assertThat(world.list(PODS, "default")).hasSize(1);
    world.seconds(30);
    assertThat(condition(status(), "Failed"))
        .isEqualTo("True BackoffLimitExceeded: Job has reached the specified backoff limit");
    assertThat(condition(status(), "FailureTarget")).startsWith("True");
    assertThat(world.list(PODS, "default")).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 0", "3, 2"})
  void restarts_whenTheyReachTheLimit_failTheJob(int limit, int outlived) {
    world.images.set(
        "app:1", new ImageScenario.CrashLoop(Duration.ofSeconds(1), 1, List.of("bad")));
    create("'backoffLimit':" + limit + ",", "'restartPolicy':'OnFailure'");
    long most = 0;
    for (int i = 0; i < 120; i++) {
      world.seconds(1);
      most = Math.max(most, restarts("containerStatuses"));
    }
    assertThat(most).isEqualTo(outlived);
    assertThat(condition(status(), "Failed"))
        .isEqualTo("True BackoffLimitExceeded: Job has reached the specified backoff limit");
    assertThat(world.list(PODS, "default")).isEmpty();
  }

  private long restarts(String list) {
    return world.list(PODS, "default").stream()
        .mapToLong(pod -> Nodes.number(0, pod.at("/status/" + list + "/0"), "restartCount"))
        .sum();
  }

  @Test
  void restarts_ofInitContainers_countToo() {
    world.images.set(
        "init:1", new ImageScenario.CrashLoop(Duration.ofSeconds(1), 1, List.of("bad")));
    create(
        "'backoffLimit':2,",
        "'restartPolicy':'OnFailure','initContainers':["
            + Sample.container("first", "init:1", "")
            + "]");
    world.seconds(5);
    assertThat(condition(status(), "Failed")).isEqualTo("none");
    assertThat(restarts("initContainerStatuses")).isEqualTo(1);
    world.seconds(60);
    assertThat(condition(status(), "Failed")).startsWith("True BackoffLimitExceeded");
  }

  @Test
  void deadline_endsTheJob() {
    world.images.set("app:1", new ImageScenario.NeverReady());
    create("'activeDeadlineSeconds':30,");
    world.seconds(20);
    assertThat(world.list(PODS, "default")).hasSize(1);
    world.seconds(20);
    assertThat(condition(status(), "Failed"))
        .isEqualTo("True DeadlineExceeded: Job was active longer than specified deadline");
    assertThat(world.list(PODS, "default")).isEmpty();
  }

  @Test
  void ttl_removesTheJobAndItsPods() {
    create("'ttlSecondsAfterFinished':60,");
    world.seconds(30);
    assertThat(world.find(JOBS, "default", "job")).isPresent();
    world.seconds(60);
    assertThat(world.find(JOBS, "default", "job")).isEmpty();
    assertThat(world.list(PODS, "default")).isEmpty();
  }

  @Test
  void suspendedJob_waits() {
    create("'suspend':true,");
    world.seconds(5);
    assertThat(world.list(PODS, "default")).isEmpty();
    assertThat(condition(status(), "Suspended")).isEqualTo("True JobSuspended: Job suspended");
    assertThat(status().has("startTime")).isFalse();
    assertThat(world.events("default", "job")).containsOnlyKeys("Suspended: Job suspended");
    suspend(false);
    world.seconds(10);
    assertThat(condition(status(), "Complete")).startsWith("True");
    assertThat(condition(status(), "Suspended")).isEqualTo("False JobResumed: Job resumed");
    assertThat(status().has("startTime")).isTrue();
    assertThat(world.events("default", "job")).containsKey("Resumed: Job resumed");
  }

  @Test
  void suspendedJob_losesItsPodsAndNoneOfItsTime() {
    world.images.set("app:1", new ImageScenario.NeverReady());
    create("'activeDeadlineSeconds':30,");
    world.seconds(20);
    suspend(true);
    world.seconds(120);
    assertThat(world.list(PODS, "default")).isEmpty();
    suspend(false);
    world.seconds(20);
    assertThat(world.list(PODS, "default")).hasSize(1);
    assertThat(condition(status(), "Failed")).isEqualTo("none");
    world.seconds(20);
    assertThat(condition(status(), "Failed")).startsWith("True DeadlineExceeded");
  }

  private void suspend(boolean suspended) {
    world.edit(JOBS, "default", "job", j -> Nodes.object(j, "spec").put("suspend", suspended));
  }

  @Test
  void refusedPod_isSaidAndTriedAgain() {
    world.admission =
        request -> {
          if (request.resource().plural().equals("pods")) {
            throw Statuses.internal("no");
          }
        };
    create("");
    world.seconds(2);
    assertThat(world.events("default", "job"))
        .containsOnlyKeys("FailedCreate: Error creating: Internal error occurred: no");
    world.admission = request -> {};
    world.seconds(20);
    assertThat(condition(status(), "Complete")).startsWith("True");
  }

  @Test
  void deletionWithoutPolicy_leavesThePodsWithoutOwner() {
    create("");
    world.seconds(10);
    world.delete(JOBS, "default", "job", "");
    world.seconds(2);
    assertThat(world.find(JOBS, "default", "job")).isEmpty();
    assertThat(world.list(PODS, "default")).hasSize(1);
    assertThat(world.list(PODS, "default").get(0).path("metadata").has("ownerReferences"))
        .isFalse();
  }
}
