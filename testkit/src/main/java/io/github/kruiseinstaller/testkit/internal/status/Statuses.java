package io.github.kruiseinstaller.testkit.internal.status;

import io.github.kruiseinstaller.testkit.internal.status.StatusException.Cause;
import io.github.kruiseinstaller.testkit.internal.status.StatusException.Details;
import java.util.List;

/** The refusals of an API server, worded as it words them. */
public final class Statuses {
  private Statuses() {}

  /** 404 for an object. */
  public static StatusException notFound(String group, String plural, String name) {
    return new StatusException(
        404,
        "NotFound",
        qualified(group, plural) + " \"" + name + "\" not found",
        details(name, group, plural));
  }

  /** 404 for a path that nothing serves. */
  public static StatusException noSuchPath() {
    return new StatusException(
        404,
        "NotFound",
        "the server could not find the requested resource",
        new Details("", "", "", "", List.of(), 0));
  }

  /** 409, the name is taken. */
  public static StatusException alreadyExists(String group, String plural, String name) {
    return new StatusException(
        409,
        "AlreadyExists",
        qualified(group, plural) + " \"" + name + "\" already exists",
        details(name, group, plural));
  }

  /** 409, with a text of one's own behind the usual beginning. */
  public static StatusException conflict(String group, String plural, String name, String why) {
    return new StatusException(
        409,
        "Conflict",
        "Operation cannot be fulfilled on "
            + qualified(group, plural)
            + " \""
            + name
            + "\": "
            + why,
        details(name, group, plural));
  }

  /** 409, the resourceVersion is an old one. */
  public static StatusException modified(String group, String plural, String name) {
    return conflict(
        group,
        plural,
        name,
        "the object has been modified; please apply your changes to the latest version and try"
            + " again");
  }

  /** 422 with its causes. */
  public static StatusException invalid(
      String group, String kind, String name, List<Cause> causes) {
    List<String> texts =
        causes.stream().map(cause -> cause.field() + ": " + cause.message()).distinct().toList();
    String all = String.join(", ", texts);
    return new StatusException(
        422,
        "Invalid",
        qualified(group, kind)
            + " \""
            + name
            + "\" is invalid: "
            + (texts.size() > 1 ? "[" + all + "]" : all),
        new Details(name, group, kind, "", causes, 0));
  }

  /** 400. */
  public static StatusException badRequest(String message) {
    return new StatusException(400, "BadRequest", message, null);
  }

  /** 401. */
  public static StatusException unauthorized() {
    return new StatusException(401, "Unauthorized", "Unauthorized", null);
  }

  /** 403 for an object; {@code why} follows the usual beginning. */
  public static StatusException forbidden(String group, String plural, String name, String why) {
    return new StatusException(
        403,
        "Forbidden",
        qualified(group, plural)
            + (name.isEmpty() ? "" : " \"" + name + "\"")
            + " is forbidden: "
            + why,
        details(name, group, plural));
  }

  /** 405. */
  public static StatusException methodNotAllowed() {
    return new StatusException(
        405,
        "MethodNotAllowed",
        "the server does not allow this method on the requested resource",
        new Details("", "", "", "", List.of(), 0));
  }

  /** 410. */
  public static StatusException expired(String message) {
    return new StatusException(410, "Expired", message, null);
  }

  /** 415. */
  public static StatusException unsupportedMediaType(String message) {
    return new StatusException(415, "UnsupportedMediaType", message, null);
  }

  /** 500; {@code why} follows the usual beginning. */
  public static StatusException internal(String why) {
    return new StatusException(
        500,
        "InternalError",
        "Internal error occurred: " + why,
        new Details("", "", "", "", List.of(new Cause("", why, "")), 0));
  }

  private static Details details(String name, String group, String plural) {
    return new Details(name, group, plural, "", List.of(), 0);
  }

  /** {@code deployments.apps}, {@code pods}. */
  public static String qualified(String group, String plural) {
    return group.isEmpty() ? plural : plural + "." + group;
  }
}
