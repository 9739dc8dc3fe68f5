package io.github.kruiseinstaller.internal.diagnose;

import io.github.kruiseinstaller.diagnosis.DiagnosisCode;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.internal.wait.PodTrouble;
import io.github.kruiseinstaller.model.Manifest;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/** Trouble with what no webhook depends on: the node daemon, and the chart's uninstall Job. */
final class DaemonRules {
  private static final String LESS =
      "; webhooks do not depend on it, image pre-download and in-place container restarts do";
  private static final Pattern HOOK = Pattern.compile("(?:.*/)?kruise-helm-hook(?:[:@].*)?");
  private static final Set<String> PULLING = Set.of("ErrImagePull", "ImagePullBackOff");

  private DaemonRules() {}

  static List<Finding> troubled(Evidence seen) {
    List<Finding> found = new ArrayList<>();
    for (PodTrouble trouble : seen.daemonTroubles()) {
      found.add(finding(seen, trouble).seen(trouble.evidence()));
    }
    return found;
  }

  private static Finding finding(Evidence seen, PodTrouble trouble) {
    String what = "Pods of the daemon are not Ready: " + trouble.summary() + LESS;
    if (trouble.code() == FailureCode.PODS_NOT_CREATED) {
      return refused(seen, trouble);
    }
    if (trouble.code() != FailureCode.CONTAINER_CRASHING) {
      return Finding.of(DiagnosisCode.DAEMON_NOT_READY, trouble.object(), what);
    }
    List<String> words = new ArrayList<>(trouble.evidence());
    words.addAll(seen.daemonLog());
    List<String> telling =
        words.stream().filter(line -> LogPatterns.ofDaemon(line).isPresent()).toList();
    DiagnosisCode code =
        telling.stream()
            .flatMap(line -> LogPatterns.ofDaemon(line).stream())
            .findFirst()
            .orElse(DiagnosisCode.DAEMON_CRASHING);
    return Finding.of(code, trouble.object(), what)
        .seen(telling.stream().distinct().limit(2).toList());
  }

  private static Finding refused(Evidence seen, PodTrouble trouble) {
    Finding refusal = Refusals.of(seen, trouble, "the daemon's Pods are refused at creation");
    DiagnosisCode code =
        switch (refusal.code()) {
          case FOREIGN_WEBHOOK_FAILED, QUOTA_EXCEEDED, SERVICE_ACCOUNT_MISSING -> refusal.code();
          case POLICY_DENIES_PODS -> DiagnosisCode.DAEMON_REFUSED_BY_POLICY;
          default -> DiagnosisCode.DAEMON_NOT_READY;
        };
    Set<DiagnosisCode> effectOf = EnumSet.copyOf(ManagerRules.NAMESPACE);
    effectOf.addAll(refusal.effectOf());
    return new Finding(
        code,
        refusal.object(),
        refusal.summary() + LESS,
        seen.warnedSince(
            event ->
                Refusals.isFailedCreate(event)
                    && "DaemonSet".equals(event.text("involvedObject", "kind"))),
        List.of(),
        refusal.evidence(),
        effectOf);
  }

  /** The Job with which the chart's own uninstallation begins, and ends when it cannot run. */
  static List<Finding> helmHook(Evidence seen) {
    List<Finding> found = new ArrayList<>();
    for (Manifest pod : seen.live().pods().orElse(List.of())) {
      boolean hook =
          pod.maps("spec", "containers").stream()
              .map(container -> String.valueOf(container.get("image")))
              .anyMatch(image -> HOOK.matcher(image).matches());
      if (!hook) {
        continue;
      }
      List<String> waiting =
          pod.maps("status", "containerStatuses").stream()
              .map(container -> Trees.text(container, "state", "waiting", "reason"))
              .filter(Objects::nonNull)
              .filter(PULLING::contains)
              .toList();
      boolean failed = "Failed".equals(pod.text("status", "phase"));
      if (!waiting.isEmpty() || failed) {
        found.add(
            Finding.of(
                    DiagnosisCode.HELM_HOOK_FAILED,
                    pod.ref(),
                    "the chart's uninstall Job "
                        + (failed ? "has refused to go on" : "cannot pull its image")
                        + ", so helm uninstall does not go on")
                .since(Moments.parse(pod.text("metadata", "creationTimestamp")))
                .seen(failed ? List.of("phase: Failed") : waiting)
                .seen(
                    seen.warnings(
                        event -> pod.name().equals(event.text("involvedObject", "name")))));
      }
    }
    return found;
  }
}
