package io.github.kruiseinstaller.internal.webhook;

import io.github.kruiseinstaller.internal.cluster.ClusterException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the API server's answer to a probe says about its way to the manager. */
public enum ProofAnswer {
  /** The probe was accepted although it must not be: the API server has not seen the webhook. */
  NOT_SEEN_YET(
      "the API server has not seen the proof's webhook yet",
      "Look whether something removes webhook configurations named kruise-installer-proof-*."),
  /** The manager was reached over trusted TLS, and has nothing at that path, as it should be. */
  ROUTED("the API server reaches the manager over trusted TLS", "Nothing."),
  /** The manager answered the real path, and lets the probe pass. */
  ACCEPTED("the manager answers", "Nothing."),
  /** The manager was reached, and does not serve a path that the release's webhooks call. */
  NOT_SERVED(
      "the manager does not serve a path that the webhooks about to be armed call",
      "The manager leaves out what is switched off: make the feature gates and the webhook"
          + " configurations agree (PodWebhook), check that all CRDs of the release exist and"
          + " restart the manager."),
  /** The manager answered, and refused the probe. */
  DENIED_BY_MANAGER(
      "the manager refuses the probe", "Look at the manager's log for the reason it gives."),
  /** Nobody listens at the address. */
  CONNECTION_REFUSED(
      "connection refused",
      "Look whether the manager's pods are Ready and listen on the webhook port, and whether the"
          + " Service's targetPort is that port."),
  /** The Service has no ready pod behind it. */
  NO_ENDPOINTS(
      "the webhook Service has no endpoints",
      "Look whether the manager's pods are Ready and carry the labels that the Service selects."),
  /** There is no such Service. */
  SERVICE_NOT_FOUND(
      "the webhook Service does not exist",
      "Look for whoever removes the Service, or names it otherwise; run the installation again."),
  /** TLS failed: the API server does not trust the manager's certificate. */
  UNTRUSTED(
      "the API server does not trust the manager's certificate",
      "Compare the CA in the certificate Secret with what the manager serves: restart the manager,"
          + " or delete the Secret's data and then restart it. Look whether a proxy breaks TLS"
          + " up."),
  /** No answer in time. */
  TIMED_OUT(
      "the manager does not answer in time",
      "Open the webhook port (9876 unless changed) from the control plane to the nodes and pods:"
          + " firewall rule on GKE private clusters, security group on EKS, NetworkPolicy in the"
          + " manager's namespace. With a CNI whose pod addresses the control plane cannot reach,"
          + " run the manager with hostNetwork."),
  /** The network gives another error. */
  UNREACHABLE(
      "the API server cannot reach the manager",
      "Look whether the control plane can route to pod addresses; where it cannot (custom CNI on"
          + " EKS), run the manager with hostNetwork. Look for a proxy in between."),
  /** Somebody else refuses the probe before or after the manager is asked. */
  DENIED_BY_OTHER(
      "something other than the manager refuses the probe",
      "Let dry-run Pods named kruise-installer-probe-* pass in the manager's namespace, or mend"
          + " the quota, policy or webhook that the answer names."),
  /** We may not make the probe. */
  FORBIDDEN(
      "the caller may not make the probe",
      "Grant create on pods in the manager's namespace and on validatingwebhookconfigurations."),
  /** Anything else. */
  UNKNOWN(
      "an answer that is not known", "Look at the answer, the manager's log and the API server's.");

  private static final Pattern FAILED_CALL = Pattern.compile("failed calling webhook \"([^\"]*)\"");
  private static final Pattern ADDRESS = Pattern.compile("\"https?://[^\"]*\"");
  private static final Pattern DENIAL =
      Pattern.compile("admission webhook \"([^\"]*)\" denied the request");

  private final String text;
  private final String remedy;

  ProofAnswer(String text, String remedy) {
    this.text = text;
    this.remedy = remedy;
  }

  /** The answer for people. */
  public String text() {
    return text;
  }

  /** What a person can do when it stays like this. */
  public String remedy() {
    return remedy;
  }

  /** Whether waiting alone seldom changes it. */
  boolean seldomPasses() {
    return this == NOT_SERVED || this == DENIED_BY_OTHER || this == DENIED_BY_MANAGER;
  }

  /**
   * Classifies a refused probe.
   *
   * @param webhookSuffix what the names of the proof's own webhooks end with
   */
  static ProofAnswer of(ClusterException refused, String webhookSuffix) {
    String message = refused.answer().message();
    Matcher failed = FAILED_CALL.matcher(message);
    if (failed.find()) {
      return failed.group(1).endsWith(webhookSuffix) ? ofCall(message) : DENIED_BY_OTHER;
    }
    Matcher denied = DENIAL.matcher(message);
    if (denied.find()) {
      return denied.group(1).endsWith(webhookSuffix) ? DENIED_BY_MANAGER : DENIED_BY_OTHER;
    }
    return switch (refused.status()) {
      case 403 -> isRbac(refused) ? FORBIDDEN : DENIED_BY_OTHER;
      case 400, 422 -> DENIED_BY_OTHER;
      default -> UNKNOWN;
    };
  }

  /** Whether the caller lacks a permission, in contrast to an admission plug-in that refuses. */
  static boolean isRbac(ClusterException refused) {
    String message = refused.answer().message();
    return refused.status() == 403 && message.contains("User \"") && message.contains(" cannot ");
  }

  /** The name of the webhook that denied, empty when no webhook did. */
  static String denier(ClusterException refused) {
    Matcher denied = DENIAL.matcher(refused.answer().message());
    return denied.find() ? denied.group(1) : "";
  }

  /** The name of the webhook that could not be called, empty when none was to blame. */
  static String uncallable(ClusterException refused) {
    Matcher failed = FAILED_CALL.matcher(refused.answer().message());
    return failed.find() ? failed.group(1) : "";
  }

  /** What a call that failed says, from the API server's words. */
  static ProofAnswer ofCall(String answer) {
    // The address carries "?timeout=3s" and names of ours.
    String message = ADDRESS.matcher(answer).replaceAll("");
    // A mutating path answers with a patch, which the proof's webhooks may not: it is served.
    if (message.contains("may not return response.patch")) {
      return ACCEPTED;
    }
    // The first match decides: a TLS error may also mention the address, a time-out the dialling.
    if (has(message, "could not find the requested resource", "response with status code")) {
      return ROUTED;
    }
    if (has(message, "x509:", "tls:", "certificate")) {
      return UNTRUSTED;
    }
    if (has(message, "connection refused")) {
      return CONNECTION_REFUSED;
    }
    if (has(message, "no endpoints available")) {
      return NO_ENDPOINTS;
    }
    if (message.contains("service \"") && message.contains("not found")) {
      return SERVICE_NOT_FOUND;
    }
    if (has(message, "deadline exceeded", "timeout", "timed out", "request canceled")) {
      return TIMED_OUT;
    }
    if (has(message, "dial ", "no route to host", "eof", "connection reset", "not allowed")
        || has(message, "unreachable", "write tcp", "read tcp", "http2:", "proxy")) {
      return UNREACHABLE;
    }
    return UNKNOWN;
  }

  private static boolean has(String message, String... parts) {
    String lower = message.toLowerCase(Locale.ROOT);
    for (String part : parts) {
      if (lower.contains(part)) {
        return true;
      }
    }
    return false;
  }
}
