package io.github.kruiseinstaller.release;

import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.release.WebhookTarget.ServiceName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the objects of a release must fulfil together. */
final class ReleaseRules {
  private static final String COMPLETE = "Give all objects of one release, as the chart renders it";

  private final String source;
  private final List<LoadedObject> objects;
  private final List<Manifest> manifests;
  private final ReleaseProblems problems;

  ReleaseRules(String source, List<LoadedObject> objects, ReleaseProblems problems) {
    this.source = source;
    this.objects = objects;
    this.manifests = objects.stream().map(LoadedObject::manifest).toList();
    this.problems = problems;
  }

  /** Reports what is wrong; the target of the webhooks where it can be told. */
  Optional<WebhookTarget> check() {
    checkDuplicates();
    checkConfigurations();
    Optional<WebhookTarget> target = findTarget();
    target.ifPresent(
        found -> {
          String namespace = String.valueOf(found.service().namespace());
          checkNamespaces(namespace);
          checkEnvironment(found);
          checkVersions(found);
        });
    checkDefinitions();
    return target;
  }

  private void checkDuplicates() {
    Map<ObjectRef, LoadedObject> seen = new HashMap<>();
    for (LoadedObject object : objects) {
      ObjectRef ref = object.manifest().ref();
      // One object under two versions of its API is still one object.
      ObjectRef identity =
          new ObjectRef(ref.group() + "/", ref.kind(), ref.namespace(), ref.name());
      LoadedObject first = seen.putIfAbsent(identity, object);
      if (first != null) {
        problems.add(
            object,
            "is there twice; the first is in " + first.where(),
            "Give the manifests of one release only, each object once.");
      }
    }
  }

  private void checkConfigurations() {
    Map<String, String> required = new LinkedHashMap<>();
    required.put("MutatingWebhookConfiguration", Release.MUTATING_CONFIGURATION);
    required.put("ValidatingWebhookConfiguration", Release.VALIDATING_CONFIGURATION);
    required.forEach(
        (kind, name) -> {
          boolean present = false;
          for (LoadedObject object : ofKind(kind)) {
            if (object.manifest().name().equals(name)) {
              present = true;
              checkWebhooks(object);
            } else {
              problems.add(
                  object,
                  "is a webhook configuration that the manager does not know",
                  "Remove it; a release has exactly one " + kind + ", named " + name + ".");
            }
          }
          if (!present) {
            problems.add(
                source,
                "there is no " + kind + " " + name,
                COMPLETE + "; the manager does not become Ready without it.");
          }
        });
  }

  private void checkWebhooks(LoadedObject configuration) {
    List<Map<String, @Nullable Object>> webhooks = configuration.manifest().maps("webhooks");
    if (webhooks.isEmpty()) {
      problems.add(configuration, "lists no webhooks", COMPLETE + ", not as a cluster has it.");
    }
    for (Map<String, @Nullable Object> webhook : webhooks) {
      if (Trees.text(webhook, "clientConfig", "service", "name") == null
          || Trees.text(webhook, "clientConfig", "service", "namespace") == null) {
        problems.add(
            configuration,
            "has the webhook " + webhook.get("name") + ", which does not point to a Service",
            "Give clientConfig.service with name and namespace; URLs are not supported.");
      }
    }
  }

  private Optional<WebhookTarget> findTarget() {
    Map<ServiceName, LoadedObject> pointedTo = new LinkedHashMap<>();
    for (LoadedObject object : objects) {
      if (object.manifest().kind().endsWith("WebhookConfiguration")) {
        WebhookTarget.serviceNames(object.manifest())
            .forEach(name -> pointedTo.putIfAbsent(name, object));
      }
    }
    List<Manifest> services = new ArrayList<>();
    pointedTo.forEach(
        (name, configuration) -> {
          List<Manifest> found = name.in(manifests);
          if (found.isEmpty()) {
            problems.add(
                configuration,
                "points to " + name + ", which the release does not have",
                "Render all objects for one namespace, and leave no placeholder in.");
          }
          services.addAll(found.subList(0, Math.min(1, found.size())));
        });
    if (services.size() > 1) {
      problems.add(
          source,
          "the webhooks point to several Services: " + names(services),
          "Give the manifests of one release only.");
    }
    return services.isEmpty() ? Optional.empty() : findManager(services.get(0));
  }

