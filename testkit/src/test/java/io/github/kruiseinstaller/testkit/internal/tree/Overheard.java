package io.github.kruiseinstaller.testkit.internal.tree;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * An object that tells when it is read, so that a test can do something in the middle of whatever
 * reads it. Copies tell nothing.
 */
@SuppressWarnings("unchecked") // what deepCopy of an ObjectNode returns
public final class Overheard extends ObjectNode {
  /** What is told when the whole object is read, as for a copy. */
  public static final String WHOLE = "";

  private static final long serialVersionUID = 1;

  private final transient Consumer<String> reader;

  /**
   * With the fields of another object.
   *
   * @param reader gets the name of the field that is about to be read, or {@link #WHOLE}
   */
  public Overheard(ObjectNode original, Consumer<String> reader) {
    super(JsonNodeFactory.instance);
    this.reader = reader;
    setAll(original);
  }

  @Override
  public JsonNode get(String field) {
    reader.accept(field);
    return super.get(field);
  }

  @Override
  public JsonNode path(String field) {
    reader.accept(field);
    return super.path(field);
  }

  @Override
  public Set<Map.Entry<String, JsonNode>> properties() {
    reader.accept(WHOLE);
    return super.properties();
  }
}
