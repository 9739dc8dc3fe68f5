package io.github.kruiseinstaller.testkit.internal.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.KindRegistry;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.patch.Trees;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One object that is written again and again, a minute after each other. */
final class Cluster {
  static final Instant START = Instant.parse("2025-01-01T00:00:00Z");

  private static final String WIDGETS =
      """
      metadata: {name: widgets.example.com}
      spec:
        group: example.com
        scope: Namespaced
        names: {plural: widgets, singular: widget, kind: Widget}
        versions:
        - name: v1
          served: true
          storage: true
          subresources: {status: {}}
          schema:
            openAPIV3Schema: %s
        - name: v1beta1
          served: true
          storage: false
          schema:
            openAPIV3Schema: %s
      """;

  private static final String WIDGET =
      """
      {type: object, properties: {
        spec: {type: object, properties: {
          size: {type: integer},
          ratio: {type: number},
          ready: {type: boolean},
          port: {x-kubernetes-int-or-string: true},
          colour: {type: string},
          labels: {type: object, additionalProperties: {type: string}},
          whole: {type: object, x-kubernetes-map-type: atomic, additionalProperties: {type: string}},
          plain: {type: array, items: {type: string}},
          set: {type: array, x-kubernetes-list-type: set, items: {type: string}},
          parts: {type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [name, kind],
            items: {type: object, required: [name], properties: {
              name: {type: string}, kind: {type: string, default: bolt},
              count: {type: integer}, tags: {type: array, items: {type: string}}}}},
          open: {type: object, x-kubernetes-preserve-unknown-fields: true}}},
        status: {type: object, properties: {phase: {type: string}, message: {type: string}}}}}
      """;

  private final KindRegistry kinds = new KindRegistry();
  private final FieldManagers managers = new FieldManagers(kinds);
  private final Resource resource;
  private @Nullable ObjectNode live;
  private int minutes;

  Cluster(String apiVersion, String kind) {
    serveWidgets(WIDGET, WIDGET);
    this.resource = kinds.kind(apiVersion, kind).orElseThrow();
  }

  static Cluster withWidget() {
    return new Cluster("example.com/v1", "Widget");
  }

  private void serveWidgets(String v1, String beta) {
    String definition = WIDGETS.formatted(v1.replace("\n", " "), beta.replace("\n", " "));
    kinds.serve(Trees.object(definition));
  }

  KindRegistry kinds() {
    return kinds;
  }

  Resource resource() {
    return resource;
  }

  ObjectNode live() {
    return Objects.requireNonNull(live).deepCopy();
  }

  /** A minute later. */
  Writer writer(String manager, String subresource) {
    return new Writer(manager, subresource, START.plusSeconds(60L * minutes++));
  }

  /** Fills in apiVersion, kind and name where they are missing. */
  ObjectNode whole(String yaml) {
    ObjectNode object = Trees.object(yaml);
    if (!object.has("kind")) {
      object.put("apiVersion", resource.apiVersion()).put("kind", resource.kind());
    }
    Nodes.object(object, "metadata").put("name", "x");
    return object;
  }

  Cluster update(String manager, String yaml) {
    return update(manager, "", whole(yaml));
  }

  Cluster update(String manager, String subresource, ObjectNode next) {
    live = managers.updated(resource, live, next, writer(manager, subresource));
    return this;
  }

  /** An update of what is there: each line is a path and a value, or only a path to remove. */
  Cluster change(String manager, String subresource, String path, @Nullable String value) {
    ObjectNode next = live();
    List<String> steps = List.of(path.split("\\."));
    String last = steps.get(steps.size() - 1);
    ObjectNode parent =
        Nodes.object(next, steps.subList(0, steps.size() - 1).toArray(String[]::new));
    if (value == null) {
      parent.remove(last);
    } else {
      parent.set(last, Trees.tree(value));
    }
    return update(manager, subresource, next);
  }

  Cluster change(String manager, String path, @Nullable String value) {
    return change(manager, "", path, value);
  }

  Cluster apply(String manager, String yaml) {
    return apply(resource, writer(manager, ""), whole(yaml), false);
  }

  Cluster force(String manager, String yaml) {
    return apply(resource, writer(manager, ""), whole(yaml), true);
  }

  Cluster apply(Resource version, Writer by, ObjectNode config, boolean force) {
    live = managers.applied(version, live, config, by, force);
    return this;
  }

  /** The value at a path. */
  JsonNode at(String... path) {
    return Nodes.at(live(), path);
  }

  /** managedFields, an entry a line: {@code MANAGER OPERATION VERSION [SUBRESOURCE] MINUTE}. */
  List<String> entries() {
    return Nodes.list(live(), "metadata", "managedFields").stream()
        .map(
            entry -> {
              String time = Nodes.textOrEmpty(entry, "time");
              return String.join(
                  " ",
                  Nodes.textOrEmpty(entry, "manager"),
                  Nodes.textOrEmpty(entry, "operation"),
                  Nodes.textOrEmpty(entry, "apiVersion")
                      + Nodes.text(entry, "subresource").map(name -> "/" + name).orElse(""),
                  time.isEmpty()
                      ? "-"
                      : Long.toString(
                          (Instant.parse(time).getEpochSecond() - START.getEpochSecond()) / 60));
            })
        .toList();
  }

  /** fieldsV1 of a manager's only entry. */
  JsonNode fields(String manager) {
    return Nodes.list(live(), "metadata", "managedFields").stream()
        .filter(entry -> Nodes.textOrEmpty(entry, "manager").equals(manager))
        .findFirst()
        .map(entry -> entry.path("fieldsV1"))
        .orElse(Json.object());
  }
}
