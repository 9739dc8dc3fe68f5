package io.github.kruiseinstaller.testkit.internal.apply;

import io.github.kruiseinstaller.testkit.internal.apply.Ownership.Owner;
import io.github.kruiseinstaller.testkit.internal.patch.GoText;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.status.StatusException.Cause;
import io.github.kruiseinstaller.testkit.internal.status.StatusException.Details;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Places that an apply would change although others own them, by owner. */
final class Conflicts {
  private final NavigableMap<Owner, FieldSet> byOwner = new TreeMap<>(Owner.ORDER);

  /** Adds places of an owner. */
  void add(Owner owner, FieldSet places) {
    if (!places.isEmpty()) {
      byOwner.put(owner, places);
    }
  }

  /** Whether there is none. */
  boolean isEmpty() {
    return byOwner.isEmpty();
  }

  /** By owner. */
  Map<Owner, FieldSet> byOwner() {
    return byOwner;
  }

  /** Those that are not about some places. */
  Conflicts without(FieldSet places) {
    Conflicts rest = new Conflicts();
    byOwner.forEach((owner, fields) -> rest.add(owner, fields.difference(places)));
    return rest;
  }

  /** 409. */
  StatusException refusal() {
    List<Cause> causes = new ArrayList<>();
    byOwner.forEach(
        (owner, fields) ->
            fields
                .paths()
                .forEach(
                    path ->
                        causes.add(
                            new Cause(
                                "FieldManagerConflict",
                                "conflict with " + named(owner),
                                FieldSet.printed(path)))));
    String message =
        causes.size() == 1
            ? "Apply failed with 1 conflict: "
                + causes.get(0).message()
                + ": "
                + causes.get(0).field()
            : "Apply failed with " + causes.size() + " conflicts: " + list();
    return new StatusException(409, "Conflict", message, new Details("", "", "", "", causes, 0));
  }

  private String list() {
    return byOwner.entrySet().stream()
        .map(
            entry ->
                "conflicts with "
                    + named(entry.getKey())
                    + ":\n"
                    + entry.getValue().paths().stream()
                        .map(path -> "- " + FieldSet.printed(path))
                        .collect(Collectors.joining("\n")))
        .collect(Collectors.joining("\n"));
  }

  private static String named(Owner owner) {
    return GoText.quote(owner.manager())
        + (owner.subresource().isEmpty()
            ? ""
            : " with subresource " + GoText.quote(owner.subresource()))
        + (owner.operation().equals(Ownership.UPDATE) ? " using " + owner.apiVersion() : "");
  }
}