  private Optional<WebhookTarget> findManager(Manifest service) {
    List<Manifest> managers = WebhookTarget.selected(service, manifests);
    if (managers.isEmpty()) {
      String deployments = names(manifests.stream().filter(m -> m.isKind("Deployment")).toList());
      problems.add(
          source,
          "no Deployment has the pods that "
              + service.ref()
              + " selects"
              + (deployments.isEmpty() ? "" : "; there is " + deployments),
          COMPLETE + "; the selector of the Service is on the pod template of kruise-manager.");
      return Optional.empty();
    }
    if (managers.size() > 1) {
      problems.add(
          source,
          service.ref() + " selects the pods of several Deployments: " + names(managers),
          "Give the manifests of one release only.");
    }
    return Optional.of(new WebhookTarget(service, managers.get(0)));
  }

  private void checkNamespaces(String namespace) {
    Set<String> own = Set.of(namespace, Release.DAEMON_CONFIG_NAMESPACE);
    for (LoadedObject object : objects) {
      Manifest manifest = object.manifest();
      String where = manifest.isKind("Namespace") ? manifest.name() : manifest.namespace();
      if (where != null && !own.contains(where)) {
        problems.add(
            object,
            "is outside the release's namespace " + namespace,
            "Render all objects for one namespace, and give no other objects.");
      }
    }
  }

  /** The manager writes the configurations anew from its environment, which must tell the same. */
  private void checkEnvironment(WebhookTarget target) {
    Map<String, @Nullable Object> container = ManagerContainer.in(target.manager());
    if (container.isEmpty()) {
      problems.add(loaded(target.manager()), "has no container", COMPLETE + ".");
    }
    String service = ManagerContainer.variable(container, "SERVICE_NAME");
    if (service != null && !service.equals(target.service().name())) {
      problems.add(
          loaded(target.manager()),
          "sets SERVICE_NAME to "
              + service
              + ", but the webhooks point to "
              + target.service().name(),
          "Make the two the same; the manager rewrites the webhooks to its SERVICE_NAME.");
    }
  }

  private void checkVersions(WebhookTarget target) {
    Map<String, @Nullable Object> manager = ManagerContainer.in(target.manager());
    String image = ReleaseVersion.imageName(manager);
    Optional<String> version = ReleaseVersion.ofContainer(manager).map(ReleaseRules::minor);
    for (LoadedObject object : objects) {
      for (Map<String, @Nullable Object> container :
          object.manifest().maps("spec", "template", "spec", "containers")) {
        Optional<String> other = ReleaseVersion.ofContainer(container).map(ReleaseRules::minor);
        boolean sameImage = image != null && image.equals(ReleaseVersion.imageName(container));
        if (sameImage && version.isPresent() && other.isPresent() && !other.equals(version)) {
          problems.add(
              object,
              "runs "
                  + image
                  + " "
                  + other.get()
                  + ".x, but the manager is "
                  + version.get()
                  + ".x",
              "Give the manifests of one release only.");
        }
      }
    }
  }

  /** Every kind of OpenKruise that a webhook is for must be defined, or the manager breaks. */
  private void checkDefinitions() {
    Set<String> defined =
        ofKind("CustomResourceDefinition").stream()
            .map(object -> object.manifest().name())
            .collect(Collectors.toSet());
    Set<String> missing = new TreeSet<>();
    for (Manifest manifest : manifests) {
      for (Map<String, @Nullable Object> webhook : manifest.maps("webhooks")) {
        for (Map<String, @Nullable Object> rule : Trees.maps(webhook, "rules")) {
          missing.addAll(definitionsFor(rule));
        }
      }
    }
    missing.removeAll(defined);
    if (!missing.isEmpty()) {
      problems.add(
          source,
          "custom resource definitions are missing: " + String.join(", ", missing),
          COMPLETE + ", with crds.managed=true.");
    }
  }

  private static Set<String> definitionsFor(Map<String, @Nullable Object> rule) {
    Set<String> names = new LinkedHashSet<>();
    for (Object group : Trees.list(rule, "apiGroups")) {
      for (Object resource : Trees.list(rule, "resources")) {
        String plural = String.valueOf(resource).replaceFirst("/.*", "");
        if (String.valueOf(group).endsWith(".kruise.io") && !plural.contains("*")) {
          names.add(plural + "." + group);
        }
      }
    }
    return names;
  }

  private List<LoadedObject> ofKind(String kind) {
    return objects.stream().filter(object -> object.manifest().isKind(kind)).toList();
  }

  private LoadedObject loaded(Manifest manifest) {
    return objects.stream()
        .filter(object -> object.manifest().ref().equals(manifest.ref()))
        .findFirst()
        .orElseGet(() -> new LoadedObject(manifest, source));
  }

  private static String names(List<Manifest> manifests) {
    return manifests.stream().map(Manifest::toString).collect(Collectors.joining(", "));
  }

  private static String minor(String version) {
    return version.replaceFirst("^([0-9]+\\.[0-9]+).*", "$1");
  }
}
