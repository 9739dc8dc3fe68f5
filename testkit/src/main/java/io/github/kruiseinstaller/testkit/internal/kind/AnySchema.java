package io.github.kruiseinstaller.testkit.internal.kind;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Nothing is known about what stands here. */
enum AnySchema implements Schema {
  INSTANCE;

  @Override
  public Type type() {
    return Type.ANY;
  }

  @Override
  public Optional<Schema> field(String name) {
    return Optional.of(this);
  }

  @Override
  public Map<String, Schema> fields() {
    return Map.of();
  }

  @Override
  public Schema element() {
    return this;
  }

  @Override
  public Sharing sharing() {
    return Sharing.KEYED;
  }

  @Override
  public List<String> keys() {
    return List.of();
  }

  @Override
  public Optional<String> mergeKey() {
    return Optional.empty();
  }

  @Override
  public boolean mergesScalars() {
    return false;
  }

  @Override
  public boolean keepsUnknown() {
    return true;
  }

  @Override
  public boolean nullable() {
    return true;
  }

  @Override
  public List<String> required() {
    return List.of();
  }

  @Override
  public Optional<JsonNode> defaultValue() {
    return Optional.empty();
  }

  @Override
  public boolean embeddedResource() {
    return false;
  }
}
