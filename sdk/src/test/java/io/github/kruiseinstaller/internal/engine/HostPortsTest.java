package io.github.kruiseinstaller.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.kruiseinstaller.customize.Customizer;
import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.cluster.FakeCluster;
import io.github.kruiseinstaller.model.RetryPolicy;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.PruneOptions;
import io.github.kruiseinstaller.release.Release;
import io.github.kruiseinstaller.release.ReleaseSource;
import io.github.kruiseinstaller.testing.Charts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is refused of a release only when all its customizers have run. */
class HostPortsTest {
  private static final Customizer HOST = Customizer.hostNetwork(true);

  static Stream<Arguments> collisions() {
    return Stream.of(
        Arguments.of(8080, "the manager's metrics", Customizer.daemonPort(8080)),
        Arguments.of(9876, "the manager's webhooks", Customizer.daemonPort(9876)),
        Arguments.of(8000, "the manager's probes", Customizer.daemonPort(8000)),
        Arguments.of(8090, "the manager's pprof", Customizer.daemonPort(8090)),
        Arguments.of(10221, "the daemon's metrics and probes", Customizer.webhookPort(10221)),
        Arguments.of(10222, "the daemon's pprof", Customizer.metricsPort(10222)));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("collisions")
  void check_whenManagerAndDaemonShareAPortOfTheNode_refused(
      int port, String who, Customizer customizer) {
    for (List<Customizer> order : List.of(List.of(HOST, customizer), List.of(customizer, HOST))) {
      InstallException exception =
          catchThrowableOfType(
              InstallException.class, () -> load(order.toArray(Customizer[]::new)));

      assertThat(exception).isNotNull();
      Failure failure = exception.failure();
      assertThat(failure.code()).isEqualTo(FailureCode.OPTION_INVALID);
      assertThat(failure.stage()).isEqualTo(Stage.LOAD);
      assertThat(failure.object())
          .hasToString("Deployment kruise-system/kruise-controller-manager");
      assertThat(failure.message()).contains("port " + port).contains(who);
      assertThat(failure.remedy()).contains("daemonPort").contains("webhookPort");
    }
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("collisions")
  void check_whenTheManagerHasANetworkOfItsOwn_accepted(
      int port, String who, Customizer customizer) {
    assertThat(load(customizer).version()).isEqualTo("1.8.3");
  }

  @Test
  void check_whenALaterCustomizerEndsTheCollision_accepted() {
    Release release = load(HOST, Customizer.daemonPort(8080), Customizer.metricsPort(18080));

    assertThat(release.version()).isEqualTo("1.8.3");
  }

  @Test
  void check_whenThereIsNoDaemon_accepted() {
    Release release =
        load(HOST, Customizer.webhookPort(10221), Customizer.featureGate("KruiseDaemon", false));

    assertThat(release.daemon()).isEmpty();
  }

  private static Release load(Customizer... customizers) {
    FakeCluster cluster = new FakeCluster();
    AtomicReference<Release> last = new AtomicReference<>();
    List<Customizer> all = new ArrayList<>(List.of(customizers));
    all.add(
        release -> {
          last.set(release);
          return release;
        });
    Settings settings =
        new Settings(
            ReleaseSource.manifests(Charts.renderedFile("1.8.3")),
            null,
            all,
            List.of(),
            Duration.ofMinutes(5),
            RetryPolicy.defaults(),
            1,
            Duration.ZERO,
            PruneOptions.defaults(),
            null);
    new Engine(() -> new ReleaseLoadingTest.Fixed(cluster), settings, cluster.time())
        .requiredRole(new Run());
    return Objects.requireNonNull(last.get());
  }
}
