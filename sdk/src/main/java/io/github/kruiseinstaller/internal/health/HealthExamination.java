package io.github.kruiseinstaller.internal.health;

import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.ClusterException;
import io.github.kruiseinstaller.internal.cluster.DeadlineException;
import io.github.kruiseinstaller.internal.live.LiveInstallation;
import io.github.kruiseinstaller.internal.live.LiveInstallationReader;
import io.github.kruiseinstaller.internal.live.ManagerPods;
import io.github.kruiseinstaller.internal.live.Seen;
import io.github.kruiseinstaller.internal.planner.Planner;
import io.github.kruiseinstaller.internal.planner.PreparedPlan;
import io.github.kruiseinstaller.internal.retry.RunControl;
import io.github.kruiseinstaller.internal.retry.Workers;
import io.github.kruiseinstaller.internal.wait.DeploymentRollout;
import io.github.kruiseinstaller.internal.wait.PodReasons;
import io.github.kruiseinstaller.internal.wait.PodTrouble;
import io.github.kruiseinstaller.internal.webhook.Acceptance;
import io.github.kruiseinstaller.internal.webhook.AcceptanceFinding;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.release.Release;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Looks whether an installation works now: reads, and asks the API server in dry run. Used by one
 * thread.
 */
public final class HealthExamination {
  private static final List<HealthCheck> CHECKS =
      List.of(
          new NamespaceHealth(),
          new ManagerHealth(),
          new LogHealth(),
          new ServiceHealth(),
          new CertificateHealth(),
          new DefinitionHealth(),
          new ConfigurationHealth(),
          new AnswerHealth(),
          new DriftHealth(),
          new DaemonHealth());

  /** How long to wait for one dry run or log: a dead webhook or node may take 30 seconds. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final int LOG_LINES = 200;

  private final Cluster cluster;
  private final RunControl control;
  private final Workers workers;

  /**
   * An examination.
   *
   * @param cluster bound so that it gives up soon
   * @param control the bounds of looking
   * @param workers the run's threads
   */
  public HealthExamination(Cluster cluster, RunControl control, Workers workers) {
    this.cluster = cluster;
    this.control = control;
    this.workers = workers;
  }

  /**
   * Looks.
   *
   * @param namespace the manager's namespace, or null to find it
   * @param release what to compare with, where there is one
   */
  public Outcome run(@Nullable String namespace, Optional<Release> release) {
    // Planning waits for tasks of its own; it holds one thread meanwhile, and there are more.
    Future<Seen<Optional<PreparedPlan>>> plan = workers.start(() -> plan(release));
    LiveInstallation live = new LiveInstallationReader(cluster, workers).read(namespace);
    if (isAbsent(live)) {
      plan.cancel(false);
      return Outcome.absent(live);
    }
    Future<Seen<List<AcceptanceFinding>>> answers = workers.start(() -> ask(live));
    Future<Seen<Map<String, Seen<List<String>>>>> logs = workers.start(() -> logs(live));
    Future<List<PodTrouble>> troubles = workers.start(() -> troubles(live));
    HealthScene scene =
        new HealthScene(
            control.time().now(),
            release,
            live,
            workers.join(answers),
            workers.join(troubles),
            workers.join(logs),
            workers.join(plan));
    List<Finding> findings = new ArrayList<>();
    CHECKS.forEach(check -> findings.addAll(check.judge(scene)));
    return Outcome.of(live, findings);
  }

  private static boolean isAbsent(LiveInstallation live) {
    return live.configurations().isSeen()
        && live.deployments().isSeen()
        && live.ownConfigurations().isEmpty()
        && live.manager().isEmpty();
  }

  private Seen<Optional<PreparedPlan>> plan(Optional<Release> release) {
    if (release.isEmpty()) {
      return Seen.of(Optional.empty());
    }
    try {
      return Seen.by(() -> Optional.of(new Planner(cluster, workers).plan(release.get())));
    } catch (InstallException e) {
      return Seen.not(e.failure().message());
    }
  }

  private Seen<List<AcceptanceFinding>> ask(LiveInstallation live) {
    return Seen.by(
        () ->
            new Acceptance(cluster, control, workers, new SecureRandom())
                .look(
                    live.ownConfigurations(),
                    live.foreignConfigurations(),
                    live.location().namespace(),
                    PATIENCE));
  }

  private Seen<Map<String, Seen<List<String>>>> logs(LiveInstallation live) {
    if (!live.pods().isSeen()) {
      return Seen.not(live.pods().unseen());
    }
    ObjectRef any = ObjectRef.namespaced("v1", "Pod", live.location().namespace(), "*");
    Seen<Boolean> allowed = Seen.by(() -> cluster.allowed("get", any, "log"));
    if (!allowed.orElse(false)) {
      return Seen.not(allowed.isSeen() ? "logs may not be read" : allowed.unseen());
    }
    List<Manifest> pods = live.managerPods();
    List<Seen<List<String>>> read = workers.map(pods, this::log);
    Map<String, Seen<List<String>>> lines = new LinkedHashMap<>();
    for (int i = 0; i < pods.size(); i++) {
      lines.put(pods.get(i).ref().toString(), read.get(i));
    }
    return Seen.of(lines);
  }

  /** A node that cannot be reached keeps the API server waiting, and says nothing of the others. */
  private Seen<List<String>> log(Manifest pod) {
    return Seen.by(
        () ->
            cluster
                .within(control.deadline().atMost(PATIENCE))
                .logs(pod.ref(), ManagerPods.container(pod), false, LOG_LINES));
  }

  private List<PodTrouble> troubles(LiveInstallation live) {
    Optional<Manifest> manager = live.manager();
    if (manager.isEmpty() || DeploymentRollout.available().of(manager.get()).done()) {
      return List.of();
    }
    try {
      return new PodReasons(cluster).of(manager.get());
    } catch (ClusterException | DeadlineException e) {
      return List.of();
    }
  }
}
