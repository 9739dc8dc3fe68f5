package io.github.kruiseinstaller.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.event.InstallEvent;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.testkit.ClusterUser;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;

/** A search that finds nothing must be able to find something. */
@Isolated("looks at all that the JVM does")
class SecretMarkersTest {
  @Test
  void aTokenInAnEventIsFound() {
    Transcript said = new Transcript();
    ClusterUser user = new ClusterUser("somebody", "h6b1Kq0s9ZpTfE3xYvWm2LdNcRgUaJ84", "");
    SecretMarkers markers = new SecretMarkers().token(user);

    said.onEvent(
        new InstallEvent.Retrying(
            Stage.PLAN, null, "refused: Bearer " + user.token(), 1, Duration.ofMillis(1)));

    assertThat(markers.in(said.toString())).singleElement().asString().contains("somebody");
  }

  @Test
  void aSecretInASuppressedExceptionIsFound() {
    Transcript said = new Transcript();
    InstallException thrown =
        new InstallException(Failure.of(FailureCode.TIMEOUT, "out of time", "wait"));
    thrown.addSuppressed(new IllegalStateException("cannot parse \"" + SecretMarkers.UNIT));

    said.failure(thrown);

    assertThat(new SecretMarkers().in(said.toString())).hasSize(1);
  }

  @Test
  void aPieceOfASecretInBase64IsFound() {
    String data = Base64.getEncoder().encodeToString(SecretMarkers.UNIT.repeat(10).getBytes(UTF_8));

    assertThat(new SecretMarkers().in("...|" + data.substring(7, 31) + "|...")).hasSize(1);
  }

  @Test
  void aSecretInTheLogIsFound() {
    try (InstallerLog log = new InstallerLog()) {
      LoggerFactory.getLogger("io.github.kruiseinstaller.internal.cluster.Gateway")
          .trace("sent", new IllegalStateException(SecretMarkers.UNIT));

      assertThat(new SecretMarkers().in(log.text())).hasSize(1);
    }
  }

  @Test
  void thePrivateKeysOfAnInstallationAreFound() {
    try (SimulatedCluster cluster = Trial.cluster()) {
      SmallInstallers.of(cluster.admin()).build().install();
      SecretMarkers markers = new SecretMarkers().keys(cluster);
      Map<?, ?> data =
          (Map<?, ?>)
              cluster
                  .objects()
                  .get("v1", "Secret", "kruise-system", "kruise-webhook-certs")
                  .orElseThrow()
                  .get("data");
      String key = String.valueOf(data.get("ca-key.pem"));
      String pem = new String(Base64.getDecoder().decode(key), UTF_8);

      assertThat(markers.in(key)).isNotEmpty();
      assertThat(markers.in(pem)).isNotEmpty();
      assertThat(markers.in(pem.replace("\n", "\\n"))).isNotEmpty();
      assertThat(markers.in(String.valueOf(data.get("ca-cert.pem")))).isEmpty();
    }
  }
}
