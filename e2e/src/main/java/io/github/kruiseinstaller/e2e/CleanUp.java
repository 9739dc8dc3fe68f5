package io.github.kruiseinstaller.e2e;

import com.google.gson.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Removes from a cluster what these tests have put there. Only for clusters that were found without
 * OpenKruise: everything of OpenKruise goes, custom resources included.
 */
final class CleanUp {
  private static final String ADMISSION = "/apis/admissionregistration.k8s.io/v1/";
  private static final String RBAC = "/apis/rbac.authorization.k8s.io/v1/";
  private static final String CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  private static final String NAMESPACES = "/api/v1/namespaces";
  private static final Duration PACE = Duration.ofMillis(250);

  private final KubeApi api;

  CleanUp(KubeApi api) {
    this.api = api;
  }

  /**
   * Cleans up and waits until everything is gone.
   *
   * @throws IllegalStateException when something is still there in the end
   */
  void run(Duration timeout) throws InterruptedException {
    long giveUp = System.nanoTime() + timeout.toNanos();
    // First of all: as long as a configuration is armed, its manager's end refuses every Pod.
    deleteEach(ADMISSION + "mutatingwebhookconfigurations", CleanUp::isOurs);
    deleteEach(ADMISSION + "validatingwebhookconfigurations", CleanUp::isOurs);
    List<String> going = new ArrayList<>();
    going.addAll(deleteEach(CRDS, name -> name.endsWith(".kruise.io")));
    going.addAll(
        deleteEach(
            NAMESPACES,
            name -> isOurs(name) || name.startsWith("bystander-") || name.startsWith("e2e-")));
    deleteEach(RBAC + "clusterrolebindings", CleanUp::isOurs);
    deleteEach(RBAC + "clusterroles", CleanUp::isOurs);
    for (String path : going) {
      while (api.find(path).isPresent()) {
        if (System.nanoTime() > giveUp) {
          throw new IllegalStateException(path + " is still there after " + timeout);
        }
        Thread.sleep(PACE.toMillis());
      }
    }
  }

  private static boolean isOurs(String name) {
    return name.startsWith("kruise-") || name.startsWith("e2e-");
  }

  private List<String> deleteEach(String collection, Predicate<String> mine) {
    List<String> paths =
        api.items(collection).stream()
            .map(CleanUp::name)
            .filter(mine)
            .map(name -> collection + "/" + name)
            .toList();
    paths.forEach(api::delete);
    return paths;
  }

  private static String name(JsonObject object) {
    return object.getAsJsonObject("metadata").get("name").getAsString();
  }
}
