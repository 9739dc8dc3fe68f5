package io.github.kruiseinstaller.testkit.internal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kruiseinstaller.testkit.fault.Fault;
import io.github.kruiseinstaller.testkit.fault.FaultRule;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Watches over HTTP. */
final class WatchesTest {
  private static final String MAPS = "/api/v1/namespaces/default/configmaps";
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private ClusterFixture cluster;

  @BeforeEach
  void start() {
    cluster = new ClusterFixture();
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private String create(String name) throws IOException {
    return cluster
        .send("POST", MAPS, "{'metadata':{'name':'" + name + "'}}")
        .json()
        .at("/metadata/resourceVersion")
        .asText();
  }

  @Test
  void events_comeAtOnce() throws IOException {
    String version = create("first");
    try (WatchStream watch =
        new WatchStream(cluster, MAPS + "?watch=1&resourceVersion=" + version)) {
      assertThat(watch.status()).isEqualTo(200);
      assertThat(watch.contentType()).isEqualTo("application/json");
      create("second");
      assertThat(watch.brief()).isEqualTo("ADDED second");
      cluster.send("PUT", MAPS + "/second", "{'metadata':{'name':'second'},'data':{'a':'b'}}");
      assertThat(watch.brief()).isEqualTo("MODIFIED second");
      cluster.send("DELETE", MAPS + "/second", "");
      assertThat(watch.brief()).isEqualTo("DELETED second");
    }
  }

  @Test
  void withoutAVersion_itBeginsWithWhatIsThere() throws IOException {
    create("there");
    try (WatchStream watch = new WatchStream(cluster, MAPS + "?watch=true")) {
      JsonNode event = watch.next();
      assertThat(event.path("type").asText()).isEqualTo("ADDED");
      assertThat(event.at("/object/kind").asText()).isEqualTo("ConfigMap");
    }
  }

  @Test
  void timeout_endsItInGoodOrder() throws IOException {
    try (WatchStream watch = new WatchStream(cluster, MAPS + "?watch=1&timeoutSeconds=1")) {
      assertThat(watch.next()).isNull();
    }
    // The connection is whole: it is used again.
    assertThat(cluster.get(MAPS).status()).isEqualTo(200);
    assertThat(cluster.client.connectionPool().connectionCount()).isEqualTo(1);
  }

  @Test
  void oneObject_theOldWay() throws IOException {
    create("one");
    create("other");
    try (WatchStream watch =
        new WatchStream(cluster, "/api/v1/watch/namespaces/default/configmaps/one")) {
      assertThat(watch.brief()).isEqualTo("ADDED one");
    }
    ClusterFixture.Reply reply =
        cluster.get(
            "/api/v1/watch/namespaces/default/configmaps/one?fieldSelector=metadata.name%3Dother");
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.message())
        .isEqualTo("fieldSelector metadata.name doesn't match requested name");
  }

  @Test
  void sendInitialEvents_endsWithABookmark() throws IOException {
    create("there");
    try (WatchStream watch =
        new WatchStream(
            cluster,
            MAPS
                + "?watch=1&sendInitialEvents=true&allowWatchBookmarks=true"
                + "&resourceVersionMatch=NotOlderThan")) {
      assertThat(watch.brief()).isEqualTo("ADDED there");
      JsonNode bookmark = watch.next();
      assertThat(bookmark.path("type").asText()).isEqualTo("BOOKMARK");
      assertThat(bookmark.path("object").path("metadata").path("annotations"))
          .isEqualTo(ClusterFixture.json("{'k8s.io/initial-events-end':'true'}"));
    }
  }

  @Test
  void sendInitialEventsFalse_beginsWithWhatIsNew() throws IOException {
    create("there");
    try (WatchStream watch =
        new WatchStream(
            cluster, MAPS + "?watch=1&sendInitialEvents=false&resourceVersionMatch=NotOlderThan")) {
      create("new");
      assertThat(watch.brief()).isEqualTo("ADDED new");
    }
  }

