package io.github.kruiseinstaller.internal.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InventoryTest {
  private static final ObjectRef DEPLOYMENT =
      ObjectRef.namespaced("apps/v1", "Deployment", "kruise-system", "manager");
  private static final ObjectRef ROLE =
      ObjectRef.namespaced(
          "rbac.authorization.k8s.io/v1", "Role", "kruise-daemon-config", "secrets");
  private static final ObjectRef NAMESPACE = ObjectRef.cluster("v1", "Namespace", "kruise-system");

  private final Inventory inventory =
      Inventory.of("kruise-system", "1.8.3", List.of(DEPLOYMENT, ROLE, NAMESPACE));

  /** {@code printf %s kruise-installer.kruise-system.ConfigMap. | sha256sum}, in base64. */
  @Test
  void id_isTheHashThatTheSpecificationSays() {
    assertThat(Inventory.id("kruise-system"))
        .isEqualTo("applyset-XdVIyoaJj4xIR5iinmJYvz9PNPoikoa93TBHMc04e5w-v1");
    assertThat(Inventory.id("elsewhere")).isNotEqualTo(Inventory.id("kruise-system"));
  }

  @Test
  void parent_saysWhatTheSpecificationAsksFor() {
    Manifest parent = inventory.parent();

    assertThat(parent.ref())
        .isEqualTo(ObjectRef.namespaced("v1", "ConfigMap", "kruise-system", "kruise-installer"));
    assertThat(parent.labels())
        .isEqualTo(Map.of("applyset.kubernetes.io/id", Inventory.id("kruise-system")));
    assertThat(parent.annotations())
        .containsEntry(
            "applyset.kubernetes.io/contains-group-kinds",
            "Deployment.apps,Namespace,Role.rbac.authorization.k8s.io")
        .containsEntry("applyset.kubernetes.io/additional-namespaces", "kruise-daemon-config");
    assertThat(parent.annotations().get("applyset.kubernetes.io/tooling"))
        .matches("kruise-installer/v\\d+\\.\\d+\\.\\d+.*");
    assertThat(parent.map("data"))
        .containsEntry("release", "1.8.3")
        .hasEntrySatisfying(
            "members",
            command ->
                assertThat(command)
                    .asString()
                    .startsWith(
                        "kubectl get deployments.apps,namespaces,roles.rbac.authorization.k8s.io -A"
                            + " -l applyset.kubernetes.io/part-of=applyset-"));
  }

  @Test
  void of_readsWhatParentWrote() {
    assertThat(Inventory.of(inventory.parent())).contains(inventory);
    Inventory none = Inventory.of("kruise-system", "", List.of());
    assertThat(Inventory.of(none.parent())).contains(none);
  }

  @Test
  void of_ofWhatIsAnotherTools_isEmptyAndSaysWhose() {
    Manifest others =
        inventory
            .parent()
            .edit(
                root ->
                    Trees.map(root, "metadata", "annotations")
                        .put("applyset.kubernetes.io/tooling", "kubectl/v1.34.0"));
    Manifest plain =
        Manifest.parseJson(
            "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":"
                + "{\"name\":\"kruise-installer\",\"namespace\":\"kruise-system\"}}");

    assertThat(Inventory.of(others)).isEmpty();
    assertThat(Inventory.foreign(others)).contains("of kubectl/v1.34.0");
    assertThat(Inventory.foreign(plain)).contains("no ApplySet");
  }

  @Test
  void and_tellsOfBoth() {
    Inventory other =
        Inventory.of(
            "kruise-system", "1.5.0", List.of(ObjectRef.namespaced("v1", "Secret", "b", "s")));

    Inventory both = inventory.and(other);

    assertThat(both.kinds())
        .extracting(Object::toString)
        .containsExactly(
            "Deployment.apps", "Namespace", "Role.rbac.authorization.k8s.io", "Secret");
    assertThat(both.everyNamespace()).containsExactly("b", "kruise-daemon-config", "kruise-system");
    assertThat(both.release()).isEqualTo("1.8.3");
  }

  @Test
  void drift_isWhatDiffersAndNotWhatOthersPutIn() {
    Manifest live =
        inventory
            .parent()
            .edit(
                root -> {
                  Trees.map(root, "data").put("theirs", "x");
                  Trees.map(root, "data").put("release", "1.5.0");
                });

    assertThat(Inventory.drift(live, inventory.parent()))
        .extracting(Object::toString)
        .containsExactly("data[\"release\"]: \"1.5.0\" -> \"1.8.3\"");
  }

  @Test
  void member_labelsTheObjectAndNotItsPods() {
    Manifest deployment =
        Manifest.parseJson(
            "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"m\","
                + "\"labels\":{\"a\":\"b\"}},\"spec\":{\"template\":{\"metadata\":{}}}}");

    Manifest member = Inventory.member(deployment, "kruise-system");

    assertThat(member.labels())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("a", "b", Inventory.PART_OF, Inventory.id("kruise-system")));
    assertThat(member.map("spec")).isEqualTo(deployment.map("spec"));
  }
}
