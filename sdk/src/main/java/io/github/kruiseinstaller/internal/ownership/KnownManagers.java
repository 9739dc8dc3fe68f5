package io.github.kruiseinstaller.internal.ownership;

import java.util.Locale;
import java.util.Set;

/** Field managers whose names tell what they are. */
public final class KnownManagers {
  /** What kubectl apply writes under by default, without and with --server-side. */
  static final String KUBECTL_APPLY = "kubectl-client-side-apply";

  static final String KUBECTL_SERVER_SIDE = "kubectl";

  /** Whoever wrote before the API server kept field managers of an object. */
  public static final String UNKNOWN = "before-first-apply";

  /** The cluster's own and OpenKruise's: they write into everybody's objects while those live. */
  private static final Set<String> CONTROLLERS =
      Set.of(
          "kube-controller-manager",
          "kube-apiserver",
          "kube-scheduler",
          "cloud-controller-manager",
          "kubelet",
          "k3s",
          "kruise-manager",
          "manager");

  /** Whoever uses these makes whole objects, and means them to stay as they were given. */
  private static final Set<String> INSTALLERS =
      Set.of(
          "helm",
          "helm-controller",
          KUBECTL_APPLY,
          KUBECTL_SERVER_SIDE,
          "kubectl-create",
          "kubectl-replace",
          UNKNOWN,
          "argocd-controller",
          "kustomize-controller");

  private KnownManagers() {}

  /** Whether it is the cluster's own or OpenKruise's manager. */
  public static boolean isController(String manager) {
    return CONTROLLERS.contains(manager);
  }

  /** Whether objects are made with it as a whole. */
  public static boolean isInstaller(String manager) {
    return INSTALLERS.contains(manager.toLowerCase(Locale.ROOT));
  }

  /** Whether somebody changes single fields by hand with it. */
  static boolean isByHand(String manager) {
    return manager.startsWith("kubectl-") && !isInstaller(manager);
  }
}
