package io.github.kruiseinstaller.internal.inventory;

import io.github.kruiseinstaller.internal.webhook.WebhookConfigurations;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.ChangeAction;
import io.github.kruiseinstaller.plan.FieldDiff;
import io.github.kruiseinstaller.plan.PlannedChange;
import io.github.kruiseinstaller.plan.PlannedStage;
import io.github.kruiseinstaller.release.Release;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The part of a plan that is about the inventory, while the plan is being made. Used by one thread.
 */
public final class InventoryDraft {
  private final Release release;
  private final boolean members;
  private final @Nullable Inventory before;
  private final @Nullable Recording recording;
  private final List<String> warnings = new ArrayList<>();
  private InventoryPlan plan = InventoryPlan.none();

  private InventoryDraft(
      Release release, boolean members, @Nullable Inventory before, @Nullable Recording recording) {
    this.release = release;
    this.members = members;
    this.before = before;
    this.recording = recording;
  }

  /**
   * What recording takes.
   *
   * @param parent the live parent
   * @param rules which members go
   * @param reading members that the release no longer has; null when there is no inventory yet
   */
  private record Recording(
      Optional<Manifest> parent, PruneRules rules, Members.@Nullable Reading reading) {}

  /** Objects are no members. */
  static InventoryDraft none(Release release, String... warnings) {
    InventoryDraft draft = new InventoryDraft(release, false, null, null);
    draft.warnings.addAll(List.of(warnings));
    return draft;
  }

  /** Objects are members of an inventory that is left as it is. */
  static InventoryDraft following(Release release, Inventory before) {
    return new InventoryDraft(release, true, before, null);
  }

  /** Objects are members of an inventory that is kept. */
  static InventoryDraft recording(
      Release release,
      Optional<Manifest> parent,
      PruneRules rules,
      Members.@Nullable Reading reading) {
    return new InventoryDraft(
        release,
        true,
        parent.flatMap(Inventory::of).orElse(null),
        new Recording(parent, rules, reading));
  }

  /** What is a member when a release is installed: its objects, and the manager's namespace. */
  static List<ObjectRef> memberRefs(Release release) {
    return Stream.concat(
            release.manifests().stream().filter(Inventory::isMember).map(Manifest::ref),
            Stream.of(ObjectRef.cluster("v1", "Namespace", release.namespace())))
        .distinct()
        .toList();
  }

  /** The version that the inventory tells, where there is one already. */
  public Optional<String> recorded() {
    return Optional.ofNullable(before).map(Inventory::release);
  }

  /** The release, its objects as members. */
  public Release release() {
    return with(this::member);
  }

  private Release with(UnaryOperator<Manifest> change) {
    return new Release(
        release.version(),
        release.namespace(),
        release.manifests().stream().map(change).toList(),
        release.digest(),
        release.source());
  }

  /**
   * The release, but for webhook configurations that others have made and of which nothing else is
   * written: they are left to them altogether.
   *
   * @param stages what is planned with every object a member
   * @param live the live objects
   */
  public Release settled(List<PlannedStage> stages, Map<ObjectRef, Manifest> live) {
    return with(manifest -> isLeftToOthers(manifest, stages, live) ? manifest : member(manifest));
  }

  private static boolean isLeftToOthers(
      Manifest manifest, List<PlannedStage> stages, Map<ObjectRef, Manifest> live) {
    Manifest found = live.get(manifest.ref());
    return found != null
        && manifest.kind().endsWith("WebhookConfiguration")
        && !Ownership.isShared(found)
        && stages.stream()
            .filter(stage -> stage.stage() == Stage.DISARM)
            .flatMap(stage -> stage.changes().stream())
            .noneMatch(change -> change.object().equals(manifest.ref()))
        && WebhookConfigurations.isArmed(found)
        && WebhookConfigurations.drift(manifest, found).isEmpty();
  }

  /** An object as it is applied. */
  public Manifest member(Manifest manifest) {
    return members && Inventory.isMember(manifest)
        ? Inventory.member(manifest, release.namespace())
        : manifest;
  }

  /**
   * Puts the stages of recording and pruning where they belong. Where others have made everything
   * and nothing is written, nothing is recorded.
   *
   * @param live the live objects of the release
   * @param namespaces all live namespaces
   */
  public void addTo(
      List<PlannedStage> stages, Collection<Manifest> live, List<Manifest> namespaces) {
    if (recording == null || !isDue(recording, stages, live)) {
      return;
    }
    Inventory wanted = Inventory.of(release.namespace(), release.version(), memberRefs(release));
    Inventory both = before == null ? wanted : wanted.and(before);
    Members left =
        recording.reading() == null ? new Members(List.of(), Map.of()) : recording.reading().join();
    warn(recording.rules(), left);
    Map<Manifest, PlannedChange> judged = judged(recording.rules(), left, namespaces);
    Inventory after = after(wanted, both, judged.values(), left);
    plan = new InventoryPlan(both.parent(), after.parent(), pruned(judged));
    addRecord(stages, record(recording.parent(), both.parent()));
    addPrune(stages, judged.values(), record(Optional.of(both.parent()), after.parent()));
  }

