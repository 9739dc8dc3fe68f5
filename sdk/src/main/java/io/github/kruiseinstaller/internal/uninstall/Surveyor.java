package io.github.kruiseinstaller.internal.uninstall;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.Cluster.Query;
import io.github.kruiseinstaller.internal.live.InstallationOwner;
import io.github.kruiseinstaller.internal.live.LiveInstallation;
import io.github.kruiseinstaller.internal.live.LiveInstallationReader;
import io.github.kruiseinstaller.internal.live.ManagerPods;
import io.github.kruiseinstaller.internal.live.OwnGroups;
import io.github.kruiseinstaller.internal.live.Seen;
import io.github.kruiseinstaller.internal.ownership.HelmRecords;
import io.github.kruiseinstaller.internal.retry.Workers;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.release.Release;
import io.github.kruiseinstaller.uninstall.KeptObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds what belongs to an installation, whoever made it. Reads only. */
final class Surveyor {
  private static final String RBAC = "rbac.authorization.k8s.io/v1";
  private static final int MOST_NAMED = 20;
  private static final Set<String> WORKLOADS = Set.of("Deployment", "DaemonSet", "Job");

  private final Cluster cluster;
  private final Workers workers;
  private final NamespaceContents contents;

  Surveyor(Cluster cluster, Workers workers) {
    this.cluster = cluster;
    this.workers = workers;
    this.contents = new NamespaceContents(cluster, workers);
  }

  /**
   * Finds.
   *
   * @param asked the manager's namespace, or null to find it
   * @param release whose objects go, or null for all that is known of charts
   * @param everything whether custom resources of others in the namespaces matter
   */
  Survey survey(@Nullable String asked, @Nullable Release release, boolean everything) {
    String told = asked == null && release != null ? release.namespace() : asked;
    LiveInstallation live = new LiveInstallationReader(cluster, workers).read(told);
    requireSeen(live);
    List<Manifest> ours = live.definitions().orElse(List.of());
    CustomResources customResources = CustomResources.read(cluster, workers, ours);
    Map<String, Contents> inside = inside(live, everything);
    Map<ObjectRef, Manifest> belongings = new LinkedHashMap<>();
    clusterWide(release).forEach(each -> belongings.put(each.ref(), each));
    inside.forEach(
        (namespace, contained) ->
            contained.objects().stream()
                // What has an owner goes with it.
                .filter(each -> each.list("metadata", "ownerReferences").isEmpty())
                .filter(belongs(live, namespace, release))
                .forEach(each -> belongings.put(each.ref(), each)));
    elsewhere(live, release, belongings);
    List<String> warnings = new ArrayList<>();
    new RecordedObjects(cluster, workers)
        .addTo(belongings, live.location().namespace(), objects(inside), warnings);
    HelmRecords helm =
        HelmRecords.read(
            cluster,
            Stream.of(belongings.values(), live.ownConfigurations(), ours)
                .flatMap(each -> each.stream())
                .toList());
    List<Manifest> removed = new ArrayList<>(belongings.values());
    removed.addAll(customResources.ofNodes());
    return finished(
        new Draft(live, removed, definitions(ours, release), customResources, helm, warnings),
        inside);
  }

  /** What the manager makes while it runs, as it is now; no release brings it. */
  List<Manifest> ofTheManagersMaking(LiveInstallation live) {
    List<Manifest> ours = live.definitions().orElse(List.of());
    List<Manifest> made = new ArrayList<>(CustomResources.read(cluster, workers, ours).ofNodes());
    inside(live, false)
        .forEach(
            (namespace, contained) ->
                contained.objects().stream()
                    .filter(each -> isRunTime(each, made(live, namespace)))
                    .filter(mayGo(live))
                    .forEach(made::add));
    return made;
  }

  private record Draft(
      LiveInstallation live,
      List<Manifest> removed,
      List<Manifest> definitions,
      CustomResources customResources,
      HelmRecords helm,
      List<String> warnings) {}

