package io.github.kruiseinstaller.testkit.internal.http;

import io.github.kruiseinstaller.testkit.internal.rest.Resources;
import java.util.List;
import java.util.Locale;

/** The parameters of writes. */
final class WriteOptions {
  private static final int LONGEST_MANAGER = 128;

  private WriteOptions() {}

  /**
   * How to write.
   *
   * @param kind {@code CreateOptions}, {@code UpdateOptions} or {@code PatchOptions}
   * @throws io.github.kruiseinstaller.testkit.internal.status.StatusException 422
   */
  static Resources.Write of(Call call, String kind) {
    Parameters query = call.query();
    Causes causes = new Causes();
    String manager = query.text("fieldManager");
    if (kind.equals("PatchOptions")) {
      if (call.contentType().equals(PatchTypes.APPLY)) {
        if (manager.isEmpty()) {
          causes.required("fieldManager", "is required for apply patch");
        }
      } else if (query.has("force")) {
        causes.forbidden("force", "may not be specified for non-apply patch");
      }
    }
    checkManager(manager, causes);
    checkDryRun(query.all("dryRun"), causes);
    String validation = query.text("fieldValidation");
    if (!List.of("", "Ignore", "Strict", "Warn").contains(validation)) {
      causes.unsupported("fieldValidation", validation, "", "Ignore", "Strict", "Warn");
    }
    causes.refuse("meta.k8s.io", kind, "");
    return new Resources.Write(
        call.dryRun(), manager, validation, query.is("force"), call.warnings());
  }

  /** Refuses any dry run but {@code All}. */
  static void checkDryRun(List<String> values, Causes causes) {
    if (values.stream().anyMatch(value -> !value.equals("All"))) {
      causes.unsupported("dryRun", values, "All");
    }
  }

  private static void checkManager(String manager, Causes causes) {
    if (manager.getBytes(java.nio.charset.StandardCharsets.UTF_8).length > LONGEST_MANAGER) {
      causes.tooLong("fieldManager", LONGEST_MANAGER);
    }
    for (int i = 0; i < manager.length(); i++) {
      char c = manager.charAt(i);
      if (Character.isISOControl(c)) {
        causes.invalid(
            "fieldManager",
            manager,
            String.format(Locale.ROOT, "invalid character U+%04X (at position %d)", (int) c, i));
      }
    }
  }
}
