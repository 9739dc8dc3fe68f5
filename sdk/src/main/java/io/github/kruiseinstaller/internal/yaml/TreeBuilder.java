package io.github.kruiseinstaller.internal.yaml;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

  /**
   * The map of a node. An explicit key after {@code <<} wins over a merged one. One before it wins
   * by the YAML specification and loses with kubectl, so that it must have the merged value.
   */
  private Map<String, @Nullable Object> map(MappingNode node) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    Map<String, Node> givers = new HashMap<>();
    for (NodeTuple tuple : node.getValue()) {
      Node keyNode = tuple.getKeyNode();
      if (isMerge(keyNode)) {
        merge(tuple.getValueNode())
            .forEach(
                (key, value) -> {
                  Node earlier = givers.putIfAbsent(key, keyNode);
                  if (earlier == null) {
                    map.put(key, value);
                  } else if (!Objects.equals(map.get(key), value)) {
                    throw contested(keyNode, key, earlier);
                  }
                });
        continue;
      }
      String key = key(keyNode);
      Node earlier = givers.put(key, keyNode);
      if (earlier != null && !isMerge(earlier)) {
        throw problem(
            keyNode,
            "the key '" + key + "' appears twice in one map",
            "Remove one of the two; readers disagree about which of them counts.");
      }
      map.put(key, build(tuple.getValueNode()));
    }
    return map;
  }

  private YamlReadException contested(Node mergeKey, String key, Node earlier) {
    return problem(
        mergeKey,
        "'<<' merges another value of the key '" + key + "' than line " + line(earlier) + " has",
        "Put one '<<' before all other keys of the map, with a list when it merges several;"
            + " readers disagree about which value counts.");
  }

  private static boolean isMerge(Node key) {
    return key instanceof ScalarNode scalar
        && scalar.getValue().equals(MERGE_KEY)
        && (scalar.getTag().equals(PLAIN) || scalar.getTag().equals(Tag.MERGE));
  }

  /** What a merge key brings; of several maps the first that has a key. */
  private Map<String, @Nullable Object> merge(Node from) {
    Map<String, @Nullable Object> all = new LinkedHashMap<>();
    if (from instanceof SequenceNode several) {
      for (Node item : several.getValue()) {
        merge(item)
            .forEach(
                (key, value) -> {
                  // Not putIfAbsent, for which null is no value.
                  if (!all.containsKey(key)) {
                    all.put(key, value);
                  }
                });
      }
      return all;
    }
    if (!(from instanceof MappingNode) || !(build(from) instanceof Map<?, ?> map)) {
      throw problem(
          from, "the merge key '<<' has no map to merge", "Give it a map, or quote the key.");
    }
    map.forEach((key, value) -> all.put((String) key, value));
    return all;
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
    return new YamlReadException(origin.atLine(line(node)), what, remedy);
  }

  private int line(Node node) {
    return node.getStartMark() == null ? origin.line() : node.getStartMark().getLine() + 1;
  }
}
