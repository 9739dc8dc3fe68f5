package io.github.kruiseinstaller.internal.diagnose;

import io.github.kruiseinstaller.diagnosis.DiagnosisCode;
import io.github.kruiseinstaller.internal.live.LiveInstallation;
import io.github.kruiseinstaller.internal.live.ManagerPods;
import io.github.kruiseinstaller.internal.live.OwnGroups;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.internal.wait.CrdEstablished;
import io.github.kruiseinstaller.internal.wait.Waiter;
import io.github.kruiseinstaller.internal.webhook.CertificateAuthority;
import io.github.kruiseinstaller.internal.webhook.WebhookConfigurations;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Trouble with custom resource definitions: absent, not served, or converted by nobody. */
final class DefinitionRules {
  private static final String API_VERSION = "apiextensions.k8s.io/v1";
  private static final String KIND = "CustomResourceDefinition";

  /** A busy API server takes some seconds to serve a new definition. */
  private static final Duration NEW = Duration.ofMinutes(1);

  private DefinitionRules() {}

  /** Definitions that webhooks are for, and that do not exist. */
  static List<Finding> missing(Evidence seen) {
    LiveInstallation live = seen.live();
    if (!live.definitions().isSeen() || live.ownConfigurations().isEmpty()) {
      return List.of();
    }
    Map<String, Set<String>> webhooks = new LinkedHashMap<>();
    for (Manifest configuration : live.ownConfigurations()) {
      configuration.maps("webhooks").forEach(entry -> addDefinitions(entry, webhooks));
      WebhookConfigurations.intended(configuration)
          .forEach(entry -> addDefinitions(entry, webhooks));
    }
    live.definitions().orElse(List.of()).forEach(each -> webhooks.remove(each.name()));
    if (webhooks.isEmpty()) {
      return List.of();
    }
    List<String> names = webhooks.keySet().stream().sorted().toList();
    List<String> off = droppedWebhooks(live);
    boolean crashes = !seen.logged(line -> isOf(line, DiagnosisCode.FIELD_INDEX_FAILED)).isEmpty();
    Finding found =
        Finding.of(
                DiagnosisCode.DEFINITION_MISSING,
                ObjectRef.cluster(API_VERSION, KIND, names.get(0)),
                (names.size() == 1 ? "the definition " : names.size() + " definitions: ")
                    + String.join(", ", names)
                    + (names.size() == 1 ? " does not exist" : " do not exist")
                    + "; their controllers are off until the manager is started again with them")
            .blocking(crashes && seen.readyManagers().isEmpty() ? seen.refusedNow() : List.of())
            .seen(
                names.stream()
                    .limit(3)
                    .map(
                        name ->
                            "webhooks for "
                                + name
                                + ", which is not defined: "
                                + String.join(", ", webhooks.getOrDefault(name, Set.of())))
                    .toList())
            .seen(seen.logged(line -> isOf(line, DiagnosisCode.FIELD_INDEX_FAILED)));
    return List.of(
        off.isEmpty() ? found : found.seen("webhooks that the manager has taken out: " + off));
  }

  static List<Finding> notEstablished(Evidence seen) {
    List<Finding> found = new ArrayList<>();
    for (Manifest definition : seen.live().definitions().orElse(List.of())) {
      Waiter.State state = new CrdEstablished().of(definition);
      if (!state.done() && !isNew(definition, seen.now())) {
        boolean going = definition.at("metadata", "deletionTimestamp") != null;
        found.add(
            Finding.of(
                    DiagnosisCode.DEFINITION_NOT_ESTABLISHED,
                    definition.ref(),
                    "the definition " + definition.name() + " is not served: " + state.text())
                .since(
                    going
                        ? Moments.parse(definition.text("metadata", "deletionTimestamp"))
                        : Moments.condition(definition, "Established"))
                .seen(state.text())
                .seen(
                    definition.list("metadata", "finalizers").stream()
                        .map(each -> "finalizer: " + each)
                        .toList()));
      }
    }
    return found;
  }

  /** Whether a definition was made a moment ago, and the API server is about to serve it. */
  private static boolean isNew(Manifest definition, Instant now) {
    Instant made = Moments.parse(definition.text("metadata", "creationTimestamp"));
    return made != null
        && new CrdEstablished().isUnderWay(definition)
        && made.plus(NEW).isAfter(now);
  }

