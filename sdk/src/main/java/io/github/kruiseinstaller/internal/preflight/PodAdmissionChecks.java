package io.github.kruiseinstaller.internal.preflight;

import io.github.kruiseinstaller.check.Check;
import io.github.kruiseinstaller.check.CheckCategory;
import io.github.kruiseinstaller.internal.cluster.Cluster.Write;
import io.github.kruiseinstaller.internal.cluster.ClusterException;
import io.github.kruiseinstaller.internal.cluster.DeadlineException;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.internal.webhook.WebhookConfigurations;
import io.github.kruiseinstaller.model.Manifest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether Pods such as the manager's and the daemon's are admitted, asked of the API server itself
 * in dry run: Pod security, quotas, limits and policies all answer.
 */
final class PodAdmissionChecks implements PreflightCheck {
  static final String SECURITY = "pod-security";
  static final String QUOTA = "quota-admission";
  static final String LIMITS = "limit-range";
  static final String OTHERS = "pod-policy";
  static final String DAEMON = "daemon-admission";

  private static final int FORBIDDEN = 403;

  @Override
  public List<Check> look(Scene scene) {
    Answer manager = ask(scene, scene.release().managerDeployment());
    List<Check> found = new ArrayList<>();
    for (Cause cause : Cause.values()) {
      found.add(manager(cause, manager));
    }
    scene.release().daemon().ifPresent(daemon -> found.add(daemon(daemon, ask(scene, daemon))));
    return found;
  }

  private static Check manager(Cause cause, Answer answer) {
    return switch (answer.kind()) {
      case UNKNOWN -> Check.skipped(cause.id, CheckCategory.POLICY, answer.text());
      case ADMITTED -> Check.pass(cause.id, CheckCategory.POLICY, cause.fine);
      case REFUSED ->
          Cause.of(answer.text()) == cause
              ? Check.fail(cause.id, CheckCategory.POLICY, cause.wrong, cause.remedy)
                  .seen(List.of(answer.text()))
              : Check.skipped(
                  cause.id,
                  CheckCategory.POLICY,
                  "something else refuses the manager's Pods first");
    };
  }

  private static Check daemon(Manifest daemon, Answer answer) {
    return switch (answer.kind()) {
      case UNKNOWN -> Check.skipped(DAEMON, CheckCategory.DAEMON, answer.text());
      case ADMITTED -> Check.pass(DAEMON, CheckCategory.DAEMON, "Pods of the daemon are admitted");
      case REFUSED ->
          Check.warn(
                  DAEMON,
                  CheckCategory.DAEMON,
                  "the daemon's Pods, which use the host's network and a folder of the host, are"
                      + " refused; webhooks work without them",
                  "Allow them (for Pod security: kubectl label namespace %s"
                          .formatted(daemon.namespace())
                      + " pod-security.kubernetes.io/enforce=privileged --overwrite), or leave the"
                      + " daemon out: Customizer.featureGate(\"KruiseDaemon\", false).")
              .about(daemon.ref())
              .seen(List.of(answer.text()));
    };
  }

  private static Answer ask(Scene scene, Manifest workload) {
    if (scene.live().namespaces().isSeen() && scene.namespace().isEmpty()) {
      return Answer.unknown(
          "namespace "
              + scene.release().namespace()
              + " does not exist yet: nothing in it restricts Pods, and what holds for the whole"
              + " cluster shows when it is there");
    }
    try {
      Manifest pod = pod(workload, scene.release().namespace());
      var unused = scene.cluster().create(pod, Write.DRY_RUN);
      return new Answer(Answer.Kind.ADMITTED, "");
    } catch (ClusterException e) {
      return refused(scene, e);
    } catch (DeadlineException e) {
      return Answer.unknown(String.valueOf(e.getMessage()));
    }
  }

