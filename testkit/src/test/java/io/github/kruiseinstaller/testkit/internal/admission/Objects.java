package io.github.kruiseinstaller.testkit.internal.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A cluster in a map. */
class Objects implements ClusterState {
  private final Map<String, List<ObjectNode>> objects = new ConcurrentHashMap<>();

  void put(String group, String plural, ObjectNode object) {
    objects.computeIfAbsent(plural + "." + group, any -> new CopyOnWriteArrayList<>()).add(object);
  }

  void remove(String group, String plural) {
    objects.remove(plural + "." + group);
  }

  @Override
  public Optional<ObjectNode> find(String group, String plural, String namespace, String name) {
    return list(group, plural, namespace).stream()
        .filter(object -> Nodes.name(object).equals(name))
        .findFirst();
  }

  @Override
  public List<ObjectNode> list(String group, String plural, String namespace) {
    return objects.getOrDefault(plural + "." + group, List.of()).stream()
        .filter(object -> Nodes.namespace(object).equals(namespace))
        .toList();
  }
}
