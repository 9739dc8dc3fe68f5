package io.github.kruiseinstaller.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LiveWebhooksTest {
  private PodServer server;
  private KubeApi api;

  @BeforeEach
  void open() throws IOException {
    server = new PodServer();
    api = KubeApi.plain(server.address());
  }

  @AfterEach
  void close() {
    api.close();
    server.close();
  }

  @Test
  void absentConfigurationsAreParkedAndNotArmed() {
    server.answer(404, "{}");

    assertThat(new LiveWebhooks(api).parked()).isTrue();
    assertThat(new LiveWebhooks(api).armed()).isFalse();
    assertThat(new LiveWebhooks(api).usable()).isFalse();
  }

  @Test
  void configurationsWithWebhooksAreArmedAndNotParked() {
    server.answer(200, "{\"metadata\":{\"generation\":2},\"webhooks\":[{\"name\":\"a\"}]}");

    assertThat(new LiveWebhooks(api).armed()).isTrue();
    assertThat(new LiveWebhooks(api).parked()).isFalse();
    assertThat(new LiveWebhooks(api).generations().values()).containsOnly(2L);
  }

  @Test
  void usable_whenACloneSetComesBackWithoutDefaults_isFalse() {
    server.answer(200, "{\"webhooks\":[{\"name\":\"a\"}],\"spec\":{}}");

    assertThat(new LiveWebhooks(api).usable()).isFalse();
  }

  @Test
  void usable_whenTheManagerHasFilledInDefaults_isTrue() {
    server.answer(
        200,
        "{\"webhooks\":[{\"name\":\"a\"}],\"spec\":{\"updateStrategy\":{\"type\":\"ReCreate\"}}}");

    assertThat(new LiveWebhooks(api).usable()).isTrue();
  }
}
