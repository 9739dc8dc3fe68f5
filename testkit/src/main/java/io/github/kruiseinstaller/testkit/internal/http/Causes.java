package io.github.kruiseinstaller.testkit.internal.http;

import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Collects what is wrong with the options of a request. */
final class Causes {
  private final List<StatusException.Cause> causes = new ArrayList<>();

  /** A value that is not one of those allowed. */
  void unsupported(String field, Object value, String... supported) {
    String allowed =
        List.of(supported).stream().map(text -> '"' + text + '"').collect(Collectors.joining(", "));
    add(
        "FieldValueNotSupported",
        "Unsupported value: " + Json.compact(Json.of(value)) + ": supported values: " + allowed,
        field);
  }

  /** A value that is missing. */
  void required(String field, String detail) {
    add("FieldValueRequired", "Required value: " + detail, field);
  }

  /** A value that must not be there. */
  void forbidden(String field, String detail) {
    add("FieldValueForbidden", "Forbidden: " + detail, field);
  }

  /** A wrong value. */
  void invalid(String field, Object value, String detail) {
    add(
        "FieldValueInvalid",
        "Invalid value: " + Json.compact(Json.of(value)) + ": " + detail,
        field);
  }

  /** A value that is too long. */
  void tooLong(String field, int most) {
    add("FieldValueTooLong", "Too long: may not be more than " + most + " bytes", field);
  }

  private void add(String reason, String message, String field) {
    causes.add(new StatusException.Cause(reason, message, field));
  }

  /**
   * Refuses when anything is wrong.
   *
   * @throws StatusException 422
   */
  void refuse(String group, String kind, String name) {
    if (!causes.isEmpty()) {
      throw Statuses.invalid(group, kind, name, causes);
    }
  }
}
