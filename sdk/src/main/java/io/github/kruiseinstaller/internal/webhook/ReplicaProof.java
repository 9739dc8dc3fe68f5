package io.github.kruiseinstaller.internal.webhook;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.ClusterException;
import io.github.kruiseinstaller.internal.cluster.DeadlineException;
import io.github.kruiseinstaller.internal.retry.RunControl;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Shows that each of some replicas of the manager answers over the API server's own way to Pods,
 * before any request is led to it. The API server does not check here whom it talks to, so this is
 * weaker than a {@link Proof}; but what it finds out costs nobody a request. Used by one thread.
 */
public final class ReplicaProof {
  private static final Duration WAIT = Duration.ofMillis(200);

  /** How long a replica that says it is Ready may leave questions without an answer. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Cluster cluster;
  private final RunControl control;

  /** A proof, bound to a run. */
  public ReplicaProof(Cluster cluster, RunControl control) {
    this.cluster = cluster;
    this.control = control;
  }

  /**
   * Asks every replica until it has answered once.
   *
   * @param service the manager's Service, which leads to the replicas by its port
   * @param replicas the replicas' Pods
   * @return why the question could not be asked, for people; empty when all have answered
   * @throws InstallException PROOF_FAILED when a replica does not answer in time
   */
  public Optional<String> run(Manifest service, List<Manifest> replicas) {
    for (Manifest replica : replicas) {
      Optional<ClusterException> forbidden = ask(replica, port(service, replica));
      if (forbidden.isPresent()) {
        return Optional.of(
            "replicas were not asked before requests were led to them: "
                + forbidden.get().answer().message());
      }
    }
    return Optional.empty();
  }

  private Optional<ClusterException> ask(Manifest replica, int port) {
    long end = control.time().nanos() + PATIENCE.toNanos();
    String last = "no answer in time";
    try {
      while (control.time().nanos() < end && !control.deadline().passed()) {
        control.cancellation().check();
        try {
          cluster.proxy(replica.ref(), port, ServiceProxyProof.HEALTH);
          return Optional.empty();
        } catch (ClusterException e) {
          if (e.status() == 403) {
            return Optional.of(e);
          }
          last = e.answer().message();
        }
        control.sleep(WAIT);
      }
    } catch (DeadlineException e) {
      throw failure(replica.ref(), last);
    }
    throw failure(replica.ref(), last);
  }

  private static int port(Manifest service, Manifest replica) {
    return service.maps("spec", "ports").stream()
        .map(port -> number(port.getOrDefault("targetPort", port.get("port")), replica))
        .flatMap(Optional::stream)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(service.ref() + " has no port"));
  }

  private static Optional<Integer> number(@Nullable Object target, Manifest replica) {
    if (target instanceof Number number) {
      return Optional.of(number.intValue());
    }
    return replica.maps("spec", "containers").stream()
        .flatMap(container -> Trees.maps(container, "ports").stream())
        .filter(port -> Objects.equals(target, port.get("name")))
        .map(port -> (int) Trees.number(0, port, "containerPort"))
        .findFirst();
  }

  private static InstallException failure(ObjectRef replica, String last) {
    ProofAnswer answer = ProofAnswer.ofCall(last);
    return new InstallException(
        Failure.of(
                FailureCode.PROOF_FAILED,
                "the API server does not reach a new replica of the manager, which says that it is"
                    + " Ready: "
                    + answer.text()
                    + "; no request was led to it",
                answer.remedy())
            .about(replica)
            .seen(List.of(last)));
  }
}
