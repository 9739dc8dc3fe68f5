package io.github.kruiseinstaller.testkit.internal.rest;

import static io.github.kruiseinstaller.testkit.internal.rest.Refusals.text;
import static io.github.kruiseinstaller.testkit.internal.rest.RestFixture.ALICE;
import static io.github.kruiseinstaller.testkit.internal.rest.RestFixture.bytes;
import static io.github.kruiseinstaller.testkit.internal.rest.RestFixture.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.KindRegistry;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Resources.Selection;
import io.github.kruiseinstaller.testkit.internal.rest.WatchFeed.Event;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WatchingTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  private final RestFixture api = new RestFixture();
  private final Resource configMaps = api.kind("", "v1", "configmaps");

  @BeforeEach
  void namespaces() {
    api.namespace("a");
    api.namespace("b");
  }

  private void map(String namespace, String name, String color) {
    api.create(
        configMaps,
        namespace,
        "{'metadata':{'name':'" + name + "','labels':{'color':'" + color + "'}}}");
  }

  private void paint(String namespace, String name, String color) {
    api.service.patch(
        ALICE,
        configMaps,
        namespace,
        name,
        "",
        "application/merge-patch+json",
        bytes("{'metadata':{'labels':{'color':'" + color + "'}}}"),
        api.write());
  }

  private void delete(String namespace, String name) {
    api.service.delete(ALICE, configMaps, namespace, name, Resources.Delete.NOW);
  }

  private WatchFeed watch(String namespace, Selection selection, boolean bookmarks) {
    return api.service.watch(configMaps, namespace, selection, bookmarks);
  }

  private static Selection since(long revision) {
    return new Selection("", "", 0, "", Long.toString(revision), "");
  }

  private static Selection labels(String selector, String version) {
    return new Selection(selector, "", 0, "", version, "");
  }

  private static List<String> all(WatchFeed watch) throws InterruptedException {
    List<String> events = new ArrayList<>();
    for (Optional<Event> event = watch.next(Duration.ZERO);
        event.isPresent();
        event = watch.next(Duration.ZERO)) {
      events.add(event.get().type() + " " + Nodes.name(event.get().object()));
    }
    return events;
  }

  @Test
  void watch_withoutVersion_beginsWithWhatIsThere() throws Exception {
    map("b", "x", "red");
    map("a", "y", "red");

    for (String version : List.of("", "0")) {
      try (WatchFeed watch = watch("", labels("", version), false)) {
        assertThat(all(watch)).containsExactly("ADDED y", "ADDED x");
        map("a", "new" + version, "red");
        assertThat(all(watch)).containsExactly("ADDED new" + version);
        delete("a", "new" + version);
        assertThat(all(watch)).containsExactly("DELETED new" + version);
      }
    }
  }

  @Test
  void watch_thatCannotBegin_followsNothing() {
    KindRegistry kinds = new KindRegistry();
    RestFixture unreadable =
        new RestFixture(
            kinds,
            new OpenRules() {
              @Override
              public void prune(Resource resource, ObjectNode object) {
                throw Statuses.internal("cannot be read");
              }
            },
            1000);
    kinds.serve(
        json(
            "{'metadata':{'name':'things.x.io'},'spec':{'group':'x.io','scope':'Cluster','names':"
                + "{'plural':'things','singular':'thing','kind':'Thing','listKind':'ThingList'},"
                + "'versions':[{'name':'v1','served':true,'storage':true,'schema':{"
                + "'openAPIV3Schema':{'type':'object'}}}]}}"));
    Resource things = unreadable.kind("x.io", "v1", "things");
    unreadable.store.create("things.x.io", "", "a", json("{'metadata':{'name':'a'}}"));

    assertThat(text(() -> unreadable.service.watch(things, "", Selection.ALL, false)))
        .endsWith("cannot be read");

    assertThat(unreadable.store.followers("things.x.io")).isZero();
  }

  @Test
  void watch_thatIsClosed_followsNothing() {
    try (WatchFeed watch = watch("", Selection.ALL, false)) {
      assertThat(watch.ended()).isFalse();
      assertThat(api.store.followers("configmaps")).isEqualTo(1);
    }
    assertThat(api.store.followers("configmaps")).isZero();
  }

  @Test
  void watch_fromAVersion_tellsWhatCameAfterIt() throws Exception {
    map("a", "x", "red");
    long then = api.store.revision();
    map("a", "y", "red");
    paint("a", "x", "blue");
    delete("a", "y");
    map("b", "elsewhere", "red");

    try (WatchFeed watch = watch("a", since(then), false)) {
      assertThat(all(watch)).containsExactly("ADDED y", "MODIFIED x", "DELETED y");
      assertThat(watch.ended()).isFalse();
    }
  }

  @Test
  void watch_ofADeletion_carriesItsVersion() throws Exception {
    map("a", "x", "red");
    long then = api.store.revision();
    delete("a", "x");

    try (WatchFeed watch = watch("a", since(then), false)) {
      Event event = watch.next(LONG).orElseThrow();
      assertThat(event.type()).isEqualTo("DELETED");
      assertThat(Nodes.resourceVersion(event.object())).isEqualTo(Long.toString(then + 1));
      assertThat(Nodes.labels(event.object())).containsEntry("color", "red");
    }
  }

  @Test
  void watch_withASelector_turnsChangesIntoComingAndGoing() throws Exception {
    map("a", "x", "red");
    long then = api.store.revision();
    paint("a", "x", "blue");
    paint("a", "x", "green");
    paint("a", "x", "red");
    paint("a", "x", "crimson");
    delete("a", "x");

    try (WatchFeed watch = watch("a", labels("color in (red,crimson)", "" + then), false)) {
      Event gone = watch.next(LONG).orElseThrow();
      assertThat(gone.type()).isEqualTo("DELETED");
      assertThat(Nodes.labels(gone.object())).containsEntry("color", "red");
      assertThat(Nodes.resourceVersion(gone.object())).isEqualTo(Long.toString(then + 1));
      assertThat(all(watch)).containsExactly("ADDED x", "MODIFIED x", "DELETED x");
    }
  }

  @Test
  void watch_byFields_followsOneObject() throws Exception {
    try (WatchFeed watch =
        watch(
            "", new Selection("", "metadata.name=x,metadata.namespace=a", 0, "", "", ""), false)) {
      map("a", "y", "red");
      map("b", "x", "red");
      map("a", "x", "red");

      assertThat(all(watch)).containsExactly("ADDED x");
    }
  }

  @Test
  void watch_fromAForgottenVersion_isToldSoInAnErrorEvent() throws Exception {
    long then = api.store.revision();
    map("a", "x", "red");
    api.store.compact(api.store.revision());
    long now = api.store.revision();

    WatchFeed watch = watch("a", since(then), true);

    assertThat(watch.ended()).isFalse();
    Event event = watch.next(LONG).orElseThrow();
    assertThat(event.type()).isEqualTo("ERROR");
    assertThat(event.object())
        .isEqualTo(
            json(
                "{'kind':'Status','apiVersion':'v1','metadata':{},'status':'Failure','message':"
                    + "'too old resource version: "
                    + then
                    + " ("
                    + now
                    + ")','reason':'Expired','code':410}"));
    assertThat(watch.ended()).isTrue();
    assertThat(watch.next(LONG)).isEmpty();
    watch.close();
  }

  @Test
  void watch_fromWhatIsNoVersion_is500() {
    assertThat(text(() -> watch("a", labels("", "x"), false)))
        .isEqualTo(
            "500  resourceVersion: Invalid value: \"x\": strconv.ParseUint: parsing \"x\": invalid"
                + " syntax");
    assertThat(text(() -> watch("a", labels("=", ""), false))).startsWith("400 BadRequest");
  }

  @Test
  void watch_bookmarksOncePerPeriodWhenNothingWaits() throws Exception {
    try (WatchFeed watch = watch("a", since(api.store.revision()), true)) {
      assertThat(all(watch)).isEmpty();
      api.nanos.addAndGet(Duration.ofSeconds(59).toNanos());
      assertThat(all(watch)).isEmpty();

      api.nanos.addAndGet(Duration.ofSeconds(2).toNanos());
      api.namespace("elsewhere");
      Event bookmark = watch.next(Duration.ZERO).orElseThrow();
      assertThat(bookmark.type()).isEqualTo("BOOKMARK");
      assertThat(bookmark.object())
          .isEqualTo(
              json(
                  "{'kind':'ConfigMap','apiVersion':'v1','metadata':{'resourceVersion':'"
                      + api.store.revision()
                      + "'}}"));
      assertThat(all(watch)).isEmpty();

      api.nanos.addAndGet(Duration.ofSeconds(61).toNanos());
      map("a", "x", "red");
      assertThat(all(watch)).containsExactly("ADDED x", "BOOKMARK ");
    }
  }

  @Test
  void watch_withoutBookmarks_hasNone() throws Exception {
    try (WatchFeed watch = watch("a", since(api.store.revision()), false)) {
      api.nanos.addAndGet(Duration.ofHours(1).toNanos());

      assertThat(all(watch)).isEmpty();
    }
  }

  @Test
  void watch_thatSendsInitialEvents_saysWhenTheyEnd() throws Exception {
    map("a", "x", "red");
    Selection selection = new Selection("", "", 0, "", "", "NotOlderThan");

    try (WatchFeed watch = watch("a", selection, true)) {
      assertThat(watch.next(LONG).orElseThrow().type()).isEqualTo("ADDED");
      Event end = watch.next(LONG).orElseThrow();
      assertThat(end.type()).isEqualTo("BOOKMARK");
      assertThat(Nodes.texts(end.object(), "metadata", "annotations"))
          .containsEntry("k8s.io/initial-events-end", "true");
      assertThat(Nodes.resourceVersion(end.object()))
          .isEqualTo(Long.toString(api.store.revision()));
    }
  }

  @Test
  void close_ofTheStore_endsTheWatch() throws Exception {
    WatchFeed watch = watch("a", since(api.store.revision()), true);

    api.store.close();

    assertThat(watch.next(LONG)).isEmpty();
    assertThat(watch.ended()).isTrue();
  }

  @Test
  void close_ofTheWatch_endsIt() throws Exception {
    map("a", "x", "red");
    WatchFeed watch = watch("a", Selection.ALL, false);

    watch.close();

    assertThat(watch.next(LONG)).isEmpty();
    assertThat(watch.ended()).isTrue();
  }

  @Test
  void everyWatcherSeesEveryEventInOrder() throws Exception {
    int writers = 3;
    int objects = 40;
    List<WatchFeed> watches = new ArrayList<>();
    List<Callable<Object>> tasks = new ArrayList<>();
    for (int i = 0; i < writers; i++) {
      int writer = i;
      tasks.add(
          () -> {
            for (int j = 0; j < objects; j++) {
              map("a", "w" + writer + "-" + j, "red");
            }
            return writer;
          });
    }
    for (int i = 0; i < 3; i++) {
      WatchFeed watch = watch("a", Selection.ALL, true);
      watches.add(watch);
      tasks.add(() -> requireOrder(watch, writers * objects));
    }
    ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
    try {
      for (Future<Object> result : threads.invokeAll(tasks, 60, TimeUnit.SECONDS)) {
        result.get();
      }
    } finally {
      threads.shutdownNow();
      watches.forEach(WatchFeed::close);
    }
  }

  private static Object requireOrder(WatchFeed watch, int count) throws InterruptedException {
    long last = 0;
    for (int i = 0; i < count; i++) {
      Event event = watch.next(LONG).orElseThrow();
      long version = Long.parseLong(Nodes.resourceVersion(event.object()));
      assertThat(event.type()).isEqualTo("ADDED");
      assertThat(version).isGreaterThan(last);
      last = version;
    }
    return count;
  }
}
