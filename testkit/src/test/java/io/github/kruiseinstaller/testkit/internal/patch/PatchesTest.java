package io.github.kruiseinstaller.testkit.internal.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Schema;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PatchesTest {
  private static final ObjectNode OBJECT = Trees.object("{kind: T, spec: {a: 1, b: {c: 2}}}");

  private static Patched patch(PatchType type, String body, String fieldValidation) {
    return Patches.patch(type, Schema.any(), OBJECT, Trees.bytes(body), fieldValidation);
  }

  private static StatusException refusal(PatchType type, String body, String fieldValidation) {
    return catchThrowableOfType(StatusException.class, () -> patch(type, body, fieldValidation));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          application/json-patch+json                       | false | JSON
          application/merge-patch+json; charset=utf-8       | true  | MERGE
          application/strategic-merge-patch+json            | false | STRATEGIC
          application/apply-patch+yaml                      | true  | APPLY
          """)
  void patchType_readsTheContentType(String contentType, boolean custom, PatchType expected) {
    assertThat(PatchType.of(contentType, custom)).isEqualTo(expected);
  }

  @Test
  void patchType_whenItIsNotServed_namesThoseThatAre() {
    StatusException custom =
        catchThrowableOfType(
            StatusException.class,
            () -> PatchType.of("application/strategic-merge-patch+json", true));
    StatusException builtin =
        catchThrowableOfType(StatusException.class, () -> PatchType.of("application/json", false));

    assertThat(custom.code()).isEqualTo(415);
    assertThat(custom.reason()).isEqualTo("UnsupportedMediaType");
    assertThat(custom)
        .hasMessage(
            "the body of the request was in an unknown format - accepted media types include:"
                + " application/json-patch+json, application/merge-patch+json,"
                + " application/apply-patch+yaml");
    assertThat(builtin).hasMessageContaining(", application/strategic-merge-patch+json, ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"spec": {"a": 2}}                    | {kind: T, spec: {a: 2, b: {c: 2}}}
          {"spec": {"b": null}}                 | {kind: T, spec: {a: 1}}
          {"spec": {"b": {"c": null, "d": 1}}}  | {kind: T, spec: {a: 1, b: {d: 1}}}
          {"spec": {"b": 3}}                    | {kind: T, spec: {a: 1, b: 3}}
          {"spec": {"a": {"n": null, "m": 1}}}  | {kind: T, spec: {a: {m: 1}, b: {c: 2}}}
          {"spec": [1, null]}                   | {kind: T, spec: [1, null]}
          {"spec": {"none": null}}              | {kind: T, spec: {a: 1, b: {c: 2}}}
          {}                                    | {kind: T, spec: {a: 1, b: {c: 2}}}
          """)
  void merge_followsTheRfc(String body, String expected) {
    assertThat(patch(PatchType.MERGE, body, "Strict").object()).isEqualTo(Trees.tree(expected));
    assertThat(patch(PatchType.MERGE, body, "Ignore").object()).isEqualTo(Trees.tree(expected));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          MERGE     | Ignore | [1]          | Invalid JSON Patch
          MERGE     | Ignore | {            | Invalid JSON Patch
          MERGE     | Strict | null         | Invalid JSON Patch
          MERGE     | Strict | [1]          | error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}
          MERGE     | Warn   | {"a":        | error decoding patch: unexpected end of JSON input
          MERGE     | Strict | {"a": x}     | error decoding patch: invalid character 'x' looking for beginning of value
          JSON      | Strict | {}           | error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp
          JSON      | Ignore | "x"          | json: cannot unmarshal string into Go value of type jsonpatch.Patch
          JSON      | Ignore | ``           | unexpected end of JSON input
          STRATEGIC | Strict | 1            | json: cannot unmarshal number into Go value of type map[string]interface {}
          STRATEGIC | Strict | true         | json: cannot unmarshal bool into Go value of type map[string]interface {}
          """)
  void patch_whenTheBodyIsNone_isABadRequest(
      PatchType type, String fieldValidation, String body, String message) {
    StatusException refusal = refusal(type, body == null ? "" : body, fieldValidation);

    assertThat(refusal.code()).isEqualTo(400);
    assertThat(refusal.reason()).isEqualTo("BadRequest");
    assertThat(refusal).hasMessage(message);
  }

  @Test
  void json_whenItDoesNotFit_isRefusedWithoutAReason() {
    StatusException refusal =
        refusal(PatchType.JSON, "[{\"op\": \"test\", \"path\": \"/kind\", \"value\": 1}]", "Warn");

    assertThat(refusal.body())
        .isEqualTo(
            Trees.tree(
                """
                kind: Status
                apiVersion: v1
                metadata: {}
                status: Failure
                message: the server rejected our request due to an error in our request
                reason: Invalid
                details: {}
                code: 422
                """));
  }

  @Test
  void json_whenTheResultIsNoObject_isInvalid() {
    StatusException refusal =
        refusal(PatchType.JSON, "[{\"op\": \"replace\", \"path\": \"\", \"value\": []}]", "Warn");

    assertThat(refusal.code()).isEqualTo(422);
    assertThat(refusal).hasMessageStartingWith(" \"\" is invalid: patch: Invalid value: \"[]\": ");
  }

  @Test
  void json_whenThereAreTooManyOperations_isTooLarge() {
    String body = "[" + "{},".repeat(10_000) + "{}]";

    StatusException refusal = refusal(PatchType.JSON, body, "Ignore");

    assertThat(refusal.code()).isEqualTo(413);
    assertThat(refusal)
        .hasMessage(
            "Request entity too large: The allowed maximum operations in a JSON patch is 10000,"
                + " got 10001");
  }

  @Test
  void patch_reportsWhatStrictValidationHasAgainstIt() {
    String merge = "{\"spec\": {\"a\": 1, \"a\": 2, \"a\": 3, \"l\": [{\"x\": 1, \"x\": 2}]}}";
    String json = "[{\"op\": \"add\", \"op\": \"add\", \"path\": \"/x\", \"values\": 1}]";

    assertThat(patch(PatchType.MERGE, merge, "Warn").strictErrors())
        .containsExactly("duplicate field \"spec.a\"", "duplicate field \"spec.l[0].x\"");
    assertThat(patch(PatchType.STRATEGIC, merge, "Strict").strictErrors()).hasSize(2);
    assertThat(patch(PatchType.JSON, json, "Strict").strictErrors())
        .containsExactly(
            "json patch duplicate field \"[0].op\"", "json patch unknown field \"[0].values\"");
    assertThat(patch(PatchType.JSON, json, "Ignore").strictErrors()).isEmpty();
    assertThat(patch(PatchType.MERGE, merge, "Ignore").strictErrors()).isEmpty();
    assertThat(patch(PatchType.STRATEGIC, merge, "Ignore").strictErrors()).isEmpty();
  }

  @Test
  void patched_quotesTheResultOrThePatch() {
    Patched merged = patch(PatchType.MERGE, "{\"spec\": {\"q\": \"x\\\"y\"}}", "Strict");
    Patched strategic = patch(PatchType.STRATEGIC, "{\"spec\": {\"q\": [1, true]}}", "Strict");

    assertThat(merged.strictlyRefused(List.of("unknown field \"spec.q\"")))
        .hasMessage(
            " \"\" is invalid: patch: Invalid value:"
                + " \"{\\\"kind\\\":\\\"T\\\",\\\"spec\\\":{\\\"a\\\":1,\\\"b\\\":{\\\"c\\\":2},\\\"q\\\":\\\"x\\\\\\\"y\\\"}}\":"
                + " strict decoding error: unknown field \"spec.q\"");
    assertThat(strategic.undecodable("why"))
        .hasMessage(" \"\" is invalid: patch: Invalid value: \"map[spec:map[q:[1 true]]]\": why");
  }
}