  private static Answer refused(Scene scene, ClusterException e) {
    String message = e.answer().message();
    boolean own =
        scene.live().ownConfigurations().stream()
            .flatMap(configuration -> WebhookConfigurations.names(configuration).stream())
            .anyMatch(name -> message.contains("\"" + name + "\""));
    if (own) {
      return Answer.unknown("OpenKruise's own webhooks refuse Pods now: " + message);
    }
    boolean byRbac =
        e.status() == FORBIDDEN && message.contains("User \"") && message.contains(" cannot ");
    if (byRbac) {
      return Answer.unknown("the caller may not create Pods, not even in dry run: " + message);
    }
    return e.status() == ClusterException.NO_ANSWER || e.isNotFound()
        ? Answer.unknown(message)
        : new Answer(Answer.Kind.REFUSED, message);
  }

  /** A Pod as the workload makes them; its account is left out, because it need not exist yet. */
  private static Manifest pod(Manifest workload, String namespace) {
    Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
    metadata.put("name", workload.name() + "-preflight");
    metadata.put("namespace", namespace);
    metadata.put("labels", workload.map("spec", "template", "metadata", "labels"));
    metadata.put("annotations", workload.map("spec", "template", "metadata", "annotations"));
    Map<String, @Nullable Object> spec = Trees.mutable(workload.map("spec", "template", "spec"));
    spec.remove("serviceAccountName");
    spec.remove("serviceAccount");
    Map<String, @Nullable Object> pod = new LinkedHashMap<>();
    pod.put("apiVersion", "v1");
    pod.put("kind", "Pod");
    pod.put("metadata", metadata);
    pod.put("spec", spec);
    return Manifest.of(pod);
  }

  /**
   * What the API server says.
   *
   * @param text its words when it refuses, or why nothing is known
   */
  private record Answer(Kind kind, String text) {
    enum Kind {
      ADMITTED,
      REFUSED,
      UNKNOWN
    }

    static Answer unknown(String why) {
      return new Answer(Kind.UNKNOWN, why);
    }
  }

  /** Who refuses, by the words of Kubernetes' own admission plug-ins. */
  private enum Cause {
    POD_SECURITY(
        SECURITY,
        "Pod security lets the manager's Pods pass",
        "Pod security refuses the manager's Pods",
        "Lower the namespace's level (kubectl label namespace NAME"
            + " pod-security.kubernetes.io/enforce=baseline --overwrite), or change the Pods with"
            + " Customizer.",
        "violates PodSecurity"),
    RESOURCE_QUOTA(
        QUOTA,
        "quotas let one more Pod of the manager pass",
        "a quota refuses the manager's Pods",
        "Raise the quota of the namespace, or give the manager what it demands with"
            + " Customizer.resources.",
        "exceeded quota",
        "failed quota",
        "insufficient quota"),
    LIMIT_RANGE(
        LIMITS,
        "limit ranges let the manager's Pods pass",
        "a limit range refuses the manager's Pods",
        "Change the LimitRange of the namespace, or the manager's resources with"
            + " Customizer.resources.",
        " usage per ",
        "limit to request ratio",
        // What a limit range puts in may be less than what the Pod asks for.
        "must be less than or equal to"),
    POLICY(
        OTHERS,
        "no policy and no other vendor's webhook refuses the manager's Pods",
        "a policy or another vendor's webhook refuses the manager's Pods",
        "Make an exception for the namespace, or change the Pods with Customizer so that they"
            + " comply.");

    private final String id;
    private final String fine;
    private final String wrong;
    private final String remedy;

    @SuppressWarnings("ImmutableEnumChecker") // never changed, and List.of is unmodifiable
    private final List<String> words;

    Cause(String id, String fine, String wrong, String remedy, String... words) {
      this.id = id;
      this.fine = fine;
      this.wrong = wrong;
      this.remedy = remedy;
      this.words = List.of(words);
    }

    static Cause of(String message) {
      Optional<Cause> known =
          List.of(values()).stream()
              .filter(cause -> cause.words.stream().anyMatch(message::contains))
              .findFirst();
      return known.orElse(POLICY);
    }
  }
}
