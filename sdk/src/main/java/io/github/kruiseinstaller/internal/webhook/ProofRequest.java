package io.github.kruiseinstaller.internal.webhook;

import io.github.kruiseinstaller.model.Manifest;
import java.util.List;

/**
 * What to prove.
 *
 * @param runId a random text, legal in names and label values, which nobody else uses
 * @param namespace the manager's namespace, live
 * @param configurations the release's webhook configurations
 * @param caBundleBase64 the CA that the API server shall trust
 * @param proofs how many proofs in a row must pass, at least 1; more than one for several API
 *     servers
 */
public record ProofRequest(
    String runId,
    Manifest namespace,
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
    return "ProofRequest[" + runId + ", " + namespace.name() + ", " + proofs + " proofs]";
  }
}
