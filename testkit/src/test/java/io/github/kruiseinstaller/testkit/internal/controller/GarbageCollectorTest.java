package io.github.kruiseinstaller.testkit.internal.controller;

import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.CLUSTER_ROLES;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.CONFIG_MAPS;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.SECRETS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.store.Stored;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import io.github.kruiseinstaller.testkit.internal.tree.Overheard;
import org.junit.jupiter.api.Test;

class GarbageCollectorTest {
  private final World world = new World();

  private String owner(String name, String more) {
    return Nodes.uid(
        world.create(
            CONFIG_MAPS, "{'metadata':{'name':'" + name + "','namespace':'default'" + more + "}}"));
  }

  private static String ref(String name, String uid) {
    return "{'apiVersion':'v1','kind':'ConfigMap','name':'"
        + name
        + "','uid':'"
        + uid
        + "','blockOwnerDeletion':true}";
  }

  private void child(String name, String refs) {
    world.create(SECRETS, dependent(name, "", refs));
  }

  private static String dependent(String name, String more, String refs) {
    return "{'metadata':{'name':'"
        + name
        + "','namespace':'default'"
        + more
        + ",'ownerReferences':["
        + refs
        + "]}}";
  }

  /** A dependent of {@code o} that does not go at once. */
  private static String held(String name, String ownerUid) {
    return dependent(name, ",'finalizers':['x/y']", ref("o", ownerUid));
  }

  @Test
  void background_deletesTheOwnerThenItsDependents() {
    String uid = owner("o", "");
    child("c", ref("o", uid));
    world.seconds(1);
    assertThat(world.find(SECRETS, "default", "c")).isPresent();
    world.delete(CONFIG_MAPS, "default", "o");
    assertThat(world.find(CONFIG_MAPS, "default", "o")).isEmpty();
    world.seconds(1);
    assertThat(world.find(SECRETS, "default", "c")).isEmpty();
  }

  @Test
  void foreground_deletesTheDependentsThenTheOwner() {
    String uid = owner("o", "");
    String middle =
        Nodes.uid(
            world.create(
                CONFIG_MAPS,
                "{'metadata':{'name':'m','namespace':'default','finalizers':['x/y'],'ownerReferences':["
                    + ref("o", uid)
                    + "]}}"));
    child("c", ref("m", middle));
    world.seconds(1);
    world.delete(CONFIG_MAPS, "default", "o", "Foreground");
    world.seconds(2);
    assertThat(world.find(SECRETS, "default", "c")).isEmpty();
    assertThat(world.find(CONFIG_MAPS, "default", "o")).isPresent();
    world.edit(CONFIG_MAPS, "default", "m", m -> Nodes.object(m, "metadata").remove("finalizers"));
    world.seconds(2);
    assertThat(world.find(CONFIG_MAPS, "default", "m")).isEmpty();
    assertThat(world.find(CONFIG_MAPS, "default", "o")).isEmpty();
  }

  @Test
  void foreground_whileADependentIsToldOf_doesNotOverlookIt() {
    String uid = owner("o", "");
    world.create(SECRETS, held("c", uid));
    world.seconds(1);
    world.delete(CONFIG_MAPS, "default", "o", "Foreground");
    world.seconds(2);
    world.edit(
        CONFIG_MAPS, "default", "o", o -> Nodes.object(o, "metadata", "labels").put("a", "b"));
    world.run();
    // Heard of first; in the middle of that the collector looks at the owner.
    Stored before = world.stored(SECRETS, "default", "c");
    ObjectNode after = before.tree().deepCopy();
    after.set(
        "metadata",
        new Overheard(
            Nodes.object(after, "metadata"),
            field -> {
              if (field.equals("ownerReferences")) {
                world.run();
              }
            }));
    world.store.replace("secrets", before, after);
    world.manager.changed("secrets", "default", "c");
    world.timers.advance(Delays.realistic().garbage());
    world.run();
    assertThat(world.find(CONFIG_MAPS, "default", "o")).isPresent();
  }

  @Test
  void foreground_waitsForADependentOfWhichNobodyHasToldYet() {
    String uid = owner("o", "");
    world.seconds(1);
    world.createUntold(SECRETS, held("c", uid));
    world.delete(CONFIG_MAPS, "default", "o", "Foreground");
    world.seconds(2);
    assertThat(world.find(CONFIG_MAPS, "default", "o")).isPresent();
    assertThat(Owners.isDeleting(world.get(SECRETS, "default", "c"))).isTrue();
    world.edit(SECRETS, "default", "c", c -> Nodes.object(c, "metadata").remove("finalizers"));
    world.seconds(2);
    assertThat(world.find(SECRETS, "default", "c")).isEmpty();
    assertThat(world.find(CONFIG_MAPS, "default", "o")).isEmpty();
  }

