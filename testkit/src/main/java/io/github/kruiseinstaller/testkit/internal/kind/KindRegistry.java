package io.github.kruiseinstaller.testkit.internal.kind;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** The kinds of one cluster. Thread-safe; who reads never waits. */
public final class KindRegistry implements Kinds {
  private static final Set<String> BODIES =
      Set.of("policy/v1 Eviction", "autoscaling/v1 Scale", "authentication.k8s.io/v1 TokenRequest");
  private static final String OPTIONS = "DeleteOptions";

  private final BuiltinSchemas schemas = BuiltinKinds.get().schemas();
  private final Map<String, String> builtinHashes = BuiltinKinds.get().storageHashes();
  private final List<Resource> builtin = BuiltinKinds.get().resources();
  private final Map<String, List<Resource>> custom = new TreeMap<>();
  private final Map<String, List<Resource>> unserved = new ConcurrentHashMap<>();
  private final Map<String, String> storage = new TreeMap<>();
  private final Map<String, Map<String, String>> deprecations = new TreeMap<>();
  private volatile Served served = new Served(builtin, Map.of(), Map.of(), 0);

  /** Knows the built-in kinds. */
  public KindRegistry() {}

  /** What is served at one time. */
  private static final class Served {
    final List<Resource> all;
    final Map<String, Resource> byPath = new HashMap<>();
    final Map<String, Resource> byKind = new HashMap<>();
    final Map<String, List<Resource>> versions;
    final Map<String, String> storage;
    final Map<String, String> deprecations;
    final long generation;

    Served(
        List<Resource> all,
        Map<String, String> storage,
        Map<String, String> deprecations,
        long generation) {
      this.all = List.copyOf(all);
      this.storage = Map.copyOf(storage);
      this.deprecations = Map.copyOf(deprecations);
      this.generation = generation;
      this.versions = all.stream().collect(Collectors.groupingBy(Resource::groupResource));
      for (Resource resource : all) {
        byPath.putIfAbsent(resource.apiVersion() + " " + resource.plural(), resource);
        byKind.putIfAbsent(resource.apiVersion() + " " + resource.kind(), resource);
      }
    }
  }

  @Override
  public Optional<Resource> resource(String group, String version, String plural) {
    String apiVersion = group.isEmpty() ? version : group + "/" + version;
    return Optional.ofNullable(served.byPath.get(apiVersion + " " + plural));
  }

  @Override
  public Optional<Resource> kind(String apiVersion, String kind) {
    return Optional.ofNullable(served.byKind.get(apiVersion + " " + kind));
  }

  @Override
  public Optional<Resource> defined(String apiVersion, String kind) {
    return kind(apiVersion, kind).or(() -> unserved(apiVersion, kind));
  }

  private Optional<Resource> unserved(String apiVersion, String kind) {
    return unserved.values().stream()
        .flatMap(List::stream)
        .filter(each -> each.apiVersion().equals(apiVersion) && each.kind().equals(kind))
        .findFirst();
  }

  @Override
  public Optional<Schema> schema(String apiVersion, String kind) {
    Optional<Resource> resource = kind(apiVersion, kind);
    if (resource.isPresent()) {
      return resource.map(Resource::schema);
    }
    if (kind.equals(OPTIONS)) {
      return schemas.struct("meta.v1." + OPTIONS);
    }
    return BODIES.contains(apiVersion + " " + kind)
        ? schemas.struct(BuiltinResources.struct(apiVersion, kind))
        : Optional.empty();
  }

  @Override
  public List<Resource> versions(String group, String plural) {
    return served.versions.getOrDefault(group.isEmpty() ? plural : plural + "." + group, List.of());
  }

  @Override
  public String storageVersionHash(Resource resource) {
    String path = resource.apiVersion() + " " + resource.plural();
    return resource.custom()
        ? served.storage.getOrDefault(resource.plural() + "." + resource.group(), "")
        : builtinHashes.getOrDefault(path, "");
  }

  @Override
  public String deprecation(Resource resource) {
    return resource.custom()
        ? served.deprecations.getOrDefault(resource.apiVersion() + " " + resource.plural(), "")
        : "";
  }

  @Override
  public List<Resource> all() {
    return served.all;
  }

  @Override
  public long generation() {
    return served.generation;
  }

  @Override
  public synchronized void serve(ObjectNode definition) {
    Schema metadata = schemas.objectMeta();
    custom.put(Nodes.name(definition), CrdResources.read(definition, metadata, true));
    unserved.put(Nodes.name(definition), CrdResources.read(definition, metadata, false));
    storage.put(Nodes.name(definition), CrdResources.storageVersionHash(definition));
    deprecations.put(Nodes.name(definition), Deprecations.of(definition));
    publish();
  }

  @Override
  public synchronized void withdraw(String definitionName) {
    if (custom.remove(definitionName) != null) {
      unserved.remove(definitionName);
      storage.remove(definitionName);
      deprecations.remove(definitionName);
      publish();
    }
  }

  private void publish() {
    List<Resource> customs = new ArrayList<>();
    custom.values().forEach(customs::addAll);
    customs.sort(
        Comparator.comparing(Resource::group)
            .thenComparing(Resource::version, KindRegistry::byPriority)
            .thenComparing(Resource::plural));
    List<Resource> all = new ArrayList<>(builtin);
    all.addAll(customs);
    Map<String, String> warnings = new HashMap<>();
    deprecations.values().forEach(warnings::putAll);
    served = new Served(all, storage, warnings, served.generation + 1);
  }

  /** Kubernetes' order of versions: v2, v1, v1beta2, v1alpha1, and then whatever else by name. */
  static int byPriority(String one, String other) {
    return Version.of(one).compareTo(Version.of(other));
  }

  /** A version's name taken apart; {@code stage} 2 is general availability, -1 no such name. */
  private record Version(int stage, long major, long minor, String name)
      implements Comparable<Version> {
    private static final java.util.regex.Pattern NAME =
        java.util.regex.Pattern.compile("v([1-9]\\d{0,9})(?:(alpha|beta)([1-9]\\d{0,9}))?");

    static Version of(String name) {
      java.util.regex.Matcher matcher = NAME.matcher(name);
      if (!matcher.matches()) {
        return new Version(-1, 0, 0, name);
      }
      String stage = matcher.group(2);
      int rank = stage == null ? 2 : stage.equals("beta") ? 1 : 0;
      long minor = stage == null ? 0 : Long.parseLong(matcher.group(3));
      return new Version(rank, Long.parseLong(matcher.group(1)), minor, name);
    }

    @Override
    public int compareTo(Version other) {
      return Comparator.comparingInt(Version::stage)
          .thenComparingLong(Version::major)
          .thenComparingLong(Version::minor)
          .reversed()
          .thenComparing(Version::name)
          .compare(this, other);
    }
  }
}
