package io.github.kruiseinstaller.testkit.internal.rest;

import static io.github.kruiseinstaller.testkit.internal.rest.Refusals.refusal;
import static io.github.kruiseinstaller.testkit.internal.rest.Refusals.text;
import static io.github.kruiseinstaller.testkit.internal.rest.RestFixture.ALICE;
import static io.github.kruiseinstaller.testkit.internal.rest.RestFixture.bytes;
import static io.github.kruiseinstaller.testkit.internal.rest.RestFixture.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.admission.Admission.Operation;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Resources.Delete;
import io.github.kruiseinstaller.testkit.internal.rest.Resources.Removal;
import io.github.kruiseinstaller.testkit.internal.rest.Resources.Selection;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeletionTest {
  private final RestFixture api = new RestFixture();
  private final Resource configMaps = api.kind("", "v1", "configmaps");
  private final Resource deployments = api.kind("apps", "v1", "deployments");
  private final Resource namespaces = api.kind("", "v1", "namespaces");
  private final Resource definitions =
      api.kind("apiextensions.k8s.io", "v1", "customresourcedefinitions");

  @BeforeEach
  void namespace() {
    api.namespace("default");
  }

  private static Delete policy(String policy) {
    return new Delete(policy, null, "", "", false);
  }

  private static Delete grace(@Nullable Long seconds) {
    return new Delete("", seconds, "", "", false);
  }

  private Removal remove(Resource resource, String name, Delete delete) {
    String namespace = resource.namespaced() ? "default" : "";
    return api.service.remove(ALICE, resource, namespace, name, delete);
  }

  private ObjectNode runningPod(String name) {
    api.create(
        api.pods(),
        "default",
        "{'metadata':{'name':'"
            + name
            + "'},'spec':{'nodeName':'n','terminationGracePeriodSeconds':30}}");
    return api.replace(
            api.pods(),
            "default",
            name,
            "status",
            json("{'metadata':{'name':'" + name + "'},'status':{'phase':'Running'}}"))
        .object();
  }

  /** The events since a revision, as type and deletionGracePeriodSeconds. */
  private List<String> events(Resource resource, long since) throws Exception {
    List<String> events = new ArrayList<>();
    try (WatchFeed watch =
        api.service.watch(
            resource, "", new Selection("", "", 0, "", Long.toString(since), ""), false)) {
      for (var event = watch.next(Duration.ZERO);
          event.isPresent();
          event = watch.next(Duration.ZERO)) {
        events.add(
            event.get().type()
                + " "
                + Nodes.number(-1, event.get().object(), "metadata", "deletionGracePeriodSeconds"));
      }
    }
    return events;
  }

  @Test
  void delete_removesAtOnceAndAnswersWithAStatusOrTheObject() throws Exception {
    ObjectNode created = api.create(deployments, "default", "{'metadata':{'name':'a'}}");
    long before = api.store.revision();

    Removal removal = remove(deployments, "a", policy(""));

    assertThat(removal.gone()).isTrue();
    assertThat(removal.answered()).isFalse();
    assertThat(Nodes.uid(removal.object())).isEqualTo(Nodes.uid(created));
    assertThat(api.service.find(deployments, "default", "a")).isEmpty();
    assertThat(events(deployments, before)).containsExactly("DELETED -1");
    assertThat(api.written).last().isEqualTo("delete deployments a DELETED");

    api.create(api.kind("", "v1", "serviceaccounts"), "default", "{'metadata':{'name':'a'}}");
    assertThat(remove(api.kind("", "v1", "serviceaccounts"), "a", policy("")).answered()).isTrue();
  }

  @Test
  void delete_ofWhatIsNotThere_is404() {
    assertThat(text(() -> remove(deployments, "a", policy(""))))
        .isEqualTo("404 NotFound deployments.apps \"a\" not found");
    assertThat(text(() -> remove(namespaces, "a", policy(""))))
        .isEqualTo("404 NotFound namespaces \"a\" not found");
  }

  @Test
  void delete_asksAdmissionWithTheOldObject() {
    ObjectNode created = api.create(configMaps, "default", "{'metadata':{'name':'a'}}");

    remove(configMaps, "a", new Delete("Background", 5L, Nodes.uid(created), "", false));

    var validation = api.admission.validations.get(api.admission.validations.size() - 1);
    assertThat(validation.operation()).isEqualTo(Operation.DELETE);
    assertThat(validation.object()).isNull();
    assertThat(validation.oldObject()).isEqualTo(created);
    assertThat(validation.name()).isEqualTo("a");
    assertThat(validation.options())
        .isEqualTo(
            json(
                "{'kind':'DeleteOptions','apiVersion':'meta.k8s.io/v1','gracePeriodSeconds':5,"
                    + "'propagationPolicy':'Background','preconditions':{'uid':'"
                    + Nodes.uid(created)
                    + "'}}"));
  }

  @Test
  void delete_whenAdmissionRefuses_keepsTheObject() {
    api.create(configMaps, "default", "{'metadata':{'name':'a'}}");
    api.admission.veto =
        request -> {
          throw new StatusException(403, "Forbidden", "no", null);
        };

    assertThat(text(() -> remove(configMaps, "a", policy("")))).isEqualTo("403 Forbidden no");
    assertThat(text(() -> remove(namespaces, "default", policy("")))).isEqualTo("403 Forbidden no");

    assertThat(api.service.find(configMaps, "default", "a")).isPresent();
  }

  @ParameterizedTest
  @CsvSource({"batch, jobs", "'', replicationcontrollers"})
  void delete_withoutPolicyOfAnOldKind_orphans(String group, String plural) {
    Resource kind = api.kind(group, "v1", plural);
    api.create(kind, "default", "{'metadata':{'name':'a'}}");
    api.create(kind, "default", "{'metadata':{'name':'b'}}");
    api.create(
        kind, "default", "{'metadata':{'name':'c','finalizers':['foregroundDeletion','x/y']}}");

    Removal removal = remove(kind, "a", policy(""));

    assertThat(removal.gone()).isFalse();
    assertThat(KindFacts.finalizers(removal.object())).containsExactly("orphan");
    assertThat(Metadata.isDeleting(removal.object())).isTrue();
    assertThat(remove(kind, "b", policy("Background")).gone()).isTrue();
    // What is there already says it, too.
    assertThat(KindFacts.finalizers(remove(kind, "c", policy("")).object()))
        .containsExactlyInAnyOrder("x/y", "foregroundDeletion");
  }

  @Test
  void delete_withAnUnknownPolicy_is422() {
    assertThat(text(() -> remove(configMaps, "a", policy("Gently"))))
        .isEqualTo(
            "422 Invalid DeleteOptions.meta.k8s.io \"\" is invalid: propagationPolicy: Unsupported"
                + " value: \"Gently\": supported values: \"Foreground\", \"Background\","
                + " \"Orphan\", \"nil\"");
  }

  @Test
  void delete_withPreconditionsThatFail_is409() {
    ObjectNode created = api.create(deployments, "default", "{'metadata':{'name':'a'}}");
    String version = Nodes.resourceVersion(created);

    assertThat(text(() -> remove(deployments, "a", new Delete("", null, "other", "", false))))
        .isEqualTo(
            "409 Conflict Operation cannot be fulfilled on Deployment.apps \"a\": the UID in the"
                + " precondition (other) does not match the UID in record ("
                + Nodes.uid(created)
                + "). The object might have been deleted and then recreated");
    assertThat(text(() -> remove(deployments, "a", new Delete("", null, "", "1", false))))
        .isEqualTo(
            "409 Conflict Operation cannot be fulfilled on Deployment.apps \"a\": the"
                + " ResourceVersion in the precondition (1) does not match the ResourceVersion in"
                + " record ("
                + version
                + "). The object might have been modified");
    assertThat(
            remove(deployments, "a", new Delete("", null, Nodes.uid(created), version, false))
                .gone())
        .isTrue();
  }

  @Test
  void delete_ofANamespaceWithPreconditionsThatFail_is409InOtherWords() {
    ObjectNode there = api.service.get(namespaces, "", "default");

    assertThat(text(() -> remove(namespaces, "default", new Delete("", null, "u", "", false))))
        .isEqualTo(
            "409 Conflict Operation cannot be fulfilled on namespaces \"default\": Precondition"
                + " failed: UID in precondition: u, UID in object meta: "
                + Nodes.uid(there));
    assertThat(text(() -> remove(namespaces, "default", new Delete("", null, "", "1", false))))
        .isEqualTo(
            "409 Conflict Operation cannot be fulfilled on namespaces \"default\": Precondition"
                + " failed: ResourceVersion in precondition: 1, ResourceVersion in object meta: "
                + Nodes.resourceVersion(there));
  }

  @ParameterizedTest
  @CsvSource({
    "Foreground,'',foregroundDeletion",
    "Orphan,'',orphan",
    "Background,foregroundDeletion,''",
    "'',foregroundDeletion,foregroundDeletion",
    "'',orphan,orphan",
    "Orphan,foregroundDeletion,orphan",
    "'',x.io/f,x.io/f",
    "Foreground,x.io/f,x.io/f foregroundDeletion"
  })
  void delete_setsTheFinalizersOfItsPolicy(String policy, String before, String after) {
    String finalizers = before.isEmpty() ? "[]" : "['" + before + "']";
    api.create(deployments, "default", "{'metadata':{'name':'a','finalizers':" + finalizers + "}}");

    Removal removal = remove(deployments, "a", policy(policy));

    assertThat(removal.gone()).isEqualTo(after.isEmpty());
    if (!after.isEmpty()) {
      assertThat(String.join(" ", KindFacts.finalizers(removal.object()))).isEqualTo(after);
      assertThat(removal.answered()).isTrue();
      assertThat(Nodes.textOrEmpty(removal.object(), "metadata", "deletionTimestamp"))
          .isEqualTo("2025-03-01T12:00:00Z");
      assertThat(Nodes.number(-1, removal.object(), "metadata", "deletionGracePeriodSeconds"))
          .isZero();
      assertThat(Nodes.number(0, removal.object(), "metadata", "generation")).isEqualTo(2);
      assertThat(api.written).last().isEqualTo("delete deployments a CHANGED");
    }
  }

  @Test
  void delete_ofEvents_knowsNoGarbageCollector() {
    Resource events = api.kind("", "v1", "events");
    api.create(events, "default", "{'metadata':{'name':'a'}}");

    assertThat(remove(events, "a", policy("Foreground")).gone()).isTrue();
  }

  @Test
  void delete_again_ofWhatFinalizersHold_changesNothing() {
    api.create(configMaps, "default", "{'metadata':{'name':'a','finalizers':['x.io/f']}}");
    remove(configMaps, "a", policy(""));
    long before = api.store.revision();
    api.now = RestFixture.START.plusSeconds(60);

    Removal removal = remove(configMaps, "a", policy(""));

    assertThat(removal.gone()).isFalse();
    assertThat(api.store.revision()).isEqualTo(before);
    assertThat(api.written).last().isEqualTo("delete configmaps a NONE");
  }

  @Test
  void delete_inDryRun_removesNothing() {
    api.create(deployments, "default", "{'metadata':{'name':'a'}}");
    runningPod("p");
    long before = api.store.revision();
    Delete dry = new Delete("", null, "", "", true);

    assertThat(remove(deployments, "a", dry).gone()).isTrue();
    assertThat(remove(deployments, "a", new Delete("Foreground", null, "", "", true)).gone())
        .isFalse();
    assertThat(Metadata.isDeleting(remove(api.pods(), "p", dry).object())).isTrue();
    assertThat(remove(api.pods(), "p", new Delete("", 0L, "", "", true)).gone()).isTrue();
    assertThat(remove(namespaces, "default", dry).gone()).isFalse();

    assertThat(api.store.revision()).isEqualTo(before);
    assertThat(api.written.subList(api.written.size() - 5, api.written.size()))
        .allMatch(line -> line.endsWith("NONE"));
  }

  @Test
  void delete_ofARunningPod_givesItsGrace() {
    runningPod("a");

    Removal removal = remove(api.pods(), "a", grace(null));

    assertThat(removal.gone()).isFalse();
    assertThat(removal.answered()).isTrue();
    assertThat(Nodes.textOrEmpty(removal.object(), "metadata", "deletionTimestamp"))
        .isEqualTo("2025-03-01T12:00:30Z");
    assertThat(Nodes.number(-1, removal.object(), "metadata", "deletionGracePeriodSeconds"))
        .isEqualTo(30);
    assertThat(Nodes.number(0, removal.object(), "metadata", "generation")).isEqualTo(2);
    assertThat(api.service.find(api.pods(), "default", "a")).isPresent();
  }

  @ParameterizedTest
  @CsvSource({"60,30,30", ",30,30", "10,10,10", "-5,1,1"})
  void delete_again_canOnlyShortenTheGrace(@Nullable Long seconds, long expected, long ends) {
    runningPod("a");
    remove(api.pods(), "a", grace(30L));

    Removal removal = remove(api.pods(), "a", grace(seconds));

    assertThat(removal.gone()).isFalse();
    assertThat(Nodes.number(-1, removal.object(), "metadata", "deletionGracePeriodSeconds"))
        .isEqualTo(expected);
    assertThat(Nodes.textOrEmpty(removal.object(), "metadata", "deletionTimestamp"))
        .isEqualTo(RestFixture.START.plusSeconds(ends).toString());
  }

  @Test
  void delete_again_whenMostOfTheGraceIsOver_leavesASecond() {
    runningPod("a");
    remove(api.pods(), "a", grace(30L));
    api.now = RestFixture.START.plusSeconds(20);

    Removal removal = remove(api.pods(), "a", grace(10L));

    assertThat(Nodes.number(-1, removal.object(), "metadata", "deletionGracePeriodSeconds"))
        .isEqualTo(1);
    assertThat(Nodes.textOrEmpty(removal.object(), "metadata", "deletionTimestamp"))
        .isEqualTo("2025-03-01T12:00:20Z");
  }

  @Test
  void delete_withoutGrace_marksAndRemoves() throws Exception {
    runningPod("a");
    remove(api.pods(), "a", grace(30L));
    long before = api.store.revision();

    Removal removal = remove(api.pods(), "a", grace(0L));

    assertThat(removal.gone()).isTrue();
    assertThat(removal.answered()).isTrue();
    assertThat(events(api.pods(), before)).containsExactly("MODIFIED 0", "DELETED 0");
  }

  @Test
  void delete_withoutGraceAndWithAVersion_stillRemoves() {
    ObjectNode pod = runningPod("a");

    Removal removal =
        remove(api.pods(), "a", new Delete("", 0L, "", Nodes.resourceVersion(pod), false));

    assertThat(removal.gone()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"'',Running", "n,Succeeded", "n,Failed"})
  void delete_ofAPodThatRunsNowhere_isAtOnce(String node, String phase) {
    api.create(
        api.pods(),
        "default",
        "{'metadata':{'name':'a'},'spec':{'nodeName':'"
            + node
            + "','terminationGracePeriodSeconds':30}}");
    api.replace(
        api.pods(),
        "default",
        "a",
        "status",
        json("{'metadata':{'name':'a'},'status':{'phase':'" + phase + "'}}"));

    assertThat(remove(api.pods(), "a", grace(null)).gone()).isTrue();
  }

  @Test
  void delete_ofAPodThatAFinalizerHolds_waitsForIt() {
    api.create(
        api.pods(), "default", "{'metadata':{'name':'a','finalizers':['x.io/f']},'spec':{}}");

    Removal removal = remove(api.pods(), "a", grace(0L));

    assertThat(removal.gone()).isFalse();
    assertThat(remove(api.pods(), "a", grace(0L)).gone()).isFalse();
    api.service.patch(
        ALICE,
        api.pods(),
        "default",
        "a",
        "",
        "application/merge-patch+json",
        bytes("{'metadata':{'finalizers':null}}"),
        api.write());
    assertThat(api.service.find(api.pods(), "default", "a")).isEmpty();
  }

  @Test
  void delete_ofANamespace_beginsItsEnd() {
    Removal removal = remove(namespaces, "default", policy("Background"));

    assertThat(removal.gone()).isFalse();
    assertThat(removal.answered()).isTrue();
    assertThat(Nodes.textOrEmpty(removal.object(), "status", "phase")).isEqualTo("Terminating");
    assertThat(Metadata.of(removal.object()).has("deletionGracePeriodSeconds")).isFalse();
    long before = api.store.revision();
    assertThat(remove(namespaces, "default", policy("")).gone()).isFalse();
    assertThat(api.store.revision()).isEqualTo(before);
  }

  @Test
  void delete_ofAnEmptiedNamespace_removesIt() {
    remove(namespaces, "default", policy(""));
    ObjectNode namespace = api.service.get(namespaces, "", "default");
    Metadata.of(namespace).set("finalizers", json("{'a':['x.io/f']}").get("a"));
    Nodes.object(namespace, "spec").putArray("finalizers");
    api.replace(namespaces, "", "default", "finalize", namespace);

    Removal removal = remove(namespaces, "default", policy(""));

    assertThat(removal.gone()).isFalse();
    api.service.patch(
        ALICE,
        namespaces,
        "",
        "default",
        "",
        "application/merge-patch+json",
        bytes("{'metadata':{'finalizers':null}}"),
        api.write());
    assertThat(api.service.find(namespaces, "", "default")).isEmpty();
  }

  @Test
  void delete_ofADefinition_waitsForItsObjectsToBeCleanedUp() {
    api.create(
        definitions,
        "",
        "{'metadata':{'name':'things.x.io'},'spec':{'versions':[{'name':'v1','storage':true}]}}");

    Removal removal = remove(definitions, "things.x.io", policy(""));

    assertThat(removal.gone()).isFalse();
    assertThat(KindFacts.finalizers(removal.object()))
        .containsExactly("customresourcecleanup.apiextensions.k8s.io");
    assertThat(Nodes.list(removal.object(), "status", "conditions"))
        .singleElement()
        .isEqualTo(
            json(
                "{'type':'Terminating','status':'True','lastTransitionTime':'2025-03-01T12:00:00Z','reason':'InstanceDeletionPending','message':'CustomResourceDefinition"
                    + " marked for deletion; CustomResource deletion will begin soon'}"));
    assertThat(remove(definitions, "things.x.io", policy("")).gone()).isFalse();

    ObjectNode cleaned = api.service.get(definitions, "", "things.x.io");
    Metadata.of(cleaned).remove("finalizers");
    api.replace(definitions, "", "things.x.io", "status", cleaned);

    assertThat(api.service.find(definitions, "", "things.x.io")).isEmpty();
  }

  @Test
  void delete_ofADefinition_thatIsMarkedAlready_doesNotMarkItTwice() {
    ObjectNode definition =
        api.create(
            definitions,
            "",
            "{'metadata':{'name':'things.x.io','finalizers':"
                + "['customresourcecleanup.apiextensions.k8s.io']},'spec':{}}");
    definition.set(
        "status",
        json(
            "{'conditions':[{'type':'Established','status':'True'},"
                + "{'type':'Terminating','status':'False'}]}"));
    api.replace(definitions, "", "things.x.io", "status", definition);

    Removal removal = remove(definitions, "things.x.io", policy(""));

    assertThat(KindFacts.finalizers(removal.object())).hasSize(1);
    assertThat(Nodes.list(removal.object(), "status", "conditions"))
        .extracting(
            condition -> condition.path("type").asText() + "=" + condition.path("status").asText())
        .containsExactly("Established=True", "Terminating=True");
  }

  @Test
  void delete_ofAService_takesItsEndpointsAlong() {
    Resource services = api.kind("", "v1", "services");
    Resource endpoints = api.kind("", "v1", "endpoints");
    api.create(services, "default", "{'metadata':{'name':'a'}}");
    api.create(endpoints, "default", "{'metadata':{'name':'a'}}");

    remove(services, "a", policy(""));

    assertThat(api.service.find(endpoints, "default", "a")).isEmpty();
  }

  @Test
  void deleteAll_deletesWhatIsSelected() {
    for (String name : List.of("a", "b", "c")) {
      api.create(
          configMaps,
          "default",
          "{'metadata':{'name':'"
              + name
              + "','labels':{'k':'"
              + (name.equals("c") ? "no" : "yes")
              + "'}}}");
    }

    List<ObjectNode> deleted =
        api.service.deleteAll(
            ALICE, configMaps, "default", new Selection("k=yes", "", 0, "", "", ""), Delete.NOW);

    assertThat(deleted).extracting(Nodes::name).containsExactly("a", "b");
    assertThat(api.service.list(configMaps, "default", Selection.ALL).items())
        .extracting(Nodes::name)
        .containsExactly("c");
    assertThat(api.admission.last()).isEqualTo("DELETE  ");
    assertThat(api.written).last().isEqualTo("deletecollection configmaps b DELETED");
  }

  @Test
  void deleteAll_stopsAtARefusalButNotAtWhatIsGone() {
    api.create(configMaps, "default", "{'metadata':{'name':'a'}}");
    api.create(configMaps, "default", "{'metadata':{'name':'b'}}");
    api.admission.veto =
        request -> {
          api.admission.veto = later -> {};
          remove(configMaps, "b", policy(""));
        };
    assertThat(api.service.deleteAll(ALICE, configMaps, "default", Selection.ALL, Delete.NOW))
        .hasSize(2);

    api.create(configMaps, "default", "{'metadata':{'name':'a'}}");
    api.admission.veto =
        request -> {
          throw new StatusException(403, "Forbidden", "no", null);
        };
    assertThat(
            refusal(
                    () ->
                        api.service.deleteAll(
                            ALICE, configMaps, "default", Selection.ALL, Delete.NOW))
                .code())
        .isEqualTo(403);
  }

  @Test
  void delete_whenSomebodyChangesTheObjectMeanwhile_triesAgain() {
    api.create(configMaps, "default", "{'metadata':{'name':'a'}}");
    api.create(configMaps, "default", "{'metadata':{'name':'held','finalizers':['x.io/f']}}");
    api.namespace("other");
    for (String name : List.of("a", "held")) {
      changeDuringAdmission(configMaps, "default", name);
      remove(configMaps, name, policy(""));
    }
    changeDuringAdmission(namespaces, "", "other");
    Removal removal = remove(namespaces, "other", policy(""));

    assertThat(api.service.find(configMaps, "default", "a")).isEmpty();
    assertThat(Metadata.isDeleting(api.service.get(configMaps, "default", "held"))).isTrue();
    assertThat(Nodes.labels(removal.object())).containsEntry("changed", "meanwhile");
  }

  private void changeDuringAdmission(Resource resource, String namespace, String name) {
    api.admission.veto =
        request -> {
          api.admission.veto = later -> {};
          api.service.patch(
              ALICE,
              resource,
              namespace,
              name,
              "",
              "application/merge-patch+json",
              bytes("{'metadata':{'labels':{'changed':'meanwhile'}}}"),
              api.write());
        };
  }

  @Test
  void delete_ofTheInterface_tellsWhatIsLeft() {
    api.create(configMaps, "default", "{'metadata':{'name':'a'}}");
    api.create(configMaps, "default", "{'metadata':{'name':'held','finalizers':['x.io/f']}}");

    assertThat(api.service.delete(ALICE, configMaps, "default", "a", Delete.NOW)).isEmpty();
    assertThat(api.service.delete(ALICE, configMaps, "default", "held", Delete.NOW)).isPresent();
  }
}
