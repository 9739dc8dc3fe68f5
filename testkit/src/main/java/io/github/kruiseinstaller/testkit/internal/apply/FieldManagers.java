package io.github.kruiseinstaller.testkit.internal.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.apply.Application.Outcome;
import io.github.kruiseinstaller.testkit.internal.kind.Kinds;
import io.github.kruiseinstaller.testkit.internal.kind.ObjectDecoder;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps {@code metadata.managedFields} and does server-side apply. All methods are pure: arguments
 * are not changed, results are new trees.
 *
 * <p>Where it belongs in a request, as in the real server: after decoding and defaulting, before
 * admission and before the server sets uid, resourceVersion, generation and so on; last of all,
 * just before storing, {@link #settled}.
 */
public final class FieldManagers {
  private static final String BEFORE_FIRST_APPLY = "before-first-apply";

  private final Kinds kinds;
  private final ObjectDecoder decoder;

  /** Field managers for objects of these kinds. */
  public FieldManagers(Kinds kinds) {
    this.kinds = kinds;
    this.decoder = new ObjectDecoder(kinds);
  }

  /**
   * A create, update or patch (all but apply). The writer comes to own what it changes, alone;
   * nobody owns what is gone. A write that changes nothing leaves managedFields and their times.
   *
   * <p>managedFields that {@code next} brings are honoured: a list of one empty entry, or for
   * built-in kinds an empty list, resets them (and an object that has none is no longer tracked
   * until the first apply); valid ones take the place of those that are stored; without any, or
   * with broken ones, those that are stored stay. A write to a subresource cannot bring any.
   *
   * @param resource the version and kind that the request is about
   * @param live what is stored, in the request's version; null for a create
   * @param next what shall be stored
   * @return {@code next} with its managedFields
   */
  public ObjectNode updated(
      Resource resource, @Nullable ObjectNode live, ObjectNode next, Writer by) {
    ObjectNode result = withoutManagedFields(next);
    Ownership ownership = presented(resource, live, next, by);
    if (live != null && ownership.isEmpty()) {
      return result;
    }
    ObjectNode before = base(resource, live);
    ObjectNode after = result.deepCopy();
    decoder.normalize(after);
    try {
      Tracking.update(new Versions(kinds, resource), ownership, by, before, after);
    } catch (NonconformingException e) {
      // What has no keys where it needs them cannot be owned. Whether it is valid, others say.
      return result;
    }
    ownership.write(result);
    return result;
  }

  private static Ownership presented(
      Resource resource, @Nullable ObjectNode live, ObjectNode next, Writer by) {
    if (!by.subresource().isEmpty()) {
      return Ownership.readOrEmpty(live);
    }
    JsonNode sent = Nodes.at(next, "metadata", "managedFields");
    if (sent.isArray() && (sent.isEmpty() ? !resource.custom() : isBlank(sent))) {
      return new Ownership();
    }
    Ownership ownership = Ownership.readOrEmpty(next);
    return ownership.isEmpty() ? Ownership.readOrEmpty(live) : ownership;
  }

  private static boolean isBlank(JsonNode entries) {
    return entries.size() == 1 && entries.get(0).isObject() && entries.get(0).isEmpty();
  }

  /**
   * A server-side apply. Fields that the manager applied before and does not apply now go, unless
   * somebody else owns them.
   *
   * @param resource the version and kind that the request is about
   * @param live what is stored, in the request's version; null when the apply creates
   * @param config what the client applies
   * @param force take over what others own
   * @return the merged object with its managedFields, read into the types of a built-in kind,
   *     without new defaults and not normalized. It still has the name, uid and resourceVersion
   *     that the configuration names, for the caller to check
   * @throws StatusException 400, 409 or 500 as the API server words it
   */
  public ObjectNode applied(
      Resource resource, @Nullable ObjectNode live, ObjectNode config, Writer by, boolean force) {
    check(resource, config);
    Versions versions = new Versions(kinds, resource);
    ObjectNode base = base(resource, live);
    try {
      Ownership present = live == null ? new Ownership() : Ownership.read(live);
      if (present.isEmpty()) {
        Writer unknown = new Writer(BEFORE_FIRST_APPLY, by.subresource(), by.time());
        Tracking.update(versions, present, unknown, base(resource, null), base);
      }
      return apply(resource, new Application(versions, base, config, by), present, force);
    } catch (IllegalArgumentException e) {
      throw unexpected("failed to decode managed fields: ", e);
    } catch (NonconformingException e) {
      throw unexpected(
          "failed to create typed live object (" + described(resource, base) + "): ", e);
    }
  }

  /**
   * Whether something can be applied as an object of a kind, before anything is merged.
   *
   * @throws StatusException 400 or 500 as the API server words it
   */
  public void check(Resource resource, ObjectNode config) {
    checkConfig(resource, config);
    try {
      Conformance.check(resource.schema(), config);
    } catch (NonconformingException e) {
      throw unexpected(
          "failed to create typed patch object (" + described(resource, config) + "): ", e);
    }
  }

  private ObjectNode apply(
      Resource resource, Application application, Ownership present, boolean force) {
    Outcome outcome = application.run(present, force);
    Conflicts conflicts = application.unlessKubectlsOwn(outcome.conflicts());
    if (!conflicts.isEmpty()) {
      throw conflicts.refusal();
    }
    if (!outcome.conflicts().isEmpty()) {
      outcome = application.run(present, true);
    }
    ObjectNode result = outcome.object();
    read(resource, application.config(), result);
    application.refreshLastApplied(result);
    outcome.ownership().write(result);
    return result;
  }

  private void read(Resource resource, ObjectNode config, ObjectNode merged) {
    try {
      decoder.coerceApplied(resource, merged);
    } catch (IllegalArgumentException e) {
      throw unexpected(
          "failed to convert new object ("
              + described(resource, config)
              + ") to proper version: unable to convert unstructured object to "
              + groupVersionKind(resource.apiVersion(), resource.kind())
              + ": ",
          e);
    }
  }

  private static void checkConfig(Resource resource, ObjectNode config) {
    String apiVersion = Nodes.textOrEmpty(config, "apiVersion");
    String kind = Nodes.textOrEmpty(config, "kind");
    if (!apiVersion.equals(resource.apiVersion()) || !kind.equals(resource.kind())) {
      throw Statuses.badRequest("invalid object type: " + groupVersionKind(apiVersion, kind));
    }
    if (config.path("metadata").path("managedFields").isArray()) {
      throw Statuses.badRequest("metadata.managedFields must be nil");
    }
  }

  private static StatusException unexpected(String prefix, RuntimeException cause) {
    return new StatusException(500, "", prefix + cause.getMessage(), null);
  }

  private static String described(Resource resource, ObjectNode object) {
    return Nodes.namespace(object)
        + "/"
        + Nodes.name(object)
        + "; "
        + groupVersionKind(resource.apiVersion(), resource.kind());
  }

  private static String groupVersionKind(String apiVersion, String kind) {
    return (apiVersion.contains("/") ? apiVersion : "/" + apiVersion) + ", Kind=" + kind;
  }

  /**
   * What is stored, or what the API server starts from when nothing is, in its own form: what its
   * types always have is there, and so nobody ever adds it.
   */
  private ObjectNode base(Resource resource, @Nullable ObjectNode live) {
    ObjectNode base = live == null ? Json.object() : withoutManagedFields(live);
    base.put("apiVersion", resource.apiVersion()).put("kind", resource.kind());
    decoder.normalize(base);
    return base;
  }

  private static ObjectNode withoutManagedFields(ObjectNode object) {
    ObjectNode copy = Json.object();
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      if (field.getKey().equals("metadata") && field.getValue() instanceof ObjectNode metadata) {
        ObjectNode kept = Json.object().setAll(metadata);
        kept.remove("managedFields");
        copy.set("metadata", kept.deepCopy());
      } else {
        copy.set(field.getKey(), field.getValue().deepCopy());
      }
    }
    return copy;
  }

  /**
   * Puts back the old times when nothing but times differs, so that a write without effect leaves
   * the object, and its resourceVersion, alone. A missing resourceVersion counts as the same.
   *
   * @return {@code next}, or a copy of {@code live} when the two mean the same
   */
  public static ObjectNode settled(ObjectNode live, ObjectNode next) {
    ObjectNode one = timeless(live);
    ObjectNode two = timeless(next);
    String version = Nodes.resourceVersion(live);
    if (Nodes.resourceVersion(next).isEmpty() && !version.isEmpty()) {
      Nodes.object(two, "metadata").put("resourceVersion", version);
    }
    return Values.equal(one, two) ? live.deepCopy() : next;
  }

  /** Shares all but the metadata, for a comparison only. */
  private static ObjectNode timeless(ObjectNode object) {
    ObjectNode copy = Json.object().setAll(object);
    if (object.get("metadata") instanceof ObjectNode metadata) {
      ObjectNode kept = Json.object().setAll(metadata);
      if (metadata.get("managedFields") instanceof ArrayNode entries) {
        ArrayNode list = kept.putArray("managedFields");
        entries.forEach(entry -> list.add(withoutTime(entry)));
      }
      copy.set("metadata", kept);
    }
    return copy;
  }

  private static JsonNode withoutTime(JsonNode entry) {
    if (!(entry instanceof ObjectNode there)) {
      return entry;
    }
    ObjectNode kept = Json.object().setAll(there);
    kept.remove("time");
    return kept;
  }
}
