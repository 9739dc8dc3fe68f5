package io.github.kruiseinstaller.internal.uninstall;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.internal.cluster.Cluster.Query;
import io.github.kruiseinstaller.model.Manifest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CustomResourcesTest {
  @Test
  void counts_areByKindAndNamespace() {
    CustomResources resources =
        new CustomResources(
            List.of(
                object("CloneSet", "shop", "a", "1", ""),
                object("SidecarSet", null, "b", "2", ""),
                object("CloneSet", "shop", "c", "3", ""),
                object("CloneSet", "bank", "d", "4", "")),
            List.of(),
            Map.of());

    assertThat(resources.counts())
        .extracting(Object::toString)
        .containsExactly(
            "3 CloneSet (apps.kruise.io): 1 in bank, 2 in shop", "1 SidecarSet (apps.kruise.io)");
  }

  @Test
  void roots_areThoseThatNoOtherOneOwns() {
    CustomResources resources =
        new CustomResources(
            List.of(
                object("CloneSet", "shop", "child", "2", ",\"ownerReferences\":[{\"uid\":\"1\"}]"),
                object("UnitedDeployment", "shop", "parent", "1", ""),
                object("CloneSet", "shop", "other", "3", ",\"ownerReferences\":[{\"uid\":\"9\"}]")),
            List.of(),
            Map.of());

    assertThat(resources.roots()).extracting(Manifest::name).containsExactly("parent", "other");
  }

  @Test
  void isEmpty_whenSomethingCouldNotBeListed_isFalse() {
    Manifest definition = definition("{\"name\":\"v1\",\"served\":true,\"storage\":true}");

    assertThat(new CustomResources(List.of(), List.of(), Map.of()).isEmpty()).isTrue();
    assertThat(new CustomResources(List.of(), List.of(), Map.of(definition.ref(), "no")).isEmpty())
        .isFalse();
  }

  @Test
  void query_prefersTheVersionThatIsStored() {
    assertThat(
            CustomResources.query(
                definition(
                    "{\"name\":\"v1alpha1\",\"served\":true,\"storage\":false},"
                        + "{\"name\":\"v1beta1\",\"served\":true,\"storage\":true}")))
        .contains(Query.all("apps.kruise.io/v1beta1", "StatefulSet", null));
  }

  @Test
  void query_whenTheStoredVersionIsNotServed_takesOneThatIs() {
    assertThat(
            CustomResources.query(
                definition(
                    "{\"name\":\"v1alpha1\",\"served\":true,\"storage\":false},"
                        + "{\"name\":\"v1beta1\",\"served\":false,\"storage\":true}")))
        .contains(Query.all("apps.kruise.io/v1alpha1", "StatefulSet", null));
    assertThat(
            CustomResources.query(
                definition("{\"name\":\"v1\",\"served\":false,\"storage\":true}")))
        .isEmpty();
  }

  private static Manifest definition(String versions) {
    return Manifest.parseJson(
        "{\"apiVersion\":\"apiextensions.k8s.io/v1\",\"kind\":\"CustomResourceDefinition\","
            + "\"metadata\":{\"name\":\"statefulsets.apps.kruise.io\"},"
            + "\"spec\":{\"group\":\"apps.kruise.io\",\"names\":{\"kind\":\"StatefulSet\"},\"versions\":["
            + versions
            + "]}}");
  }

  private static Manifest object(
      String kind, String namespace, String name, String uid, String more) {
    return Manifest.parseJson(
        "{\"apiVersion\":\"apps.kruise.io/v1alpha1\",\"kind\":\"%s\",\"metadata\":{\"name\":\"%s\",\"uid\":\"%s\"%s%s}}"
            .formatted(
                kind,
                name,
                uid,
                namespace == null ? "" : ",\"namespace\":\"" + namespace + "\"",
                more));
  }
}
