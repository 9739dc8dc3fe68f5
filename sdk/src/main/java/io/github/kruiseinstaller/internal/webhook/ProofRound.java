package io.github.kruiseinstaller.internal.webhook;

import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.ClusterException;
import io.github.kruiseinstaller.internal.retry.RunControl;
import java.time.Duration;

/**
 * One round of probes, all over one connection of its own, so that it is the same API server which
 * has shown that it knows the configuration. Rounds may run at the same time.
 */
final class ProofRound {
  private static final Duration PROBE_TIMEOUT =
      Duration.ofSeconds(ProofConfiguration.TIMEOUT_SECONDS + 3);

  private final RunControl control;
  private final ProofConfiguration configuration;
  private final Cluster.Prober prober;
  private String heard = "";

  private ProofRound(RunControl control, ProofConfiguration configuration, Cluster.Prober prober) {
    this.control = control;
    this.configuration = configuration;
    this.prober = prober;
  }

  /**
   * Probes.
   *
   * @throws NoPermission when the caller may not make the probes
   */
  static Outcome run(Cluster cluster, RunControl control, ProofConfiguration configuration) {
    try (Cluster.Prober prober = cluster.prober()) {
      return new ProofRound(control, configuration, prober).run();
    }
  }

  private Outcome run() {
    ProofAnswer way = probe(configuration.unserved());
    if (way == ProofAnswer.ACCEPTED) {
      return new Outcome(ProofAnswer.NOT_SEEN_YET, "the probe was accepted");
    }
    if (way != ProofAnswer.ROUTED) {
      return new Outcome(way, heard);
    }
    for (ProofConfiguration.Probe target : configuration.targetProbes()) {
      ProofAnswer answer = probe(target);
      if (answer != ProofAnswer.ACCEPTED) {
        return new Outcome(answer == ProofAnswer.ROUTED ? ProofAnswer.NOT_SERVED : answer, heard);
      }
    }
    return new Outcome(ProofAnswer.ACCEPTED, heard);
  }

  private ProofAnswer probe(ProofConfiguration.Probe probe) {
    try {
      prober.create(probe.object(), control.deadline().atMost(PROBE_TIMEOUT));
      return ProofAnswer.ACCEPTED;
    } catch (ClusterException e) {
      if (e.status() == 401) {
        throw e;
      }
      ProofAnswer answer = ProofAnswer.of(e, ProofConfiguration.WEBHOOK_SUFFIX);
      heard = probe.what() + ": " + e.answer().message();
      if (answer == ProofAnswer.FORBIDDEN) {
        throw new NoPermission(e.answer().message());
      }
      return answer;
    }
  }

  /**
   * How a round ended.
   *
   * @param answer the first answer that was not as it must be, or ACCEPTED when all were
   * @param heard the API server's words
   */
  record Outcome(ProofAnswer answer, String heard) {
    boolean passed() {
      return answer == ProofAnswer.ACCEPTED;
    }
  }

  /** The caller may not do what a proof through the API server takes. */
  static final class NoPermission extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String answer;

    NoPermission(String answer) {
      super(answer);
      this.answer = answer;
    }

    String answer() {
      return answer;
    }
  }
}
