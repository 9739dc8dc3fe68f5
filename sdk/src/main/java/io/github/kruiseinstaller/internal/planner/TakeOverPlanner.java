package io.github.kruiseinstaller.internal.planner;

import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.ClusterException;
import io.github.kruiseinstaller.internal.ownership.Adoption;
import io.github.kruiseinstaller.internal.ownership.Adoptions;
import io.github.kruiseinstaller.internal.ownership.Claim;
import io.github.kruiseinstaller.internal.ownership.FieldSet;
import io.github.kruiseinstaller.internal.ownership.HelmRecords;
import io.github.kruiseinstaller.internal.ownership.ManagedEntry;
import io.github.kruiseinstaller.internal.retry.Workers;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.TakeOver;
import io.github.kruiseinstaller.plan.ChangeAction;
import io.github.kruiseinstaller.plan.ExistingInstallation;
import io.github.kruiseinstaller.plan.HelmRelease;
import io.github.kruiseinstaller.plan.PlannedChange;
import io.github.kruiseinstaller.release.Release;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether somebody else made what lives, and plans how it comes into our hands. Where
 * that is not allowed it plans what would happen, and the refusal with it.
 */
final class TakeOverPlanner {
  private final Cluster cluster;
  private final Workers workers;
  private final @Nullable TakeOver option;
  private final ObjectPlanner objects;

  TakeOverPlanner(Cluster cluster, Workers workers, @Nullable TakeOver option) {
    this.cluster = cluster;
    this.workers = workers;
    this.option = option;
    this.objects = new ObjectPlanner(cluster);
  }

  TakeOverPlan plan(Release release, LiveState live, Collection<Manifest> wanted) {
    Claim claim = Claim.of(release, live.objects());
    Optional<ExistingInstallation> elsewhere = elsewhere(release, live, claim);
    if (elsewhere.isPresent()) {
      return TakeOverPlan.refused(live, elsewhere.get());
    }
    if (!claim.isShared() && claim.core().stream().noneMatch(HelmRecords::areKept)) {
      return TakeOverPlan.none(live, List.of());
    }
    HelmRecords helm = records(live.objects().values());
    if (!claim.isShared() && option != TakeOver.REMOVE_HELM_RECORD) {
      return TakeOverPlan.none(live, TakeOverTexts.warnings(helm, false));
    }
    ExistingInstallation existing = existing(claim, helm);
    if (!claim.isOfOthers() && option == null) {
      return TakeOverPlan.none(live, TakeOverTexts.shared(existing));
    }
    List<Manifest> there =
        wanted.stream()
            .filter(each -> live.object(each.ref()).isPresent())
            .filter(each -> claim.isShared() || isConfiguration(each))
            .toList();
    boolean removes = option == TakeOver.REMOVE_HELM_RECORD;
    Draft draft = new Draft(live, claim, removes ? "" : helm.asKept());
    workers.map(there, each -> adopted(each, draft)).forEach(draft::add);
    return finished(
        draft,
        helm,
        claim.isShared() ? TakeOverTexts.judged(existing, release, live, claim) : null);
  }

  /**
   * An installation in another namespace that this library has made, or has had a hand in, refused.
   * What is left of one whose manager is gone stands in nobody's way.
   */
  private Optional<ExistingInstallation> elsewhere(Release release, LiveState live, Claim claim) {
    return TakeOverTexts.ownElsewhere(release, live, claim)
        .filter(service -> hasManager(release, service))
        .map(
            service -> {
              List<String> makers = claim.makers().stream().sorted().toList();
              ExistingInstallation existing =
                  new ExistingInstallation(
                      claim.madeBy(),
                      null,
                      makers.isEmpty() ? List.of(Cluster.FIELD_MANAGER) : makers,
                      claim.evidence(),
                      option,
                      null);
              return existing.refused(TakeOverTexts.elsewhere(existing, release, service));
            });
  }

  /** Whether there is a manager beside a Service, as far as that may be seen. */
  private boolean hasManager(Release release, ObjectRef service) {
    ObjectRef ours = release.managerDeployment().ref();
    try {
      return cluster
          .get(new ObjectRef(ours.apiVersion(), ours.kind(), service.namespace(), ours.name()))
          .isPresent();
    } catch (ClusterException e) {
      if (e.status() != 403) {
        throw e;
      }
      return true;
    }
  }

  private TakeOverPlan finished(
      Draft draft, HelmRecords helm, @Nullable ExistingInstallation existing) {
    boolean removes = option == TakeOver.REMOVE_HELM_RECORD;
    List<Manifest> records = removes ? helm.records() : List.of();
    List<PlannedChange> settled = new ArrayList<>();
    records.forEach(each -> settled.add(PlannedChange.of(each.ref(), ChangeAction.DELETE)));
    settled.addAll(draft.settled);
    List<String> warnings = TakeOverTexts.warnings(helm, removes);
    List<String> first =
        existing == null ? List.of() : List.of("taken over from " + existing.owner());
    return new TakeOverPlan(
        draft.live(),
        existing,
        draft.adopted,
        settled,
        new Adoptions(draft.adoptions, uids(records), draft.kept, first, warnings),
        warnings);
  }

