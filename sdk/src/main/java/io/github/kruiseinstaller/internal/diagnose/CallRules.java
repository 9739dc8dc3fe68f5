package io.github.kruiseinstaller.internal.diagnose;

import io.github.kruiseinstaller.diagnosis.DiagnosisCode;
import io.github.kruiseinstaller.internal.webhook.AdmissionProbe.Answer;
import io.github.kruiseinstaller.internal.webhook.AdmissionProbe.Outcome;
import io.github.kruiseinstaller.internal.webhook.ProofAnswer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Trouble on the way from the API server to the manager, in the API server's own words. */
final class CallRules {
  private CallRules() {}

  static List<Finding> failed(Evidence seen) {
    List<Finding> found = new ArrayList<>();
    for (Answer answer : seen.answers()) {
      if (answer.outcome() == Outcome.FAILED && answer.reason() != null) {
        found.add(finding(seen, answer, answer.reason()));
      }
    }
    return found;
  }

  private static Finding finding(Evidence seen, Answer answer, ProofAnswer reason) {
    DiagnosisCode code = code(reason, answer.message().toLowerCase(Locale.ROOT));
    return Finding.of(code, seen.serviceRef(), summary(code, answer))
        .blocking(seen.refusedNow())
        .seen(answer.toString())
        .seen(
            seen.live().pods().isSeen()
                ? List.of(seen.readyManagers().size() + " Pods of the manager are Ready")
                : List.of())
        .seen(seen.endpoints())
        .effectOf(causes(seen, code));
  }

  /**
   * No answer at all, while everything else is answered: the webhooks' time-outs are longer than
   * one waits. Whether somebody else's webhook may be to blame as well is told by {@link Silence}.
   */
  static List<Finding> unanswered(Evidence seen) {
    Silence silence = new Silence(seen);
    if (!silence.isOurs() || seen.readyManagers().isEmpty()) {
      return List.of();
    }
    String own = String.join(", ", silence.asked());
    return List.of(
        Finding.of(
                DiagnosisCode.PORT_BLOCKED,
                seen.serviceRef(),
                "the API server gives no answer to a Pod that "
                    + own
                    + " must be asked about, and answers everything else")
            .blocking(seen.rows(seen.live().armed(), entry -> true))
            .seen(silence.answers())
            .seen("webhooks that are asked about it: " + own)
            .seen(seen.readyManagers().size() + " Pods of the manager are Ready")
            .seen(seen.endpoints())
            .effectOf(causes(seen, DiagnosisCode.PORT_BLOCKED)));
  }

  private static DiagnosisCode code(ProofAnswer reason, String message) {
    return switch (reason) {
      case UNTRUSTED -> DiagnosisCode.SERVED_CERTIFICATE_WRONG;
      case CONNECTION_REFUSED -> DiagnosisCode.CONNECTION_REFUSED;
      case NO_ENDPOINTS -> DiagnosisCode.SERVICE_WITHOUT_ENDPOINTS;
      case SERVICE_NOT_FOUND -> DiagnosisCode.SERVICE_MISSING;
      case TIMED_OUT -> DiagnosisCode.PORT_BLOCKED;
      case ROUTED -> DiagnosisCode.WEBHOOK_PATH_NOT_SERVED;
      case UNREACHABLE ->
          message.contains("not allowed")
              ? DiagnosisCode.ADDRESS_NOT_ALLOWED
              : message.contains("no route to host") || message.contains("unreachable")
                  ? DiagnosisCode.NO_ROUTE_TO_MANAGER
                  : DiagnosisCode.CONNECTION_CUT;
      default -> DiagnosisCode.WEBHOOK_CALL_FAILED;
    };
  }

  private static String summary(DiagnosisCode code, Answer answer) {
    String what =
        switch (code) {
          case SERVED_CERTIFICATE_WRONG -> "the API server does not trust what the manager serves";
          case CONNECTION_REFUSED -> "the API server's connections to the manager are refused";
          case SERVICE_WITHOUT_ENDPOINTS -> "the webhook Service has no ready endpoints";
          case SERVICE_MISSING -> "the webhook Service does not exist";
          case PORT_BLOCKED -> "the manager does not answer the API server in time";
          case WEBHOOK_PATH_NOT_SERVED ->
              "the manager answers, and does not serve the path of the webhook";
          case ADDRESS_NOT_ALLOWED ->
              "the API server is not allowed to call the address of the manager's Pod";
          case NO_ROUTE_TO_MANAGER -> "the API server has no route to the manager's Pod";
          case CONNECTION_CUT ->
              "something cuts the connection between the API server and the manager";
          default -> "the API server's call of the manager fails";
        };
    return what + " (" + answer.webhook() + ")";
  }

  /** What explains that a call fails so. */
  private static Set<DiagnosisCode> causes(Evidence seen, DiagnosisCode code) {
    Set<DiagnosisCode> causes = EnumSet.noneOf(DiagnosisCode.class);
    if (code == DiagnosisCode.SERVED_CERTIFICATE_WRONG) {
      causes.addAll(CertificateRules.FLAWS);
      causes.add(DiagnosisCode.CA_BUNDLE_STALE);
      return causes;
    }
    if (code == DiagnosisCode.WEBHOOK_PATH_NOT_SERVED) {
      causes.add(DiagnosisCode.DEFINITION_MISSING);
      causes.add(DiagnosisCode.SEVERAL_MANAGERS);
      return causes;
    }
    causes.addAll(ServiceRules.nobodyReady(seen));
    causes.add(DiagnosisCode.WEBHOOK_TARGET_WRONG);
    causes.add(DiagnosisCode.SERVICE_MISSING);
    causes.add(DiagnosisCode.SERVICE_SELECTS_NOTHING);
    causes.add(DiagnosisCode.SERVICE_PORT_WRONG);
    if (code != DiagnosisCode.SERVICE_WITHOUT_ENDPOINTS) {
      causes.add(DiagnosisCode.SERVICE_WITHOUT_ENDPOINTS);
    }
    if (code == DiagnosisCode.SERVICE_MISSING) {
      causes.remove(DiagnosisCode.SERVICE_MISSING);
      causes.removeAll(ServiceRules.nobodyReady(seen));
      causes.addAll(ManagerRules.NAMESPACE);
    }
    return causes;
  }
}
