package io.github.kruiseinstaller.internal.webhook;

/** Told whenever a step of the proof says something new. */
@FunctionalInterface
public interface ProofListener {
  /**
   * A step of the proof.
   *
   * @param answer what the API server answered, classified
   * @param passed how many proofs in a row have passed
   * @param needed how many are needed
   */
  void proving(String answer, int passed, int needed);
}
