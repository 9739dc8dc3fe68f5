package io.github.kruiseinstaller.testkit.internal.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.io.StringReader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** Reads YAML, the first document of it, and notes the keys that are there twice. */
final class YamlBody {
  private static final Pattern DECIMAL = Pattern.compile("[-+]?(0|[1-9][0-9_]*)");
  private static final Pattern OCTAL = Pattern.compile("[-+]?0o?[0-7_]+");
  private static final Pattern HEX = Pattern.compile("[-+]?0x[0-9a-fA-F_]+");
  private static final Pattern BINARY = Pattern.compile("[-+]?0b[01_]+");
  private static final Pattern FLOAT =
      Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");

  private final String text;
  private final List<String> duplicates = new ArrayList<>();

  YamlBody(String text) {
    this.text = text;
  }

  /** Reads it. */
  ParsedBody read() {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(Integer.MAX_VALUE);
    try {
      @Nullable Node root = new Yaml(new SafeConstructor(options)).compose(new StringReader(text));
      JsonNode tree = root == null ? NullNode.getInstance() : convert(root);
      return new ParsedBody(tree, strictErrors());
    } catch (MarkedYAMLException e) {
      int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
      throw new IllegalArgumentException(
          "error converting YAML to JSON: yaml: line " + line + ": " + e.getProblem(), e);
    } catch (YAMLException e) {
      throw new IllegalArgumentException(
          "error converting YAML to JSON: yaml: " + e.getMessage(), e);
    }
  }

  private List<String> strictErrors() {
    return duplicates.isEmpty()
        ? List.of()
        : List.of(
            "error converting YAML to JSON: yaml: unmarshal errors:\n  "
                + String.join("\n  ", duplicates));
  }

  private JsonNode convert(Node node) {
    if (node instanceof MappingNode mapping) {
      ObjectNode object = Json.object();
      putAll(object, mapping, false);
      return object;
    }
    if (node instanceof SequenceNode sequence) {
      ArrayNode array = Json.array();
      sequence.getValue().forEach(element -> array.add(convert(element)));
      return array;
    }
    return scalar((ScalarNode) node);
  }

  private void putAll(ObjectNode object, MappingNode mapping, boolean merged) {
    List<Node> merges = new ArrayList<>();
    for (NodeTuple tuple : mapping.getValue()) {
      if (tuple.getKeyNode() instanceof ScalarNode key && key.getTag().equals(Tag.MERGE)) {
        merges.add(tuple.getValueNode());
        continue;
      }
      put(object, tuple, merged);
    }
    for (Node merge : merges) {
      List<Node> sources = merge instanceof SequenceNode list ? list.getValue() : List.of(merge);
      for (Node source : sources) {
        if (source instanceof MappingNode there) {
          putAll(object, there, true);
        }
      }
    }
  }

  private void put(ObjectNode object, NodeTuple tuple, boolean merged) {
    String key = key(tuple.getKeyNode());
    if (!object.has(key)) {
      object.set(key, convert(tuple.getValueNode()));
    } else if (!merged) {
      int line = tuple.getKeyNode().getStartMark().getLine() + 1;
      duplicates.add("line " + line + ": key \"" + key + "\" already set in map");
      object.set(key, convert(tuple.getValueNode()));
    }
  }

  private String key(Node node) {
    if (!(node instanceof ScalarNode scalar)) {
      throw new YAMLException("invalid map key");
    }
    JsonNode value = scalar(scalar);
    return value.isNull() ? "null" : value.asText();
  }

  private static JsonNode scalar(ScalarNode node) {
    String value = node.getValue();
    boolean letter = value.length() == 1 && "yYnN".contains(value);
    if (!node.isPlain() || node.getTag().equals(Tag.BINARY)) {
      return Json.text(value);
    }
    if (node.getTag().equals(Tag.STR) && !letter) {
      return Json.text(value);
    }
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "", "~", "null" -> NullNode.getInstance();
      case "y", "yes", "on", "true" -> BooleanNode.TRUE;
      case "n", "no", "off", "false" -> BooleanNode.FALSE;
      default -> number(value);
    };
  }

  private static JsonNode number(String value) {
    String digits = value.replace("_", "").replace("+", "").toLowerCase(Locale.ROOT);
    if (DECIMAL.matcher(value).matches()) {
      return integer(new BigInteger(digits));
    }
    if (HEX.matcher(value).matches()) {
      return integer(new BigInteger(digits.replace("0x", ""), 16));
    }
    if (BINARY.matcher(value).matches()) {
      return integer(new BigInteger(digits.replace("0b", ""), 2));
    }
    if (OCTAL.matcher(value).matches()) {
      return integer(new BigInteger(digits.replace("o", ""), 8));
    }
    return FLOAT.matcher(value).matches()
        ? DecimalNode.valueOf(new BigDecimal(value))
        : Json.text(value);
  }

  private static JsonNode integer(BigInteger value) {
    return value.bitLength() < 64
        ? LongNode.valueOf(value.longValue())
        : BigIntegerNode.valueOf(value);
  }
}
