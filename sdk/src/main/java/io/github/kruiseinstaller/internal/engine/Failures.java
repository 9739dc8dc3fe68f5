package io.github.kruiseinstaller.internal.engine;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.cluster.ClusterException;
import io.github.kruiseinstaller.internal.cluster.DeadlineException;
import io.github.kruiseinstaller.internal.wait.WaitTimeoutException;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** Turns whatever ended a run into a failure with code, stage, object, evidence and remedy. */
final class Failures {
  private static final String AGAIN = "Run again: a run continues where the last one ended.";

  private Failures() {}

  static Failure of(Throwable thrown, Stage stage) {
    Failure failure = classify(thrown);
    return failure.stage() == null ? failure.in(stage) : failure;
  }

  private static Failure classify(Throwable thrown) {
    if (thrown instanceof InstallException known) {
      return known.failure();
    }
    if (thrown instanceof CancellationException) {
      return Failure.of(FailureCode.CANCELLED, "the run was cancelled", AGAIN);
    }
    if (thrown instanceof WaitTimeoutException timeout) {
      FailureCode code =
          timeout.object().kind().equals("CustomResourceDefinition")
              ? FailureCode.CRD_NOT_ESTABLISHED
              : FailureCode.TIMEOUT;
      return Failure.of(
              code,
              "the deadline passed while waiting for " + timeout.object() + ": " + timeout.state(),
              "Look at the object's status, or give more time with timeout(...). " + AGAIN)
          .about(timeout.object());
    }
    if (thrown instanceof DeadlineException deadline) {
      return deadline(deadline);
    }
    if (thrown instanceof ReleaseTimeoutException late) {
      return late(late);
    }
    if (thrown instanceof ClusterException refused) {
      return refused(refused);
    }
    return Failure.of(
            FailureCode.INTERNAL,
            "an error inside the installer: " + thrown,
            "Please report it with the stack trace. " + AGAIN)
        .seen(List.of(String.valueOf(thrown.getMessage())));
  }

  private static Failure deadline(DeadlineException deadline) {
    Throwable last = deadline.getCause();
    if (last instanceof ClusterException refused && refused.status() != 0) {
      Failure failure = refused(refused);
      return new Failure(
          failure.code() == FailureCode.INTERNAL ? FailureCode.TIMEOUT : failure.code(),
          null,
          failure.object(),
          "the deadline passed while the API server refused a request again and again: "
              + failure.message(),
          failure.evidence(),
          failure.remedy());
    }
    FailureCode code =
        last instanceof ClusterException ? FailureCode.CLUSTER_UNREACHABLE : FailureCode.TIMEOUT;
    return Failure.of(
            code,
            String.valueOf(deadline.getMessage()),
            "Check that the API server can be reached, or give more time with timeout(...). "
                + AGAIN)
        .about(last instanceof ClusterException refused ? refused.answer().object() : null)
        .seen(last == null ? List.of() : List.of(String.valueOf(last.getMessage())));
  }

  private static Failure late(ReleaseTimeoutException late) {
    return Failure.of(
            FailureCode.TIMEOUT,
            String.valueOf(late.getMessage()),
            "Look at what the source waits for: a proxy, a download, helm. Or give more time with"
                + " timeout(...). "
                + AGAIN)
        .seen(
            late.getCause() instanceof InstallException known
                ? List.of(known.failure().message())
                : List.of());
  }

  private static Failure refused(ClusterException refused) {
    ClusterException.Answer answer = refused.answer();
    @Nullable ObjectRef object = answer.object();
    FailureCode code = code(answer);
    return new Failure(
        code,
        null,
        object,
        "the API server refused to "
            + answer.verb()
            + (object == null ? "" : " " + object)
            + " ("
            + answer.status()
            + (answer.reason().isEmpty() ? "" : " " + answer.reason())
            + ")",
        List.of(answer.message()),
        remedy(code));
  }

  private static FailureCode code(ClusterException.Answer answer) {
    String message = answer.message();
    if (message.contains("failed calling webhook")) {
      return FailureCode.FOREIGN_WEBHOOK_FAILED;
    }
    if (message.contains("denied the request") || message.contains("violates PodSecurity")) {
      return FailureCode.ADMISSION_DENIED;
    }
    return switch (answer.status()) {
      case ClusterException.NO_ANSWER -> FailureCode.CLUSTER_UNREACHABLE;
      case 401 -> FailureCode.UNAUTHENTICATED;
      case 403 -> FailureCode.PERMISSION_DENIED;
      case 400, 404, 405, 413, 415, 422 -> FailureCode.OBJECT_REJECTED;
      case 409 -> FailureCode.CONFLICT;
      default -> FailureCode.CLUSTER_UNREACHABLE;
    };
  }

  private static String remedy(FailureCode code) {
    return switch (code) {
      case FOREIGN_WEBHOOK_FAILED ->
          "Restore the webhook server named above, or exclude this object from its configuration. "
              + AGAIN;
      case ADMISSION_DENIED ->
          "A policy of the cluster refuses the object: change the policy, or the object with"
              + " Customizer. "
              + AGAIN;
      case UNAUTHENTICATED -> "Renew the credentials of the kubeconfig or client. " + AGAIN;
      case PERMISSION_DENIED -> "Grant what the message names to this user. " + AGAIN;
      case OBJECT_REJECTED ->
          "The cluster does not take the object as it is: compare the release with the cluster's"
              + " version, and look at what Customizer changed.";
      case CONFLICT -> "Find out what else writes this object. " + AGAIN;
      default -> "Check the API server's health. " + AGAIN;
    };
  }
}
