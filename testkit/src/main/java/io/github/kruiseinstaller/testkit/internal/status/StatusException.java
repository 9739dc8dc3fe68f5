package io.github.kruiseinstaller.testkit.internal.status;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A refusal, as the API server words it: the {@code Status} object that a client gets. Made by
 * {@link Statuses}.
 */
public sealed class StatusException extends RuntimeException permits PlainTextException {
  private static final long serialVersionUID = 1;

  private final int code;
  private final String reason;
  private final transient @Nullable Details details;
  private final String continueToken;

  /** A refusal. */
  public StatusException(int code, String reason, String message, @Nullable Details details) {
    this(code, reason, message, details, "");
  }

  /** A refusal of a page of a list, with a token that leads on nevertheless. */
  public StatusException(
      int code, String reason, String message, @Nullable Details details, String continueToken) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
    this.continueToken = continueToken;
  }

  /**
   * {@code details} of a Status.
   *
   * @param name of the object, or empty
   * @param group of the resource, or empty
   * @param kind for most refusals the plural, for 422 the kind
   * @param uid of the object, or empty
   * @param causes what exactly
   * @param retryAfterSeconds 0 for none
   */
  public record Details(
      String name,
      String group,
      String kind,
      String uid,
      List<Cause> causes,
      int retryAfterSeconds) {
    /** Copies the list. */
    public Details {
      causes = List.copyOf(causes);
    }
  }

  /**
   * One cause.
   *
   * @param reason such as {@code FieldValueInvalid}; in JSON it is called {@code reason}
   * @param message for people
   * @param field such as {@code spec.replicas}, or empty
   */
  public record Cause(String reason, String message, String field) {}

  /** The HTTP status. */
  public int code() {
    return code;
  }

  /** Such as {@code NotFound}. */
  public String reason() {
    return reason;
  }

  /** More, or null. */
  public @Nullable Details details() {
    return details;
  }

  /** The body of the answer. */
  public ObjectNode body() {
    ObjectNode status = Json.object();
    ObjectNode metadata =
        status.put("kind", "Status").put("apiVersion", "v1").putObject("metadata");
    putUnlessEmpty(metadata, "continue", continueToken);
    status.put("status", "Failure").put("message", getMessage());
    if (!reason.isEmpty()) {
      status.put("reason", reason);
    }
    if (details != null) {
      status.set("details", body(details));
    }
    return status.put("code", code);
  }

  private static ObjectNode body(Details details) {
    ObjectNode body = Json.object();
    putUnlessEmpty(body, "name", details.name());
    putUnlessEmpty(body, "group", details.group());
    putUnlessEmpty(body, "kind", details.kind());
    putUnlessEmpty(body, "uid", details.uid());
    if (!details.causes().isEmpty()) {
      ArrayNode causes = body.putArray("causes");
      for (Cause cause : details.causes()) {
        ObjectNode item = causes.addObject();
        putUnlessEmpty(item, "reason", cause.reason());
        putUnlessEmpty(item, "message", cause.message());
        putUnlessEmpty(item, "field", cause.field());
      }
    }
    if (details.retryAfterSeconds() > 0) {
      body.put("retryAfterSeconds", details.retryAfterSeconds());
    }
    return body;
  }

  private static void putUnlessEmpty(ObjectNode node, String key, String value) {
    if (!value.isEmpty()) {
      node.put(key, value);
    }
  }
}
