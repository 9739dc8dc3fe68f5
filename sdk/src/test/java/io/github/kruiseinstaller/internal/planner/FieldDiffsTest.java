package io.github.kruiseinstaller.internal.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.plan.FieldDiff;
import org.junit.jupiter.api.Test;

class FieldDiffsTest {
  @Test
  void between_whenOnlyServerFieldsDiffer_isEmpty() {
    Manifest live =
        deployment(
            "\"resourceVersion\":\"7\",\"uid\":\"u\",\"generation\":3,\"managedFields\":[{}]",
            "\"replicas\":2",
            ",\"status\":{\"replicas\":2}");
    Manifest wanted = deployment("\"resourceVersion\":\"9\"", "\"replicas\":2", "");

    assertThat(FieldDiffs.between(live, wanted)).isEmpty();
  }

  @Test
  void between_whenFieldsAreAddedChangedAndRemoved_namesEachWithBothValues() {
    Manifest live = deployment("\"labels\":{\"a/b\":\"x\"}", "\"replicas\":2,\"paused\":true", "");
    Manifest wanted =
        deployment("\"labels\":{\"a/b\":\"y\"}", "\"replicas\":3,\"minReadySeconds\":3", "");

    assertThat(FieldDiffs.between(live, wanted))
        .containsExactlyInAnyOrder(
            new FieldDiff("metadata.labels[\"a/b\"]", "\"x\"", "\"y\""),
            new FieldDiff("spec.replicas", "2", "3"),
            new FieldDiff("spec.minReadySeconds", null, "3"),
            new FieldDiff("spec.paused", "true", null));
  }

  @Test
  void between_whenListsDiffer_namesThePosition() {
    Manifest live = deployment("", "\"args\":[{\"n\":1},{\"n\":2}]", "");
    Manifest wanted = deployment("", "\"args\":[{\"n\":1},{\"n\":5},{\"n\":6}]", "");

    assertThat(FieldDiffs.between(live, wanted))
        .containsExactly(
            new FieldDiff("spec.args[1].n", "2", "5"),
            new FieldDiff("spec.args[2]", null, "{\"n\":6}"));
  }

  @Test
  void between_whenTheObjectIsASecret_masksItsValues() {
    Manifest live = secret("\"data\":{\"key\":\"b2xk\"},\"type\":\"Opaque\"");
    Manifest wanted = secret("\"data\":{\"key\":\"bmV3\"},\"type\":\"Other\"");

    assertThat(FieldDiffs.between(live, wanted))
        .containsExactlyInAnyOrder(
            new FieldDiff("data.key", "\"***\"", "\"***\""),
            new FieldDiff("type", "\"Opaque\"", "\"Other\""));
  }

  @Test
  void between_whenASecretCarriesItsLastAppliedCopy_masksThatToo() {
    String copy = "\"kubectl.kubernetes.io/last-applied-configuration\":\"{data:b2xk}\"";
    Manifest bare = secret("\"type\":\"Opaque\"");
    Manifest annotated = secretWith("\"annotations\":{\"a\":\"b\"," + copy + "}");
    Manifest changed =
        secretWith("\"annotations\":{\"a\":\"b\"," + copy.replace("b2xk", "bmV3") + "}");

    assertThat(FieldDiffs.between(annotated, bare).toString())
        .contains("\"a\":\"b\"", "***")
        .doesNotContain("b2xk");
    assertThat(FieldDiffs.between(annotated, changed))
        .containsExactly(
            new FieldDiff(
                "metadata.annotations[\"kubectl.kubernetes.io/last-applied-configuration\"]",
                "\"***\"",
                "\"***\""));
  }

  private static Manifest secretWith(String metadata) {
    return Manifest.parseJson(
        "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"s\","
            + metadata
            + "},\"type\":\"Opaque\"}");
  }

  private static Manifest deployment(String metadata, String spec, String more) {
    return Manifest.parseJson(
        "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"m\""
            + (metadata.isEmpty() ? "" : "," + metadata)
            + "},\"spec\":{"
            + spec
            + "}"
            + more
            + "}");
  }

  private static Manifest secret(String more) {
    return Manifest.parseJson(
        "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"s\"}," + more + "}");
  }
}