  @Test
  void foreground_whoseDependentIsGoneBeforeAnybodyTellsOfIt_ends() {
    String uid = owner("o", "");
    world.seconds(1);
    world.createUntold(SECRETS, dependent("c", "", ref("o", uid)));
    world.delete(CONFIG_MAPS, "default", "o", "Foreground");
    world.seconds(2);
    assertThat(world.find(SECRETS, "default", "c")).isEmpty();
    assertThat(world.find(CONFIG_MAPS, "default", "o")).isEmpty();
  }

  @Test
  void orphan_letsGoOfADependentOfWhichNobodyHasToldYet() {
    String uid = owner("o", "");
    world.seconds(1);
    world.createUntold(SECRETS, dependent("c", "", ref("o", uid)));
    world.delete(CONFIG_MAPS, "default", "o", "Orphan");
    world.seconds(2);
    assertThat(world.find(CONFIG_MAPS, "default", "o")).isEmpty();
    assertThat(OwnerIndex.owners(world.get(SECRETS, "default", "c"))).isEmpty();
  }

  @Test
  void orphan_leavesTheDependentsWithoutOwner() {
    String uid = owner("o", "");
    child("c", ref("o", uid));
    world.seconds(1);
    world.delete(CONFIG_MAPS, "default", "o", "Orphan");
    world.seconds(2);
    assertThat(world.find(CONFIG_MAPS, "default", "o")).isEmpty();
    assertThat(world.get(SECRETS, "default", "c").path("metadata").has("ownerReferences"))
        .isFalse();
  }

  @Test
  void dependentOfSomethingThatNeverWas_isCollected() {
    owner("o", "");
    child("wrong-uid", ref("o", "00000000-0000-0000-0000-000000000000"));
    child("no-owner", ref("nosuch", "00000000-0000-0000-0000-000000000001"));
    world.seconds(2);
    assertThat(world.list(SECRETS, "default")).isEmpty();
  }

  @Test
  void dependentWithAnotherOwner_staysAndForgetsTheOneThatIsGone() {
    String one = owner("one", "");
    String two = owner("two", "");
    child("c", ref("one", one) + "," + ref("two", two));
    world.seconds(1);
    world.delete(CONFIG_MAPS, "default", "one");
    world.seconds(2);
    assertThat(OwnerIndex.owners(world.get(SECRETS, "default", "c"))).containsExactly(two);
  }

  @Test
  void dependentOfAnUnknownKind_isLeftAlone() {
    child("c", "{'apiVersion':'x.example/v1','kind':'Thing','name':'t','uid':'u'}");
    world.seconds(2);
    assertThat(world.find(SECRETS, "default", "c")).isPresent();
  }

  @Test
  void clusterWideDependentOfSomethingInANamespace_isLeftAlone() {
    String uid = owner("o", "");
    world.create(
        CLUSTER_ROLES,
        "{'metadata':{'name':'wide','ownerReferences':["
            + ref("o", uid)
            + ",{'apiVersion':'v1','kind':'Namespace','name':'nosuch','uid':'u'}]}}");
    world.seconds(2);
    world.delete(CONFIG_MAPS, "default", "o");
    world.seconds(2);
    assertThat(OwnerIndex.owners(world.get(CLUSTER_ROLES, "", "wide"))).containsExactly(uid, "u");
  }

  @Test
  void clusterWideDependentOfSomethingClusterWide_isCollected() {
    world.create(
        CLUSTER_ROLES,
        "{'metadata':{'name':'wide','ownerReferences':["
            + "{'apiVersion':'v1','kind':'Namespace','name':'nosuch','uid':'u'}]}}");
    world.seconds(2);
    assertThat(world.find(CLUSTER_ROLES, "", "wide")).isEmpty();
  }

  @Test
  void owner_thatIsTakenOverLater_isHeeded() {
    child("c", "");
    String uid = owner("o", "");
    world.edit(
        SECRETS,
        "default",
        "c",
        c ->
            Nodes.array(Nodes.object(c, "metadata"), "ownerReferences")
                .add(World.json(ref("o", uid))));
    world.seconds(1);
    world.delete(CONFIG_MAPS, "default", "o");
    world.seconds(1);
    assertThat(world.find(SECRETS, "default", "c")).isEmpty();
  }
}
