package io.github.kruiseinstaller.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.diagnosis.Diagnosis;
import io.github.kruiseinstaller.diagnosis.DiagnosisCode;
import io.github.kruiseinstaller.diagnosis.DiagnosisReport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every cause is found in a cluster that has it, first, and none in a healthy one. */
class DiagnoseRulesTest {
  static Stream<Breakage> breakages() {
    return Breakage.all().stream();
  }

  @ParameterizedTest
  @MethodSource("breakages")
  void cause_isFoundFirst(Breakage breakage) {
    try (AppliedRelease scene = AppliedRelease.healthy()) {
      breakage.makes().accept(scene);

      DiagnosisReport report = scene.until(each -> isFirst(each, breakage.code()));

      assertThat(report.diagnoses()).as(report.render()).isNotEmpty();
      Diagnosis first = report.diagnoses().get(0);
      assertThat(first.code()).as(report.render()).isEqualTo(breakage.code());
      assertThat(first.evidence()).isNotEmpty();
      assertThat(first.remedy()).doesNotContainPattern("\\{[a-z]+}");
      assertThat(report.unseen()).isEmpty();
    }
  }

  @Test
  void everyCode_isTheFirstCauseOfABreakage() {
    assertThat(breakages().map(Breakage::code).distinct().sorted())
        .containsExactly(DiagnosisCode.values());
  }

  private static boolean isFirst(DiagnosisReport report, DiagnosisCode code) {
    return !report.diagnoses().isEmpty() && report.diagnoses().get(0).code() == code;
  }
}
