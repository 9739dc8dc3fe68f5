package io.github.kruiseinstaller.internal.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.model.Manifest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManagerWorkloadTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          v1.8.3 | --feature-gates=EnableExternalCerts=true                  | true
          v1.8.3 | --feature-gates=PodWebhook=true,AllAlpha=true             | true
          v1.8.3 | --feature-gates=AllAlpha=true,EnableExternalCerts=false   | false
          v1.8.3 | --feature-gates=AllAlpha=false,EnableExternalCerts=true   | true
          v1.8.3 | --feature-gates=NotAllAlpha=true                          | false
          v1.8.3 | --feature-gates EnableExternalCerts=True                  | true
          v1.8.3 | --feature-gates=EnableExternalCerts=true --feature-gates=EnableExternalCerts=false | false
          v1.8.3 | --message=EnableExternalCerts=true                        | false
          v1.8.3 | --enable-leader-election                                  | false
          v1.7.0 | --feature-gates=AllAlpha=true                             | true
          v1.6.4 | --feature-gates=AllAlpha=true                             | false
          v1.5.0 | --feature-gates=AllAlpha=true                             | false
          custom | --feature-gates=AllAlpha=true                             | true
          """)
  void hasExternalCertificates_isWhatTheManagerMakesOfItsGates(
      String tag, String arguments, boolean external) {
    assertThat(new ManagerWorkload(manager(tag, arguments)).hasExternalCertificates())
        .isEqualTo(external);
  }

  private static Manifest manager(String tag, String arguments) {
    Map<String, Object> container =
        Map.of(
            "name",
            "manager",
            "image",
            "openkruise/kruise-manager:" + tag,
            "args",
            Arrays.asList(arguments.split(" ", -1)));
    return Manifest.of(
        Map.of(
            "apiVersion",
            "apps/v1",
            "kind",
            "Deployment",
            "metadata",
            Map.of("name", "kruise-controller-manager", "namespace", "kruise-system"),
            "spec",
            Map.of("template", Map.of("spec", Map.of("containers", List.of(container))))));
  }
}
