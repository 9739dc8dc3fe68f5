package io.github.kruiseinstaller.internal.uninstall;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.live.LiveInstallation;
import io.github.kruiseinstaller.internal.planner.Fingerprint;
import io.github.kruiseinstaller.internal.planner.PreparedPlan;
import io.github.kruiseinstaller.internal.retry.Workers;
import io.github.kruiseinstaller.internal.stage.StageStep;
import io.github.kruiseinstaller.internal.webhook.AdmissionProbe;
import io.github.kruiseinstaller.internal.webhook.AdmissionProbe.Outcome;
import io.github.kruiseinstaller.internal.webhook.WebhookConfigurations;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.ChangeAction;
import io.github.kruiseinstaller.plan.FieldDiff;
import io.github.kruiseinstaller.plan.InstallPlan;
import io.github.kruiseinstaller.plan.PlannedChange;
import io.github.kruiseinstaller.plan.PlannedStage;
import io.github.kruiseinstaller.release.Release;
import io.github.kruiseinstaller.uninstall.CustomResourcePolicy;
import io.github.kruiseinstaller.uninstall.KeptObject;
import io.github.kruiseinstaller.uninstall.UninstallOptions;
import io.github.kruiseinstaller.uninstall.UninstallPlan;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Turns what belongs to an installation into a plan that removes it. Writes nothing. */
final class UninstallPlanner {
  private static final Duration PROBE = Duration.ofSeconds(5);
  private static final Set<Outcome> ANSWERED = EnumSet.of(Outcome.ACCEPTED, Outcome.DENIED);
  private static final String CONVERSION = "spec.conversion.strategy";
  private static final String OF_A_RECORD =
      "helm uninstall would delete the custom resource definitions, and with them every custom"
          + " resource that there is by then";

  private final Cluster cluster;
  private final Workers workers;
  private final UninstallOptions options;

  UninstallPlanner(Cluster cluster, Workers workers, UninstallOptions options) {
    this.cluster = cluster;
    this.workers = workers;
    this.options = options;
  }

  PreparedUninstall plan(Survey survey, Optional<Release> release, List<String> warnings) {
    requireNothingInTheWay(survey);
    NamespacePlan namespaces = NamespacePlan.of(survey, options);
    warn(survey, warnings);
    List<PlannedStage> stages = stages(survey, namespaces);
    InstallPlan changes =
        Fingerprint.in(
            new InstallPlan(
                survey.live().version(),
                survey.live().location().namespace(),
                cluster.server(),
                cluster.kubernetesVersion(),
                release.map(Release::digest).orElse(""),
                stages,
                List.of(),
                warnings,
                ""));
    UninstallPlan plan =
        new UninstallPlan(options, changes, survey.counts(), kept(survey, namespaces));
    return new PreparedUninstall(plan, prepared(survey, changes), steps(survey));
  }

  private List<KeptObject> kept(Survey survey, NamespacePlan namespaces) {
    List<KeptObject> kept = new ArrayList<>(namespaces.kept(survey.foreign()));
    if (options.keepsHelmRecord()) {
      survey
          .helm()
          .records()
          .forEach(each -> kept.add(new KeptObject(each.ref(), "as asked for: " + OF_A_RECORD)));
    }
    return kept;
  }

  private void requireNothingInTheWay(Survey survey) {
    CustomResources resources = survey.customResources();
    if (options.customResources() == CustomResourcePolicy.REFUSE && !resources.isEmpty()) {
      throw CustomResourceRefusal.of(resources);
    }
    List<Manifest> goes = new ArrayList<>(survey.removed());
    if (options.removesDefinitions()) {
      goes.addAll(survey.definitions());
    }
    if (options.customResources() == CustomResourcePolicy.DELETE) {
      goes.addAll(resources.objects());
    }
    Protection.requireNone(goes);
    if (options.customResources() == CustomResourcePolicy.DELETE && !survey.isServing()) {
      List<Manifest> stuck =
          resources.objects().stream().filter(UninstallPlanner::waitsForTheManager).toList();
      if (!stuck.isEmpty()) {
        throw StuckDeletion.withoutManager(stuck);
      }
    }
  }

  /** Whether an object has a finalizer that the manager puts on. */
  private static boolean waitsForTheManager(Manifest object) {
    return object.list("metadata", "finalizers").stream()
        .map(String::valueOf)
        .anyMatch(each -> each.substring(0, Math.max(0, each.indexOf('/'))).endsWith("kruise.io"));
  }

