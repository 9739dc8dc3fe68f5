package io.github.kruiseinstaller.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.kruiseinstaller.customize.Customizer;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A Secret with a number where a text belongs, which an API server would refuse and quote. */
@Timeout(60)
class MistypedSecretTest {
  private static final long PASSWORD = 20240101;

  @Test
  void install_ofASecretWithANumber_tellsItsKeyAndNotItsValue() {
    Transcript said = new Transcript();
    try (SimulatedCluster cluster = SimulatedCluster.start()) {
      InstallException failed =
          catchThrowableOfType(
              InstallException.class,
              () ->
                  SmallInstallers.plain(cluster, cluster.admin())
                      .release(BriskRelease.marked())
                      .customize(
                          Customizer.manifest(
                              "Secret",
                              "marked",
                              secret ->
                                  secret.edit(
                                      tree ->
                                          tree.put("stringData", Map.of("password", PASSWORD)))))
                      .listener(said)
                      .build()
                      .install());
      said.failure(failed);
    }

    assertThat(said.toString())
        .contains("stringData.password")
        .doesNotContain(Long.toString(PASSWORD));
  }
}
