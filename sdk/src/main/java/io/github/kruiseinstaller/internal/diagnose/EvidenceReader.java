package io.github.kruiseinstaller.internal.diagnose;

import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.Cluster.Query;
import io.github.kruiseinstaller.internal.cluster.ClusterException;
import io.github.kruiseinstaller.internal.cluster.DeadlineException;
import io.github.kruiseinstaller.internal.live.LiveInstallation;
import io.github.kruiseinstaller.internal.live.LiveInstallationReader;
import io.github.kruiseinstaller.internal.live.Seen;
import io.github.kruiseinstaller.internal.retry.RunControl;
import io.github.kruiseinstaller.internal.retry.Workers;
import io.github.kruiseinstaller.internal.text.PlainText;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.internal.wait.Conditions;
import io.github.kruiseinstaller.internal.wait.PodReasons;
import io.github.kruiseinstaller.internal.wait.PodTrouble;
import io.github.kruiseinstaller.internal.wait.Pods;
import io.github.kruiseinstaller.internal.webhook.AdmissionProbe;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Reads the evidence, in parallel and within bounds: reads of a few seconds, and dry runs for which
 * it waits as long as most webhooks may take. Writes nothing.
 */
final class EvidenceReader {
  /** For the first answer, which shows that there is an API server: connecting takes a while. */
  private static final Duration CONNECTING = Duration.ofSeconds(10);

  /** For all that is read of the API server's own store. */
  private static final Duration READS = Duration.ofSeconds(5);

  /** The webhooks of the oldest charts answer, or time out, in ten seconds. */
  private static final Duration PATIENCE = Duration.ofMillis(10_300);

  /** For everything; what is left of it bounds the dry runs. */
  private static final Duration ALL = Duration.ofMillis(11_500);

  private static final Duration PERMISSION = Duration.ofSeconds(2);
  private static final Duration SHORTEST_PATIENCE = Duration.ofSeconds(2);
  private static final int LOG_LINES = 200;
  private static final int LONGEST_LINE = 500;
  private static final int PODS_WITH_LOGS = 4;

  private final Cluster cluster;
  private final Workers workers;
  private final RunControl control;

  /**
   * A reader for one run.
   *
   * @param cluster bound to {@code control}
   */
  EvidenceReader(Cluster cluster, Workers workers, RunControl control) {
    this.cluster = cluster;
    this.workers = workers;
    this.control = control;
  }

  /**
   * Reads.
   *
   * @param namespace the manager's namespace, or null to find it
   * @throws ClusterException when the API server cannot be reached, or does not know the caller
   * @throws DeadlineException when it does not answer at all
   */
  Evidence read(@Nullable String namespace) {
    long end = control.time().nanos() + ALL.toNanos();
    String kubernetesVersion = version(cluster.within(CONNECTING));
    LiveInstallation live =
        new LiveInstallationReader(cluster.within(READS), workers).read(namespace);

    Duration left = Duration.ofNanos(Math.max(0, end - control.time().nanos()));
    Duration patience = left.compareTo(PATIENCE) < 0 ? left : PATIENCE;
    if (patience.compareTo(SHORTEST_PATIENCE) < 0) {
      patience = SHORTEST_PATIENCE;
    }
    Duration asking = patience;
    AdmissionProbe probe = probe(live, asking);
    Future<AdmissionProbe.Answer> pod = workers.start(() -> probe.pod(asking));
    Future<AdmissionProbe.Answer> cloneSet = workers.start(() -> probe.cloneSet(asking));
    Cluster looking = cluster.within(READS);
    PodReasons reasons = new PodReasons(looking);
    Future<Seen<List<PodTrouble>>> troubles =
        workers.start(() -> Seen.by(() -> live.manager().map(reasons::of).orElse(List.of())));
    Future<Seen<List<PodTrouble>>> daemonTroubles =
        workers.start(
            () -> Seen.by(() -> live.daemon().map(reasons::ofDaemonSet).orElse(List.of())));
    Future<Seen<List<Manifest>>> events = workers.start(() -> events(looking, live));
    List<Future<PodLog>> managerLogs = startLogs(looking, live.managerPods());
    List<Future<PodLog>> daemonLogs = startLogs(looking, badDaemons(live));

    List<AdmissionProbe.Answer> answers = List.of(workers.join(pod), workers.join(cloneSet));
    Seen<List<Manifest>> warnings = workers.join(events);
    List<PodLog> managerLog = workers.joinAll(managerLogs);
    List<PodLog> daemonLog = workers.joinAll(daemonLogs);
    List<String> unseen = new ArrayList<>(live.unseen());
    addUnseen("events in " + live.location().namespace(), warnings, unseen);
    addUnseen("why Pods of the manager are not Ready", workers.join(troubles), unseen);
    addUnseen("why Pods of the daemon are not Ready", workers.join(daemonTroubles), unseen);
    managerLog.forEach(log -> addUnseen("log of " + log.pod(), log.lines(), unseen));
    daemonLog.forEach(log -> addUnseen("log of " + log.pod(), log.lines(), unseen));
    unseen.addAll(logsForbidden(managerLog));
    answers.forEach(answer -> addUnseen(answer, unseen));
    return new Evidence(
        live,
        kubernetesVersion,
        control.time().now(),
        answers,
        asking,
        workers.join(troubles).orElse(List.of()),
        workers.join(daemonTroubles).orElse(List.of()),
        warnings.orElse(List.of()),
        lines(managerLog),
        lines(daemonLog),
        unseen);
  }

