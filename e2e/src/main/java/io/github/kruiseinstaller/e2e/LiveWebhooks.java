package io.github.kruiseinstaller.e2e;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The state of OpenKruise's webhooks, as the API server tells it. */
public final class LiveWebhooks {
  /** The two collections of webhook configurations. */
  static final List<String> COLLECTIONS =
      List.of(
          "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations",
          "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations");

  private static final List<String> NAMES =
      List.of("kruise-mutating-webhook-configuration", "kruise-validating-webhook-configuration");
  private static final String CLONE_SETS =
      "/apis/apps.kruise.io/v1alpha1/namespaces/default/clonesets?dryRun=All";

  private final KubeApi api;

  /** The webhooks of a cluster. */
  public LiveWebhooks(KubeApi api) {
    this.api = api;
  }

  /** Whether both configurations hold webhooks. */
  public boolean armed() {
    return counts().stream().allMatch(count -> count > 0);
  }

  /** Whether no configuration holds any webhook; an absent one holds none. */
  public boolean parked() {
    return counts().stream().allMatch(count -> count == 0);
  }

  private List<Integer> counts() {
    List<Integer> counts = new ArrayList<>();
    for (int i = 0; i < NAMES.size(); i++) {
      counts.add(configuration(i).map(LiveWebhooks::webhooks).orElse(0));
    }
    return counts;
  }

  private Optional<JsonObject> configuration(int i) {
    return api.find(COLLECTIONS.get(i) + "/" + NAMES.get(i));
  }

  private static int webhooks(JsonObject configuration) {
    JsonElement webhooks = configuration.get("webhooks");
    return webhooks == null ? 0 : webhooks.getAsJsonArray().size();
  }

  /** The names of the webhooks that both configurations hold. */
  public List<String> names() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < NAMES.size(); i++) {
      configuration(i)
          .map(found -> found.get("webhooks"))
          .ifPresent(
              webhooks ->
                  webhooks
                      .getAsJsonArray()
                      .forEach(
                          webhook ->
                              names.add(webhook.getAsJsonObject().get("name").getAsString())));
    }
    return names;
  }

  /** How often the content of each configuration has changed, by name. */
  public Map<String, Long> generations() {
    Map<String, Long> generations = new LinkedHashMap<>();
    for (int i = 0; i < NAMES.size(); i++) {
      String name = NAMES.get(i);
      configuration(i)
          .ifPresent(
              found ->
                  generations.put(
                      name, found.getAsJsonObject("metadata").get("generation").getAsLong()));
    }
    return generations;
  }

  /** Whether the manager has stored both lists in the annotation by which it keeps them. */
  public boolean keptByTheManager() {
    for (int i = 0; i < NAMES.size(); i++) {
      JsonObject annotations =
          configuration(i)
              .map(found -> found.getAsJsonObject("metadata").getAsJsonObject("annotations"))
              .orElse(null);
      if (annotations == null
          || !annotations.has("template")
          || annotations.get("template").getAsString().isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** Names of configurations that are not OpenKruise's own, such as what is left of a proof. */
  public List<String> others() {
    return COLLECTIONS.stream()
        .flatMap(collection -> api.items(collection).stream())
        .map(item -> item.getAsJsonObject("metadata").get("name").getAsString())
        .filter(name -> !NAMES.contains(name))
        .toList();
  }

  /**
   * Whether OpenKruise is of use: its webhooks are armed, and a CloneSet comes back from a dry run
   * with the defaults that only the manager fills in.
   */
  public boolean usable() {
    if (!armed()) {
      return false;
    }
    KubeApi.Answer answer = api.ask("POST", CLONE_SETS, cloneSet("usable", "app", 1).toString());
    if (!answer.ok()) {
      return false;
    }
    JsonObject strategy = answer.json().getAsJsonObject("spec").getAsJsonObject("updateStrategy");
    return strategy != null && strategy.has("type");
  }

  /** The answer to an invalid CloneSet: its selector does not match its template. */
  public KubeApi.Answer invalidCloneSet() {
    JsonObject invalid = cloneSet("invalid", "app", 1);
    invalid
        .getAsJsonObject("spec")
        .getAsJsonObject("selector")
        .getAsJsonObject("matchLabels")
        .addProperty("app", "another");
    return api.ask("POST", CLONE_SETS, invalid.toString());
  }

  /** A CloneSet whose Pods run an image. */
  public static JsonObject cloneSet(String name, String image, int replicas) {
    JsonObject labels = new JsonObject();
    labels.addProperty("app", name);
    JsonObject selector = new JsonObject();
    selector.add("matchLabels", labels);
    JsonObject container = new JsonObject();
    container.addProperty("name", "main");
    container.addProperty("image", image);
    JsonArray containers = new JsonArray();
    containers.add(container);
    JsonObject podSpec = new JsonObject();
    podSpec.add("containers", containers);
    JsonObject podMetadata = new JsonObject();
    podMetadata.add("labels", labels.deepCopy());
    JsonObject template = new JsonObject();
    template.add("metadata", podMetadata);
    template.add("spec", podSpec);
    JsonObject spec = new JsonObject();
    spec.addProperty("replicas", replicas);
    spec.add("selector", selector);
    spec.add("template", template);
    JsonObject metadata = new JsonObject();
    metadata.addProperty("name", name);
    JsonObject cloneSet = new JsonObject();
    cloneSet.addProperty("apiVersion", "apps.kruise.io/v1alpha1");
    cloneSet.addProperty("kind", "CloneSet");
    cloneSet.add("metadata", metadata);
    cloneSet.add("spec", spec);
    return cloneSet;
  }
}
