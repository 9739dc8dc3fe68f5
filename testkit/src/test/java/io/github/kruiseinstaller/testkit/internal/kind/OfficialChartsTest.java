package io.github.kruiseinstaller.testkit.internal.kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The official charts, if they are at hand: what a real cluster takes without a word. */
class OfficialChartsTest {
  private final KindRegistry kinds = new KindRegistry();
  private final ObjectDecoder decoder = new ObjectDecoder(kinds);

  private static Path folder() {
    String named = System.getenv("KRUISE_CHARTS");
    return named == null ? Path.of("..", "..", "shared", "charts") : Path.of(named);
  }

  private static Stream<String> documents(String version) throws IOException {
    Path file = folder().resolve("kruise-" + version + ".yaml");
    assumeThat(file).exists();
    return Stream.of(Files.readString(file).split("(?m)^---.*$"))
        .filter(document -> document.contains("kind:"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.5.0", "1.5.1", "1.5.5", "1.7.5", "1.8.3"})
  void everyObject_isDecodedStrictlyDefaultedAndValid(String version) throws IOException {
    List<String> warnings = new ArrayList<>();
    documents(version).forEach(document -> accept(document, warnings));

    assertThat(warnings).isEmpty();
    assertThat(kinds.versions("apps.kruise.io", "clonesets")).isNotEmpty();
  }

  private void accept(String document, List<String> warnings) {
    byte[] body = document.getBytes(StandardCharsets.UTF_8);
    ObjectNode raw = (ObjectNode) ParsedBody.yaml(body).tree();
    Resource resource =
        kinds
            .kind(Nodes.textOrEmpty(raw, "apiVersion"), Nodes.textOrEmpty(raw, "kind"))
            .orElseThrow();
    ObjectNode object =
        decoder.decode(
            body, "application/yaml", resource, new ObjectDecoder.Strictness("Strict", warnings));
    Defaults.apply(resource, object);
    ObjectNode again = object.deepCopy();
    Defaults.apply(resource, again);
    assertThat(again).as("defaults are idempotent").isEqualTo(object);
    Validation.create(resource, object);
    if (resource.kind().equals("CustomResourceDefinition")) {
      kinds.serve(object);
    }
  }
}
