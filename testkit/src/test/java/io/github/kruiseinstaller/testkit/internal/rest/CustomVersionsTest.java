package io.github.kruiseinstaller.testkit.internal.rest;

import static io.github.kruiseinstaller.testkit.internal.rest.RestFixture.ALICE;
import static io.github.kruiseinstaller.testkit.internal.rest.RestFixture.bytes;
import static io.github.kruiseinstaller.testkit.internal.rest.RestFixture.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.KindRegistry;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Resources.Selection;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What versions with different schemas, or a definition that changes, make of stored objects. */
class CustomVersionsTest {
  private static final String NARROW = "'size':{'type':'integer'}";
  private static final String WIDE = NARROW + ",'color':{'type':'string','default':'red'}";

  private final KindRegistry kinds = new KindRegistry();
  private final RestFixture api = new RestFixture(kinds, new KindRules(kinds), 1000);

  @BeforeEach
  void namespace() {
    api.namespace("default");
  }

  private static String version(String name, boolean served, boolean storage, String fields) {
    return "{'name':'%s','served':%s,'storage':%s,'schema':{'openAPIV3Schema':{'type':'object',"
            .formatted(name, served, storage)
        + "'properties':{'spec':{'type':'object','properties':{"
        + fields
        + "}}}}}}";
  }

  private void define(String... versions) {
    Resource definitions = api.kind("apiextensions.k8s.io", "v1", "customresourcedefinitions");
    String definition =
        "{'metadata':{'name':'things.x.io'},'spec':{'group':'x.io','scope':'Namespaced',"
            + "'names':{'plural':'things','singular':'thing','kind':'Thing',"
            + "'listKind':'ThingList'},'conversion':{'strategy':'None'},'versions':["
            + String.join(",", versions)
            + "]}}";
    boolean isThere = api.store.find(definitions.groupResource(), "", "things.x.io").isPresent();
    kinds.serve(
        isThere
            ? replaced(definitions, json(definition))
            : api.create(definitions, "", definition));
  }

  private ObjectNode replaced(Resource definitions, ObjectNode definition) {
    ObjectNode there = api.service.get(definitions, "", "things.x.io");
    Nodes.object(definition, "metadata").put("resourceVersion", Nodes.resourceVersion(there));
    return api.replace(definitions, "", "things.x.io", definition).object();
  }

  private Resource things(String version) {
    return api.kind("x.io", version, "things");
  }

  private JsonNode spec(String version) {
    return api.service.get(things(version), "default", "t").get("spec");
  }

  private JsonNode storedSpec() {
    return api.store.find("things.x.io", "default", "t").orElseThrow().tree().get("spec");
  }

  private void twoVersions() {
    define(version("v1", true, true, WIDE), version("v1beta1", true, false, NARROW));
  }

  @Test
  void get_inAVersionThatDoesNotKnowAField_leavesItOut() throws Exception {
    twoVersions();
    long then = api.store.revision();
    api.create(
        things("v1"), "default", "{'kind':'Thing','metadata':{'name':'t'},'spec':{'size':1}}");

    assertThat(spec("v1")).isEqualTo(json("{'size':1,'color':'red'}"));
    assertThat(spec("v1beta1")).isEqualTo(json("{'size':1}"));
    assertThat(api.service.list(things("v1beta1"), "", Selection.ALL).items())
        .extracting(item -> item.get("spec"))
        .isEqualTo(List.of(json("{'size':1}")));
    try (WatchFeed watch =
        api.service.watch(
            things("v1beta1"), "", new Selection("", "", 0, "", "" + then, ""), false)) {
      assertThat(watch.next(Duration.ofSeconds(10)).orElseThrow().object().get("spec"))
          .isEqualTo(json("{'size':1}"));
    }
  }

  @Test
  void patch_throughAVersionThatDoesNotKnowAField_losesIt() {
    twoVersions();
    api.create(
        things("v1"),
        "default",
        "{'kind':'Thing','metadata':{'name':'t'},'spec':{'size':1,'color':'blue'}}");

    api.service.patch(
        ALICE,
        things("v1beta1"),
        "default",
        "t",
        "",
        "application/merge-patch+json",
        bytes("{'spec':{'size':2}}"),
        api.write());

    assertThat(storedSpec()).isEqualTo(json("{'size':2}"));
    assertThat(spec("v1")).as("read with the default").isEqualTo(json("{'size':2,'color':'red'}"));
  }

  @Test
  void create_throughAVersionThatKnowsMore_storesWhatTheStorageVersionKnows() {
    define(version("v1", true, false, WIDE), version("v1beta1", true, true, NARROW));

    ObjectNode created =
        api.create(
            things("v1"),
            "default",
            "{'kind':'Thing','metadata':{'name':'t'},'spec':{'size':1,'color':'blue'}}");

    assertThat(storedSpec()).isEqualTo(json("{'size':1}"));
    assertThat(created.get("spec")).as("no default on the way out").isEqualTo(json("{'size':1}"));
  }

  @Test
  void get_whenTheDefinitionHasLostAField_leavesItOutAndAnUpdateRemovesIt() {
    define(version("v1", true, true, WIDE));
    api.create(
        things("v1"),
        "default",
        "{'kind':'Thing','metadata':{'name':'t'},'spec':{'size':1,'color':'blue'}}");
    define(version("v1", true, true, NARROW));

    ObjectNode thing = api.service.get(things("v1"), "default", "t");
    assertThat(thing.get("spec")).isEqualTo(json("{'size':1}"));
    assertThat(storedSpec()).isEqualTo(json("{'size':1,'color':'blue'}"));

    api.replace(things("v1"), "default", "t", thing);
    assertThat(storedSpec()).isEqualTo(json("{'size':1}"));
    long before = api.store.revision();
    api.replace(things("v1"), "default", "t", api.service.get(things("v1"), "default", "t"));
    assertThat(api.store.revision()).isEqualTo(before);
  }

  @Test
  void get_ofWhatIsStoredInAVersionThatIsNoLongerServed_goesByThatVersion() {
    twoVersions();
    api.create(
        things("v1"),
        "default",
        "{'kind':'Thing','metadata':{'name':'t'},'spec':{'size':1,'color':'blue'}}");
    define(
        version("v1", false, true, NARROW + ",'shape':{'type':'string','default':'round'}"),
        version("v1beta1", true, false, WIDE + ",'shape':{'type':'string'}"));

    assertThat(spec("v1beta1")).isEqualTo(json("{'size':1,'shape':'round'}"));
  }

  @Test
  void convert_forAWebhook_keepsAllThatTheObjectHas() {
    twoVersions();
    ObjectNode thing =
        api.create(
            things("v1"),
            "default",
            "{'kind':'Thing','metadata':{'name':'t'},'spec':{'size':1,'color':'blue'}}");

    assertThat(api.service.convert(thing, "x.io/v1beta1").get("spec"))
        .isEqualTo(json("{'size':1,'color':'blue'}"));
  }
}
