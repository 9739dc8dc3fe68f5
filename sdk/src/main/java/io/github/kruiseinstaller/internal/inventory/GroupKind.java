package io.github.kruiseinstaller.internal.inventory;

import io.github.kruiseinstaller.model.ObjectRef;
import java.util.Set;

/**
 * A kind in whatever version, as an ApplySet names it: {@code Deployment.apps}, {@code Secret}.
 *
 * @param kind such as {@code Deployment}
 * @param group such as {@code apps}, empty for the core group
 */
record GroupKind(String kind, String group) implements Comparable<GroupKind> {
  /** Of the kinds that a release may have, those of the whole cluster. */
  private static final Set<String> OF_THE_CLUSTER =
      Set.of(
          "Namespace",
          "CustomResourceDefinition",
          "ClusterRole",
          "ClusterRoleBinding",
          "MutatingWebhookConfiguration",
          "ValidatingWebhookConfiguration",
          "PriorityClass");

  static GroupKind of(ObjectRef ref) {
    return new GroupKind(ref.kind(), ref.group());
  }

  static GroupKind parse(String text) {
    int dot = text.indexOf('.');
    return dot < 0
        ? new GroupKind(text, "")
        : new GroupKind(text.substring(0, dot), text.substring(dot + 1));
  }

  /** Group and version: every kind that a release may have is served as v1. */
  String apiVersion() {
    return group.isEmpty() ? "v1" : group + "/v1";
  }

  boolean isNamespaced() {
    return !OF_THE_CLUSTER.contains(kind);
  }

  @Override
  public int compareTo(GroupKind other) {
    return toString().compareTo(other.toString());
  }

  @Override
  public String toString() {
    return group.isEmpty() ? kind : kind + "." + group;
  }
}
