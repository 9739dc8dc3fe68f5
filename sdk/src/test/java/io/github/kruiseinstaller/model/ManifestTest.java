package io.github.kruiseinstaller.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kruiseinstaller.internal.tree.Trees;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ManifestTest {
  private static final String SERVICE =
      "{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"metadata\":{\"namespace\":\"n\",\"name\":\"s\","
          + "\"labels\":{\"a\":\"b\",\"odd\":1}},\"spec\":{\"ports\":[{\"port\":443}]}}";

  @Test
  void at_whenThePathGoesThroughMapsAndLists_findsTheValue() {
    Manifest service = Manifest.parseJson(SERVICE);

    assertThat(service.at("spec", "ports", 0, "port")).isEqualTo(443L);
    assertThat(service.at("spec", "ports", 1, "port")).isNull();
    assertThat(service.at("spec", "nothing", "there")).isNull();
    assertThat(service.labels()).isEqualTo(Map.of("a", "b"));
    assertThat(service.ref()).hasToString("Service n/s");
  }

  @Test
  void edit_whenTheCopyIsChanged_leavesTheOriginalAsItWas() {
    Manifest service = Manifest.parseJson(SERVICE);

    Manifest edited = service.edit(root -> Trees.map(root, "spec").put("type", "ClusterIP"));

    assertThat(edited.text("spec", "type")).isEqualTo("ClusterIP");
    assertThat(service.toJson()).isEqualTo(SERVICE);
  }

  @Test
  void of_whenTheSourceIsChangedLater_staysAsItWas() {
    Map<String, Object> metadata = new HashMap<>(Map.of("name", "s"));
    List<Object> ports = new ArrayList<>(List.of(1));
    Manifest manifest =
        Manifest.of(
            Map.of("apiVersion", "v1", "kind", "Service", "metadata", metadata, "p", ports));

    metadata.put("name", "other");
    ports.add(2);

    assertThat(manifest.name()).isEqualTo("s");
    assertThat(manifest.list("p")).containsExactly(1L);
    assertThatThrownBy(() -> manifest.map("metadata").put("name", "x"))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void of_whenTheNameIsMissing_saysWhichField() {
    assertThatThrownBy(() -> Manifest.of(Map.of("apiVersion", "v1", "kind", "Service")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("name is missing or not a text");
  }

  @Test
  void toString_neverShowsContent() {
    Manifest secret =
        Manifest.parseJson(
            "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"s\"},"
                + "\"data\":{\"k\":\"aHVzaA==\"}}");

    assertThat(secret).hasToString("Secret s");
  }
}
