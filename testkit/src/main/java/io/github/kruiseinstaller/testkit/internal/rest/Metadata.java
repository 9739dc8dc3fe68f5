package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** What the API server itself does to {@code metadata}. */
final class Metadata {
  private static final String SUFFIX_ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
  private static final int SUFFIX_LENGTH = 5;
  private static final int LONGEST_PREFIX = 63 - SUFFIX_LENGTH;

  private Metadata() {}

  static ObjectNode of(ObjectNode object) {
    return Nodes.object(object, "metadata");
  }

  /** What a client may not decide about a new object. */
  static void wipe(ObjectNode object) {
    of(object)
        .remove(
            List.of(
                "uid",
                "creationTimestamp",
                "deletionTimestamp",
                "deletionGracePeriodSeconds",
                "selfLink"));
  }

  /** What the API server decides about it. */
  static void fill(ObjectNode object, Instant now) {
    ObjectNode metadata = of(object);
    metadata.put("uid", UUID.randomUUID().toString()).put("creationTimestamp", text(now));
    String generateName = metadata.path("generateName").asText();
    if (Nodes.name(object).isEmpty() && !generateName.isEmpty()) {
      metadata.put("name", generated(generateName));
    }
  }

  private static String generated(String prefix) {
    StringBuilder name =
        new StringBuilder(
            prefix.length() > LONGEST_PREFIX ? prefix.substring(0, LONGEST_PREFIX) : prefix);
    for (int i = 0; i < SUFFIX_LENGTH; i++) {
      int random = ThreadLocalRandom.current().nextInt(SUFFIX_ALPHABET.length());
      name.append(SUFFIX_ALPHABET.charAt(random));
    }
    return name.toString();
  }

  /** Puts the request's namespace in; 400 when the object names another. */
  static void ensureNamespace(Resource resource, String requested, ObjectNode object) {
    String expected = resource.namespaced() ? requested : "";
    String named = Nodes.namespace(object);
    if (named.equals(expected)) {
      return;
    }
    if (expected.isEmpty()) {
      of(object).remove("namespace");
    } else if (named.isEmpty()) {
      of(object).put("namespace", expected);
    } else {
      throw Statuses.badRequest(
          "the namespace of the provided object does not match the namespace sent on the request");
    }
  }

  /** 400 when the object is not the one that the URL names. */
  static void ensureName(String requested, ObjectNode object) {
    String name = Nodes.name(object);
    if (name.isEmpty()) {
      throw Statuses.badRequest(
          "the name of the object ("
              + requested
              + " based on URL) was undeterminable: name must be provided");
    }
    if (!name.equals(requested)) {
      throw Statuses.badRequest(
          "the name of the object ("
              + name
              + ") does not match the name on the URL ("
              + requested
              + ")");
    }
  }

  /** Drops repeated owner references, with a warning. */
  static void dedupOwners(ObjectNode object, boolean afterAdmission, List<String> warnings) {
    JsonNode owners = Nodes.at(object, "metadata", "ownerReferences");
    if (!(owners instanceof ArrayNode list) || list.size() < 2) {
      return;
    }
    Set<JsonNode> once = new LinkedHashSet<>();
    List<String> repeated = new ArrayList<>();
    for (JsonNode owner : list) {
      if (!once.add(owner)) {
        repeated.add(owner.path("uid").asText());
      }
    }
    if (!repeated.isEmpty()) {
      warnings.add(
          ".metadata.ownerReferences contains duplicate entries"
              + (afterAdmission ? " after mutating admission happens" : "")
              + "; API server dedups owner references in 1.20+, and may reject such requests as"
              + " early as 1.24; please fix your requests; duplicate UID(s) observed: "
              + String.join(", ", repeated));
      list.removeAll();
      list.addAll(once);
    }
  }

  /** As times stand in objects: whole seconds. */
  static String text(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  static boolean isDeleting(ObjectNode object) {
    return !Nodes.textOrEmpty(object, "metadata", "deletionTimestamp").isEmpty();
  }

  static void setFinalizers(ObjectNode object, Collection<String> finalizers) {
    if (finalizers.isEmpty()) {
      of(object).remove("finalizers");
    } else {
      ArrayNode list = Json.array();
      finalizers.forEach(list::add);
      of(object).set("finalizers", list);
    }
  }

  /** Keeps or takes away one field as it is in another object. */
  static void copy(ObjectNode from, ObjectNode to, String field) {
    JsonNode value = from.get(field);
    if (value == null) {
      to.remove(field);
    } else {
      to.set(field, value.deepCopy());
    }
  }
}
