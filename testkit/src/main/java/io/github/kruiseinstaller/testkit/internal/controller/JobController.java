package io.github.kruiseinstaller.testkit.internal.controller;

import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.JOBS;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.PODS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Runs the pods of a Job until enough have succeeded or too many have failed. */
final class JobController {
  private static final Events.Source SOURCE = new Events.Source("job-controller", "");
  private static final Duration FIRST_BACK_OFF = Duration.ofSeconds(10);
  private static final Duration LAST_BACK_OFF = Duration.ofMinutes(10);

  private static final List<String> STATUSES =
      List.of("initContainerStatuses", "containerStatuses");

  private final Context context;
  private final Api api;
  private final PodControl pods;
  private final Ages ages;
  private final WorkQueue<Key> queue;

  JobController(Context context) {
    this.context = context;
    this.api = context.api().controller("job-controller");
    this.pods = new PodControl(context, api, "job-controller");
    this.ages = new Ages(context.timers());
    this.queue = context.queue("job", 2, this::sync);
    context
        .informers()
        .on(
            JOBS,
            (before, after) -> {
              Context.both(before, after).forEach(job -> queue.add(Key.of(job)));
              if (after == null && before != null) {
                ages.forget(Nodes.uid(before));
              }
            });
    context
        .informers()
        .on(
            PODS,
            (before, after) ->
                Context.both(before, after)
                    .forEach(pod -> Owners.controllerKey(JOBS, pod).ifPresent(queue::add)));
  }

  private record Tally(long active, long ready, long succeeded, long failed) {}

  private void sync(Key key) {
    ObjectNode job = api.find(JOBS, key).orElse(null);
    if (job == null || Owners.isDeleting(job)) {
      return;
    }
    if (isOver(job)) {
      expire(key, job);
      return;
    }
    List<ObjectNode> own =
        api.list(PODS, key.namespace()).stream().filter(pod -> Owners.controls(job, pod)).toList();
    Tally tally = tally(own);
    String verdict = verdict(job, own, tally);
    RuntimeException failure = null;
    if (verdict.isEmpty() && !isSuspended(job)) {
      failure = manage(key, job, tally);
    } else {
      own.stream()
          .filter(Pods::isActive)
          .forEach(pod -> pods.delete(new PodControl.Owner(JOBS, job), pod));
    }
    write(job, verdict);
    if (failure != null) {
      throw failure;
    }
  }

  private static boolean isOver(JsonNode job) {
    return Conditions.isTrue(job.path("status"), "Complete")
        || Conditions.isTrue(job.path("status"), "Failed");
  }

  private static boolean isSuspended(JsonNode job) {
    return job.path("spec").path("suspend").asBoolean();
  }

  private static Tally tally(List<ObjectNode> pods) {
    return new Tally(
        pods.stream().filter(Pods::isActive).count(),
        pods.stream().filter(Pods::isActive).filter(Pods::isReady).count(),
        pods.stream().filter(pod -> Pods.phase(pod).equals("Succeeded")).count(),
        pods.stream().filter(pod -> Pods.phase(pod).equals("Failed")).count());
  }

  /** Empty while it goes on. */
  private String verdict(ObjectNode job, List<ObjectNode> pods, Tally tally) {
    boolean suspended = isSuspended(job);
    Duration age = ages.of(Nodes.uid(job), suspended ? "suspended" : "started");
    long deadline = suspended ? 0 : Nodes.number(0, job, "spec", "activeDeadlineSeconds");
    long backOffLimit = Nodes.number(6, job, "spec", "backoffLimit");
    if (tally.failed() > backOffLimit || restartsReach(backOffLimit, job, pods)) {
      return "BackoffLimitExceeded";
    }
    Duration left = Duration.ofSeconds(deadline).minus(age);
    if (deadline > 0 && (left.isNegative() || left.isZero())) {
      return "DeadlineExceeded";
    }
    if (deadline > 0) {
      queue.addAfter(Key.of(job), left);
    }
    return tally.succeeded() >= completions(job) && tally.active() == 0 ? "CompletionsReached" : "";
  }

  /** Containers that are started again leave no failed pods behind that could be counted. */
  private static boolean restartsReach(long limit, JsonNode job, List<ObjectNode> pods) {
    if (!Nodes.textOrEmpty(job, "spec", "template", "spec", "restartPolicy").equals("OnFailure")) {
      return false;
    }
    long restarts =
        pods.stream()
            .filter(pod -> Set.of("Running", "Pending").contains(Pods.phase(pod)))
            .flatMap(pod -> STATUSES.stream().map(list -> Nodes.list(pod, "status", list)))
            .flatMap(List::stream)
            .mapToLong(container -> Nodes.number(0, container, "restartCount"))
            .sum();
    return restarts >= Math.max(1, limit);
  }

  private static long completions(JsonNode job) {
    return Nodes.number(1, job, "spec", "completions");
  }

