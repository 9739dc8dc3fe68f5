package io.github.kruiseinstaller.internal.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.diagnosis.DiagnosisCode;
import io.github.kruiseinstaller.internal.diagnose.Repairs;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a diagnosis promises of a repair is what a repair knows how to do. */
class MendsTest {
  @ParameterizedTest
  @EnumSource(DiagnosisCode.class)
  void whatADiagnosisCallsRepairable_hasAMend(DiagnosisCode code) {
    assertThat(Mends.isMended(code) || Repairs.of(code) == Repairs.NEVER).isTrue();
  }
}
