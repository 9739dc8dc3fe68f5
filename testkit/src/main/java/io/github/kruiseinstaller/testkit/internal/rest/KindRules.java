package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Defaults;
import io.github.kruiseinstaller.testkit.internal.kind.ObjectDecoder;
import io.github.kruiseinstaller.testkit.internal.kind.ParsedBody;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.kind.Validation;
import io.github.kruiseinstaller.testkit.internal.patch.Patched;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import java.util.ArrayList;
import java.util.List;

/** The rules that the kinds themselves bring. Thread-safe. */
public final class KindRules implements ObjectRules {
  private static final String STRICT = "Strict";
  private static final String IGNORE = "Ignore";

  private final ObjectDecoder decoder;

  /** The rules of the kinds that the decoder knows. */
  public KindRules(ObjectDecoder decoder) {
    this.decoder = decoder;
  }

  @Override
  public void applyDefaults(Resource resource, ObjectNode object) {
    Defaults.apply(resource, object);
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
  public ObjectNode decodePatched(
      Resource resource, Patched patched, String fieldValidation, List<String> warnings) {
    ObjectNode object = patched.object();
    List<String> found;
    try {
      found = decoder.coerce(object);
    } catch (IllegalArgumentException e) {
      throw patched.undecodable(String.valueOf(e.getMessage()));
    }
    List<String> all = new ArrayList<>(patched.strictErrors());
    all.addAll(found);
    if (!all.isEmpty() && fieldValidation.equals(STRICT)) {
      throw patched.strictlyRefused(found);
    }
    if (!fieldValidation.equals(IGNORE)) {
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
    if (!(parsed.tree() instanceof ObjectNode object)) {
      throw Statuses.badRequest(
          "error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal"
              + " "
              + kindOf(parsed)
              + " into Go value of type map[string]interface {}");
    }
    if (!parsed.duplicates().isEmpty() && fieldValidation.equals(STRICT)) {
      throw Statuses.badRequest(
          "error strict decoding YAML: " + String.join(", ", parsed.duplicates()));
    }
    if (!fieldValidation.equals(IGNORE)) {
      warnings.addAll(parsed.duplicates());
    }
    return object;
  }

  private static String kindOf(ParsedBody parsed) {
    return switch (parsed.tree().getNodeType()) {
      case ARRAY -> "array";
      case STRING -> "string";
      case BOOLEAN -> "bool";
      default -> "number";
    };
  }
}
