package io.github.kruiseinstaller.internal.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BuiltInKindsTest {
  @Test
  void plurals_followKubernetesRule() {
    BuiltInKinds.all()
        .forEach(
            (key, resource) -> {
              String kind = key.substring(key.lastIndexOf('/') + 1);
              // Endpoints is a plural already.
              String expected =
                  kind.equals("Endpoints") ? "endpoints" : Payloads.likelyPlural(kind);
              assertThat(resource.plural()).isEqualTo(expected);
              assertThat(key).isEqualTo(resource.apiVersion() + "/" + kind);
            });
  }

  @Test
  void paths_dependOnGroupAndScope() {
    assertThat(BuiltInKinds.find("v1", "Pod").collection("ns"))
        .isEqualTo("/api/v1/namespaces/ns/pods");
    assertThat(BuiltInKinds.find("v1", "Pod").collection(null)).isEqualTo("/api/v1/pods");
    assertThat(BuiltInKinds.find("v1", "Namespace").collection("ignored"))
        .isEqualTo("/api/v1/namespaces");
    assertThat(BuiltInKinds.find("apps/v1", "Deployment").collection("ns"))
        .isEqualTo("/apis/apps/v1/namespaces/ns/deployments");
    assertThat(BuiltInKinds.find("apps/v1beta1", "Deployment")).isNull();
  }
}
