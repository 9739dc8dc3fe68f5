package io.github.kruiseinstaller.plan;

import java.util.Locale;

/** What kind of tool made an installation. */
public enum InstallationMaker {
  /** Helm, whatever runs it: its annotations are on the objects. */
  HELM,
  /** {@code kubectl apply}, which keeps its copy of each object in an annotation. */
  KUBECTL_APPLY,
  /** {@code kubectl apply --server-side}. */
  KUBECTL_SERVER_SIDE_APPLY,
  /** Another one; its field managers are named. */
  OTHER;

  /** The stable text form, such as {@code kubectl-apply}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
