package io.github.kruiseinstaller.testkit.internal.patch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.status.StatusException.Cause;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import java.util.ArrayList;
import java.util.List;

/**
 * What a patch made of an object, before anything looked at the result.
 *
 * @param object the result
 * @param quoted what the API server quotes when the result cannot be decoded: the whole result for
 *     JSON and merge patches, the patch for strategic ones
 * @param strictErrors what strict field validation has against the patch itself, such as {@code
 *     duplicate field "spec.replicas"}; an error under Strict, warnings under Warn
 */
public record Patched(ObjectNode object, String quoted, List<String> strictErrors) {
  /** Copies the list. */
  public Patched {
    strictErrors = List.copyOf(strictErrors);
  }

  /** 422: the result is no object of its kind; {@code why} is the decoder's complaint. */
  public StatusException undecodable(String why) {
    return Statuses.invalid(
        "",
        "",
        "",
        List.of(
            new Cause(
                "FieldValueInvalid",
                "Invalid value: " + GoText.quote(quoted) + ": " + why,
                "patch")));
  }

  /**
   * 422 under Strict: the patch's own errors, then those of the result.
   *
   * @param ofResult such as {@code unknown field "spec.foo"}
   */
  public StatusException strictlyRefused(List<String> ofResult) {
    List<String> all = new ArrayList<>(strictErrors);
    all.addAll(ofResult);
    return undecodable("strict decoding error: " + String.join(", ", all));
  }
}
