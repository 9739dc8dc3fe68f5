package io.github.kruiseinstaller.testkit.internal.controller;

import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.CONFIG_MAPS;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.SECRETS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The Secrets and ConfigMaps that a pod cannot do without. */
final class References {
  private final Api api;

  References(Api api) {
    this.api = api;
  }

  /** What is wrong with the first volume that cannot be mounted, as a FailedMount event says it. */
  Optional<String> missingForVolumes(ObjectNode pod) {
    for (JsonNode volume : Nodes.list(pod, "spec", "volumes")) {
      Stream<@Nullable String> problems =
          Stream.concat(
              Stream.of(
                  mount(pod, SECRETS, volume.path("secret"), "secretName"),
                  mount(pod, CONFIG_MAPS, volume.path("configMap"), "name")),
              Nodes.list(volume, "projected", "sources").stream()
                  .flatMap(
                      source ->
                          Stream.of(
                              mount(pod, SECRETS, source.path("secret"), "name"),
                              mount(pod, CONFIG_MAPS, source.path("configMap"), "name"))));
      Optional<String> problem = problems.filter(Objects::nonNull).map(p -> p + "").findFirst();
      if (problem.isPresent()) {
        return Optional.of(
            "MountVolume.SetUp failed for volume \""
                + Nodes.textOrEmpty(volume, "name")
                + "\" : "
                + problem.get());
      }
    }
    return Optional.empty();
  }

  private @Nullable String mount(ObjectNode pod, BuiltIn kind, JsonNode source, String nameField) {
    if (!source.isObject() || source.path("optional").asBoolean()) {
      return null;
    }
    String name = Nodes.textOrEmpty(source, nameField);
    ObjectNode there = api.view(kind, new Key(Nodes.namespace(pod), name)).orElse(null);
    if (there == null) {
      return notFound(kind, name);
    }
    for (JsonNode item : Nodes.list(source, "items")) {
      if (!hasKey(there, Nodes.textOrEmpty(item, "key"))) {
        return "references non-existent "
            + (kind == SECRETS ? "secret" : "config")
            + " key: "
            + Nodes.textOrEmpty(item, "key");
      }
    }
    return null;
  }

  /** What is wrong with the first variable that has no value. */
  Optional<String> missingForEnvironment(ObjectNode pod, JsonNode container) {
    String namespace = Nodes.namespace(pod);
    List<@Nullable String> problems = new ArrayList<>();
    for (JsonNode source : Nodes.list(container, "envFrom")) {
      problems.add(whole(namespace, SECRETS, source.path("secretRef")));
      problems.add(whole(namespace, CONFIG_MAPS, source.path("configMapRef")));
    }
    for (JsonNode variable : Nodes.list(container, "env")) {
      JsonNode from = variable.path("valueFrom");
      problems.add(value(namespace, SECRETS, from.path("secretKeyRef")));
      problems.add(value(namespace, CONFIG_MAPS, from.path("configMapKeyRef")));
    }
    return problems.stream().filter(Objects::nonNull).map(problem -> problem + "").findFirst();
  }

  private @Nullable String whole(String namespace, BuiltIn kind, JsonNode source) {
    if (!source.isObject() || source.path("optional").asBoolean()) {
      return null;
    }
    String name = Nodes.textOrEmpty(source, "name");
    return api.view(kind, new Key(namespace, name)).isPresent() ? null : notFound(kind, name);
  }

  private @Nullable String value(String namespace, BuiltIn kind, JsonNode source) {
    if (!source.isObject() || source.path("optional").asBoolean()) {
      return null;
    }
    String name = Nodes.textOrEmpty(source, "name");
    String key = Nodes.textOrEmpty(source, "key");
    return api.view(kind, new Key(namespace, name))
        .map(
            there ->
                hasKey(there, key)
                    ? ""
                    : "couldn't find key "
                        + key
                        + " in "
                        + (kind == SECRETS ? "Secret " : "ConfigMap ")
                        + namespace
                        + "/"
                        + name)
        .map(problem -> problem.isEmpty() ? null : problem)
        .orElseGet(
            () ->
                api.view(kind, new Key(namespace, name)).isPresent() ? null : notFound(kind, name));
  }

  private static boolean hasKey(JsonNode object, String key) {
    return object.path("data").has(key) || object.path("binaryData").has(key);
  }

  private static String notFound(BuiltIn kind, String name) {
    return (kind == SECRETS ? "secret" : "configmap") + " \"" + name + "\" not found";
  }
}
