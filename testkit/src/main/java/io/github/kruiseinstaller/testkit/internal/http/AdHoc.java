package io.github.kruiseinstaller.testkit.internal.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.ObjectDecoder;
import io.github.kruiseinstaller.testkit.internal.rest.Resources;

/** Kinds that are sent and answered and never stored. */
final class AdHoc {
  static final ObjectDecoder.Expected EVICTION =
      new ObjectDecoder.Expected("policy/v1", "Eviction");
  static final ObjectDecoder.Expected SCALE = new ObjectDecoder.Expected("autoscaling/v1", "Scale");
  static final ObjectDecoder.Expected BINDING = new ObjectDecoder.Expected("v1", "Binding");
  static final ObjectDecoder.Expected TOKEN_REQUEST =
      new ObjectDecoder.Expected("authentication.k8s.io/v1", "TokenRequest");

  private AdHoc() {}

  /**
   * The body of a request as such a kind.
   *
   * @throws io.github.kruiseinstaller.testkit.internal.status.StatusException 400 or 415
   */
  static ObjectNode decode(
      ObjectDecoder decoder, Call call, ObjectDecoder.Expected kind, Resources.Write write) {
    PatchTypes.yaml(call.contentType());
    return decoder.decode(
        call.body(),
        call.contentType(),
        kind,
        new ObjectDecoder.Strictness(write.fieldValidation(), call.warnings()));
  }
}
