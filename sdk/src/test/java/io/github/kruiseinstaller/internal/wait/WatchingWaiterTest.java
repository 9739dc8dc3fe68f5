package io.github.kruiseinstaller.internal.wait;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.FakeCluster;
import io.github.kruiseinstaller.internal.cluster.FakeCluster.ManualTime;
import io.github.kruiseinstaller.internal.cluster.WatchStream;
import io.github.kruiseinstaller.internal.retry.Cancellation;
import io.github.kruiseinstaller.internal.retry.RunControl;
import io.github.kruiseinstaller.internal.retry.TestControl;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WatchingWaiterTest {
  private static final ObjectRef ONE = ObjectRef.namespaced("v1", "ConfigMap", "default", "one");
  private static final ObjectRef TWO = ObjectRef.namespaced("v1", "ConfigMap", "default", "two");
  private static final Cluster.Query ALL = Cluster.Query.all("v1", "ConfigMap", "default");

  /** Done when data.state says so. */
  private static final Waiter.Condition SAYS_DONE =
      live -> {
        String state = live == null ? "absent" : String.valueOf(live.text("data", "state"));
        return new Waiter.State(state.equals("done"), state);
      };

  private final ManualTime time = new ManualTime();
  private final FakeCluster cluster = new FakeCluster(time);
  private final Cancellation cancellation = new Cancellation();
  private final List<String> told = new ArrayList<>();
  private final WatchingWaiter waiter = waiter(Duration.ofMinutes(1));

  @Test
  void await_whenAllIsDoneAlready_opensNoWatch() {
    put(ONE, "done");
    Map<ObjectRef, Manifest> found = await(waiter, ONE);
    assertThat(found.get(ONE)).isEqualTo(cluster.peek(ONE).orElseThrow());
    assertThat(verbs()).containsExactly("list");
  }

  @Test
  void await_whenTheObjectChanges_tellsEachStateOnceAndEndsAtOnce() {
    put(ONE, "starting");
    after(Duration.ofMillis(300), ONE, "starting");
    after(Duration.ofMillis(500), ONE, "half");
    after(Duration.ofMillis(900), ONE, "done");
    await(waiter, ONE);
    assertThat(told)
        .containsExactly(
            "ConfigMap default/one starting 0",
            "ConfigMap default/one half 500",
            "ConfigMap default/one done 900");
    assertThat(waiter.waited()).isEqualTo(Duration.ofMillis(900));
    assertThat(verbs()).containsExactly("list", "watch");
  }

  @Test
  void awaitFrom_whenTheObjectChangesAfterItWasWritten_listsNothing() {
    put(ONE, "starting");
    Manifest written = cluster.peek(ONE).orElseThrow();
    after(Duration.ofMillis(300), ONE, "done");

    waiter.awaitFrom(ALL, List.of(written), SAYS_DONE, this::tell);

    assertThat(verbs()).containsExactly("watch");
    assertThat(time.nanos()).isEqualTo(Duration.ofMillis(300).toNanos());
  }

  @Test
  void awaitFrom_whenTheObjectHasChangedBeforeTheWatch_seesIt() {
    put(ONE, "starting");
    Manifest written = cluster.peek(ONE).orElseThrow();
    put(TWO, "starting");
    Manifest later = cluster.peek(TWO).orElseThrow();
    put(ONE, "done");
    put(TWO, "done");

    assertThat(waiter.awaitFrom(ALL, List.of(later, written), SAYS_DONE, this::tell))
        .containsOnlyKeys(ONE, TWO);
  }

  @Test
  void awaitFrom_whenAResourceVersionIsNoNumber_listsFirst() {
    put(ONE, "done");
    Manifest written =
        cluster
            .peek(ONE)
            .orElseThrow()
            .edit(root -> Trees.child(root, "metadata").put("resourceVersion", "v-1"))
            .edit(root -> Trees.child(root, "data").put("state", "starting"));

    waiter.awaitFrom(ALL, List.of(written), SAYS_DONE, this::tell);

    assertThat(verbs()).containsExactly("list");
  }

  @Test
  void await_whenOneFallsBack_isDoneOnlyWhenAllAreAtOnce() {
    put(ONE, "done");
    put(TWO, "starting");
    after(Duration.ofMillis(100), ONE, "broken");
    after(Duration.ofMillis(200), TWO, "done");
    after(Duration.ofMillis(300), ONE, "done");
    assertThat(await(waiter, ONE, TWO)).containsOnlyKeys(ONE, TWO);
    assertThat(time.nanos()).isEqualTo(Duration.ofMillis(300).toNanos());
  }

  @Test
  void await_whenAnObjectIsDeleted_seesThatItIsGone() {
    put(ONE, "starting");
    time.after(Duration.ofMillis(100), () -> cluster.remove(ONE));
    Map<ObjectRef, Manifest> found =
        waiter.await(
            ALL,
            List.of(ONE),
            live -> live == null ? Waiter.State.reached("gone") : Waiter.State.pending("there"),
            this::tell);
    assertThat(found).isEmpty();
  }

  @Test
  void await_whenTheWatchEnds_listsAgain() {
    put(ONE, "starting");
    time.after(
        Duration.ofMillis(700),
        () -> {
          cluster.endWatches();
          put(ONE, "done");
        });
    await(waiter, ONE);
    assertThat(verbs()).containsExactly("list", "watch", "list");
  }

  @Test
  void await_whenWatchesEndAtOnceAgainAndAgain_pausesLongerEachTime() {
    put(ONE, "starting");
    cluster.onRequest(
        (verb, ref, body, dryRun) -> {
          if (verb.equals("watch")) {
            time.after(Duration.ZERO, cluster::endWatches);
          }
          return Optional.empty();
        });
    after(Duration.ofSeconds(10), ONE, "done");
    await(waiter, ONE);
    assertThat(verbs().stream().filter("watch"::equals).count()).isBetween(5L, 15L);
  }

  @Test
  void await_whenTheWatchIsSilentAboutAChange_seesItAtTheNextLook() {
    put(ONE, "starting");
    after(Duration.ofMillis(500), ONE, "done");
    await(waiter(silentlyWatched(), Duration.ofMinutes(1)), ONE);
    assertThat(Duration.ofNanos(time.nanos())).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void await_whenNothingHappens_asksTheConditionEveryTwoSeconds() {
    put(ONE, "starting");
    AtomicInteger asked = new AtomicInteger();
    assertThatThrownBy(
            () ->
                waiter(Duration.ofSeconds(11))
                    .await(
                        ALL,
                        List.of(ONE),
                        live -> Waiter.State.pending("look " + asked.incrementAndGet()),
                        this::tell))
        .isInstanceOf(WaitTimeoutException.class);
    assertThat(told)
        .contains("ConfigMap default/one look 2 2000", "ConfigMap default/one look 6 10000");
  }

  @Test
  void await_whenTheDeadlinePasses_namesTheFirstUnfinishedObjectAndItsState() {
    put(ONE, "done");
    put(TWO, "half");
    assertThatThrownBy(() -> await(waiter(Duration.ofSeconds(5)), ONE, TWO))
        .isInstanceOfSatisfying(
            WaitTimeoutException.class,
            e -> {
              assertThat(e.object()).isEqualTo(TWO);
              assertThat(e.state()).isEqualTo("half");
              assertThat(e).hasMessage("waited 5000 ms for ConfigMap default/two: half");
            });
  }

  @Test
  void await_whenCancelled_ends() {
    put(ONE, "starting");
    time.after(Duration.ofSeconds(3), cancellation::cancel);
    assertThatThrownBy(() -> await(waiter, ONE)).isInstanceOf(CancellationException.class);
  }

  @Test
  void await_whenWatchingIsNotAllowed_looksEveryTwoSeconds() {
    put(ONE, "starting");
    cluster.onRequest(
        (verb, ref, body, dryRun) -> {
          if (verb.equals("watch")) {
            throw FakeCluster.refusal("watch", null, 403, "Forbidden", "no");
          }
          return Optional.empty();
        });
    after(Duration.ofSeconds(5), ONE, "done");
    await(waiter, ONE);
    assertThat(Duration.ofNanos(time.nanos())).isEqualTo(Duration.ofSeconds(6));
  }

  @Test
  void await_withNothingToWaitFor_isRefused() {
    assertThatThrownBy(() -> await(waiter)).isInstanceOf(IllegalArgumentException.class);
  }

  private Map<ObjectRef, Manifest> await(WatchingWaiter by, ObjectRef... refs) {
    return by.await(ALL, List.of(refs), SAYS_DONE, this::tell);
  }

  private void tell(ObjectRef ref, String state, Duration waited) {
    told.add(ref + " " + state + " " + waited.toMillis());
  }

  private WatchingWaiter waiter(Duration timeout) {
    return waiter(cluster, timeout);
  }

  private WatchingWaiter waiter(Cluster on, Duration timeout) {
    RunControl control = TestControl.within(timeout, time, cancellation);
    return new WatchingWaiter(on, control);
  }

  /** The cluster, with watches that never say anything. */
  private Cluster silentlyWatched() {
    WatchStream silent =
        new WatchStream() {
          @Override
          public Optional<Event> next(Duration timeout) {
            time.pass(timeout);
            return Optional.empty();
          }

          @Override
          public void close() {}
        };
    return (Cluster)
        Proxy.newProxyInstance(
            Cluster.class.getClassLoader(),
            new Class<?>[] {Cluster.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "watch" -> silent;
                  case "telling" -> proxy;
                  default -> method.invoke(cluster, arguments);
                });
  }

  private void after(Duration delay, ObjectRef ref, String state) {
    time.after(delay, () -> put(ref, state));
  }

  private void put(ObjectRef ref, String state) {
    cluster.put(
        Manifest.of(
            Map.of(
                "apiVersion", ref.apiVersion(),
                "kind", ref.kind(),
                "metadata", Map.of("name", ref.name(), "namespace", "default"),
                "data", Map.of("state", state))));
  }

  private List<String> verbs() {
    return cluster.requests().stream().map(FakeCluster.Request::verb).toList();
  }
}