  /** Everybody who is anybody may read the version: without an answer there is no cluster. */
  private static String version(Cluster connecting) {
    try {
      return connecting.kubernetesVersion();
    } catch (ClusterException e) {
      if (e.status() == ClusterException.NO_ANSWER || e.status() == 401) {
        throw e;
      }
      return "unknown";
    }
  }

  private AdmissionProbe probe(LiveInstallation live, Duration patience) {
    String namespace =
        AdmissionProbe.namespace(
            live.ownConfigurations(),
            live.namespaces().orElse(List.of()),
            live.location().namespace());
    // What is looked up before the question, such as the kinds, counts as part of it.
    return new AdmissionProbe(
        cluster.within(patience),
        live.ownConfigurations(),
        live.location().serviceRef(),
        namespace,
        new SecureRandom());
  }

  private static Seen<List<Manifest>> events(Cluster looking, LiveInstallation live) {
    Query warnings = new Query("v1", "Event", live.location().namespace(), "", "type=Warning");
    try {
      return Seen.of(
          looking.list(warnings).items().stream().sorted(Moments.newestFirst()).toList());
    } catch (ClusterException e) {
      return Seen.not(e.answer().message());
    } catch (DeadlineException e) {
      return Seen.not("no answer in time");
    }
  }

  private static List<Manifest> badDaemons(LiveInstallation live) {
    return live.daemon().stream()
        .flatMap(
            daemon ->
                live.pods().orElse(List.of()).stream()
                    .filter(pod -> PodReasons.isOwned(pod, daemon))
                    .filter(Pods::isActive)
                    .filter(pod -> !Conditions.isTrue(pod, "Ready")))
        .toList();
  }

  /** Each by itself: a node that cannot be reached says nothing of the others. */
  private List<Future<PodLog>> startLogs(Cluster looking, List<Manifest> pods) {
    return pods.stream()
        .limit(PODS_WITH_LOGS)
        .map(pod -> workers.start(() -> new PodLog(pod.ref(), log(looking, pod))))
        .toList();
  }

  private static Seen<List<String>> log(Cluster looking, Manifest pod) {
    try {
      return Seen.of(
          pod.maps("status", "containerStatuses").stream()
              .flatMap(container -> lines(looking, pod.ref(), container).stream())
              .toList());
    } catch (DeadlineException e) {
      return Seen.not("no answer in time");
    }
  }

  private static List<String> lines(List<PodLog> logs) {
    return logs.stream().flatMap(log -> log.lines().orElse(List.of()).stream()).toList();
  }

  private static List<String> lines(
      Cluster looking, ObjectRef pod, Map<String, @Nullable Object> container) {
    String name = String.valueOf(container.get("name"));
    List<String> lines = new ArrayList<>(looking.logs(pod, name, false, LOG_LINES));
    if (Trees.number(0, container, "restartCount") > 0) {
      lines.addAll(looking.logs(pod, name, true, LOG_LINES));
    }
    return lines.stream()
        .filter(line -> !line.isBlank())
        .filter(line -> !line.contains("PRIVATE KEY"))
        .map(line -> PlainText.atMost(LONGEST_LINE, line))
        .toList();
  }

  /** A log that may not be read is as empty as one that has nothing in it. */
  private List<String> logsForbidden(List<PodLog> managerLog) {
    boolean mute = managerLog.stream().allMatch(log -> log.lines().orElse(List.of()).isEmpty());
    if (!mute || managerLog.isEmpty()) {
      return List.of();
    }
    // What was read before may have used up the time of reading.
    Cluster asking = cluster.within(PERMISSION);
    Seen<Boolean> allowed = Seen.by(() -> asking.allowed("get", managerLog.get(0).pod(), "log"));
    return allowed.orElse(true)
        ? List.of()
        : List.of("logs of the manager's Pods: the caller may not read them");
  }

  private static void addUnseen(String what, Seen<?> seen, List<String> unseen) {
    if (!seen.isSeen()) {
      unseen.add(what + ": " + seen.unseen());
    }
  }

  private static void addUnseen(AdmissionProbe.Answer answer, List<String> unseen) {
    String why =
        switch (answer.outcome()) {
          case FORBIDDEN -> answer.message();
          case UNANSWERED -> answer.message() + ", within the time that is given for it";
          default -> "";
        };
    if (!why.isEmpty()) {
      unseen.add("what the API server says to " + answer.what() + ": " + why);
    }
  }

  /**
   * The last lines of a Pod.
   *
   * @param lines the lines of all its containers
   */
  private record PodLog(ObjectRef pod, Seen<List<String>> lines) {}
}