  private ExistingInstallation existing(Claim claim, HelmRecords helm) {
    HelmRelease release =
        Stream.of(helm, HelmRecords.unread(claim.core()))
            .flatMap(each -> each.releases().stream())
            .map(HelmRecords.Recorded::release)
            .findFirst()
            .orElse(null);
    return new ExistingInstallation(
        claim.madeBy(),
        release,
        claim.makers().stream().sorted().toList(),
        claim.evidence(),
        option,
        null);
  }

  /** Records are needed only to be deleted; otherwise they are worth knowing. */
  private HelmRecords records(Collection<Manifest> live) {
    try {
      return HelmRecords.read(cluster, live);
    } catch (ClusterException e) {
      if (e.status() != 403 || option == TakeOver.REMOVE_HELM_RECORD) {
        throw e;
      }
      return HelmRecords.unread(live);
    }
  }

  private Adopted adopted(Manifest wanted, Draft draft) {
    Manifest live = draft.before.object(wanted.ref()).orElseThrow();
    if (isConfiguration(wanted)) {
      Adoption adoption =
          new Adoption(ManagedEntry.UPDATE, draft.claim.makers(), FieldSet.NONE, false);
      boolean writes = adoption.replacement(live, wanted, draft.kept).isPresent();
      return new Adopted(live, adoption, null, writes);
    }
    ObjectPlanner.Forced applied = objects.force(wanted);
    FieldSet release =
        ManagedEntry.ourApply(applied.result()).map(ManagedEntry::fields).orElse(FieldSet.NONE);
    Adoption proposed = new Adoption(ManagedEntry.APPLY, draft.claim.makers(), release, false);
    FieldSet pruned = proposed.pruned(live);
    Manifest after = applied.result().edit(pruned::removeFrom);
    if (isEmptied(wanted, live, after)) {
      return new Adopted(
          live, proposed, PlannedChange.of(wanted.ref(), ChangeAction.UNCHANGED), false);
    }
    PlannedChange change =
        applied.change(live, objects.defaulted(live, after), draft.claim.makers());
    boolean unchanged = !change.action().writes();
    Adoption adoption = new Adoption(ManagedEntry.APPLY, draft.claim.makers(), release, unchanged);
    return new Adopted(live, adoption, change, adoption.managedFields(live).isPresent());
  }

  private static boolean isConfiguration(Manifest manifest) {
    return manifest.kind().endsWith("WebhookConfiguration");
  }

  /** Whether applying would take away what the manager has put into its Secret. */
  private static boolean isEmptied(Manifest wanted, Manifest live, Manifest after) {
    return wanted.isKind("Secret")
        && wanted.map("data").isEmpty()
        && !after.map("data").equals(live.map("data"));
  }

  private static Map<ObjectRef, String> uids(List<Manifest> records) {
    Map<ObjectRef, String> uids = new HashMap<>();
    records.forEach(
        each -> Optional.ofNullable(each.uid()).ifPresent(uid -> uids.put(each.ref(), uid)));
    return uids;
  }

  /**
   * One object.
   *
   * @param change what applying the release changes afterwards; null for what is not applied
   * @param writes whether anything is to be adopted
   */
  private record Adopted(
      Manifest live, Adoption adoption, @Nullable PlannedChange change, boolean writes) {}

  /** What comes together while objects are looked at. */
  private static final class Draft {
    private final LiveState before;
    private final Claim claim;
    private final String kept;
    private final Map<ObjectRef, Adoption> adoptions = new LinkedHashMap<>();
    private final Map<ObjectRef, PlannedChange> changes;
    private final List<PlannedChange> adopted = new ArrayList<>();
    private final List<PlannedChange> settled = new ArrayList<>();

    Draft(LiveState before, Claim claim, String kept) {
      this.before = before;
      this.claim = claim;
      this.kept = kept;
      this.changes = new HashMap<>(before.changes());
    }

    void add(Adopted one) {
      ObjectRef object = one.live().ref();
      if (one.change() != null) {
        changes.put(object, one.change());
      }
      if (one.writes()) {
        adoptions.put(object, one.adoption());
        PlannedChange adopting =
            new PlannedChange(
                object, ChangeAction.ADOPT, List.of(), one.adoption().takenFrom(one.live()));
        (one.change() == null ? settled : adopted).add(adopting);
      }
    }

    /** An object that is applied makes its controller look without being told to. */
    LiveState live() {
      List<PlannedChange> retries =
          before.retries().stream()
              .filter(
                  retry ->
                      Optional.ofNullable(changes.get(retry.object()))
                          .filter(change -> change.action().writes())
                          .isEmpty())
              .toList();
      return new LiveState(
          before.version(),
          before.namespaces(),
          before.objects(),
          before.serving(),
          changes,
          retries);
    }
  }
}