  /** Definitions whose conversion nobody can answer, wherever the manager is. */
  static List<Finding> conversionTarget(Evidence seen) {
    LiveInstallation.Location at = seen.live().location();
    List<Finding> found = new ArrayList<>();
    for (Manifest definition : converted(seen)) {
      String namespace = service(definition, "namespace");
      String name = service(definition, "name");
      boolean elsewhere = !(at.namespace().equals(namespace) && at.service().equals(name));
      if (elsewhere && seen.manager().filter(ManagerPods::isManager).isPresent()) {
        found.add(
            Finding.of(
                    DiagnosisCode.CONVERSION_TARGET_WRONG,
                    definition.ref(),
                    "the conversion of "
                        + definition.name()
                        + " points to the Service "
                        + namespace
                        + "/"
                        + name
                        + ", and the manager's is "
                        + at.namespace()
                        + "/"
                        + at.service()
                        + "; what needs conversion fails")
                .since(Moments.written(definition, "spec", "conversion"))
                .seen("spec.conversion.webhook.clientConfig.service: " + namespace + "/" + name));
      }
    }
    return found;
  }

  static List<Finding> conversionCa(Evidence seen) {
    Optional<Manifest> secret =
        seen.secret()
            .filter(each -> CertificateAuthority.isBundle(CertificateAuthority.bundle(each)));
    List<Finding> found = new ArrayList<>();
    if (secret.isEmpty()) {
      return found;
    }
    for (Manifest definition : converted(seen)) {
      String bundle = definition.text("spec", "conversion", "webhook", "clientConfig", "caBundle");
      if (!CertificateAuthority.trusts(bundle, secret.get())) {
        found.add(
            Finding.of(
                    DiagnosisCode.CONVERSION_CA_STALE,
                    definition.ref(),
                    "the conversion of "
                        + definition.name()
                        + (CertificateAuthority.isBundle(bundle)
                            ? " trusts another CA than the one in "
                            : " trusts no CA, and not the one in ")
                        + secret.get().ref()
                        + "; what needs conversion fails")
                .since(Moments.written(definition, "spec", "conversion"))
                .seen("spec.conversion.webhook.clientConfig.caBundle is not the CA of the Secret")
                .seen(seen.logged(line -> isOf(line, DiagnosisCode.CONVERSION_CA_STALE))));
      }
    }
    return found;
  }

  /** The webhooks that the manager means, and has taken out because nothing serves them. */
  static List<String> droppedWebhooks(LiveInstallation live) {
    List<String> dropped = new ArrayList<>();
    for (Manifest configuration : live.armed()) {
      List<Object> present =
          configuration.maps("webhooks").stream().map(entry -> (Object) name(entry)).toList();
      WebhookConfigurations.intended(configuration).stream()
          .map(DefinitionRules::name)
          .filter(name -> !present.contains(name))
          .forEach(dropped::add);
    }
    return dropped;
  }

  private static boolean isOf(String line, DiagnosisCode code) {
    return LogPatterns.ofManager(line).filter(code::equals).isPresent();
  }

  private static List<Manifest> converted(Evidence seen) {
    return seen.live().definitions().orElse(List.of()).stream()
        .filter(each -> "Webhook".equals(each.text("spec", "conversion", "strategy")))
        .filter(each -> service(each, "name") != null)
        .toList();
  }

  private static @Nullable String service(Manifest definition, String field) {
    return definition.text("spec", "conversion", "webhook", "clientConfig", "service", field);
  }

  private static void addDefinitions(
      Map<String, @Nullable Object> entry, Map<String, Set<String>> webhooks) {
    for (Map<String, @Nullable Object> rule : Trees.maps(entry, "rules")) {
      for (Object group : Trees.list(rule, "apiGroups")) {
        if (!OwnGroups.contains(String.valueOf(group))) {
          continue;
        }
        for (Object resource : Trees.list(rule, "resources")) {
          String plural = String.valueOf(resource).replaceFirst("/.*", "");
          if (!plural.equals("*")) {
            webhooks
                .computeIfAbsent(plural + "." + group, key -> new LinkedHashSet<>())
                .add(name(entry));
          }
        }
      }
    }
  }

  private static String name(Map<String, @Nullable Object> entry) {
    return String.valueOf(Trees.text(entry, "name"));
  }
}
