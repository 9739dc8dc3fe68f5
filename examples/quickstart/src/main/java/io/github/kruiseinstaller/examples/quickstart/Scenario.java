package io.github.kruiseinstaller.examples.quickstart;

import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.testkit.SmallRelease;
import io.github.kruiseinstaller.testkit.fault.Fault;
import io.github.kruiseinstaller.testkit.fault.FaultRule;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What is the matter with the simulated cluster. */
enum Scenario {
  HEALTHY("nothing is the matter", Ending.MENDED, cluster -> {}),
  UNLABELLED_NAMESPACE(
      "the namespace is there without its label: mended; helm never ends here",
      Ending.MENDED,
      cluster -> cluster.objects().apply(Scenes.NAMESPACE)),
  INCIDENT(
      "somebody armed the webhooks, no manager answers, every Pod is refused: taken over and"
          + " mended",
      Ending.MENDED,
      Scenes::armWithoutManager),
  API_SERVER_HICCUP(
      "the API server is busy, restarts and drops connections: retried",
      Ending.MENDED,
      Scenes::answerBadly),
  SLOW(
      "the manager takes its time to start: waited for",
      Ending.MENDED,
      cluster -> cluster.workloads().managerStartTakes(Duration.ofSeconds(10))),
  CRASH_LOOP(
      "the manager ends at its start, again and again: explained, with its last words",
      Ending.FAILED,
      cluster ->
          cluster
              .workloads()
              .crash(Scenes.IMAGES, 1, "flag provided but not defined: -feature-gatez")),
  IMAGE_MISSING(
      "the manager's image cannot be pulled: explained",
      Ending.FAILED,
      cluster ->
          cluster.workloads().pullFails(Scenes.IMAGES, "failed to resolve reference: not found")),
  UNSCHEDULABLE(
      "no node takes the manager's Pods: explained",
      Ending.FAILED,
      cluster -> cluster.workloads().unschedulable(Scenes.SYSTEM, "1 Insufficient memory")),
  FIREWALL(
      "the API server cannot reach the manager: never armed, and explained",
      Ending.FAILED,
      cluster -> cluster.closeConnectionsTo(Scenes.SYSTEM));

  /** How a run ends. */
  enum Ending {
    /** Well. */
    MENDED,
    /** With a failure and its explanation, when the time is over. */
    FAILED
  }

  private final String sentence;
  private final Ending ending;

  // Only ever a lambda that keeps nothing.
  @SuppressWarnings("ImmutableEnumChecker")
  private final Consumer<SimulatedCluster> scene;

  Scenario(String sentence, Ending ending, Consumer<SimulatedCluster> scene) {
    this.sentence = sentence;
    this.ending = ending;
    this.scene = scene;
  }

  /** How a run ends in such a cluster. */
  Ending ending() {
    return ending;
  }

  /** Whether the manager becomes Ready that somebody applies in such a cluster. */
  boolean managerComesUp() {
    return switch (this) {
      case HEALTHY, API_SERVER_HICCUP, SLOW, FIREWALL -> true;
      case UNLABELLED_NAMESPACE, INCIDENT, CRASH_LOOP, IMAGE_MISSING, UNSCHEDULABLE -> false;
    };
  }

  /** Makes the cluster so. */
  void set(SimulatedCluster cluster) {
    scene.accept(cluster);
  }

  /** What is applied where OpenKruise is to be there already. */
  String manifests() {
    // A namespace that somebody made beforehand is not made again, and so keeps lacking its label.
    return this == UNLABELLED_NAMESPACE
        ? Arrays.stream(SmallRelease.yaml().split("\n---\n"))
            .filter(document -> !document.contains("kind: Namespace\n"))
            .collect(Collectors.joining("\n---\n"))
        : SmallRelease.yaml();
  }

  /** For the command line's help. */
  String line() {
    return String.format(Locale.ROOT, "  %-21s %s", this, sentence);
  }

  /** As it is written on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Reads {@code crash-loop}. */
  static final class Name implements ITypeConverter<Scenario> {
    @Override
    public Scenario convert(String text) {
      return Arrays.stream(values())
          .filter(scenario -> scenario.toString().equalsIgnoreCase(text))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "'" + text + "' is none of " + Arrays.toString(values())));
    }
  }

  /** What the scenes are made of. */
  private static final class Scenes {
    private static final String SYSTEM = "kruise-system";
    private static final String IMAGES = "*kruise-manager:*";
    private static final String NAMESPACE =
        "{apiVersion: v1, kind: Namespace, metadata: {name: kruise-system}}";

    /** Into a namespace without its label, workloads last: the webhooks keep their Pods out. */
    private static void armWithoutManager(SimulatedCluster cluster) {
      List<String> documents =
          Arrays.stream(SmallRelease.yaml().split("(?m)^---$"))
              .filter(text -> !text.contains("\nkind: Namespace\n"))
              .toList();
      cluster.objects().apply(NAMESPACE);
      documents.stream().filter(text -> !isWorkload(text)).forEach(cluster.objects()::apply);
      documents.stream().filter(Scenes::isWorkload).forEach(cluster.objects()::apply);
    }

    private static boolean isWorkload(String document) {
      return document.contains("\nkind: Deployment\n") || document.contains("\nkind: DaemonSet\n");
    }

    private static void answerBadly(SimulatedCluster cluster) {
      List.of(
              FaultRule.when().nth(5).then(Fault.Answer.tooManyRequests(1)),
              FaultRule.when().writes().nth(6).then(new Fault.Reset(Fault.Moment.AFTER_EFFECT)),
              FaultRule.when().writes().every(11).times(3).then(Fault.Answer.unavailable(0)),
              FaultRule.when().verb("watch").nth(2).then(new Fault.DroppedWatch(1)))
          .forEach(cluster.faults()::add);
    }
  }
}
