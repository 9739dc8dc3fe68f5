package io.github.kruiseinstaller.internal.webhook;

import java.time.Duration;
import java.util.List;

/**
 * A proof that passed.
 *
 * @param strength what it proves
 * @param answers what was answered and how often, in the order of first appearance
 * @param notes what a person should know
 * @param took how long it took
 * @param waited how much of that passed until the first round of answers was as it must be
 */
public record ProofResult(
    Strength strength, List<String> answers, List<String> notes, Duration took, Duration waited) {
  /** Copies the lists. */
  public ProofResult {
    answers = List.copyOf(answers);
    notes = List.copyOf(notes);
  }

  /** What a proof proves. */
  public enum Strength {
    /** The API server itself called the manager over trusted TLS, as it will for real requests. */
    THROUGH_API_SERVER,
    /** The manager answered through the Service proxy, which checks neither TLS nor webhooks. */
    SERVICE_PROXY
  }
}
