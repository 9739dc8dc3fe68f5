package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Defaults;
import io.github.kruiseinstaller.testkit.internal.kind.Kinds;
import io.github.kruiseinstaller.testkit.internal.kind.ObjectDecoder;
import io.github.kruiseinstaller.testkit.internal.kind.ObjectWarnings;
import io.github.kruiseinstaller.testkit.internal.kind.ParsedBody;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.kind.Validation;
import io.github.kruiseinstaller.testkit.internal.patch.Patched;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.util.ArrayList;
import java.util.List;

/** The rules of the built-in kinds and of CustomResourceDefinitions' schemas. Thread-safe. */
public final class KindRules implements ObjectRules {
  private final ObjectDecoder decoder;

  /** The rules of these kinds. */
  public KindRules(Kinds kinds) {
    this.decoder = new ObjectDecoder(kinds);
  }

  @Override
  public void applyDefaults(Resource resource, ObjectNode object) {
    Defaults.apply(resource, object);
    decoder.normalize(object);
  }

  @Override
  public void prune(Resource resource, ObjectNode object) {
    decoder.prune(resource, object);
  }

  @Override
  public void validateCreate(Resource resource, ObjectNode object) {
    Validation.create(resource, object);
  }

  @Override
  public void validateUpdate(
      Resource resource, ObjectNode live, ObjectNode object, String subresource) {
    Validation.update(resource, object, live, subresource);
  }

  @Override
  public List<String> warnings(Resource resource, ObjectNode object) {
    return ObjectWarnings.of(resource, object);
  }

  @Override
  public ObjectNode decodePatched(
      Resource resource, Patched patched, String fieldValidation, List<String> warnings) {
    ObjectNode object = patched.object();
    List<String> found;
    try {
      found = decoder.coerce(resource, object);
    } catch (IllegalArgumentException e) {
      throw patched.undecodable(String.valueOf(e.getMessage()));
    }
    List<String> all = new ArrayList<>(patched.strictErrors());
    all.addAll(found);
    if (fieldValidation.equals("Strict") && !all.isEmpty()) {
      throw patched.strictlyRefused(found);
    }
    if (!fieldValidation.equals("Ignore")) {
      warnings.addAll(all);
    }
    return object;
  }

  @Override
  public ObjectNode decodeApplied(byte[] body, String fieldValidation, List<String> warnings) {
    ParsedBody parsed;
    try {
      parsed = ParsedBody.yaml(body);
    } catch (IllegalArgumentException e) {
      throw Statuses.badRequest("error decoding YAML: " + e.getMessage());
    }
    if (parsed.tree().isNull() || parsed.tree().isMissingNode()) {
      return Json.object();
    }
    if (!(parsed.tree() instanceof ObjectNode object)) {
      throw Statuses.badRequest(
          "error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot"
              + " unmarshal "
              + goType(parsed)
              + " into Go value of type map[string]interface {}");
    }
    String duplicates = String.join(", ", parsed.duplicates());
    if (fieldValidation.equals("Strict") && !duplicates.isEmpty()) {
      throw Statuses.badRequest("error strict decoding YAML: " + duplicates);
    }
    new ObjectDecoder.Strictness(fieldValidation, warnings).warn(parsed.duplicates());
    return object;
  }

  private static String goType(ParsedBody parsed) {
    return switch (parsed.tree().getNodeType()) {
      case ARRAY -> "array";
      case NUMBER -> "number";
      case BOOLEAN -> "bool";
      default -> "string";
    };
  }
}