  private @Nullable RuntimeException manage(Key key, ObjectNode job, Tally tally) {
    long parallelism = Nodes.number(1, job, "spec", "parallelism");
    long wanted = Math.min(parallelism, completions(job) - tally.succeeded()) - tally.active();
    if (wanted <= 0) {
      return null;
    }
    Duration wait = backOff(job, tally.failed());
    if (!wait.isZero()) {
      queue.addAfter(key, wait);
      return null;
    }
    PodControl.Owner owner = new PodControl.Owner(JOBS, job);
    try {
      SlowStart.run((int) wanted, i -> pods.create(owner, pod(job)));
      return null;
    } catch (RuntimeException e) {
      return e;
    }
  }

  private Duration backOff(JsonNode job, long failed) {
    if (failed == 0) {
      return Duration.ZERO;
    }
    Duration whole = FIRST_BACK_OFF.multipliedBy(1L << Math.min(failed - 1, 10));
    Duration capped = whole.compareTo(LAST_BACK_OFF) > 0 ? LAST_BACK_OFF : whole;
    Duration left = capped.minus(ages.of(Nodes.uid(job) + "/failed", Long.toString(failed)));
    return left.isNegative() ? Duration.ZERO : left;
  }

  private static ObjectNode pod(ObjectNode job) {
    ObjectNode pod =
        PodTemplates.pod(
            Nodes.at(job, "spec", "template"), Nodes.namespace(job), Nodes.name(job) + "-");
    Nodes.object(pod, "metadata", "labels")
        .put("batch.kubernetes.io/controller-uid", Nodes.uid(job))
        .put("batch.kubernetes.io/job-name", Nodes.name(job))
        .put("controller-uid", Nodes.uid(job))
        .put("job-name", Nodes.name(job));
    return pod;
  }

  private void write(ObjectNode job, String verdict) {
    Tally tally =
        tally(
            api.list(PODS, Nodes.namespace(job)).stream()
                .filter(pod -> Owners.controls(job, pod))
                .toList());
    ObjectNode changed = job.deepCopy();
    ObjectNode status = Nodes.object(changed, "status");
    if (!isSuspended(job) && !status.has("startTime")) {
      status.put("startTime", context.now());
    }
    Numbers.putUnlessZero(status, "active", tally.active());
    Numbers.putUnlessZero(status, "succeeded", tally.succeeded());
    Numbers.putUnlessZero(status, "failed", tally.failed());
    status.put("ready", tally.ready()).put("terminating", 0);
    Nodes.object(status, "uncountedTerminatedPods");
    if (verdict.equals("CompletionsReached")) {
      status.put("completionTime", context.now());
      String message = "Reached expected number of succeeded pods";
      condition(status, "SuccessCriteriaMet", verdict, message);
      condition(status, "Complete", verdict, message);
      event(job, true, "Completed", "Job completed");
    } else if (!verdict.isEmpty()) {
      String message =
          verdict.equals("DeadlineExceeded")
              ? "Job was active longer than specified deadline"
              : "Job has reached the specified backoff limit";
      condition(status, "FailureTarget", verdict, message);
      condition(status, "Failed", verdict, message);
      event(job, false, verdict, message);
    } else if (isSuspended(job)) {
      suspend(job, status);
    } else if (Conditions.isTrue(status, "Suspended")) {
      resume(job, status);
    }
    if (!changed.equals(job)) {
      api.updateStatus(JOBS, changed);
    }
  }

  private void suspend(ObjectNode job, ObjectNode status) {
    if (condition(status, "Suspended", "True", "JobSuspended", "Job suspended")) {
      event(job, true, "Suspended", "Job suspended");
    }
  }

  /** The time in which it was suspended does not count. */
  private void resume(ObjectNode job, ObjectNode status) {
    condition(status, "Suspended", "False", "JobResumed", "Job resumed");
    event(job, true, "Resumed", "Job resumed");
    status.put("startTime", context.now());
  }

  private void condition(ObjectNode status, String type, String reason, String message) {
    condition(status, type, "True", reason, message);
  }

  private boolean condition(
      ObjectNode status, String type, String value, String reason, String message) {
    ObjectNode condition = Conditions.of(type, value, reason, message);
    condition.put("lastProbeTime", context.now());
    return Conditions.set(status, condition, context.now());
  }

  private void event(ObjectNode job, boolean fine, String reason, String message) {
    Events.Subject subject = context.events().about(JOBS, job);
    if (fine) {
      context.events().normal(SOURCE, subject, reason, message);
    } else {
      context.events().warning(SOURCE, subject, reason, message);
    }
  }

  private void expire(Key key, ObjectNode job) {
    long ttl = Nodes.number(-1, job, "spec", "ttlSecondsAfterFinished");
    if (ttl < 0) {
      return;
    }
    Duration left = Duration.ofSeconds(ttl).minus(ages.of(Nodes.uid(job), "over"));
    if (left.isNegative() || left.isZero()) {
      api.delete(JOBS.in(api.kinds()), job, "Foreground", null);
    } else {
      queue.addAfter(key, left);
    }
  }
}
