package io.github.kruiseinstaller.internal.stage;

import io.github.kruiseinstaller.error.FailureCode;

/** What a person can do about a manager that does not become Ready. */
final class Remedies {
  private static final String AGAIN =
      " Nothing is armed: no Pod is refused meanwhile. Then run again.";

  private Remedies() {}

  static String of(FailureCode code) {
    return switch (code) {
      case IMAGE_PULL_FAILED ->
          "Check the image name and tag, and that the nodes reach the registry; Customizer.image,"
              + " registry and imagePullSecrets change them."
              + AGAIN;
      case CONTAINER_CRASHING ->
          "Read the log lines above: they say why the manager ends. An image of another"
              + " architecture, a wrong feature gate and a missing permission are usual."
              + AGAIN;
      case UNSCHEDULABLE ->
          "Give the manager a node: free CPU and memory, or change its resources, tolerations or"
              + " node selector with Customizer."
              + AGAIN;
      case PODS_NOT_CREATED ->
          "Remove what refuses the manager's pods: a quota, a policy or another vendor's webhook,"
              + " as named above."
              + AGAIN;
      default ->
          "Look at the manager's pods and their log: kubectl -n <namespace> describe pods and logs."
              + " A slow image pull or a slow start may only need a longer timeout."
              + AGAIN;
    };
  }
}
