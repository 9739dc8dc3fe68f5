package io.github.kruiseinstaller.e2e;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import okhttp3.Call;

/** The requests of a bystander, in one namespace. Thread-safe. */
final class PodRequests {
  private static final String STANDING = "standing";
  private static final String DRY_RUN = "?dryRun=All";

  private final String namespace;
  private final AtomicLong serial = new AtomicLong();

  PodRequests(String namespace) {
    this.namespace = namespace;
  }

  /** A name that no Pod of this bystander has had. */
  String freshName() {
    return "p" + serial.incrementAndGet();
  }

  /** Creates the Pod that dry runs change, delete and evict. */
  Call createStanding(KubeApi api) {
    return api.call("POST", pods(), pod(STANDING));
  }

  /** A request that changes nothing, whatever the answer. */
  Call dryRun(KubeApi api, PodVerb verb) {
    return switch (verb) {
      case CREATE -> api.call("POST", pods() + DRY_RUN, pod(freshName()));
      case UPDATE -> api.call("PATCH", pods() + "/" + STANDING + DRY_RUN, annotation());
      case DELETE -> api.call("DELETE", pods() + "/" + STANDING + DRY_RUN, null);
      case EVICT ->
          api.call("POST", pods() + "/" + STANDING + "/eviction" + DRY_RUN, eviction(STANDING));
    };
  }

  /** A request that really is carried out. */
  Call real(KubeApi api, PodVerb verb, String name) {
    return switch (verb) {
      case CREATE -> api.call("POST", pods(), pod(name));
      case UPDATE -> api.call("PATCH", pods() + "/" + name, annotation());
      case DELETE -> api.call("DELETE", pods() + "/" + name, "{\"gracePeriodSeconds\":0}");
      case EVICT -> api.call("POST", pods() + "/" + name + "/eviction", eviction(name));
    };
  }

  /** Whether this is how a manager denies to evict the standing Pod before it knows it. */
  static boolean isUnseen(String message) {
    return message.contains("\"vpodeviction.kb.io\" denied the request")
        && message.contains("\"" + STANDING + "\" not found");
  }

  private String pods() {
    return "/api/v1/namespaces/" + namespace + "/pods";
  }

  private String pod(String name) {
    JsonObject container = new JsonObject();
    container.addProperty("name", "main");
    container.addProperty("image", "example.invalid/none:1");
    JsonArray containers = new JsonArray();
    containers.add(container);
    JsonObject spec = new JsonObject();
    // No node carries this label: the Pod is admitted like any other and costs the cluster nothing.
    spec.add("nodeSelector", object(Map.of("bystander.kruise-installer/none", "true")));
    spec.addProperty("automountServiceAccountToken", false);
    spec.add("containers", containers);
    JsonObject pod = named("v1", "Pod", name);
    pod.add("spec", spec);
    return pod.toString();
  }

  private String eviction(String name) {
    return named("policy/v1", "Eviction", name).toString();
  }

  private String annotation() {
    JsonObject metadata = new JsonObject();
    metadata.add("annotations", object(Map.of("touched", Long.toString(serial.incrementAndGet()))));
    JsonObject patch = new JsonObject();
    patch.add("metadata", metadata);
    return patch.toString();
  }

  private JsonObject named(String apiVersion, String kind, String name) {
    JsonObject named = new JsonObject();
    named.addProperty("apiVersion", apiVersion);
    named.addProperty("kind", kind);
    named.add("metadata", object(Map.of("name", name, "namespace", namespace)));
    return named;
  }

  private static JsonObject object(Map<String, String> properties) {
    JsonObject object = new JsonObject();
    properties.forEach(object::addProperty);
    return object;
  }
}
