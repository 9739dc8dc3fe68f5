package io.github.kruiseinstaller.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.gson.JsonObject;
import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.event.InstallEvent;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.report.Health;
import io.github.kruiseinstaller.report.InstallFailedException;
import io.github.kruiseinstaller.report.InstallReport;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** A test that installs: with what it takes to do so, and what must be true afterwards. */
abstract class InstallTest extends ClusterTest {
  static final String VERSION = "1.8.3";
  static final String NAMESPACE = "kruise-system";

  /** Long enough for what goes wrong to be seen, on a machine that is not too busy. */
  static final Duration SHORT = Duration.ofSeconds(Integer.getInteger("e2e.failure.seconds", 25));

  /** How long an API server may take to see a configuration that was written elsewhere. */
  static final Duration SEEN = Duration.ofSeconds(2);

  private static final int KILLS_A_ROUND = 4;
  private static final Duration SERVES_WITHIN = Duration.ofMinutes(2);
  private static final Duration AT_THE_END = Duration.ofSeconds(1);
  private static final List<String> CUSTOM_RESOURCES =
      List.of("clonesets", "statefulsets", "sidecarsets", "imagepulljobs");

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

  /** Installs over webhooks that are disarmed first: nobody is refused from then on. */
  void heals(OpenKruiseInstaller.Builder builder) throws InterruptedException {
    Bystander bystander = bystander();
    AtomicLong disarmed = new AtomicLong();
    Events events =
        new Events()
            .when(
                event ->
                    event instanceof InstallEvent.StageEnded ended
                        && ended.outcome().stage() == Stage.DISARM,
                () -> disarmed.set(bystander.moment()));
    installs(builder.listener(events));
    assertThat(disarmed.get()).isPositive();
    nobodyWasRefusedSince(disarmed.get() + SEEN.toNanos());
  }

  /**
   * Begins with OpenKruise installed and a bystander asking. What the test before has left will do
   * where it is proven to be as good as new; otherwise the cluster is made new, and the
   * installation watched.
   */
  void installed() throws InterruptedException {
    if (!isAsGoodAsNew()) {
      reset();
      bystander();
      installs(installer());
    }
    bystander();
    assertInstalled();
  }

  private static boolean isAsGoodAsNew() {
    try {
      LiveWebhooks webhooks = new LiveWebhooks(api());
      return webhooks.usable()
          && webhooks.others().isEmpty()
          && CUSTOM_RESOURCES.stream()
              .allMatch(kind -> api().items("/apis/apps.kruise.io/v1alpha1/" + kind).isEmpty())
          && installer().build().plan().isNoOp()
          && installer().build().verify().health() == Health.HEALTHY;
    } catch (RuntimeException notEvenThat) {
      System.out.println("   not as good as new: " + notEvenThat);
      return false;
    }
  }

  /** Waits until what others have installed serves: both managers, and the daemon everywhere. */
  static void untilItWorks() throws InterruptedException {
    Await.until("it works", SERVES_WITHIN, InstallTest::works);
  }

  private static boolean works() {
    String apps = "/apis/apps/v1/namespaces/" + NAMESPACE;
    JsonObject manager = status(apps + "/deployments/kruise-controller-manager");
    JsonObject daemon = status(apps + "/daemonsets/kruise-daemon");
    int nodes = number(daemon, "desiredNumberScheduled");
    return number(manager, "availableReplicas") == 2
        && nodes >= 1
        && number(daemon, "numberReady") == nodes
        && new LiveWebhooks(api()).usable();
  }

  private static JsonObject status(String path) {
    JsonObject status = object(path).getAsJsonObject("status");
    return status == null ? new JsonObject() : status;
  }

  private static int number(JsonObject object, String field) {
    return object.has(field) ? object.get(field).getAsInt() : 0;
  }

  static void assertInstalled() {
    LiveWebhooks webhooks = new LiveWebhooks(api());
    assertThat(webhooks.armed()).as("armed").isTrue();
    assertThat(webhooks.usable()).as("a CloneSet gets its defaults").isTrue();
    assertThat(webhooks.others()).as("left-over configurations").isEmpty();
  }

  /**
   * Runs a first installation that has to fail in a {@link #SHORT} time, and checks what every
   * failure has to have.
   */
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
    InstallFailedException thrown = thrown(builder.timeout(SHORT).listener(events));
    if (ranOutOfTimeBefore(stage, thrown.report())) {
      System.out.println("   out of time in an earlier stage: once more, with twice the time");
      events = new Events();
      thrown = thrown(builder.timeout(SHORT.multipliedBy(2)).listener(events));
    }
    Failure failure = thrown.failure();
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

  private static InstallFailedException thrown(OpenKruiseInstaller.Builder builder) {
    InstallFailedException thrown =
        catchThrowableOfType(InstallFailedException.class, builder.build()::install);
    assertThat(thrown).as("the installation must fail").isNotNull();
    System.out.println(thrown.failure().render());
    return thrown;
  }

  /** A busy machine: what is to fail has not even begun. */
  private static boolean ranOutOfTimeBefore(Stage stage, InstallReport report) {
    Failure failure = report.failure();
    return failure != null
        && failure.stage() != null
        && failure.stage().compareTo(stage) < 0
        && report.took().plus(AT_THE_END).compareTo(SHORT) >= 0;
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
