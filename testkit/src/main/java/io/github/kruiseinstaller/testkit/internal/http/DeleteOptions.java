package io.github.kruiseinstaller.testkit.internal.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.ParsedBody;
import io.github.kruiseinstaller.testkit.internal.rest.Resources;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
   * @throws io.github.kruiseinstaller.testkit.internal.status.StatusException 400, 415, 422 or 500
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
    PatchTypes.yaml(call.contentType());
    JsonNode body;
    try {
      body = ParsedBody.of(call.body(), call.contentType()).tree();
    } catch (IllegalArgumentException e) {
      String why = String.valueOf(e.getMessage());
      throw failed(
          call.contentType().contains("yaml")
              ? why
              : "couldn't get version/kind; json parse error: " + why);
    }
    if (!(body instanceof ObjectNode object)) {
      throw failed("couldn't get version/kind; json parse error: json: cannot unmarshal");
    }
    String kind = Nodes.textOrEmpty(object, "kind");
    if (!kind.isEmpty() && !kind.equals("DeleteOptions")) {
      throw failed(
          "no kind \""
              + kind
              + "\" is registered for version \""
              + Nodes.textOrEmpty(object, "apiVersion")
              + "\" in scheme \"pkg/runtime/scheme.go:110\"");
    }
    return object;
  }

  /** The real one takes these for failures of its own. */
  private static StatusException failed(String why) {
    return new StatusException(500, "", why, null);
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
