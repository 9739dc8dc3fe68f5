package io.github.kruiseinstaller.testkit.internal.kruise;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Which paths a manager serves, by version. */
final class WebhookPaths {
  /** Pods are mutated here. */
  static final String MUTATE_POD = "/mutate-pod";

  /** Pods and evictions are validated here. */
  static final String VALIDATE_POD = "/validate-pod";

  /** Versions of objects are converted here. */
  static final String CONVERT = "/convert";

  /** The server says here that it serves. */
  static final String HEALTH = "/healthz";

  private static final int LATEST = Integer.MAX_VALUE;

  /** In which minor versions of 1.x there is a path; with 1.9 fourteen lose their v1alpha1. */
  private static final List<Path> TABLE =
      List.of(
          new Path(MUTATE_POD, 0, LATEST),
          new Path(VALIDATE_POD, 0, LATEST),
          new Path("/mutate-apps-kruise-io-v1alpha1-cloneset", 0, LATEST),
          new Path("/validate-apps-kruise-io-v1alpha1-cloneset", 0, LATEST),
          new Path("/mutate-apps-kruise-io-statefulset", 0, LATEST),
          new Path("/validate-apps-kruise-io-statefulset", 0, LATEST),
          new Path("/mutate-apps-kruise-io-v1alpha1-uniteddeployment", 0, LATEST),
          new Path("/validate-apps-kruise-io-v1alpha1-uniteddeployment", 0, LATEST),
          new Path("/mutate-apps-kruise-io-v1alpha1-containerrecreaterequest", 0, LATEST),
          new Path("/validate-apps-kruise-io-v1alpha1-workloadspread", 0, LATEST),
          new Path("/validate-apps-kruise-io-v1alpha1-resourcedistribution", 0, LATEST),
          new Path("/validate-policy-kruise-io-podunavailablebudget", 0, LATEST),
          new Path("/validate-apps-kruise-io-persistentpodstate", 2, LATEST),
          new Path("/validate-apps-kruise-io-podprobemarker", 3, LATEST),
          new Path("/validate-apps-deployment", 0, LATEST),
          new Path("/validate-apps-replicaset", 0, LATEST),
          new Path("/validate-apps-statefulset", 0, LATEST),
          new Path("/validate-customresourcedefinition", 0, LATEST),
          new Path("/validate-namespace", 0, LATEST),
          new Path("/validate-service", 6, LATEST),
          new Path("/validate-ingress", 6, LATEST),
          new Path("/mutate-apps-kruise-io-v1alpha1-advancedcronjob", 0, 8),
          new Path("/validate-apps-kruise-io-v1alpha1-advancedcronjob", 0, 8),
          new Path("/mutate-apps-kruise-io-v1alpha1-broadcastjob", 0, 8),
          new Path("/validate-apps-kruise-io-v1alpha1-broadcastjob", 0, 8),
          new Path("/mutate-apps-kruise-io-v1alpha1-daemonset", 0, 8),
          new Path("/validate-apps-kruise-io-v1alpha1-daemonset", 0, 8),
          new Path("/mutate-apps-kruise-io-v1alpha1-imagelistpulljob", 5, 8),
          new Path("/validate-apps-kruise-io-v1alpha1-imagelistpulljob", 5, 8),
          new Path("/mutate-apps-kruise-io-v1alpha1-imagepulljob", 0, 8),
          new Path("/validate-apps-kruise-io-v1alpha1-imagepulljob", 0, 8),
          new Path("/mutate-apps-kruise-io-v1alpha1-nodeimage", 0, 8),
          new Path("/validate-apps-kruise-io-v1alpha1-nodeimage", 0, 8),
          new Path("/mutate-apps-kruise-io-v1alpha1-sidecarset", 0, 8),
          new Path("/validate-apps-kruise-io-v1alpha1-sidecarset", 0, 8),
          new Path("/mutate-apps-kruise-io-advancedcronjob", 9, LATEST),
          new Path("/validate-apps-kruise-io-advancedcronjob", 9, LATEST),
          new Path("/mutate-apps-kruise-io-broadcastjob", 9, LATEST),
          new Path("/validate-apps-kruise-io-broadcastjob", 9, LATEST),
          new Path("/mutate-apps-kruise-io-daemonset", 9, LATEST),
          new Path("/validate-apps-kruise-io-daemonset", 9, LATEST),
          new Path("/mutate-apps-kruise-io-imagelistpulljob", 9, LATEST),
          new Path("/validate-apps-kruise-io-imagelistpulljob", 9, LATEST),
          new Path("/mutate-apps-kruise-io-imagepulljob", 9, LATEST),
          new Path("/validate-apps-kruise-io-imagepulljob", 9, LATEST),
          new Path("/mutate-apps-kruise-io-nodeimage", 9, LATEST),
          new Path("/validate-apps-kruise-io-nodeimage", 9, LATEST),
          new Path("/mutate-apps-kruise-io-sidecarset", 9, LATEST),
          new Path("/validate-apps-kruise-io-sidecarset", 9, LATEST));

  private WebhookPaths() {}

  /** The paths of admission webhooks in a version, before gates and missing kinds are looked at. */
  static Set<String> of(ManagerVersion version) {
    Set<String> paths = new LinkedHashSet<>();
    for (Path path : TABLE) {
      if (version.atLeast(1, path.sinceMinor) && version.minor() <= path.lastMinor) {
        paths.add(path.path);
      }
    }
    return paths;
  }

  /**
   * What is asked at a path, without the part for the version: {@code cloneset}, {@code pod},
   * {@code apps-deployment}.
   */
  static String subject(String path) {
    return path.replaceFirst("^/(mutate|validate)-", "")
        .replaceFirst("^(apps|policy)-kruise-io-(v1alpha1-)?", "kruise-");
  }

  /** Whether a path mutates. */
  static boolean mutates(String path) {
    return path.startsWith("/mutate-");
  }

  private record Path(String path, int sinceMinor, int lastMinor) {}
}
