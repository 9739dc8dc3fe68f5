package io.github.kruiseinstaller.internal.diagnose;

import io.github.kruiseinstaller.internal.webhook.AdmissionProbe.Answer;
import io.github.kruiseinstaller.internal.webhook.AdmissionProbe.Outcome;
import io.github.kruiseinstaller.internal.webhook.ProbeWebhooks;
import io.github.kruiseinstaller.model.Manifest;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whose webhooks it is when the API server gives no answer to a Pod in the time that it has. Others
 * than OpenKruise's can be to blame only when they are asked about that very Pod and their
 * time-outs can use up that time. Where they can, the CloneSet tells more.
 */
final class Silence {
  private final Evidence seen;
  private final Optional<Answer> pod;
  private final Optional<Answer> cloneSet;

  Silence(Evidence seen) {
    this.seen = seen;
    this.pod = answer("Pod");
    this.cloneSet = answer("CloneSet");
  }

  /** OpenKruise's webhooks that are asked about the Pod that was not answered; else none. */
  List<String> asked() {
    return askedAmong(seen.live().armed());
  }

  /** Whether OpenKruise's webhooks are to blame, and nobody else's can be. */
  boolean isOurs() {
    return !asked().isEmpty()
        && (!othersExplainThePod()
            || (isUnanswered(cloneSet)
                && callsOursForTheCloneSet()
                && !usesUpThePatience(ofCloneSet(seen.live().foreignConfigurations()))));
  }

  /**
   * OpenKruise's webhooks that may refuse every Pod without an answer: those that must answer for
   * it. None when others explain it, and the manager has answered for the CloneSet.
   */
  List<String> refusing() {
    boolean answersOtherwise =
        cloneSet
            .filter(
                answer ->
                    answer.outcome() == Outcome.ACCEPTED || answer.outcome() == Outcome.DENIED)
            .isPresent();
    return othersExplainThePod() && answersOtherwise && callsOursForTheCloneSet()
        ? List.of()
        : askedAmong(Evidence.only(seen.live().armed(), Evidence::refuses));
  }

  /** The answers that there were not, as evidence. */
  List<String> answers() {
    return Stream.of(pod, cloneSet)
        .filter(Silence::isUnanswered)
        .flatMap(Optional::stream)
        .map(Answer::toString)
        .toList();
  }

  private List<String> askedAmong(List<Manifest> configurations) {
    return isUnanswered(pod) ? ofPod(configurations).names() : List.of();
  }

  private boolean othersExplainThePod() {
    return usesUpThePatience(ofPod(seen.live().foreignConfigurations()));
  }

  private boolean callsOursForTheCloneSet() {
    return !ofCloneSet(Evidence.only(seen.live().armed(), Evidence::refuses)).isEmpty();
  }

  private boolean usesUpThePatience(ProbeWebhooks webhooks) {
    return webhooks.longest().compareTo(seen.patience()) >= 0;
  }

  private ProbeWebhooks ofPod(List<Manifest> configurations) {
    return ProbeWebhooks.ofPod(configurations, namespace());
  }

  private ProbeWebhooks ofCloneSet(List<Manifest> configurations) {
    return ProbeWebhooks.ofCloneSet(configurations, namespace());
  }

  /** Where the Pod was asked for, or null when it was not seen: then every selector may match. */
  private @Nullable Manifest namespace() {
    return seen.live().namespaces().orElse(List.of()).stream()
        .filter(each -> pod.filter(asked -> asked.namespace().equals(each.name())).isPresent())
        .findFirst()
        .orElse(null);
  }

  private Optional<Answer> answer(String kind) {
    return seen.answers().stream().filter(each -> each.what().endsWith(" " + kind)).findFirst();
  }

  private static boolean isUnanswered(Optional<Answer> answer) {
    return answer.filter(each -> each.outcome() == Outcome.UNANSWERED).isPresent();
  }
}
