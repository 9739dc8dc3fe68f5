package io.github.kruiseinstaller.internal.repair;

import io.github.kruiseinstaller.diagnosis.Diagnosis;
import io.github.kruiseinstaller.diagnosis.DiagnosisReport;
import io.github.kruiseinstaller.internal.planner.PreparedPlan;
import java.util.List;
import java.util.Optional;

/**
 * A repair with what is needed to carry it out.
 *
 * @param before what is the matter
 * @param prepared what will be done
 * @param left what needs a person
 * @param obstacle what keeps the webhooks off and needs a person, if anything: then nothing is done
 *     but to let Pods through
 */
public record PreparedRepair(
    DiagnosisReport before,
    PreparedPlan prepared,
    List<Diagnosis> left,
    Optional<Diagnosis> obstacle) {
  /** Copies the list. */
  public PreparedRepair {
    left = List.copyOf(left);
  }
}
