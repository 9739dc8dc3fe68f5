package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.patch.Patched;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.util.List;

/** Everything is valid, nothing has a default; bodies are JSON. */
class OpenRules implements ObjectRules {
  @Override
  public void applyDefaults(Resource resource, ObjectNode object) {
    // None.
  }

  @Override
  public void validateCreate(Resource resource, ObjectNode object) {
    // Valid.
  }

  @Override
  public void validateUpdate(
      Resource resource, ObjectNode live, ObjectNode object, String subresource) {
    // Valid.
  }

  @Override
  public ObjectNode decodePatched(
      Resource resource, Patched patched, String fieldValidation, List<String> warnings) {
    return patched.object();
  }

  @Override
  public ObjectNode decodeApplied(byte[] body, String fieldValidation, List<String> warnings) {
    return (ObjectNode) Json.parse(body);
  }
}