  @Test
  void expired_isAnEventAndTheEnd() throws IOException {
    cluster.server.faults().add(FaultRule.when().verb("watch").then(new Fault.Expired()));
    try (WatchStream watch = new WatchStream(cluster, MAPS + "?watch=1&resourceVersion=7")) {
      JsonNode event = watch.next();
      assertThat(event.path("type").asText()).isEqualTo("ERROR");
      assertThat(event.at("/object/code").asInt()).isEqualTo(410);
      assertThat(event.at("/object/reason").asText()).isEqualTo("Expired");
      assertThat(event.at("/object/message").asText())
          .matches("too old resource version: 7 \\([0-9]+\\)");
      assertThat(watch.next()).isNull();
    }
  }

  @Test
  void dropped_afterSomeEvents() throws IOException {
    create("a");
    create("b");
    cluster
        .server
        .faults()
        .add(FaultRule.when().resource("configmaps").verb("watch").then(new Fault.DroppedWatch(1)));
    try (WatchStream watch = new WatchStream(cluster, MAPS + "?watch=1")) {
      assertThat(watch.brief()).isEqualTo("ADDED a");
      assertThatThrownBy(watch::next).isInstanceOf(IOException.class);
    }
  }

  @Test
  void stale_staysOpenAndSaysNothing() throws Exception {
    cluster.server.faults().add(FaultRule.when().verb("watch").then(new Fault.StaleWatch(1)));
    create("a");
    try (WatchStream watch = new WatchStream(cluster, MAPS + "?watch=1")) {
      assertThat(watch.brief()).isEqualTo("ADDED a");
      create("b");
      assertThat(cluster.server.recorder().entries())
          .filteredOn(entry -> entry.request().verb().equals("watch"))
          .singleElement()
          .matches(entry -> !entry.done());
    }
    // Closed by the client, at last.
    assertThat(
            cluster
                .server
                .recorder()
                .await(e -> e.request().verb().equals("watch") && e.done(), LIMIT))
        .isPresent();
  }

  @Test
  void client_thatGoesAwayIsNoticed() throws Exception {
    WatchStream watch = new WatchStream(cluster, MAPS + "?watch=1");
    watch.close();
    assertThat(
            cluster
                .server
                .recorder()
                .await(e -> e.request().verb().equals("watch") && e.done(), LIMIT))
        .isPresent();
  }

  @Test
  void table_saysItsColumnsOnce() throws IOException {
    create("a");
    create("b");
    try (WatchStream watch =
        new WatchStream(
            cluster,
            MAPS + "?watch=1",
            "Accept",
            "application/json;as=Table;v=v1;g=meta.k8s.io,application/json")) {
      JsonNode first = watch.next().path("object");
      JsonNode second = watch.next().path("object");
      assertThat(first.path("kind").asText()).isEqualTo("Table");
      assertThat(first.path("columnDefinitions")).hasSize(3);
      assertThat(second.path("columnDefinitions").isNull()).isTrue();
      assertThat(second.at("/rows/0/cells/0").asText()).isEqualTo("b");
    }
  }

  @Test
  void yaml_isNotAcceptable() throws IOException {
    ClusterFixture.Reply reply = cluster.get(MAPS + "?watch=1", "Accept", "application/yaml");
    assertThat(reply.status()).isEqualTo(406);
    assertThat(reply.header("Content-Type")).isEqualTo("application/yaml");
    assertThat(reply.body())
        .contains(
            "application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch");
  }

  @Test
  void fiveHundredAtOnce_andTheServerStillAnswers() throws IOException {
    List<WatchStream> watches = new ArrayList<>();
    try {
      for (int i = 0; i < 500; i++) {
        watches.add(WatchStream.plain(cluster, MAPS + "?watch=1"));
      }
      create("seen-by-all");
      for (WatchStream watch : watches) {
        assertThat(watch.brief()).isEqualTo("ADDED seen-by-all");
      }
    } finally {
      watches.forEach(WatchStream::close);
    }
  }
}
