package io.github.kruiseinstaller.testkit.internal.admission;

import io.github.kruiseinstaller.testkit.internal.admission.Admission.Request;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.List;
import java.util.stream.Stream;

/** How admission says no. */
final class Refusals {
  private Refusals() {}

  /** 403 for the object of a request; one without a name goes by what its name will begin with. */
  static StatusException forbidden(Request request, String why) {
    return Statuses.forbidden(
        request.resource().group(), request.resource().plural(), name(request), why);
  }

  /** Several reasons as one text. */
  static String all(List<String> reasons) {
    return reasons.size() == 1 ? reasons.get(0) : "[" + String.join(", ", reasons) + "]";
  }

  private static String name(Request request) {
    Stream<String> names = Stream.of(request.name());
    if (request.object() != null) {
      names =
          Stream.of(
              request.name(),
              Nodes.name(request.object()),
              Nodes.textOrEmpty(request.object(), "metadata", "generateName"));
    }
    return names.filter(name -> !name.isEmpty()).findFirst().orElse("Unknown");
  }
}
