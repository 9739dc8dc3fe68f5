package io.github.kruiseinstaller.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.event.InstallEvent;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.InstallPlan;
import io.github.kruiseinstaller.plan.PlannedStage;
import io.github.kruiseinstaller.release.ReleaseSource;
import io.github.kruiseinstaller.report.InstallFailedException;
import io.github.kruiseinstaller.report.InstallReport;
import io.github.kruiseinstaller.testkit.ClusterUser;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.testkit.SmallRelease;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * An installation becomes another version: the webhooks stay on, nobody is refused, and at every
 * moment a manager answers.
 */
class UpgradeTest {
  private static final String NAMESPACE = "kruise-system";
  private static final String OLD = "1.8.0";
  private static final String NEW = "1.8.3";

  private SimulatedCluster cluster;
  private ClusterUser user;
  private Watchfulness watch;

  @BeforeEach
  void start() {
    cluster = SimulatedCluster.builder().speed(20).start();
    user = cluster.user("installer", "system:masters");
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void upgrade_besideAServingManager_keepsTheWebhooksOnAndRefusesNobody() {
    of(OLD).install();
    watch = Watchfulness.begin(cluster);

    InstallReport report = of(NEW).install();

    assertThat(watch.end()).isEmpty();
    assertThat(watch.times()).isGreaterThan(50);
    assertThat(report.succeeded()).isTrue();
    assertThat(images()).allMatch(image -> image.endsWith(":v" + NEW));
    assertThat(selector()).doesNotContain("pod-template-hash");
    assertThat(of(NEW).install().writes()).isZero();
  }

  private OpenKruiseInstaller of(String version) {
    return SmallInstallers.plain(cluster, user)
        .release(ReleaseSource.manifests(SmallRelease.yaml(version), "small release " + version))
        .listener(System.out::println)
        .build();
  }

  private List<String> images() {
    return cluster.objects().list("v1", "Pod", NAMESPACE).stream()
        .filter(pod -> pod.toString().contains("kruise-manager"))
        .map(pod -> pod.toString().replaceAll("(?s).*image=([^,}]*kruise-manager[^,}]*).*", "$1"))
        .toList();
  }

  private String selector() {
    Map<?, ?> service =
        cluster.objects().get("v1", "Service", NAMESPACE, "kruise-webhook-service").orElseThrow();
    return String.valueOf(((Map<?, ?>) service.get("spec")).get("selector"));
  }
}
