package io.github.kruiseinstaller.testkit.internal.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Several documents in one text, as in the files that people apply. */
public final class YamlDocuments {
  private static final Pattern SEPARATOR = Pattern.compile("(?m)^---(?:[ \\t].*)?$");

  private YamlDocuments() {}

  /**
   * The objects in the text; empty documents are left out.
   *
   * @throws IllegalArgumentException when it is not YAML, or a document is no object
   */
  public static List<ObjectNode> read(String yaml) {
    List<ObjectNode> objects = new ArrayList<>();
    for (String document : SEPARATOR.split(yaml, -1)) {
      JsonNode tree = new YamlBody(document).read().tree();
      if (tree instanceof ObjectNode object) {
        objects.add(object);
      } else if (!tree.isNull()) {
        throw new IllegalArgumentException("a document is no object: " + tree.getNodeType());
      }
    }
    return objects;
  }
}
