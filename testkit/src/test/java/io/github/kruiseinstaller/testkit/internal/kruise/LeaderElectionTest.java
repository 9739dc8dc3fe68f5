package io.github.kruiseinstaller.testkit.internal.kruise;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kruise.World.Box;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LeaderElectionTest {
  private final World world = new World();
  private final List<String> happened = new ArrayList<>();

  private LeaderElection contender(String name) {
    Box box = world.managerBox();
    LeaderElection election =
        new LeaderElection(
            world.surroundings,
            box,
            world.client(),
            ManagerSettings.of(SmallRelease.VERSION, box.pod(), box.spec()),
            new Klog(box, world.timers));
    election.start(() -> happened.add(name + " leads"), () -> happened.add(name + " lost"));
    return election;
  }

  private ObjectNode lease() {
    return world.get(Plural.LEASES, World.NAMESPACE, "kruise-manager");
  }

  @Test
  void theFirst_createsTheLeaseAndRenewsIt() {
    contender("a");
    assertThat(happened).containsExactly("a leads");
    assertThat(lease().path("spec").path("holderIdentity").asText()).startsWith("pod-1_");
    assertThat(lease().path("spec").path("renewTime").asText())
        .isEqualTo("2026-03-01T12:00:00.000000Z");
    world.advance(6_500);
    assertThat(lease().path("spec").path("renewTime").asText())
        .isEqualTo("2026-03-01T12:00:06.000000Z");
    assertThat(Nodes.number(-1, lease(), "spec", "leaseTransitions")).isZero();
  }

  @Test
  void theSecond_waitsUntilTheFirstNoLongerRenews() {
    LeaderElection first = contender("a");
    contender("b");
    world.advance(30_000);
    assertThat(happened).containsExactly("a leads");
    first.stop();
    world.advance(14_000);
    assertThat(happened).containsExactly("a leads");
    world.advance(6_000);
    assertThat(happened).containsExactly("a leads", "b leads");
    assertThat(Nodes.number(0, lease(), "spec", "leaseTransitions")).isEqualTo(1);
  }

  @Test
  void aLeaseWithoutHolder_isTakenAtOnce() {
    LeaderElection first = contender("a");
    first.stop();
    ObjectNode lease = lease();
    Nodes.object(lease, "spec").put("holderIdentity", "");
    world.put(lease);
    contender("b");
    assertThat(happened).containsExactly("a leads", "b leads");
  }

  @Test
  void aLeaderThatCannotRenew_isLost() {
    contender("a");
    world.resources.refuse(
        write -> Optional.of(Statuses.internal("etcdserver: request timed out")));
    world.advance(9_000);
    assertThat(happened).containsExactly("a leads");
    world.advance(12_000);
    assertThat(happened).containsExactly("a leads", "a lost");
    world.advance(60_000);
    assertThat(happened).hasSize(2);
  }

  @Test
  void aLeaderWhoseLeaseAnotherHolds_isLost() {
    contender("a");
    ObjectNode lease = lease();
    Nodes.object(lease, "spec").put("holderIdentity", "somebody");
    world.put(lease);
    world.advance(2_500);
    assertThat(happened).containsExactly("a leads", "a lost");
  }

  @Test
  void aContenderThatMayNotRead_goesOnTrying() {
    boolean[] denied = {true};
    World guarded =
        new World(new DenyingAuthorizer(access -> denied[0] && access.resource().equals("leases")));
    Box box = guarded.managerBox();
    LeaderElection election =
        new LeaderElection(
            guarded.surroundings,
            box,
            guarded.client(),
            ManagerSettings.of(SmallRelease.VERSION, box.pod(), box.spec()),
            new Klog(box, guarded.timers));
    election.start(() -> happened.add("leads"), () -> happened.add("lost"));
    guarded.advance(2_000);
    assertThat(happened).isEmpty();
    assertThat(box.said("error retrieving resource lock: leases.coordination.k8s.io")).isTrue();
    denied[0] = false;
    guarded.advance(5_000);
    assertThat(happened).containsExactly("leads");
  }

  @Test
  void aManagerThatLosesTheLease_ends() {
    World installed = World.installed();
    Box box = installed.managerBox();
    installed.startAndWait(box);
    ObjectNode lease = installed.get(Plural.LEASES, World.NAMESPACE, "kruise-manager");
    Nodes.object(lease, "spec").put("holderIdentity", "somebody");
    installed.put(lease);
    installed.advance(3_000);
    assertThat(box.exit).contains(1);
    assertThat(box.said("leader election lost")).isTrue();
    assertThat(installed.network.ports).isEmpty();
  }
}