  /**
   * What is in a namespace.
   *
   * @param objects what could be seen
   * @param unread which kinds could not, and why
   */
  private record Contents(List<Manifest> objects, List<String> unread) {}

  private static Map<String, List<Manifest>> objects(Map<String, Contents> inside) {
    Map<String, List<Manifest>> objects = new LinkedHashMap<>();
    inside.forEach((namespace, contained) -> objects.put(namespace, contained.objects()));
    return objects;
  }

  private static Survey finished(Draft draft, Map<String, Contents> inside) {
    List<Manifest> goes = new ArrayList<>(draft.removed());
    goes.addAll(draft.helm().records());
    List<Survey.LiveNamespace> namespaces = new ArrayList<>();
    List<KeptObject> foreign = new ArrayList<>();
    List<String> warnings = new ArrayList<>(draft.warnings());
    inside.forEach(
        (name, contained) -> {
          List<Manifest> others = NamespaceContents.foreign(contained.objects(), goes);
          namespaces.add(
              new Survey.LiveNamespace(namespace(draft.live(), name), others, contained.unread()));
          others.stream()
              .limit(MOST_NAMED)
              .forEach(each -> foreign.add(new KeptObject(each.ref(), why(draft.live(), each))));
          if (others.size() > MOST_NAMED) {
            warnings.add(
                others.size() - MOST_NAMED + " more objects of others stay in namespace " + name);
          }
        });
    draft.live().managers().orElse(List.of()).stream()
        .filter(each -> draft.removed().stream().noneMatch(gone -> gone.ref().equals(each.ref())))
        .forEach(each -> foreign.add(new KeptObject(each.ref(), "a manager of its own")));
    Map<Boolean, List<Manifest>> parts =
        draft.removed().stream()
            .collect(Collectors.partitioningBy(each -> WORKLOADS.contains(each.kind())));
    return new Survey(
        draft.live(),
        parts.getOrDefault(true, List.of()),
        parts.getOrDefault(false, List.of()),
        draft.definitions(),
        draft.customResources(),
        draft.helm(),
        namespaces,
        foreign,
        warnings);
  }

  private static String why(LiveInstallation live, Manifest kept) {
    return new CertificateSecret(live).is(kept)
        ? "others have made the certificate in it"
        : "nobody knows it for OpenKruise's";
  }

  /** What is in the installation's namespaces that exist. */
  private Map<String, Contents> inside(LiveInstallation live, boolean everything) {
    List<Manifest> definitions =
        everything
            ? cluster
                .list(Query.all("apiextensions.k8s.io/v1", "CustomResourceDefinition", null))
                .items()
            : List.of();
    Map<Boolean, List<Manifest>> ours =
        definitions.stream().collect(Collectors.partitioningBy(OwnGroups::isDefinition));
    Map<String, Contents> inside = new LinkedHashMap<>();
    Stream.of(live.location().namespace(), Release.DAEMON_CONFIG_NAMESPACE)
        .distinct()
        .filter(name -> exists(live, name))
        .forEach(
            name -> {
              NamespaceContents.Custom others =
                  contents.custom(ours.getOrDefault(false, List.of()), name);
              List<Manifest> all = new ArrayList<>(contents.builtIn(name));
              // What cannot be read of OpenKruise's own is readable before the namespace goes.
              all.addAll(contents.custom(ours.getOrDefault(true, List.of()), name).objects());
              all.addAll(others.objects());
              inside.put(name, new Contents(all, others.unread()));
            });
    return inside;
  }

  private List<Manifest> clusterWide(@Nullable Release release) {
    return workers
        .map(
            List.of("ClusterRole", "ClusterRoleBinding"),
            kind -> cluster.list(Query.all(RBAC, kind, null)).items())
        .stream()
        .flatMap(List::stream)
        .filter(
            each ->
                release == null
                    ? ChartObjects.isOfTheCluster(each.ref())
                        || InstallationOwner.of(each).isThisInstaller()
                    : release.find(each.ref()).isPresent())
        .toList();
  }

