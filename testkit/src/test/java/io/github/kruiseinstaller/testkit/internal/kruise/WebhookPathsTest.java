package io.github.kruiseinstaller.testkit.internal.kruise;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebhookPathsTest {
  private static Set<String> of(int minor) {
    return WebhookPaths.of(new ManagerVersion(1, minor, 0));
  }

  @Test
  void with19_fourteenPathsLoseTheirVersion() {
    Set<String> gone = new HashSet<>(of(8));
    gone.removeAll(of(9));
    Set<String> come = new HashSet<>(of(9));
    come.removeAll(of(8));
    assertThat(gone).hasSize(14).allMatch(path -> path.contains("-v1alpha1-"));
    assertThat(come)
        .containsExactlyInAnyOrderElementsOf(
            gone.stream().map(path -> path.replace("-v1alpha1-", "-")).toList());
    assertThat(of(9)).contains("/mutate-apps-kruise-io-v1alpha1-cloneset");
  }

  @ParameterizedTest
  @CsvSource({
    "0, /validate-apps-kruise-io-podprobemarker, false",
    "3, /validate-apps-kruise-io-podprobemarker, true",
    "4, /mutate-apps-kruise-io-v1alpha1-imagelistpulljob, false",
    "5, /mutate-apps-kruise-io-v1alpha1-imagelistpulljob, true",
    "5, /validate-service, false",
    "7, /validate-service, true",
    "0, /mutate-pod, true",
    "8, /validate-pod, true",
  })
  void paths_comeWithVersions(int minor, String path, boolean served) {
    assertThat(of(minor).contains(path)).isEqualTo(served);
  }

  @ParameterizedTest
  @CsvSource({
    "/mutate-pod, pod, true",
    "/validate-apps-kruise-io-v1alpha1-cloneset, kruise-cloneset, false",
    "/mutate-apps-kruise-io-sidecarset, kruise-sidecarset, true",
    "/validate-policy-kruise-io-podunavailablebudget, kruise-podunavailablebudget, false",
    "/validate-apps-statefulset, apps-statefulset, false",
    "/validate-namespace, namespace, false",
  })
  void subject_isWhatThePathIsAbout(String path, String subject, boolean mutates) {
    assertThat(WebhookPaths.subject(path)).isEqualTo(subject);
    assertThat(WebhookPaths.mutates(path)).isEqualTo(mutates);
  }
}