  private List<PlannedStage> stages(Survey survey, NamespacePlan namespaces) {
    List<PlannedStage> first = new ArrayList<>();
    PlannedStage disarm =
        stage(
            Stage.DISARM,
            "the webhooks are switched off, so that nobody depends on the manager",
            toDisarm(survey.live().ownConfigurations()));
    PlannedStage admit =
        stage(
            Stage.ADMIT,
            "the API server itself admits a Pod, and calls the webhooks no more",
            List.of());
    PlannedStage resources =
        stage(
            Stage.CUSTOM_RESOURCES,
            survey.isServing()
                ? "custom resources go while the manager runs and can clean up after them"
                : "custom resources go; no manager is there to clean up after them",
            customResources(survey));
    // Webhooks that nobody answers would refuse the deletion of what they watch over.
    if (resources.changes().isEmpty() || isAnswered(survey)) {
      first.addAll(List.of(resources, disarm, admit));
    } else {
      first.addAll(List.of(disarm, admit, resources));
    }
    List<PlannedStage> all = new ArrayList<>();
    Stream.concat(first.stream(), then(survey, namespaces).stream())
        .filter(each -> each.stage() == Stage.ADMIT || isNeeded(each, survey))
        .forEach(all::add);
    return all;
  }

  /**
   * Whether the API server shows, asked in dry run, that the webhooks are answered. An answer that
   * is late, or that somebody else gives, does not show it.
   */
  private boolean isAnswered(Survey survey) {
    LiveInstallation live = survey.live();
    if (!survey.isServing()) {
      return false;
    }
    AdmissionProbe probe =
        new AdmissionProbe(
            cluster,
            live.ownConfigurations(),
            live.location().serviceRef(),
            AdmissionProbe.namespace(
                live.ownConfigurations(),
                live.namespaces().orElse(List.of()),
                live.location().namespace()),
            new SecureRandom());
    return ANSWERED.contains(probe.pod(PROBE).outcome())
        && ANSWERED.contains(probe.cloneSet(PROBE).outcome());
  }

  private List<PlannedStage> then(Survey survey, NamespacePlan namespaces) {
    List<PlannedChange> manager = new ArrayList<>(deleted(survey.workloads()));
    if (!options.removesDefinitions()) {
      manager.addAll(conversions(survey.definitions()));
    }
    return List.of(
        stage(
            Stage.REMOVE_MANAGER,
            "the manager and the daemon go, and the API server converts without them",
            manager),
        stage(
            Stage.REMOVE_OBJECTS,
            "what the manager needed, what it made, and at last the configurations",
            objects(survey)),
        stage(
            Stage.REMOVE_DEFINITIONS,
            "custom resource definitions, which have no objects any more",
            options.removesDefinitions() ? deleted(survey.definitions()) : List.of()),
        stage(
            Stage.REMOVE_NAMESPACES,
            "namespaces that this library has made and that hold nothing else",
            deleted(namespaces.removed())));
  }

  /** Pods of a manager that was deleted before are waited for, too. */
  private static boolean isNeeded(PlannedStage stage, Survey survey) {
    return !stage.changes().isEmpty()
        || (stage.stage() == Stage.REMOVE_MANAGER && !RemoveManager.pods(survey.live()).isEmpty());
  }

  private List<PlannedChange> customResources(Survey survey) {
    if (options.customResources() != CustomResourcePolicy.DELETE) {
      return List.of();
    }
    CustomResources resources = survey.customResources();
    List<PlannedChange> changes = new ArrayList<>();
    // Nobody converts them, so that they cannot even be listed.
    changes.addAll(
        conversions(
            survey.live().definitions().orElse(List.of()).stream()
                .filter(each -> resources.unreadable().containsKey(each.ref()))
                .toList()));
    changes.addAll(deleted(resources.roots()));
    return changes;
  }

  private List<PlannedChange> objects(Survey survey) {
    List<PlannedChange> changes = new ArrayList<>();
    if (!options.keepsHelmRecord()) {
      changes.addAll(deleted(survey.helm().records()));
    }
    changes.addAll(
        deleted(
            survey.objects().stream()
                .filter(
                    each ->
                        options.customResources() != CustomResourcePolicy.KEEP
                            || !ChartObjects.isOfNodes(each.ref()))
                .toList()));
    changes.addAll(deleted(survey.live().ownConfigurations()));
    return changes;
  }

