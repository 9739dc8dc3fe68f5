package io.github.kruiseinstaller.testkit.internal.kind;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What may stand at one place in an object, and how writers share it. Built-in kinds and custom
 * ones alike. Immutable; may be recursive, so nobody walks it without an object at hand.
 */
public interface Schema {
  /** The type of a value. */
  enum Type {
    /** Fields with names of their own, see {@link #field}. */
    OBJECT,
    /** Any key, every value like {@link #element}. */
    MAP,
    /** Elements like {@link #element}. */
    LIST,
    /** A text. */
    STRING,
    /** A whole number. */
    INTEGER,
    /** A number. */
    NUMBER,
    /** A truth value. */
    BOOLEAN,
    /** A number or a text. */
    INT_OR_STRING,
    /** Whatever; fields below are neither known nor pruned. */
    ANY
  }

  /** How writers share a list, or a map or object. */
  enum Sharing {
    /** A list whose elements are told apart by {@link #keys}; a granular map or object. */
    KEYED,
    /** A list of scalars, each there once. */
    SET,
    /** Owned and replaced as a whole. */
    ATOMIC
  }

  /** The type. */
  Type type();

  /** The schema of a field of an OBJECT; empty when there is no such field. */
  Optional<Schema> field(String name);

  /** All fields of an OBJECT, in no particular order. */
  Map<String, Schema> fields();

  /** The schema of the values of a MAP or the elements of a LIST; ANY for other types. */
  Schema element();

  /** How writers share this place under server-side apply. Objects and maps: KEYED or ATOMIC. */
  Sharing sharing();

  /** The fields that tell elements apart, for a LIST that is KEYED. */
  List<String> keys();

  /**
   * Strategic merge patch: the one field that tells elements of a LIST apart; empty when the list
   * is replaced, or, with {@link #mergesScalars}, when scalars are added.
   */
  Optional<String> mergeKey();

  /** Strategic merge patch: a LIST of scalars to which a patch adds. */
  boolean mergesScalars();

  /**
   * Strategic merge patch: whether a client that patches this object names the keys that it wants
   * kept. Only told to clients; the server does what {@code $retainKeys} in the patch says.
   */
  default boolean retainsKeys() {
    return false;
  }

  /** Strategic merge patch: whether this object is replaced as a whole. */
  default boolean replaced() {
    return false;
  }

  /** Whether unknown fields are kept ({@code x-kubernetes-preserve-unknown-fields}). */
  boolean keepsUnknown();

  /** Whether the value may be null. */
  boolean nullable();

  /** Fields of an OBJECT that must be there. */
  List<String> required();

  /** What is put in where nothing is. */
  Optional<JsonNode> defaultValue();

  /** Whether the place holds a whole object with apiVersion, kind and metadata. */
  boolean embeddedResource();

  /** Any value. */
  static Schema any() {
    return AnySchema.INSTANCE;
  }
}
