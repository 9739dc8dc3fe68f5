package io.github.kruiseinstaller.testkit.internal.auth;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;

/** The subjects of bindings. */
final class Subjects {
  private Subjects() {}

  /** Whether a subject of a binding is this caller; an empty namespace: a ClusterRoleBinding. */
  static boolean matches(JsonNode subject, Caller caller, String bindingNamespace) {
    String name = Nodes.textOrEmpty(subject, "name");
    return switch (Nodes.textOrEmpty(subject, "kind")) {
      case "User" -> caller.user().equals(name);
      case "Group" -> caller.groups().contains(name);
      case "ServiceAccount" -> {
        String namespace = namespace(subject, bindingNamespace);
        yield !namespace.isEmpty()
            && caller.user().equals("system:serviceaccount:" + namespace + ":" + name);
      }
      default -> false;
    };
  }

  /** {@code User "jane"}, {@code ServiceAccount "name/namespace"}. */
  static String describe(JsonNode subject, String bindingNamespace) {
    String kind = Nodes.textOrEmpty(subject, "kind");
    String name = Nodes.textOrEmpty(subject, "name");
    return kind
        + " "
        + Quoted.of(
            kind.equals("ServiceAccount")
                ? name + "/" + namespace(subject, bindingNamespace)
                : name);
  }

  private static String namespace(JsonNode subject, String bindingNamespace) {
    String own = Nodes.textOrEmpty(subject, "namespace");
    return own.isEmpty() ? bindingNamespace : own;
  }
}