  private static List<PlannedChange> toDisarm(List<Manifest> configurations) {
    return configurations.stream()
        .filter(each -> !WebhookConfigurations.isParked(each))
        .map(each -> PlannedChange.of(each.ref(), ChangeAction.DISARM))
        .toList();
  }

  private static List<PlannedChange> conversions(List<Manifest> definitions) {
    return definitions.stream()
        .filter(each -> "Webhook".equals(each.text("spec", "conversion", "strategy")))
        .map(
            each ->
                new PlannedChange(
                    each.ref(),
                    ChangeAction.CHANGE,
                    List.of(new FieldDiff(CONVERSION, "\"Webhook\"", "\"None\"")),
                    List.of()))
        .toList();
  }

  private static List<PlannedChange> deleted(Collection<Manifest> objects) {
    return objects.stream().map(each -> PlannedChange.of(each.ref(), ChangeAction.DELETE)).toList();
  }

  private void warn(Survey survey, List<String> warnings) {
    if (!options.removesDefinitions() && !survey.definitions().isEmpty()) {
      warnings.add(
          survey.definitions().size()
              + " custom resource definitions stay; removeDefinitions() removes them");
    }
    boolean recorded = !survey.helm().records().isEmpty();
    if (recorded && options.keepsHelmRecord()) {
      warnings.add(
          "Helm still has a record of "
              + String.join(", ", survey.helm().recorded())
              + ": "
              + OF_A_RECORD);
    }
    survey
        .helm()
        .others()
        .forEach(
            each ->
                warnings.add(
                    "the Helm release "
                        + each
                        + " holds more than OpenKruise, or cannot be read: its record stays, and"
                        + " helm uninstall of it would delete custom resource definitions"));
    if (options.customResources() == CustomResourcePolicy.KEEP
        && !survey.customResources().isEmpty()) {
      warnings.add(
          "custom resources stay, and nobody acts on them until OpenKruise is installed again");
    }
  }

  private static PreparedPlan prepared(Survey survey, InstallPlan changes) {
    Release stands =
        new Release(
            survey.live().version(),
            survey.live().location().namespace(),
            survey.live().ownConfigurations(),
            "",
            "the cluster");
    return new PreparedPlan(changes, stands, Map.of(), Map.of());
  }

  private Map<Stage, StageStep> steps(Survey survey) {
    Deletions deletions = new Deletions(uids(survey));
    return Stream.of(
            new DisarmConfigurations(survey),
            new AdmitPods(survey),
            new DeleteCustomResources(survey, deletions),
            new RemoveManager(survey, deletions),
            new RemoveObjects(
                survey, deletions, options.customResources() == CustomResourcePolicy.KEEP),
            new RemoveDefinitions(survey, deletions),
            new RemoveNamespaces(survey, deletions, workers))
        .collect(Collectors.toUnmodifiableMap(StageStep::stage, Function.identity()));
  }

  private static Map<ObjectRef, String> uids(Survey survey) {
    Map<ObjectRef, String> uids = new LinkedHashMap<>();
    Stream.of(
            survey.removed(),
            survey.helm().records(),
            survey.live().ownConfigurations(),
            survey.definitions(),
            survey.customResources().objects(),
            survey.namespaces().stream().map(Survey.LiveNamespace::manifest).toList())
        .flatMap(List::stream)
        .forEach(
            each -> {
              String uid = each.uid();
              if (uid != null) {
                uids.put(each.ref(), uid);
              }
            });
    return uids;
  }

  private static PlannedStage stage(Stage stage, String why, List<PlannedChange> changes) {
    return new PlannedStage(stage, why, changes);
  }

  /** Why an uninstallation is refused while custom resources exist. */
  static final class CustomResourceRefusal {
    private CustomResourceRefusal() {}

    static InstallException of(CustomResources resources) {
      List<String> seen = new ArrayList<>();
      resources.counts().forEach(each -> seen.add(each.toString()));
      resources
          .unreadable()
          .forEach((definition, why) -> seen.add(definition + " cannot be listed: " + why));
      long total = resources.objects().size();
      return new InstallException(
          Failure.of(
                  FailureCode.CUSTOM_RESOURCES_EXIST,
                  total == 0
                      ? "custom resources may exist: they cannot be listed"
                      : total + " custom resources of OpenKruise exist",
                  "Say what is to become of them: keepCustomResources() leaves them, their"
                      + " definitions and their Pods, and only the manager goes;"
                      + " deleteCustomResources() deletes them first, and their Pods with them.")
              .seen(seen));
    }
  }
}
