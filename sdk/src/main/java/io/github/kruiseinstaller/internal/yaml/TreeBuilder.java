package io.github.kruiseinstaller.internal.yaml;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Turns the composed nodes of one document into a raw tree. Builds no object of any other class.
 */
final class TreeBuilder {
  /** An unquoted scalar without a tag; {@link ScalarRules} decide what it means. */
  static final Tag PLAIN = new Tag("tag:openkruise-installer,plain");

  private static final String MERGE_KEY = "<<";

  private final Origin origin;
  private final int maxNodes;
  private final Set<Node> open = Collections.newSetFromMap(new IdentityHashMap<>());
  private int nodes;

  TreeBuilder(Origin origin, int maxNodes) {
    this.origin = origin;
    this.maxNodes = maxNodes;
  }

  /** The tree of a node. */
  @Nullable Object build(Node node) {
    nodes++;
    if (nodes > maxNodes) {
      // Aliases of aliases grow exponentially; only the expanded size tells.
      throw problem(
          node,
          "the document has more than " + maxNodes + " values, its aliases expanded",
          "Write the values out instead of referring to them by aliases.");
    }
    if (node instanceof ScalarNode scalar) {
      return scalar(scalar);
    }
    if (!open.add(node)) {
      throw problem(
          node, "an alias refers to a value that contains it", "Remove the circular alias.");
    }
    try {
      return node instanceof MappingNode mapping ? map(mapping) : list((SequenceNode) node);
    } finally {
      open.remove(node);
    }
  }

  private @Nullable Object scalar(ScalarNode node) {
    try {
      Tag tag = node.getTag();
      return tag.equals(PLAIN)
          ? ScalarRules.plain(node.getValue())
          : ScalarRules.tagged(tag, node.getValue());
    } catch (IllegalArgumentException e) {
      throw problem(
          node,
          String.valueOf(e.getMessage()),
          "Correct the value, or quote it to make it a text.");
    }
  }

  private List<@Nullable Object> list(SequenceNode node) {
    List<@Nullable Object> list = new ArrayList<>(node.getValue().size());
    for (Node item : node.getValue()) {
      list.add(build(item));
    }
    return list;
  }

  private Map<String, @Nullable Object> map(MappingNode node) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    Set<String> merged = new HashSet<>();
    for (NodeTuple tuple : node.getValue()) {
      if (isMerge(tuple.getKeyNode())) {
        merge(tuple.getValueNode(), map, merged);
        continue;
      }
      String key = key(tuple.getKeyNode());
      if (map.containsKey(key) && !merged.remove(key)) {
        throw problem(
            tuple.getKeyNode(),
            "the key '" + key + "' appears twice in one map",
            "Remove one of the two; readers disagree about which of them counts.");
      }
      map.put(key, build(tuple.getValueNode()));
    }
    return map;
  }

  private static boolean isMerge(Node key) {
    return key instanceof ScalarNode scalar
        && scalar.getValue().equals(MERGE_KEY)
        && (scalar.getTag().equals(PLAIN) || scalar.getTag().equals(Tag.MERGE));
  }

  private void merge(Node from, Map<String, @Nullable Object> into, Set<String> merged) {
    if (from instanceof SequenceNode several) {
      several.getValue().forEach(item -> merge(item, into, merged));
      return;
    }
    if (!(from instanceof MappingNode) || !(build(from) instanceof Map<?, ?> map)) {
      throw problem(
          from, "the merge key '<<' has no map to merge", "Give it a map, or quote the key.");
    }
    map.forEach(
        (key, value) -> {
          String name = (String) key;
          if (!into.containsKey(name)) {
            into.put(name, value);
            merged.add(name);
          }
        });
  }

  private String key(Node node) {
    if (!(node instanceof ScalarNode scalar)) {
      throw problem(
          node,
          "a key is itself a map or a list",
          "Quote the key. When it is a {{ template }}, render the chart first.");
    }
    boolean unquoted = scalar.getTag().equals(PLAIN);
    if (unquoted && ScalarRules.isNull(scalar.getValue())) {
      throw problem(node, "a key is empty or null", "Name the key, or quote it.");
    }
    return scalar.getValue();
  }

  private YamlReadException problem(Node node, String what, String remedy) {
    int line = node.getStartMark() == null ? origin.line() : node.getStartMark().getLine() + 1;
    return new YamlReadException(origin.atLine(line), what, remedy);
  }
}
