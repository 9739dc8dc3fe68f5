package io.github.kruiseinstaller.testkit.internal.admission;

import io.github.kruiseinstaller.testkit.internal.admission.Admission.Operation;
import io.github.kruiseinstaller.testkit.internal.admission.Admission.Request;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import java.util.Set;

/**
 * Keeps the namespaces that every cluster has. That nothing is written into a namespace that is
 * absent or ends is seen to before admission.
 */
final class NamespaceLifecycle implements Plugin {
  private static final Set<String> IMMORTAL = Set.of("default", "kube-system", "kube-public");

  @Override
  public void validate(Request request) {
    if (request.operation() == Operation.DELETE
        && request.isAbout("", "namespaces")
        && IMMORTAL.contains(request.name())) {
      throw Statuses.forbidden(
          "", "namespaces", request.name(), "this namespace may not be deleted");
    }
  }
}