  private Map<Manifest, PlannedChange> judged(
      PruneRules rules, Members left, List<Manifest> namespaces) {
    Map<Manifest, PlannedChange> judged = new LinkedHashMap<>();
    Stream.concat(left.objects().stream(), namespaces.stream().filter(this::isLeft))
        .sorted(Comparator.comparing(Manifest::ref))
        .forEach(member -> judged.put(member, rules.judge(member)));
    return judged;
  }

  private static Map<ObjectRef, Manifest> pruned(Map<Manifest, PlannedChange> judged) {
    Map<ObjectRef, Manifest> pruned = new LinkedHashMap<>();
    judged.forEach(
        (member, change) -> {
          if (change.action() == ChangeAction.PRUNE) {
            pruned.put(member.ref(), member);
          }
        });
    return pruned;
  }

  /** Right after the namespace, which it is in. */
  private static void addRecord(List<PlannedStage> stages, PlannedChange change) {
    int position = 0;
    while (position < stages.size()
        && stages.get(position).stage().compareTo(Stage.NAMESPACE) <= 0) {
      position++;
    }
    stages.add(
        position,
        new PlannedStage(
            Stage.INVENTORY,
            "what belongs to the installation is recorded before it is written",
            List.of(change)));
  }

  private static void addPrune(
      List<PlannedStage> stages, Collection<PlannedChange> judged, PlannedChange shrunk) {
    List<PlannedChange> changes = new ArrayList<>(judged);
    if (shrunk.action().writes()) {
      changes.add(shrunk);
    }
    if (!changes.isEmpty()) {
      stages.add(
          new PlannedStage(
              Stage.PRUNE, "what an earlier run installed and the release has no more", changes));
    }
  }

  private static boolean isDue(
      Recording recording, List<PlannedStage> stages, Collection<Manifest> live) {
    return recording.parent().isPresent()
        || stages.stream().anyMatch(stage -> stage.writes() > 0)
        || live.stream().anyMatch(each -> each.labels().containsKey(Inventory.PART_OF));
  }

  /** Whether a live namespace is a member that the release does not have. */
  private boolean isLeft(Manifest namespace) {
    return Inventory.id(release.namespace()).equals(namespace.labels().get(Inventory.PART_OF))
        && !memberRefs(release).contains(namespace.ref());
  }

  /** What a person should know. */
  public List<String> warnings() {
    return List.copyOf(warnings);
  }

  /** What the stages need. */
  public InventoryPlan plan() {
    return plan;
  }

  private void warn(PruneRules rules, Members left) {
    left.unseen().keySet().stream()
        .filter(kind -> PruneRules.holdsNothing(kind) || rules.names(kind))
        .map(
            kind ->
                "objects of kind "
                    + kind
                    + " cannot be listed ("
                    + left.unseen().get(kind)
                    + "): none of them is pruned")
        .forEach(warnings::add);
  }

  /** What stays, and what could not be looked at, is still told of. */
  private static Inventory after(
      Inventory wanted, Inventory before, Collection<PlannedChange> changes, Members left) {
    List<ObjectRef> kept =
        changes.stream()
            .filter(change -> change.action() == ChangeAction.KEEP)
            .map(PlannedChange::object)
            .toList();
    Inventory after = wanted.and(Inventory.of(wanted.namespace(), wanted.release(), kept));
    if (left.unseen().isEmpty()) {
      return after;
    }
    Inventory unseen =
        new Inventory(
            wanted.namespace(),
            wanted.release(),
            left.unseen().keySet().stream()
                .map(GroupKind::parse)
                .collect(Collectors.toCollection(TreeSet::new)),
            before.namespaces());
    return after.and(unseen);
  }

  private static PlannedChange record(Optional<Manifest> live, Manifest wanted) {
    if (live.isEmpty()) {
      return PlannedChange.of(wanted.ref(), ChangeAction.CREATE);
    }
    List<FieldDiff> fields = Inventory.drift(live.get(), wanted);
    return fields.isEmpty()
        ? PlannedChange.of(wanted.ref(), ChangeAction.UNCHANGED)
        : new PlannedChange(wanted.ref(), ChangeAction.CHANGE, fields, List.of());
  }
}