  private static Predicate<Manifest> belongs(
      LiveInstallation live, String namespace, @Nullable Release release) {
    Predicate<Manifest> made = made(live, namespace);
    Predicate<Manifest> ours =
        object -> !object.isKind("Lease") && InstallationOwner.of(object).isThisInstaller();
    Predicate<Manifest> all =
        release == null
            ? made.or(ours)
            : object -> release.find(object.ref()).isPresent() || isRunTime(object, made);
    return all.and(mayGo(live));
  }

  private static Predicate<Manifest> mayGo(LiveInstallation live) {
    return Predicate.not(new CertificateSecret(live)::isOfOthers);
  }

  private static Predicate<Manifest> made(LiveInstallation live, String namespace) {
    return namespace.equals(live.location().namespace())
        ? object -> ofTheManager(live, object)
        : object -> ChartObjects.isOfTheDaemon(object.ref()) || isOfTheManagersMaking(object);
  }

  /** What no release brings: the manager makes it. */
  private static boolean isRunTime(Manifest object, Predicate<Manifest> made) {
    return made.test(object)
        && (object.isKind("Lease") || object.isKind("ConfigMap") || object.isKind("Secret"));
  }

  private static boolean ofTheManager(LiveInstallation live, Manifest object) {
    ObjectRef ref = object.ref();
    return ChartObjects.isOfTheManager(object)
        || ManagerPods.isManager(object)
        || live.daemon().filter(found -> found.ref().equals(ref)).isPresent()
        || live.location().serviceRef().equals(ref)
        || new CertificateSecret(live).is(object);
  }

  /** Pull secrets that the manager copies for its daemons. */
  private static boolean isOfTheManagersMaking(Manifest object) {
    return object.isKind("Secret") && ChartObjects.isWrittenByTheManager(object);
  }

  /** What a release has outside of its namespaces, or of kinds that are not looked through. */
  private void elsewhere(
      LiveInstallation live, @Nullable Release release, Map<ObjectRef, Manifest> belongings) {
    if (release == null) {
      return;
    }
    List<ObjectRef> rest =
        release.manifests().stream()
            .filter(each -> !each.isKind("Namespace"))
            .filter(each -> !each.isKind("CustomResourceDefinition"))
            .filter(each -> !each.kind().endsWith("WebhookConfiguration"))
            .map(Manifest::ref)
            .filter(ref -> !belongings.containsKey(ref))
            .toList();
    workers.map(rest, cluster::get).stream()
        .flatMap(Optional::stream)
        .filter(mayGo(live))
        .forEach(each -> belongings.put(each.ref(), each));
  }

  private static List<Manifest> definitions(List<Manifest> ours, @Nullable Release release) {
    return ours.stream()
        .filter(each -> release == null || release.find(each.ref()).isPresent())
        .toList();
  }

  private static boolean exists(LiveInstallation live, String namespace) {
    return live.namespaces().orElse(List.of()).stream()
        .anyMatch(each -> each.name().equals(namespace));
  }

  private static Manifest namespace(LiveInstallation live, String name) {
    return live.namespaces().orElse(List.of()).stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** Without these nobody can say what is armed, what is in use, and who answers. */
  private static void requireSeen(LiveInstallation live) {
    List<String> unseen =
        Stream.<Seen<?>>of(
                live.namespaces(),
                live.configurations(),
                live.endpointSlices(),
                live.deployments(),
                live.pods(),
                live.daemonSets(),
                live.definitions())
            .filter(each -> !each.isSeen())
            .map(Seen::unseen)
            .toList();
    if (!unseen.isEmpty()) {
      throw new InstallException(
          Failure.of(
                  FailureCode.PERMISSION_DENIED,
                  "too little of the cluster can be seen to uninstall; nothing was written",
                  "Grant it to this user; ClusterRoles.uninstalling() is a role that is enough."
                      + " Then run again.")
              .seen(unseen));
    }
  }
}
