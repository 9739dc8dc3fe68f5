package io.github.kruiseinstaller.internal.webhook;

import io.github.kruiseinstaller.model.Manifest;
import java.util.List;

/**
 * What to prove.
 *
 * @param runId marks the temporary configuration as this run's; a legal label value
 * @param namespace the manager's namespace
 * @param configurations the release's webhook configurations
 * @param caBundleBase64 the CA that the API server shall trust
 * @param proofs how many proofs in a row must pass, at least 1; more than one for several API
 *     servers
 */
public record ProofRequest(
    String runId,
    String namespace,
    List<Manifest> configurations,
    String caBundleBase64,
    int proofs) {
  /** Copies the list. */
  public ProofRequest {
    configurations = WebhookConfigurations.in(configurations);
    if (proofs < 1) {
      throw new IllegalArgumentException("proofs must be at least 1: " + proofs);
    }
  }

  /** Leaves the CA out. */
  @Override
  public String toString() {
    return "ProofRequest[" + runId + ", " + namespace + ", " + proofs + " proofs]";
  }
}
