package io.github.kruiseinstaller.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.model.TakeOver;
import io.github.kruiseinstaller.plan.InstallPlan;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * The incident: Helm has installed into a namespace without the label, and every Pod is refused.
 */
class IncidentE2e extends InstallTest {
  @Test
  void healsAClusterThatRefusesEveryPod() throws Exception {
    bystander();
    api()
        .must(
            "POST",
            "/api/v1/namespaces",
            "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"kruise-system\"}}");
    cluster()
        .run(
            Duration.ofMinutes(2),
            helm(),
            "install",
            "kruise",
            chart("kruise-1.8.3.tgz").toString(),
            "--set",
            "installation.createNamespace=false")
        .orThrow("helm install");
    untilRefused(JUST_NOW);

    InstallPlan plan = taking().build().plan();
    System.out.println(plan.render());
    assertThat(plan.stages().get(0).stage()).isEqualTo(Stage.DISARM);
    assertThat(plan.stages().get(0).writes()).isEqualTo(2);

    heals(taking());

    installs(installer());
  }

  private static OpenKruiseInstaller.Builder taking() {
    return installer().takeOver(TakeOver.KEEP_HELM_RECORD);
  }
}
