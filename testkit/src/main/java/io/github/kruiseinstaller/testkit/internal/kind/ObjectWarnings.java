package io.github.kruiseinstaller.testkit.internal.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.List;

/** What the API server remarks on objects that are valid, but will not do what they seem to say. */
public final class ObjectWarnings {
  private ObjectWarnings() {}

  /** The texts of the Warning headers. */
  public static List<String> of(Resource resource, ObjectNode object) {
    return switch (resource.groupResource()) {
      case "services" -> service(object.path("spec"));
      case "pods" -> podSpec("spec", object.path("spec"));
      case "deployments.apps",
          "daemonsets.apps",
          "replicasets.apps",
          "statefulsets.apps",
          "jobs.batch" ->
          podSpec("spec.template.spec", Nodes.at(object, "spec", "template", "spec"));
      default -> List.of();
    };
  }

  private static List<String> podSpec(String at, JsonNode spec) {
    return spec.path("terminationGracePeriodSeconds").asLong() < 0
        ? List.of(
            at
                + ".terminationGracePeriodSeconds: must be >= 0; negative values are invalid and"
                + " will be treated as 1")
        : List.of();
  }

  private static List<String> service(JsonNode spec) {
    List<String> warnings = new ArrayList<>();
    if (Nodes.textOrEmpty(spec, "clusterIP").equals("None")) {
      for (String field : List.of("loadBalancerIP", "externalIPs", "sessionAffinity")) {
        JsonNode value = spec.path(field);
        if (value.isArray() ? !value.isEmpty() : !value.asText().isEmpty()) {
          // The API server writes this one as the field of its own type.
          String name = field.equals("sessionAffinity") ? "SessionAffinity" : field;
          warnings.add("spec." + name + " is ignored for headless services");
        }
      }
    }
    return warnings;
  }
}
