package io.github.kruiseinstaller.testkit.internal.controller;

import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.CLUSTER_ROLES;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.CONFIG_MAPS;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.SECRETS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
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
    world.create(
        SECRETS,
        "{'metadata':{'name':'"
            + name
            + "','namespace':'default','ownerReferences':["
            + refs
            + "]}}");
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
