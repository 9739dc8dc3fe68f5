package io.github.kruiseinstaller.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerdictTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200 | {} | ADMITTED",
        "201 | {} | ADMITTED",
        "500 | Internal error occurred: failed calling webhook \"mpod.kb.io\": ... | REFUSED",
        "403 | admission webhook \"vpod.kb.io\" denied the request: no | REFUSED",
        "403 | pods is forbidden: User \"u\" cannot create resource | OTHER_ERROR",
        "403 | exceeded quota | OTHER_ERROR",
        "404 | pods \"standing\" not found | OTHER_ERROR",
        "429 | Too many requests | OTHER_ERROR",
        "503 | etcdserver: no leader | OTHER_ERROR"
      })
  void of_tellsAdmissionFromEverythingElse(int status, String text, Verdict expected) {
    assertThat(Verdict.of(status, text)).isEqualTo(expected);
  }
}
