package io.github.kruiseinstaller.uninstall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.plan.InstallPlan;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UninstallOptionsTest {
  private static final UninstallOptions PLAIN = UninstallOptions.defaults();

  @Test
  void defaults_removeNothingThatHoldsData() {
    assertThat(PLAIN)
        .isEqualTo(new UninstallOptions(CustomResourcePolicy.REFUSE, false, false, false));
  }

  @Test
  void options_addUp() {
    assertThat(PLAIN.deleteCustomResources().removeDefinitions().removeNamespaces())
        .isEqualTo(new UninstallOptions(CustomResourcePolicy.DELETE, true, true, false));
    assertThat(PLAIN.removeNamespaces().keepHelmRecord())
        .isEqualTo(new UninstallOptions(CustomResourcePolicy.REFUSE, false, true, true));
  }

  @Test
  void options_thatWouldDeleteWhatIsToBeKept_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PLAIN.keepCustomResources().removeDefinitions())
        .withMessageContaining("without their definitions");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PLAIN.keepHelmRecord().keepCustomResources())
        .withMessageContaining("helm uninstall");
  }

  @Test
  void render_ofAPlan_showsCustomResourcesAndWhatStays() {
    InstallPlan changes =
        new InstallPlan(
            "1.8.3", "ns", "https://c", "1.34.0", "", List.of(), List.of(), List.of(), "f");
    UninstallPlan plan =
        new UninstallPlan(
            PLAIN,
            changes,
            List.of(new CustomResourceCount("apps.kruise.io", "CloneSet", Map.of("shop", 2L))),
            List.of(new KeptObject(ObjectRef.cluster("v1", "Namespace", "ns"), "it is\nused")));

    assertThat(plan.render())
        .startsWith(changes.render())
        .endsWith(
            """

            Custom resources
              2 CloneSet (apps.kruise.io): 2 in shop
            What stays
              Namespace ns: it is used
            """);
    assertThat(plan.isNoOp()).isTrue();
    assertThat(plan.fingerprint()).isEqualTo("f");
  }
}
