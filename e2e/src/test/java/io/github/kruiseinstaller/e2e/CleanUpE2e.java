package io.github.kruiseinstaller.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Clusters that cannot be made anew are cleaned up between tests. */
class CleanUpE2e extends ClusterTest {
  @Test
  void leavesNothingOfOpenKruiseAndRefusesNobody() throws Exception {
    cluster()
        .run(
            Duration.ofMinutes(3),
            helm(),
            "install",
            "kruise",
            chart("kruise-1.8.3.tgz").toString(),
            "--wait")
        .orThrow("helm install");
    api()
        .must(
            "POST",
            "/apis/apps.kruise.io/v1alpha1/namespaces/default/clonesets",
            LiveWebhooks.cloneSet("left", "app:1", 1).toString());

    // Not the test's usual bystander, whose namespace would be cleaned up too.
    try (Bystander bystander = Bystander.start(api(), "aside")) {
      new CleanUp(api()).run(Duration.ofMinutes(2));
      untilAskedEnough(bystander::report);
      assertNobodyWasRefused(bystander.stop());
    }
    assertThat(new LiveWebhooks(api()).parked()).isTrue();
    assertThat(api().find("/api/v1/namespaces/kruise-system")).isEmpty();
    assertThat(api().find("/apis/apps.kruise.io/v1alpha1")).isEmpty();
    assertThat(api().items("/apis/rbac.authorization.k8s.io/v1/clusterroles"))
        .noneMatch(role -> role.toString().contains("\"kruise-"));
  }
}
