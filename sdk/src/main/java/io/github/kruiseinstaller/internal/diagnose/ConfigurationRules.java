package io.github.kruiseinstaller.internal.diagnose;

import io.github.kruiseinstaller.diagnosis.DiagnosisCode;
import io.github.kruiseinstaller.internal.live.LiveInstallation;
import io.github.kruiseinstaller.internal.live.ManagerPods;
import io.github.kruiseinstaller.internal.ownership.ManagedEntry;
import io.github.kruiseinstaller.internal.text.PlainText;
import io.github.kruiseinstaller.internal.tree.Json;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.internal.webhook.WebhookConfigurations;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.plan.FieldDiff;
import io.github.kruiseinstaller.release.Release;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Trouble with the two webhook configurations and their annotation {@code template}. */
final class ConfigurationRules {
  private static final List<ObjectRef> BOTH =
      List.of(
          ObjectRef.cluster(
              "admissionregistration.k8s.io/v1",
              "MutatingWebhookConfiguration",
              Release.MUTATING_CONFIGURATION),
          ObjectRef.cluster(
              "admissionregistration.k8s.io/v1",
              "ValidatingWebhookConfiguration",
              Release.VALIDATING_CONFIGURATION));
  private static final long PROBATION_SECONDS = 3;
  private static final int LONGEST = 200;
  private static final String AZURE = "kubernetes.azure.com/";
  private static final String ENFORCER = "admissionsenforcer";
  private static final String OLD_PATH = "v1alpha1-";
  private static final Pattern MINOR = Pattern.compile("1\\.(\\d+)\\..*");
  private static final int NEW_PATHS_SINCE = 9;

  private ConfigurationRules() {}

  static List<Finding> missing(Evidence seen) {
    LiveInstallation live = seen.live();
    boolean installed =
        seen.manager().filter(ManagerPods::isManager).isPresent()
            || !live.ownConfigurations().isEmpty();
    List<Finding> found = new ArrayList<>();
    if (!live.configurations().isSeen() || !installed) {
      return found;
    }
    List<ObjectRef> present = live.ownConfigurations().stream().map(Manifest::ref).toList();
    for (ObjectRef wanted : BOTH) {
      if (present.stream().noneMatch(each -> each.kind().equals(wanted.kind()))) {
        boolean down = seen.manager().isPresent() && seen.readyManagers().isEmpty();
        List<String> words = seen.logged(line -> line.contains("not found " + wanted.kind()));
        found.add(
            Finding.of(
                    DiagnosisCode.CONFIGURATION_MISSING,
                    wanted,
                    wanted.kind()
                        + " "
                        + wanted.name()
                        + " does not exist; the manager needs it to start, and what it should"
                        + " intercept is let through")
                .blocking(down && !words.isEmpty() ? seen.refusedNow() : List.of())
                .seen("there is no " + wanted)
                .seen(words));
      }
    }
    return found;
  }

  static List<Finding> templateBroken(Evidence seen) {
    List<Finding> found = new ArrayList<>();
    for (Manifest configuration : seen.own()) {
      if (WebhookConfigurations.hasBrokenTemplate(configuration)) {
        found.add(
            Finding.of(
                    DiagnosisCode.TEMPLATE_BROKEN,
                    configuration.ref(),
                    "the annotation template of "
                        + configuration.name()
                        + " is not a list in JSON: the manager cannot set its webhooks up, now and"
                        + " at its next start")
                .since(Moments.written(configuration, "metadata", "annotations", "template"))
                .blocking(
                    !seen.manager().isEmpty()
                            && seen.readyManagers().isEmpty()
                            && !troubled(seen).isEmpty()
                        ? seen.refusedNow()
                        : List.of())
                .seen("template: " + PlainText.atMost(LONGEST, template(configuration)))
                .seen(troubled(seen)));
      }
    }
    return found;
  }

  /** Nothing else may be the matter: Pods of the manager that are not there yet tell of nothing. */
  static List<Finding> parked(Evidence seen) {
    List<Manifest> parked = seen.own().stream().filter(WebhookConfigurations::isParked).toList();
    int ready = seen.readyManagers().size();
    if (parked.isEmpty() || (ready == 0 && seen.manager().isEmpty())) {
      return List.of();
    }
    return List.of(
        Finding.of(
                DiagnosisCode.CONFIGURATIONS_PARKED,
                parked.get(0).ref(),
                (ready == 0 ? "" : "the manager is Ready, and ")
                    + (parked.size() == 1
                        ? parked.get(0).name() + " intercepts nothing"
                        : "both webhook configurations intercept nothing")
                    + ": an installation or a repair was not finished")
            .since(written(parked.get(0)))
            .seen(parked.stream().map(each -> each.ref() + " has no webhooks").toList())
            .seen(ready + " Pods of the manager are Ready")
            .effectOf(ServiceRules.nobodyReady(seen)));
  }

