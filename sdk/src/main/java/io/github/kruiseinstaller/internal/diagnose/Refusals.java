package io.github.kruiseinstaller.internal.diagnose;

import io.github.kruiseinstaller.diagnosis.DiagnosisCode;
import io.github.kruiseinstaller.internal.text.PlainText;
import io.github.kruiseinstaller.internal.wait.PodTrouble;
import io.github.kruiseinstaller.internal.webhook.AdmissionProbe;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Why Pods are refused at creation, by the words with which they are. */
final class Refusals {
  private static final Pattern FAILED_CALL = Pattern.compile("failed calling webhook \"([^\"]*)\"");
  private static final Pattern QUOTA = Pattern.compile("(?:exceeded|failed) quota: ([a-z0-9.-]+)");

  /** The API server names no quota then, because none covers the Pod. */
  private static final String QUOTA_OF_SCOPES = "insufficient quota to match these scopes";

  private static final Pattern SERVICE_ACCOUNT =
      Pattern.compile("service ?account \"?([^\" ]*)\"?.* not found", Pattern.CASE_INSENSITIVE);
  private static final List<String> POLICY =
      List.of(
          "violates PodSecurity",
          "denied the request",
          "PodSecurityPolicy",
          "security context constraint",
          "ValidatingAdmissionPolicy",
          "is forbidden: [",
          "usage per Container is",
          "usage per Pod is",
          "limit to request ratio");
  private static final int LONGEST = 300;

  private Refusals() {}

  /** Whether an event tells of a Pod that could not be created. */
  static boolean isFailedCreate(Manifest event) {
    return "FailedCreate".equals(event.text("reason"));
  }

  /**
   * What refuses a workload's Pods.
   *
   * @param trouble of the code PODS_NOT_CREATED
   * @param what the sentence's begin
   */
  static Finding of(Evidence seen, PodTrouble trouble, String what) {
    String words = trouble.evidence().isEmpty() ? trouble.summary() : trouble.evidence().get(0);
    String summary = what + ": " + PlainText.atMost(LONGEST, words);
    Matcher failed = FAILED_CALL.matcher(words);
    if (failed.find()) {
      // The URL tells whose it was also when nothing is armed any more.
      boolean own =
          ownNames(seen).contains(failed.group(1))
              || AdmissionProbe.isCallOf(seen.serviceRef(), words);
      return own
          ? Finding.of(DiagnosisCode.PODS_NOT_CREATED, trouble.object(), summary)
              .effectOf(EnumSet.of(DiagnosisCode.OWN_NAMESPACE_INTERCEPTED))
          : Finding.of(
              DiagnosisCode.FOREIGN_WEBHOOK_FAILED, configuration(seen, failed.group(1)), summary);
    }
    Matcher quota = QUOTA.matcher(words);
    if (quota.find()) {
      return Finding.of(
          DiagnosisCode.QUOTA_EXCEEDED,
          ObjectRef.namespaced("v1", "ResourceQuota", seen.namespace(), quota.group(1)),
          summary);
    }
    if (words.contains(QUOTA_OF_SCOPES)) {
      return Finding.of(DiagnosisCode.QUOTA_EXCEEDED, null, summary);
    }
    Matcher account = SERVICE_ACCOUNT.matcher(words);
    if (account.find()) {
      String name = account.group(1).replaceFirst(".*/", "");
      return Finding.of(
          DiagnosisCode.SERVICE_ACCOUNT_MISSING,
          name.isBlank()
              ? trouble.object()
              : ObjectRef.namespaced("v1", "ServiceAccount", seen.namespace(), name),
          summary);
    }
    if (POLICY.stream().anyMatch(words::contains)) {
      return Finding.of(DiagnosisCode.POLICY_DENIES_PODS, trouble.object(), summary);
    }
    return Finding.of(DiagnosisCode.PODS_NOT_CREATED, trouble.object(), summary)
        .effectOf(ManagerRules.NAMESPACE);
  }

  /** Webhooks of others that refuse what they cannot be asked about, as dry runs tell. */
  static List<Finding> foreign(Evidence seen) {
    List<Finding> found = new ArrayList<>();
    for (AdmissionProbe.Answer answer : seen.answers()) {
      if (answer.outcome() == AdmissionProbe.Outcome.FOREIGN_FAILED) {
        ObjectRef configuration = configuration(seen, answer.webhook());
        found.add(
            Finding.of(
                    DiagnosisCode.FOREIGN_WEBHOOK_FAILED,
                    configuration,
                    "the webhook "
                        + answer.webhook()
                        + ", which is not OpenKruise's, does not answer, and refuses "
                        + answer.what()
                        + " in "
                        + answer.namespace())
                .blocking(
                    seen.rows(
                        seen.live().foreignConfigurations(),
                        entry -> answer.webhook().equals(entry.get("name"))))
                .seen(answer.toString()));
      }
    }
    return found;
  }

  private static Set<String> ownNames(Evidence seen) {
    return Set.copyOf(
        seen.own().stream()
            .flatMap(each -> each.maps("webhooks").stream())
            .map(entry -> String.valueOf(entry.get("name")))
            .distinct()
            .toList());
  }

  /** The configuration of others that holds a webhook, or null when it was not seen. */
  private static @Nullable ObjectRef configuration(Evidence seen, String webhook) {
    Optional<Manifest> holder =
        seen.live().foreignConfigurations().stream()
            .filter(
                each ->
                    each.maps("webhooks").stream()
                        .anyMatch(entry -> webhook.equals(entry.get("name"))))
            .findFirst();
    return holder.map(Manifest::ref).orElse(null);
  }
}
