package io.github.kruiseinstaller.testkit.internal.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.ParsedBody;
import io.github.kruiseinstaller.testkit.internal.rest.Resources;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * How to delete, from the body, or where there is none from the query.
 *
 * @param policy or empty
 * @param orphan the old way of saying it, or null
 * @param graceSeconds or null
 * @param uid precondition, or empty
 * @param resourceVersion precondition, or empty
 * @param dryRun the values
 */
record DeleteOptions(
    String policy,
    @Nullable Boolean orphan,
    @Nullable Long graceSeconds,
    String uid,
    String resourceVersion,
    List<String> dryRun) {
  private static final String BACKGROUND = "Background";
  private static final String FOREGROUND = "Foreground";
  private static final String ORPHAN = "Orphan";

  /**
   * Reads and checks them.
   *
   * @throws io.github.kruiseinstaller.testkit.internal.status.StatusException 400, 415 or 422
   */
  static Resources.Delete of(Call call) {
    DeleteOptions options = call.body().length == 0 ? ofQuery(call.query()) : ofBody(call);
    options.check();
    return options.delete();
  }

  private static DeleteOptions ofQuery(Parameters query) {
    return new DeleteOptions(
        query.text("propagationPolicy"),
        query.flag("orphanDependents").orElse(null),
        query.number("gracePeriodSeconds").orElse(null),
        "",
        "",
        query.all("dryRun"));
  }

  private static DeleteOptions ofBody(Call call) {
    ObjectNode body = parse(call);
    JsonNode orphan = Nodes.at(body, "orphanDependents");
    JsonNode grace = Nodes.at(body, "gracePeriodSeconds");
    List<String> dryRun = new ArrayList<>();
    Nodes.list(body, "dryRun").forEach(value -> dryRun.add(value.asText()));
    return new DeleteOptions(
        Nodes.textOrEmpty(body, "propagationPolicy"),
        orphan.isBoolean() ? (Boolean) orphan.booleanValue() : null,
        grace.isIntegralNumber() ? (Long) grace.longValue() : null,
        Nodes.textOrEmpty(body, "preconditions", "uid"),
        Nodes.textOrEmpty(body, "preconditions", "resourceVersion"),
        dryRun);
  }

  private static ObjectNode parse(Call call) {
    JsonNode body;
    if (PatchTypes.yaml(call.contentType())) {
      body = yaml(call.body());
    } else {
      try {
        body = ParsedBody.json(call.body()).tree();
      } catch (IllegalArgumentException e) {
        throw undecodable("couldn't get version/kind; json parse error: " + e.getMessage());
      }
    }
    if (!(body instanceof ObjectNode object)) {
      throw undecodable(
          "couldn't get version/kind; json parse error: json: cannot unmarshal "
              + (body.isArray() ? "array" : body.isTextual() ? "string" : "number")
              + " into Go value of type struct { APIVersion string"
              + " \"json:\\\"apiVersion,omitempty\\\"\"; Kind string"
              + " \"json:\\\"kind,omitempty\\\"\" }");
    }
    String kind = Nodes.textOrEmpty(object, "kind");
    if (!kind.isEmpty() && !kind.equals("DeleteOptions")) {
      String version = Nodes.text(object, "apiVersion").orElse("v1");
      throw undecodable(
          "no kind \""
              + kind
              + "\" is registered for version \""
              + version
              + "\" in scheme \"pkg/runtime/scheme.go:110\"");
    }
    return object;
  }

  private static JsonNode yaml(byte[] body) {
    try {
      Object tree =
          new Yaml(new SafeConstructor(new LoaderOptions()))
              .load(new String(body, StandardCharsets.UTF_8));
      return Json.of(Optional.ofNullable(tree).orElse(""));
    } catch (YAMLException e) {
      throw Statuses.badRequest("error converting YAML to JSON: yaml: " + e.getMessage());
    }
  }

  /** The real one does not say whose fault it is. */
  private static StatusException undecodable(String message) {
    return new StatusException(500, "", message, null);
  }

  private void check() {
    Causes causes = new Causes();
    if (orphan != null && !policy.isEmpty()) {
      causes.invalid(
          "propagationPolicy",
          policy,
          "orphanDependents and deletionPropagation cannot be both set");
    }
    if (!List.of("", FOREGROUND, BACKGROUND, ORPHAN).contains(policy)) {
      causes.unsupported("propagationPolicy", policy, FOREGROUND, BACKGROUND, ORPHAN, "nil");
    }
    WriteOptions.checkDryRun(dryRun, causes);
    causes.refuse("meta.k8s.io", "DeleteOptions", "");
  }

  private Resources.Delete delete() {
    String effective = policy;
    if (orphan != null) {
      effective = orphan ? ORPHAN : BACKGROUND;
    }
    return new Resources.Delete(
        effective, graceSeconds, uid, resourceVersion, dryRun.contains("All"));
  }
}
