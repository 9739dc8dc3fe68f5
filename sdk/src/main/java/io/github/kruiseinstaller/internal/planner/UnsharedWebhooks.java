package io.github.kruiseinstaller.internal.planner;

import io.github.kruiseinstaller.internal.webhook.RealWebhooks;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.release.Release;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Live webhooks that the old manager serves and the release's does not, or the other way round.
 * While both are there, each writes the ones that it serves into the configurations, and whichever
 * is asked may be the other.
 */
final class UnsharedWebhooks {
  private UnsharedWebhooks() {}

  /** Why old and new manager cannot serve at once; empty when they can. */
  static String explain(Release release, LiveState live, Manifest deployment) {
    WebhookGates before = WebhookGates.of(deployment);
    WebhookGates after = WebhookGates.of(release.managerDeployment());
    List<String> unshared = new ArrayList<>();
    for (Manifest configuration : release.webhookConfigurations()) {
      Map<String, String> wanted = RealWebhooks.paths(configuration);
      Map<String, String> intended =
          live.object(configuration.ref()).map(RealWebhooks::paths).orElse(Map.of());
      intended.forEach(
          (name, path) -> {
            boolean nobodys = before.switchOff(path) && after.switchOff(path);
            boolean both = before.agree(after, path) && path.equals(wanted.get(name));
            if (!nobodys && !both) {
              unshared.add(name + " at " + path);
            }
          });
    }
    return unshared.isEmpty()
        ? ""
        : "old and new managers do not serve the same webhooks ("
            + String.join(", ", unshared)
            + "): each would write its own into the webhook configurations, and answer \"not"
            + " found\" to the other's";
  }
}
