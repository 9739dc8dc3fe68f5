package io.github.kruiseinstaller.internal.uninstall;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.cluster.KindNames;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.util.Collection;
import java.util.List;

/**
 * The label by which people protect objects from deletion. The manager denies it while its webhooks
 * are armed; disarmed, nobody would, so that it is respected here.
 */
final class Protection {
  /** The label's name. */
  static final String LABEL = "policy.kruise.io/delete-protection";

  private Protection() {}

  /** Whether an object must not be deleted as it is now. */
  static boolean isProtected(Manifest object) {
    String value = object.labels().getOrDefault(LABEL, "");
    // Of a definition, it speaks of custom resources, and of those none is left by then.
    boolean cascading =
        value.equals("Cascading")
            && !object.isKind("CustomResourceDefinition")
            && !object.isKind("Service")
            && object.number(1, "spec", "replicas") > 0;
    return value.equals("Always") || cascading;
  }

  /**
   * Requires that none is protected.
   *
   * @throws InstallException with code deletion-protected, naming all that are
   */
  static void requireNone(Collection<Manifest> objects) {
    List<Manifest> found = objects.stream().filter(Protection::isProtected).toList();
    if (!found.isEmpty()) {
      throw new InstallException(
          Failure.of(
                  FailureCode.DELETION_PROTECTED,
                  found.size() == 1
                      ? "an object is protected from deletion; nothing was written"
                      : found.size() + " objects are protected from deletion; nothing was written",
                  "Ask who protected them. To allow it, remove the label, such as: "
                      + command(found.get(0).ref()))
              .about(found.get(0).ref())
              .seen(
                  found.stream()
                      .map(each -> each.ref() + " has " + LABEL + "=" + each.labels().get(LABEL))
                      .toList()));
    }
  }

  /** How a person takes the protection off. */
  static String command(ObjectRef ref) {
    return "kubectl"
        + (ref.namespace() == null ? "" : " -n " + ref.namespace())
        + " label "
        + KindNames.plural(ref.apiVersion(), ref.kind())
        + (ref.group().isEmpty() ? "" : "." + ref.group())
        + " "
        + ref.name()
        + " "
        + LABEL
        + "-";
  }
}
