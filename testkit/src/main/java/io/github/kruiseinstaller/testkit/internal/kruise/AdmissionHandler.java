package io.github.kruiseinstaller.testkit.internal.kruise;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Answers for one path. Thread-safe. */
@FunctionalInterface
interface AdmissionHandler {
  /** Answers. */
  Verdict handle(AdmissionQuestion question);

  /** An answer. */
  sealed interface Verdict {
    /** It may be. */
    record Allowed() implements Verdict {}

    /**
     * It may be, as this.
     *
     * @param object with what was changed
     */
    record Changed(ObjectNode object) implements Verdict {}

    /**
     * It may not be.
     *
     * @param code HTTP status
     * @param message for people
     */
    record Denied(int code, String message) implements Verdict {}
  }
}
