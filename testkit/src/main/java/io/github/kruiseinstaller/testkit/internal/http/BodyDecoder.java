package io.github.kruiseinstaller.testkit.internal.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import java.util.List;

/** Reads objects from the bodies of requests. */
@FunctionalInterface
public interface BodyDecoder {
  /**
   * Reads one.
   *
   * @param body the body
   * @param yaml whether it is YAML; else it is JSON
   * @param resource what is expected
   * @param fieldValidation {@code Strict}, {@code Warn} or {@code Ignore}
   * @param warnings gets what is found with {@code Warn}
   * @throws io.github.kruiseinstaller.testkit.internal.status.StatusException 400
   */
  ObjectNode decode(
      byte[] body,
      boolean yaml,
      Resource resource,
      String fieldValidation,
      List<String> warnings);
}
