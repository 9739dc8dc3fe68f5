package io.github.kruiseinstaller.internal.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.internal.live.KubernetesRange;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.release.HelmOptions;
import java.io.IOException;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the machine's language has digits of its own. */
@Isolated("changes the language of the JVM")
@Timeout(60)
class ForeignDigitsTest {
  private final Locale before = Locale.getDefault();
  private StubServer server;

  @BeforeEach
  void start() throws IOException {
    server = StubServer.http();
  }

  @AfterEach
  void restore() {
    Locale.setDefault(before);
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"fa-IR-u-nu-arabext", "ar-EG"})
  void proxy_whereDigitsAreOthers_namesThePortInOurs(String language) {
    Locale.setDefault(Locale.forLanguageTag(language));
    assertThat("%d".formatted(443)).isNotEqualTo("443");
    server.on(
        "GET /api/v1/namespaces/ns/pods/https:pod:9876/proxy/healthz",
        exchange -> StubServer.send(exchange, 200, "text/plain", "ok"));

    String answer =
        new TestRun()
            .cluster(server.url())
            .proxy(ObjectRef.namespaced("v1", "Pod", "ns", "pod"), 9876, "/healthz");

    assertThat(answer).isEqualTo("ok");
  }

  @ParameterizedTest
  @ValueSource(strings = {"fa-IR-u-nu-arabext", "ar-EG"})
  void texts_whereDigitsAreOthers_haveOursThroughout(String language) {
    Locale.setDefault(Locale.forLanguageTag(language));

    assertThat(KubernetesRange.fit("1.8.3", "1.10.0").text())
        .contains("1.8.3", "Kubernetes 1.", "1.10.0")
        .matches("[\\p{ASCII}]*");
    assertThat(HelmOptions.defaults().toString()).endsWith(", 0 values]");
  }
}
