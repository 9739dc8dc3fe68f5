package io.github.kruiseinstaller.testkit.internal.controller;

import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.DEFINITIONS;
import static io.github.kruiseinstaller.testkit.internal.controller.World.condition;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Resources;
import io.github.kruiseinstaller.testkit.internal.rest.WatchFeed;
import io.github.kruiseinstaller.testkit.internal.store.Stored;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import io.github.kruiseinstaller.testkit.internal.tree.Overheard;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class DefinitionControllerTest {
  private final World world = new World();

  private static String definition(String plural, String singular, String kind, String more) {
    return "{'metadata':{'name':'"
        + plural
        + ".x.example'},'spec':{'group':'x.example','scope':'Namespaced','names':{'plural':'"
        + plural
        + "','singular':'"
        + singular
        + "','kind':'"
        + kind
        + "','listKind':'"
        + kind
        + "List'"
        + more
        + "},'versions':[{'name':'v1','served':true,'storage':true,'schema':{'openAPIV3Schema':{"
        + "'type':'object','x-kubernetes-preserve-unknown-fields':true}}}]}}";
  }

  private JsonNode status(String name) {
    return world.status(DEFINITIONS, "", name);
  }

  private boolean isServed(String plural) {
    return world.kinds.resource("x.example", "v1", plural).isPresent();
  }

  @Test
  void definition_isEstablishedAndServed_inThisOrderOfConditions() {
    world.create(DEFINITIONS, definition("things", "thing", "Thing", ",'shortNames':['th']"));
    world.pass(Duration.ofMillis(30));
    assertThat(condition(status("things.x.example"), "NamesAccepted"))
        .isEqualTo("True NoConflicts: no conflicts found");
    assertThat(condition(status("things.x.example"), "Established"))
        .isEqualTo("False Installing: the initial names have been accepted");
    assertThat(isServed("things")).isFalse();
    world.seconds(1);
    assertThat(condition(status("things.x.example"), "Established"))
        .isEqualTo("True InitialNamesAccepted: the initial names have been accepted");
    assertThat(status("things.x.example").path("acceptedNames").path("shortNames").path(0).asText())
        .isEqualTo("th");
    assertThat(isServed("things")).isTrue();
  }

  @Test
  void namesThatAreTaken_areRefusedUntilTheyAreFree() {
    world.create(DEFINITIONS, definition("things", "thing", "Thing", ",'shortNames':['th']"));
    world.seconds(1);
    world.create(DEFINITIONS, definition("thoughts", "thought", "Thing", ""));
    world.create(DEFINITIONS, definition("others", "thing", "Other", ""));
    world.create(DEFINITIONS, definition("shorts", "short", "Short", ",'shortNames':['th']"));
    world.seconds(1);
    assertThat(condition(status("thoughts.x.example"), "NamesAccepted"))
        .isEqualTo("False ListKindConflict: \"ThingList\" is already in use");
    assertThat(condition(status("thoughts.x.example"), "Established"))
        .isEqualTo("False NotAccepted: not all names are accepted");
    assertThat(condition(status("others.x.example"), "NamesAccepted"))
        .isEqualTo("False SingularConflict: \"thing\" is already in use");
    assertThat(condition(status("shorts.x.example"), "NamesAccepted"))
        .isEqualTo("False ShortNamesConflict: \"th\" is already in use");
    assertThat(isServed("shorts")).isFalse();

    world.delete(DEFINITIONS, "", "things.x.example");
    world.seconds(2);
    assertThat(isServed("things")).isFalse();
    assertThat(isServed("shorts")).isTrue();
    assertThat(isServed("thoughts")).isTrue();
  }

  @Test
  void anotherVersion_isServedWhenTheDefinitionChanges() {
    world.create(DEFINITIONS, definition("things", "thing", "Thing", ""));
    world.seconds(1);
    world.edit(
        DEFINITIONS,
        "",
        "things.x.example",
        d -> {
          ObjectNode version = (ObjectNode) d.at("/spec/versions/0").deepCopy();
          Nodes.array((ObjectNode) d.path("spec"), "versions")
              .add(version.put("name", "v2").put("storage", false));
        });
    world.seconds(1);
    assertThat(world.kinds.resource("x.example", "v2", "things")).isPresent();
  }

  private WatchFeed watchThings() {
    Resource things = world.kinds.resource("x.example", "v1", "things").orElseThrow();
    return world.resources.watch(things, "", Resources.Selection.ALL, false);
  }

  @Test
  void watches_whenTheDefinitionChanges_end() throws InterruptedException {
    world.create(DEFINITIONS, definition("things", "thing", "Thing", ""));
    world.seconds(1);
    try (WatchFeed watch = watchThings()) {
      world.edit(
          DEFINITIONS,
          "",
          "things.x.example",
          d -> Nodes.object(d, "metadata", "labels").put("a", "b"));
      world.seconds(1);
      assertThat(watch.next(Duration.ZERO)).isEmpty();
      assertThat(watch.ended()).isFalse();

      world.edit(
          DEFINITIONS,
          "",
          "things.x.example",
          d -> Nodes.array((ObjectNode) d.at("/spec/names"), "shortNames").add("th"));
      world.seconds(1);
      assertThat(watch.next(Duration.ZERO)).isEmpty();
      assertThat(watch.ended()).isTrue();
    }
    try (WatchFeed watch = watchThings()) {
      assertThat(watch.next(Duration.ZERO)).isEmpty();
      assertThat(watch.ended()).isFalse();
    }
  }

  @Test
  void watches_whenTheDefinitionGoes_tellOfTheLastObjectAndEnd() throws InterruptedException {
    world.create(DEFINITIONS, definition("things", "thing", "Thing", ""));
    world.seconds(1);
    world.create(
        world.kinds.resource("x.example", "v1", "things").orElseThrow(),
        "{'apiVersion':'x.example/v1','kind':'Thing','metadata':{'name':'a','namespace':'default'}}");
    try (WatchFeed watch = watchThings()) {
      world.delete(DEFINITIONS, "", "things.x.example");
      world.seconds(3);
      assertThat(isServed("things")).isFalse();
      assertThat(watch.next(Duration.ZERO)).map(WatchFeed.Event::type).contains("ADDED");
      assertThat(watch.next(Duration.ZERO)).map(WatchFeed.Event::type).contains("DELETED");
      assertThat(watch.next(Duration.ZERO)).isEmpty();
      assertThat(watch.ended()).isTrue();
    }
  }

  @Test
  void definitionThatGoes_takesItsObjectsFirst() {
    world.create(DEFINITIONS, definition("things", "thing", "Thing", ""));
    world.seconds(1);
    Resource things = world.kinds.resource("x.example", "v1", "things").orElseThrow();
    world.create(
        things,
        "{'apiVersion':'x.example/v1','kind':'Thing','metadata':{'name':'a','namespace':'default'}}");
    world.create(
        things,
        "{'apiVersion':'x.example/v1','kind':'Thing','metadata':{'name':'b','namespace':'default','finalizers':['x/y']}}");
    world.delete(DEFINITIONS, "", "things.x.example");
    world.seconds(2);
    assertThat(world.list(DEFINITIONS, "")).hasSize(1);
    assertThat(condition(status("things.x.example"), "Terminating"))
        .isEqualTo("True InstanceDeletionInProgress: CustomResource deletion is in progress");
    assertThat(world.resources.find(things, "default", "a")).isEmpty();
    world.edit(things, "default", "b", "", b -> Nodes.object(b, "metadata").remove("finalizers"));
    world.seconds(1);
    assertThat(world.list(DEFINITIONS, "")).isEmpty();
    assertThat(isServed("things")).isFalse();
  }

  @Test
  void definitionThatGoesWhileItIsEstablished_isNotServed() {
    world.create(DEFINITIONS, definition("things", "thing", "Thing", ""));
    world.pass(Duration.ofMillis(30));
    Stored accepted = world.stored(DEFINITIONS, "", "things.x.example");
    AtomicBoolean gone = new AtomicBoolean();
    world.store.replace(
        DEFINITIONS.groupResource(),
        accepted,
        new Overheard(
            accepted.tree(),
            field -> {
              if (field.equals(Overheard.WHOLE) && gone.compareAndSet(false, true)) {
                world.delete(DEFINITIONS, "", "things.x.example");
                world.run();
              }
            }));
    world.seconds(1);
    assertThat(gone).isTrue();
    assertThat(world.list(DEFINITIONS, "")).isEmpty();
    assertThat(isServed("things")).isFalse();
  }

  @Test
  void definitionThatWasNeverEstablished_goesAtOnce() {
    world.create(DEFINITIONS, definition("things", "thing", "Thing", ""));
    world.delete(DEFINITIONS, "", "things.x.example");
    world.seconds(1);
    assertThat(world.list(DEFINITIONS, "")).isEmpty();
  }
}