  static List<Finding> onProbation(Evidence seen) {
    List<Manifest> open =
        seen.live().armed().stream()
            .filter(WebhookConfigurations::isOnProbation)
            .filter(ConfigurationRules::isShort)
            .toList();
    if (open.isEmpty()) {
      return List.of();
    }
    return List.of(
        Finding.of(
                DiagnosisCode.CONFIGURATIONS_ON_PROBATION,
                open.get(0).ref(),
                "webhooks are armed with failurePolicy Ignore and a time-out of "
                    + PROBATION_SECONDS
                    + " s: an installation or a repair was not finished, and what the manager does"
                    + " not answer is let through")
            .since(written(open.get(0)))
            .seen(
                open.stream()
                    .map(each -> "every webhook of " + each.ref() + " has the policy Ignore")
                    .toList()));
  }

  static List<Finding> templateStale(Evidence seen) {
    List<Finding> found = new ArrayList<>();
    for (Manifest configuration : seen.live().armed()) {
      List<FieldDiff> drift = WebhookConfigurations.templateDrift(configuration);
      if (!drift.isEmpty()) {
        found.add(
            Finding.of(
                    DiagnosisCode.TEMPLATE_STALE,
                    configuration.ref(),
                    "the annotation template of "
                        + configuration.name()
                        + " holds another list than the one that is armed; the manager goes back"
                        + " to the annotation's at its next look")
                .since(Moments.written(configuration, "metadata", "annotations", "template"))
                .seen(drift.stream().limit(3).map(ConfigurationRules::text).toList())
                .effectOf(Set.of(DiagnosisCode.SELECTORS_REWRITTEN)));
      }
    }
    return found;
  }

  /** On AKS something adds selectors for its own namespaces, and the template lacks them. */
  static List<Finding> selectorsRewritten(Evidence seen) {
    List<Finding> found = new ArrayList<>();
    for (Manifest configuration : seen.live().armed()) {
      boolean enforced =
          ManagedEntry.of(configuration).stream()
              .anyMatch(entry -> entry.manager().equals(ENFORCER));
      boolean live = Json.compact(configuration.list("webhooks")).contains(AZURE);
      boolean kept = template(configuration).contains(AZURE);
      boolean exempt =
          configuration.labels().containsKey("admissions.enforcer/disabled")
              || configuration.annotations().containsKey("admissions.enforcer/disabled");
      if ((live || enforced) && !kept && !exempt && !template(configuration).isEmpty()) {
        found.add(
            Finding.of(
                    DiagnosisCode.SELECTORS_REWRITTEN,
                    configuration.ref(),
                    "something adds namespaceSelectors for "
                        + AZURE
                        + " to "
                        + configuration.name()
                        + ", and the annotation template lacks them: they come and go")
                .since(written(configuration))
                .seen(
                    live
                        ? "webhooks carry a selector on " + AZURE + "..., the template does not"
                        : "field manager " + ENFORCER + " writes the configuration")
                .seen("generation: " + configuration.number(0, "metadata", "generation")));
      }
    }
    return found;
  }

  /** Since 1.9 paths have no version in them; a template of 1.8 names the old ones. */
  static List<Finding> pathsOutdated(Evidence seen) {
    Matcher version = MINOR.matcher(seen.live().version());
    if (!version.matches() || Integer.parseInt(version.group(1)) < NEW_PATHS_SINCE) {
      return List.of();
    }
    List<Finding> found = new ArrayList<>();
    for (Manifest configuration : seen.live().armed()) {
      List<Object> present =
          configuration.maps("webhooks").stream().map(entry -> entry.get("name")).toList();
      List<String> old =
          WebhookConfigurations.intended(configuration).stream()
              .filter(entry -> !present.contains(entry.get("name")))
              .filter(entry -> path(entry).contains(OLD_PATH))
              .map(entry -> entry.get("name") + " calls " + path(entry))
              .toList();
      if (!old.isEmpty()) {
        found.add(
            Finding.of(
                    DiagnosisCode.WEBHOOK_PATHS_OUTDATED,
                    configuration.ref(),
                    PlainText.count(old.size(), "webhook")
                        + " of "
                        + configuration.name()
                        + " are off: OpenKruise "
                        + seen.live().version()
                        + " does not serve their paths, which are those of an older release")
                .seen(old.stream().limit(3).toList()));
      }
    }
    return found;
  }

  private static List<String> troubled(Evidence seen) {
    return seen.logged(
        line ->
            LogPatterns.ofManager(line).filter(DiagnosisCode.TEMPLATE_BROKEN::equals).isPresent());
  }

  private static String text(FieldDiff diff) {
    return PlainText.atMost(
        LONGEST, diff.path() + ": armed " + diff.live() + ", in the template " + diff.wanted());
  }

  private static boolean isShort(Manifest configuration) {
    return configuration.maps("webhooks").stream()
        .allMatch(entry -> Trees.number(10, entry, "timeoutSeconds") <= PROBATION_SECONDS);
  }

  private static String template(Manifest configuration) {
    return Optional.ofNullable(configuration.annotations().get("template")).orElse("");
  }

  private static @Nullable Instant written(Manifest configuration) {
    return Moments.written(configuration, "webhooks");
  }

  private static String path(Map<String, @Nullable Object> entry) {
    return String.valueOf(Trees.text(entry, "clientConfig", "service", "path"));
  }
}
