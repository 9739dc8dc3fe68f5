package io.github.kruiseinstaller.internal.wait;

import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.model.ObjectRef;
import java.util.List;

/**
 * Why pods are not Ready.
 *
 * @param code what kind of trouble
 * @param object the pod, or the workload when it has none
 * @param summary one line: waiting reason, exit code, condition
 * @param evidence what was seen, most telling first: messages, events, log lines
 */
public record PodTrouble(
    FailureCode code, ObjectRef object, String summary, List<String> evidence) {
  /** Copies the evidence. */
  public PodTrouble {
    evidence = List.copyOf(evidence);
  }
}
