package io.github.kruiseinstaller.uninstall;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How many custom resources of a kind there are, and where.
 *
 * @param group such as {@code apps.kruise.io}
 * @param kind such as {@code CloneSet}
 * @param perNamespace how many in each namespace; those of the whole cluster under an empty name
 */
public record CustomResourceCount(String group, String kind, Map<String, Long> perNamespace) {
  /** Copies the map, in the order of the namespaces. */
  public CustomResourceCount {
    perNamespace = Collections.unmodifiableMap(new TreeMap<>(perNamespace));
  }

  /** How many there are. */
  public long total() {
    return perNamespace.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The JSON form as maps; an item of {@code customResources} in a plan or a report. */
  public Map<String, @Nullable Object> toMap() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("group", group);
    map.put("kind", kind);
    map.put("total", total());
    map.put("perNamespace", perNamespace);
    return Collections.unmodifiableMap(map);
  }

  /** For people: {@code 3 CloneSet (apps.kruise.io): 2 in shop, 1 in default}. */
  @Override
  public String toString() {
    String where =
        perNamespace.entrySet().stream()
            .filter(each -> !each.getKey().isEmpty())
            .map(each -> each.getValue() + " in " + each.getKey())
            .collect(Collectors.joining(", "));
    return total() + " " + kind + " (" + group + ")" + (where.isEmpty() ? "" : ": " + where);
  }
}
