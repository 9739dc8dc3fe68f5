package io.github.kruiseinstaller.testkit.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ObjectStoreTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  private final ObjectStore store = new ObjectStore(1000);

  private static ObjectNode tree(String name, long value) {
    return Json.objectOf(Map.of("metadata", Map.of("name", name), "value", value));
  }

  private Stored create(String namespace, String name) {
    return store.create("things", namespace, name, tree(name, 0)).orElseThrow();
  }

  private static List<String> keys(Snapshot snapshot) {
    return snapshot.items().stream().map(Stored::key).toList();
  }

  @Test
  void create_givesTheNextRevisionAsResourceVersion() {
    long before = store.revision();

    Stored first = create("ns", "a");
    Stored second = create("ns", "b");

    assertThat(first.revision()).isEqualTo(before + 1);
    assertThat(second.revision()).isEqualTo(before + 2).isEqualTo(store.revision());
    assertThat(Nodes.resourceVersion(second.tree())).isEqualTo(Long.toString(before + 2));
    assertThat(before).isBetween(100L, 999L);
  }

  @Test
  void create_whenTheNameIsTaken_changesNothing() {
    create("ns", "a");
    long before = store.revision();

    assertThat(store.create("things", "ns", "a", tree("a", 7))).isEmpty();

    assertThat(store.revision()).isEqualTo(before);
    assertThat(store.find("things", "ns", "a").orElseThrow().tree().path("value").asLong())
        .isZero();
  }

  @Test
  void find_tellsResourcesAndNamespacesApart() {
    create("ns", "a");

    assertThat(store.find("things", "ns", "a")).isPresent();
    assertThat(store.find("things", "other", "a")).isEmpty();
    assertThat(store.find("others", "ns", "a")).isEmpty();
  }

  @Test
  void replace_whenSomebodyWasFaster_isRefused() {
    Stored read = create("ns", "a");
    assertThat(store.replace("things", read, tree("a", 1))).isPresent();

    assertThat(store.replace("things", read, tree("a", 2))).isEmpty();
    assertThat(store.delete("things", read)).isEmpty();
  }

  @Test
  void delete_givesTheLastStateWithANewRevision() {
    Stored read = create("ns", "a");

    Stored last = store.delete("things", read).orElseThrow();

    assertThat(last.revision()).isEqualTo(read.revision() + 1);
    assertThat(Nodes.resourceVersion(last.tree())).isEqualTo(Long.toString(last.revision()));
    assertThat(Nodes.resourceVersion(read.tree())).isEqualTo(Long.toString(read.revision()));
    assertThat(store.find("things", "ns", "a")).isEmpty();
    assertThat(store.delete("things", read)).isEmpty();
    assertThat(store.replace("things", read, tree("a", 1))).isEmpty();
  }

  @Test
  void list_isOrderedByNamespaceAndNameAndCanBeNarrowed() {
    create("b", "y");
    create("a", "z");
    create("b", "x");
    create("a-b", "c");

    assertThat(keys(store.list("things", ""))).containsExactly("a-b/c", "a/z", "b/x", "b/y");
    assertThat(keys(store.list("things", "a"))).containsExactly("a/z");
    assertThat(keys(store.list("things", "nowhere"))).isEmpty();
    assertThat(store.list("things", "").revision()).isEqualTo(store.revision());
  }

  @Test
  void list_ofThePast_undoesEveryLaterChange() throws Exception {
    Stored a = create("ns", "a");
    Stored b = create("ns", "b");
    long then = store.revision();
    store.replace("things", a, tree("a", 5));
    store.delete("things", b);
    create("ns", "c");

    Snapshot past = store.list("things", "ns", then);

    assertThat(keys(past)).containsExactly("ns/a", "ns/b");
    assertThat(past.items().get(0).tree().path("value").asLong()).isZero();
    assertThat(past.revision()).isEqualTo(then);
    assertThat(keys(store.list("things", "", store.revision()))).containsExactly("ns/a", "ns/c");
  }

  @Test
  void list_ofAForgottenPast_isRefused() {
    create("ns", "a");
    long then = store.revision();
    create("ns", "b");
    store.compact(store.revision());

    assertThatThrownBy(() -> store.list("things", "", then))
        .isInstanceOfSatisfying(
            CompactedException.class, e -> assertThat(e.oldest()).isEqualTo(store.revision()));
    assertThatThrownBy(() -> store.follow("things", then)).isInstanceOf(CompactedException.class);
  }

  @Test
  void history_isBoundedForEachResource() throws Exception {
    ObjectStore small = new ObjectStore(2);
    long start = small.revision();
    for (String name : List.of("a", "b", "c")) {
      small.create("things", "", name, tree(name, 0));
    }
    small.create("others", "", "o", tree("o", 0));

    assertThatThrownBy(() -> small.follow("things", start)).isInstanceOf(CompactedException.class);
    assertThat(changes(small.follow("things", start + 1), 2)).containsExactly("+b", "+c");
    assertThat(changes(small.follow("others", start), 1)).containsExactly("+o");
  }

  @Test
  void compact_reachesNoFurtherThanThePresentAndCountsForNewResourcesToo() {
    store.compact(Long.MAX_VALUE);
    long now = store.revision();

    create("ns", "a");

    assertThatThrownBy(() -> store.follow("new", now - 1)).isInstanceOf(CompactedException.class);
    assertThat(now).isEqualTo(store.revision() - 1);
  }

  private static List<String> changes(Subscription subscription, int count) throws Exception {
    List<String> seen = new ArrayList<>();
    while (seen.size() < count) {
      Change change = subscription.next(LONG).orElseThrow();
      String sign = change.before() == null ? "+" : change.after() == null ? "-" : "~";
      String key = change.key();
      seen.add(sign + key.substring(key.indexOf('/') + 1));
    }
    return seen;
  }

  @Test
  void follow_replaysWhatWasMissedAndGoesOn() throws Exception {
    create("ns", "a");
    long then = store.revision();
    Stored b = create("ns", "b");

    Subscription subscription = store.follow("things", then);
    store.replace("things", b, tree("b", 1));
    store.delete("things", store.find("things", "ns", "a").orElseThrow());
    store.create("others", "ns", "o", tree("o", 0));

    assertThat(changes(subscription, 3)).containsExactly("+b", "~b", "-a");
    assertThat(subscription.next(Duration.ZERO)).isEmpty();
    assertThat(subscription.ended()).isFalse();
  }

  @Test
  void open_givesTheStateAndExactlyWhatComesAfterIt() throws Exception {
    create("ns", "a");

    ObjectStore.Opening opening = store.open("things", "ns");
    create("ns", "b");

    assertThat(keys(opening.state())).containsExactly("ns/a");
    assertThat(changes(opening.changes(), 1)).containsExactly("+b");
  }

  @Test
  void progress_isKnownOnlyWhenNothingWaits() throws Exception {
    Subscription subscription = store.follow("things", store.revision());
    assertThat(subscription.progress()).contains(store.revision());
    store.create("others", "ns", "o", tree("o", 0));
    assertThat(subscription.progress()).contains(store.revision());

    create("ns", "a");
    assertThat(subscription.progress()).isEmpty();
    subscription.next(LONG);

    assertThat(subscription.progress()).contains(store.revision());
  }

  @Test
  void close_ofTheStore_endsSubscriptionsAfterWhatWaits() throws Exception {
    Subscription subscription = store.follow("things", store.revision());
    create("ns", "a");

    store.close();

    assertThat(changes(subscription, 1)).containsExactly("+a");
    assertThat(subscription.next(LONG)).isEmpty();
    assertThat(subscription.ended()).isTrue();
    assertThat(subscription.next(LONG)).isEmpty();
    assertThat(store.open("things", "").changes().next(LONG)).isEmpty();
  }

  @Test
  void close_ofASubscription_dropsWhatWaitsAndWakesItsReader() throws Exception {
    Subscription subscription = store.follow("things", store.revision());
    create("ns", "a");
    subscription.close();
    create("ns", "b");

    assertThat(subscription.next(LONG)).isEmpty();
    assertThat(subscription.ended()).isTrue();

    Subscription waiting = store.follow("things", store.revision());
    inParallel(
        List.of(
            () -> waiting.next(LONG),
            () -> {
              waiting.close();
              return Optional.empty();
            }));
    assertThat(waiting.ended()).isTrue();
  }

  @Test
  void aReaderThatFallsTooFarBehindIsEnded() throws Exception {
    Subscription slow = store.follow("things", store.revision());
    Stored stored = create("ns", "a");
    for (int i = 0; i < Subscription.BACKLOG; i++) {
      stored = store.replace("things", stored, tree("a", i)).orElseThrow();
    }

    int seen = 0;
    while (slow.next(Duration.ZERO).isPresent()) {
      seen++;
    }

    assertThat(seen).isEqualTo(Subscription.BACKLOG);
    assertThat(slow.ended()).isTrue();
  }

  @Test
  void resources_namesThoseOfWhichThereAreObjects() {
    store.list("empty", "");
    Stored stored = create("ns", "a");
    assertThat(store.resources()).containsExactly("things");

    store.delete("things", stored);

    assertThat(store.resources()).isEmpty();
  }

  @Test
  void parallelIncrements_loseNothing_andEveryWatcherSeesThemInOrder() throws Exception {
    create("ns", "counter");
    int writers = 4;
    int increments = 500;
    List<Subscription> watchers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      watchers.add(store.follow("things", store.revision()));
    }
    List<Callable<Object>> tasks = new ArrayList<>();
    for (int i = 0; i < writers; i++) {
      tasks.add(() -> increment(increments));
    }
    for (Subscription watcher : watchers) {
      tasks.add(() -> requireOrder(watcher, writers * increments));
    }

    inParallel(tasks);

    assertThat(store.find("things", "ns", "counter").orElseThrow().tree().path("value").asLong())
        .isEqualTo((long) writers * increments);
  }

  private Object increment(int times) {
    int done = 0;
    while (done < times) {
      Stored read = store.find("things", "ns", "counter").orElseThrow();
      long next = read.tree().path("value").asLong() + 1;
      if (store.replace("things", read, tree("counter", next)).isPresent()) {
        done++;
      }
    }
    return done;
  }

  private static Object requireOrder(Subscription watcher, int count) throws Exception {
    long revision = 0;
    for (int i = 1; i <= count; i++) {
      Change change = watcher.next(LONG).orElseThrow();
      Stored after = change.after();
      assertThat(after).isNotNull();
      assertThat(after.tree().path("value").asLong()).isEqualTo(i);
      assertThat(change.revision()).isGreaterThan(revision);
      revision = change.revision();
    }
    return count;
  }

  private static void inParallel(List<Callable<Object>> tasks) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
    try {
      for (Future<Object> result : threads.invokeAll(tasks, 60, TimeUnit.SECONDS)) {
        result.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
