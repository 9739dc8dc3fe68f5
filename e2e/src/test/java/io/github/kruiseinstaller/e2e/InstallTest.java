package io.github.kruiseinstaller.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.gson.JsonObject;
import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.event.InstallEvent;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.report.InstallFailedException;
import io.github.kruiseinstaller.report.InstallReport;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** A test that installs: with what it takes to do so, and what must be true afterwards. */
abstract class InstallTest extends ClusterTest {
  static final String VERSION = "1.8.3";
  static final String NAMESPACE = "kruise-system";
  private static final int KILLS_A_ROUND = 4;

  /** An installer of the default version from manifests. */
  static OpenKruiseInstaller.Builder installer() {
    return installer("kruise-" + VERSION + ".yaml");
  }

  /** An installer of a file of the official charts. */
  static OpenKruiseInstaller.Builder installer(String file) {
    return OpenKruiseInstaller.builder()
        .kubeconfig(cluster().kubeconfig())
        .release(Releases.at(chart(file), file.endsWith(".tgz") ? helm() : null))
        .timeout(Duration.ofMinutes(3));
  }

  /** Installs, and checks that it is really so. */
  InstallReport installs(OpenKruiseInstaller.Builder builder) {
    InstallReport report;
    try {
      report = builder.build().install();
    } catch (InstallFailedException e) {
      throw new AssertionError(e.report().render(), e);
    }
    System.out.println(report.render());
    assertThat(report.succeeded()).isTrue();
    assertInstalled();
    return report;
  }

  static void assertInstalled() {
    LiveWebhooks webhooks = new LiveWebhooks(api());
    assertThat(webhooks.armed()).as("armed").isTrue();
    assertThat(webhooks.usable()).as("a CloneSet gets its defaults").isTrue();
    assertThat(webhooks.others()).as("left-over configurations").isEmpty();
  }

  /** Runs a first installation that has to fail, and checks what every failure has to have. */
  Failure fails(OpenKruiseInstaller.Builder builder, FailureCode code, Stage stage) {
    Failure failure = failure(builder, code, stage);
    assertThat(new LiveWebhooks(api()).parked()).as("nothing is armed").isTrue();
    return failure;
  }

  /**
   * Runs an installation over a manager that serves: it has to fail, and the old one to serve on.
   */
  Failure failsBesideTheOldOne(OpenKruiseInstaller.Builder builder, FailureCode code, Stage stage) {
    Failure failure = failure(builder, code, stage);
    assertInstalled();
    return failure;
  }

  private static Failure failure(
      OpenKruiseInstaller.Builder builder, FailureCode code, Stage stage) {
    Events events = new Events();
    OpenKruiseInstaller installer = builder.listener(events).build();
    InstallFailedException thrown =
        catchThrowableOfType(InstallFailedException.class, installer::install);
    assertThat(thrown).as("the installation must fail").isNotNull();
    Failure failure = thrown.failure();
    System.out.println(failure.render());
    assertThat(failure.code()).isEqualTo(code);
    assertThat(failure.stage()).isEqualTo(stage);
    assertThat(failure.remedy()).isNotBlank();
    assertThat(thrown.report().failure()).isEqualTo(failure);
    assertThat(thrown.report().succeeded()).isFalse();
    assertThat(events.of(InstallEvent.Failed.class)).hasSize(1);
    assertThat(events.all()).last().isInstanceOf(InstallEvent.Failed.class);
    assertThat(new LiveWebhooks(api()).others()).as("left-over configurations").isEmpty();
    return failure;
  }

  /** Chance that can be had again, by the system property that this prints. */
  static Random random(String property) {
    long seed = Long.getLong(property, System.nanoTime());
    System.out.println("   seed: -D" + property + "=" + seed);
    return new Random(seed);
  }

  /** Some instants, in the order of a run, so that each kill finds what the one before has left. */
  static <T> List<T> killsOfARound(Random random, List<T> instants) {
    return random
        .ints(0, instants.size())
        .distinct()
        .limit(KILLS_A_ROUND)
        .sorted()
        .mapToObj(instants::get)
        .toList();
  }

  static JsonObject object(String path) {
    return api().must("GET", path, null);
  }
}
