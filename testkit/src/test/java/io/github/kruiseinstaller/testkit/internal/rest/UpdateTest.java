package io.github.kruiseinstaller.testkit.internal.rest;

import static io.github.kruiseinstaller.testkit.internal.rest.Refusals.refusal;
import static io.github.kruiseinstaller.testkit.internal.rest.Refusals.text;
import static io.github.kruiseinstaller.testkit.internal.rest.RestFixture.ALICE;
import static io.github.kruiseinstaller.testkit.internal.rest.RestFixture.bytes;
import static io.github.kruiseinstaller.testkit.internal.rest.RestFixture.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.admission.Admission.Operation;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Resources.Outcome;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpdateTest {
  private static final String MERGE = "application/merge-patch+json";
  private static final String APPLY = "application/apply-patch+yaml";

  private final RestFixture api = new RestFixture();
  private final Resource configMaps = api.kind("", "v1", "configmaps");
  private final Resource deployments = api.kind("apps", "v1", "deployments");
  private final Resource services = api.kind("", "v1", "services");
  private final Resource roles = api.kind("rbac.authorization.k8s.io", "v1", "roles");

  @BeforeEach
  void namespace() {
    api.namespace("default");
  }

  private ObjectNode deployment(String name) {
    return api.create(
        deployments,
        "default",
        "{'metadata':{'name':'" + name + "','labels':{'app':'x'}},'spec':{'replicas':1}}");
  }

  private Outcome patch(Resource resource, String name, String type, String patch) {
    return api.service.patch(
        ALICE, resource, "default", name, "", type, bytes(patch), api.as("tool"));
  }

  @Test
  void replace_storesTheNewObjectAndKeepsWhatTheServerSet() {
    ObjectNode created = deployment("a");
    api.now = RestFixture.START.plusSeconds(60);

    Outcome outcome =
        api.replace(
            deployments,
            "default",
            "a",
            json("{'metadata':{'name':'a','generation':99},'spec':{'replicas':2}}"));

    ObjectNode object = outcome.object();
    assertThat(outcome.created()).isFalse();
    assertThat(Nodes.uid(object)).isEqualTo(Nodes.uid(created));
    assertThat(Nodes.textOrEmpty(object, "metadata", "creationTimestamp"))
        .isEqualTo("2025-03-01T12:00:00Z");
    assertThat(Nodes.labels(object)).isEmpty();
    assertThat(Nodes.number(0, object, "metadata", "generation")).isEqualTo(2);
    assertThat(Nodes.resourceVersion(object)).isNotEqualTo(Nodes.resourceVersion(created));
    assertThat(api.written).last().isEqualTo("update deployments a CHANGED");
  }

  @Test
  void replace_withTheSame_writesNothing() {
    ObjectNode created = deployment("a");
    long before = api.store.revision();
    api.now = RestFixture.START.plusSeconds(60);

    Outcome outcome = api.replace(deployments, "default", "a", created);

    assertThat(outcome.object()).isEqualTo(created);
    assertThat(api.store.revision()).isEqualTo(before);
    assertThat(api.written).last().isEqualTo("update deployments a NONE");
  }

  @Test
  void replace_withAnOldVersion_is409() {
    ObjectNode created = deployment("a");
    patch(deployments, "a", MERGE, "{'spec':{'replicas':3}}");

    StatusException refusal = refusal(() -> api.replace(deployments, "default", "a", created));

    assertThat(refusal.body())
        .isEqualTo(
            json(
                "{'kind':'Status','apiVersion':'v1','metadata':{},'status':'Failure','message':"
                    + "'Operation cannot be fulfilled on deployments.apps \\'a\\': the object has"
                    + " been modified; please apply your changes to the latest version and try"
                    + " again','reason':'Conflict','details':{'name':'a','group':'apps',"
                    + "'kind':'deployments'},'code':409}"));
  }

  @Test
  void replace_withAVersionThatIsNoNumber_is500() {
    deployment("a");

    assertThat(
            text(
                () ->
                    api.replace(
                        deployments,
                        "default",
                        "a",
                        json("{'metadata':{'name':'a','resourceVersion':'x'}}"))))
        .isEqualTo("500  strconv.ParseUint: parsing \"x\": invalid syntax");
  }

  @Test
  void replace_withoutVersionOfAKindThatWantsOne_is422() {
    Resource leases = api.kind("coordination.k8s.io", "v1", "leases");
    api.create(leases, "default", "{'metadata':{'name':'a'}}");

    StatusException refusal =
        refusal(() -> api.replace(leases, "default", "a", json("{'metadata':{'name':'a'}}")));

    assertThat(refusal.code()).isEqualTo(422);
    assertThat(refusal)
        .hasMessage(
            "leases.coordination.k8s.io \"a\" is invalid: metadata.resourceVersion: Invalid value:"
                + " 0: must be specified for an update");
  }

  @Test
  void replace_ofWhatIsNotThere_is404() {
    assertThat(
            text(() -> api.replace(deployments, "default", "a", json("{'metadata':{'name':'a'}}"))))
        .isEqualTo("404 NotFound deployments.apps \"a\" not found");
  }

  @Test
  void replace_ofSomeKinds_createsWhatIsNotThere() {
    Outcome outcome =
        api.replace(roles, "default", "a", json("{'metadata':{'name':'a'},'rules':[]}"));

    assertThat(outcome.created()).isTrue();
    assertThat(Nodes.uid(outcome.object())).isNotEmpty();
    assertThat(api.admission.last()).isEqualTo("CREATE  a");
    assertThat(api.written).last().isEqualTo("update roles a CREATED");
  }

  @Test
  void replace_withAUidOfWhatIsNotThere_is409() {
    assertThat(
            text(
                () ->
                    api.replace(
                        roles, "default", "a", json("{'metadata':{'name':'a','uid':'u'}}"))))
        .isEqualTo(
            "409 Conflict Operation cannot be fulfilled on roles.rbac.authorization.k8s.io \"a\":"
                + " StorageError: invalid object, Code: 4, Key: /registry/roles/default/a,"
                + " ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in"
                + " precondition: u, UID in object meta: ");
  }

  @ParameterizedTest
  @CsvSource({
    "'',v1,services,/registry/services/specs/default/a",
    "apps,v1,deployments,/registry/deployments/default/a",
    "'',v1,nodes,/registry/minions/a",
    "apiextensions.k8s.io,v1,customresourcedefinitions,"
        + "/registry/apiextensions.k8s.io/customresourcedefinitions/a"
  })
  void replace_withAnotherUid_is409AndQuotesTheKey(
      String group, String version, String plural, String key) {
    Resource resource = api.kind(group, version, plural);
    String uid = Nodes.uid(api.create(resource, "default", "{'metadata':{'name':'a'}}"));

    assertThat(
            refusal(
                () ->
                    api.replace(
                        resource, "default", "a", json("{'metadata':{'name':'a','uid':'other'}}"))))
        .hasMessageEndingWith(
            "Key: "
                + key
                + ", ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in"
                + " precondition: other, UID in object meta: "
                + uid);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'name':'b'}|the name of the object (b) does not match the name on the URL (a)",
        "{}|the name of the object (a based on URL) was undeterminable: name must be provided",
        "{'name':'a','namespace':'other'}|the namespace of the provided object does not match the"
            + " namespace sent on the request"
      })
  void replace_whenTheObjectIsAnother_is400(String metadata, String message) {
    deployment("a");

    assertThat(
            text(
                () ->
                    api.replace(
                        deployments, "default", "a", json("{'metadata':" + metadata + "}"))))
        .isEqualTo("400 BadRequest " + message);
  }

  @Test
  void replace_cannotChangeTheStatus() {
    deployment("a");

    ObjectNode object =
        api.replace(
                deployments,
                "default",
                "a",
                json("{'metadata':{'name':'a'},'spec':{},'status':{'replicas':5}}"))
            .object();

    assertThat(object.get("status")).isEqualTo(json("{}"));
  }

  @Test
  void update_ofANode_cannotChangeItsStatus() {
    Resource nodes = api.kind("", "v1", "nodes");
    ObjectNode created =
        api.create(
            nodes,
            "",
            "{'metadata':{'name':'n'},'status':{'nodeInfo':{'kubeletVersion':'v1.34.0'}}}");

    ObjectNode replaced =
        api.replace(
                nodes,
                "",
                "n",
                json(
                    "{'metadata':{'name':'n'},'spec':{'unschedulable':true},"
                        + "'status':{'nodeInfo':{'kubeletVersion':'v1.0.0'}}}"))
            .object();
    ObjectNode patched =
        api.service
            .patch(
                ALICE,
                nodes,
                "",
                "n",
                "",
                MERGE,
                bytes("{'status':{'nodeInfo':{'kubeletVersion':'v1.0.0'}}}"),
                api.as("tool"))
            .object();

    assertThat(created.at("/status/nodeInfo/kubeletVersion").asText()).isEqualTo("v1.34.0");
    assertThat(replaced.at("/spec/unschedulable").asBoolean()).isTrue();
    assertThat(replaced.get("status")).isEqualTo(created.get("status"));
    assertThat(patched.get("status")).isEqualTo(created.get("status"));
    assertThat(Nodes.list(patched, "metadata", "managedFields").toString()).doesNotContain("tool");
  }

  @Test
  void replaceStatus_changesOnlyTheStatus() {
    deployment("a");

    ObjectNode object =
        api.replace(
                deployments,
                "default",
                "a",
                "status",
                json(
                    "{'metadata':{'name':'a','labels':{'app':'y'},'annotations':{'n':'1'}},"
                        + "'spec':{'replicas':9},'status':{'replicas':5}}"))
            .object();

    assertThat(object.get("status")).isEqualTo(json("{'replicas':5}"));
    assertThat(Nodes.number(0, object, "spec", "replicas")).isEqualTo(1);
    assertThat(Nodes.labels(object)).containsExactly(entry("app", "x"));
    assertThat(Nodes.texts(object, "metadata", "annotations")).containsEntry("n", "1");
    assertThat(Nodes.number(0, object, "metadata", "generation")).isEqualTo(1);
    assertThat(api.admission.last()).isEqualTo("UPDATE status a");
  }

  @Test
  void replaceStatus_ofAPod_keepsOwnersAndClass() {
    ObjectNode pod =
        api.create(
            api.pods(),
            "default",
            "{'metadata':{'name':'a','ownerReferences':[{'uid':'u'}]},'spec':{}}");
    Metadata.of(pod).remove("ownerReferences");
    pod.set("status", json("{'phase':'Running'}"));

    ObjectNode object = api.replace(api.pods(), "default", "a", "status", pod).object();

    assertThat(Nodes.list(object, "metadata", "ownerReferences")).hasSize(1);
    assertThat(object.get("status")).isEqualTo(json("{'phase':'Running','qosClass':'BestEffort'}"));
  }

  @Test
  void replaceStatus_ofWhatIsNotThere_neverCreates() {
    assertThat(
            refusal(
                    () ->
                        api.replace(
                            services, "default", "a", "status", json("{'metadata':{'name':'a'}}")))
                .code())
        .isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "apps|deployments|{'metadata':{'annotations':{'a':'b'}}}|2",
        "apps|deployments|{'metadata':{'labels':{'a':'b'}}}|1",
        "apps|deployments|{'spec':{'replicas':7}}|2",
        "apps|deployments|{'spec':{'selector':{}}}|2",
        "apps|replicasets|{'metadata':{'annotations':{'a':'b'}}}|1",
        "apps|daemonsets|{'spec':{'minReadySeconds':1}}|2",
        "admissionregistration.k8s.io|mutatingwebhookconfigurations|{'webhooks':[{'name':'w'}]}|2",
        "admissionregistration.k8s.io|mutatingwebhookconfigurations|{'webhooks':[]}|1",
        "discovery.k8s.io|endpointslices|{'endpoints':[{'addresses':['1.2.3.4']}]}|2",
        "scheduling.k8s.io|priorityclasses|{'value':5}|1",
        "\"\"|configmaps|{'data':{'a':'b'}}|0"
      })
  void patch_growsTheGenerationWhereTheKindDoes(
      String group, String plural, String patch, long generation) {
    Resource resource = api.kind(group, "v1", plural);
    api.create(resource, "default", "{'metadata':{'name':'a'},'spec':{}}");
    String namespace = resource.namespaced() ? "default" : "";

    ObjectNode object =
        api.service
            .patch(ALICE, resource, namespace, "a", "", MERGE, bytes(patch), api.write())
            .object();

    assertThat(Nodes.number(0, object, "metadata", "generation")).isEqualTo(generation);
  }

  @Test
  void patch_ofADaemonSet_countsItsTemplates() {
    Resource daemonSets = api.kind("apps", "v1", "daemonsets");
    String counter = Transition.TEMPLATE_GENERATION;
    ObjectNode created = api.create(daemonSets, "default", "{'metadata':{'name':'a'},'spec':{}}");
    assertThat(Nodes.texts(created, "metadata", "annotations")).containsEntry(counter, "1");

    ObjectNode same = patch(daemonSets, "a", MERGE, "{'spec':{'minReadySeconds':1}}").object();
    ObjectNode other =
        patch(daemonSets, "a", MERGE, "{'spec':{'template':{'metadata':{'labels':{'a':'b'}}}}}")
            .object();

    assertThat(Nodes.texts(same, "metadata", "annotations")).containsEntry(counter, "1");
    assertThat(Nodes.texts(other, "metadata", "annotations")).containsEntry(counter, "2");
  }

  @Test
  void patch_mergesAndLeavesItsMark() {
    deployment("a");

    Outcome outcome = patch(deployments, "a", MERGE, "{'spec':{'paused':true}}");

    assertThat(outcome.object().get("spec")).isEqualTo(json("{'replicas':1,'paused':true}"));
    assertThat(Nodes.list(outcome.object(), "metadata", "managedFields"))
        .extracting(entry -> entry.path("manager").asText())
        .containsExactly("kubectl", "tool");
    assertThat(api.written).last().isEqualTo("patch deployments a CHANGED");
    assertThat(api.admission.mutations.get(api.admission.mutations.size() - 1).options())
        .isEqualTo(
            json(
                "{'kind':'UpdateOptions','apiVersion':'meta.k8s.io/v1','fieldManager':'tool',"
                    + "'fieldValidation':'Strict'}"));
  }

  @Test
  void patch_thatChangesNothing_writesNothing() {
    deployment("a");
    long before = api.store.revision();

    patch(deployments, "a", MERGE, "{'spec':{'replicas':1}}");

    assertThat(api.store.revision()).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "application/json-patch+json|[{'op':'replace','path':'/spec/replicas','value':4}]",
        "application/strategic-merge-patch+json; charset=utf-8|{'spec':{'replicas':4}}",
        "application/merge-patch+json|{'spec':{'replicas':4}}",
        "application/apply-patch+yaml|{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'a'},'spec':{'minReadySeconds':4}}"
      })
  void patch_ofEverySort_changesTheObject(String type, String patch) {
    deployment("a");

    ObjectNode object = patch(deployments, "a", type, patch).object();

    assertThat(object.path("spec").toString()).contains(":4");
  }

  @Test
  void patch_ofWhatIsNotThere_is404() {
    assertThat(text(() -> patch(deployments, "a", MERGE, "{}")))
        .isEqualTo("404 NotFound deployments.apps \"a\" not found");
  }

  @Test
  void patch_withAnUnknownType_is415() {
    assertThat(refusal(() -> patch(deployments, "a", "text/plain", "{}")).code()).isEqualTo(415);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'metadata':{'resourceVersion':'1'}}|409",
        "{'metadata':{'name':'b'}}|400",
        "{'metadata':{'namespace':'b'}}|400",
        "{'metadata':{'resourceVersion':null}}|0"
      })
  void patch_ofMetadata_isCheckedAsAReplacementIs(String patch, int code) {
    deployment("a");

    if (code == 0) {
      patch(deployments, "a", MERGE, patch);
      assertThat(api.written).last().isEqualTo("patch deployments a NONE");
    } else {
      assertThat(refusal(() -> patch(deployments, "a", MERGE, patch)).code()).isEqualTo(code);
    }
  }

  @Test
  void patch_inDryRun_answersInFullAndStoresNothing() {
    deployment("a");
    long before = api.store.revision();

    ObjectNode object =
        api.service
            .patch(
                ALICE,
                deployments,
                "default",
                "a",
                "",
                MERGE,
                bytes("{'spec':{'replicas':8}}"),
                api.dryRun())
            .object();

    assertThat(Nodes.number(0, object, "spec", "replicas")).isEqualTo(8);
    assertThat(Nodes.number(0, object, "metadata", "generation")).isEqualTo(2);
    assertThat(api.store.revision()).isEqualTo(before);
    assertThat(api.written).last().isEqualTo("patch deployments a NONE");
  }

  @Test
  void apply_createsWhatIsNotThere() {
    Outcome outcome =
        patch(
            deployments,
            "a",
            APPLY,
            "{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'a'},'spec':{'replicas':2}}");

    assertThat(outcome.created()).isTrue();
    assertThat(Nodes.uid(outcome.object())).isNotEmpty();
    assertThat(Nodes.number(0, outcome.object(), "metadata", "generation")).isEqualTo(1);
    var mutation = api.admission.mutations.get(api.admission.mutations.size() - 1);
    assertThat(mutation.operation()).isEqualTo(Operation.CREATE);
    assertThat(Nodes.textOrEmpty(mutation.options(), "kind")).isEqualTo("CreateOptions");
    assertThat(Nodes.list(outcome.object(), "metadata", "managedFields"))
        .extracting(entry -> entry.path("operation").asText())
        .containsExactly("Apply");
  }

  @Test
  void apply_twice_writesOnce() {
    String config =
        "{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'a'},'spec':{'replicas':2}}";
    patch(deployments, "a", APPLY, config);
    long before = api.store.revision();
    api.now = RestFixture.START.plusSeconds(3);

    Outcome outcome = patch(deployments, "a", APPLY, config);

    assertThat(outcome.created()).isFalse();
    assertThat(api.store.revision()).isEqualTo(before);
  }

  @Test
  void apply_inAMissingNamespace_is404OfTheNamespace() {
    assertThat(
            text(
                () ->
                    api.service.patch(
                        ALICE,
                        configMaps,
                        "nowhere",
                        "a",
                        "",
                        APPLY,
                        bytes("{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'a'}}"),
                        api.as("tool"))))
        .isEqualTo("404 NotFound namespaces \"nowhere\" not found");
  }

  @Test
  void apply_withAUidOfWhatIsNotThere_is409() {
    assertThat(
            text(
                () ->
                    patch(
                        configMaps,
                        "a",
                        APPLY,
                        "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'a','uid':'u'}}")))
        .isEqualTo(
            "409 Conflict Operation cannot be fulfilled on configmaps \"a\": uid mismatch: the"
                + " provided object specified uid u, and no existing object was found");
  }

  @Test
  void replace_ofANamespace_leavesItsFinalizersAndPhase() {
    Resource namespaces = api.kind("", "v1", "namespaces");

    ObjectNode object =
        api.replace(
                namespaces,
                "",
                "default",
                json(
                    "{'metadata':{'name':'default'},'spec':{'finalizers':[]},'status':{'phase':'X'}}"))
            .object();

    assertThat(object.get("spec")).isEqualTo(json("{'finalizers':['kubernetes']}"));
    assertThat(object.get("status")).isEqualTo(json("{'phase':'Active'}"));
  }

  @Test
  void replace_ofADefinition_addsTheNewStorageVersionToTheStoredOnes() {
    Resource definitions = api.kind("apiextensions.k8s.io", "v1", "customresourcedefinitions");
    ObjectNode created =
        api.create(
            definitions,
            "",
            "{'metadata':{'name':'things.x.io'},'spec':{'versions':[{'name':'v1','storage':true}]}}");
    created.set(
        "spec", json("{'versions':[{'name':'v1','storage':false},{'name':'v2','storage':true}]}"));

    ObjectNode changed = api.replace(definitions, "", "things.x.io", created).object();

    assertThat(Nodes.list(changed, "status", "storedVersions"))
        .extracting(JsonNode::asText)
        .containsExactly("v1", "v2");
    assertThat(Nodes.number(0, changed, "metadata", "generation")).isEqualTo(2);
  }

  @Test
  void replaceEphemeralContainers_changesNothingElse() {
    ObjectNode pod = api.pod("a");
    pod.set("spec", json("{'containers':[],'ephemeralContainers':[{'name':'debug'}]}"));
    Metadata.of(pod).set("labels", json("{'a':'b'}"));

    ObjectNode object =
        api.replace(api.pods(), "default", "a", "ephemeralcontainers", pod).object();

    assertThat(Nodes.list(object, "spec", "containers")).hasSize(1);
    assertThat(Nodes.list(object, "spec", "ephemeralContainers")).hasSize(1);
    assertThat(Nodes.labels(object)).isEmpty();
    assertThat(Nodes.number(0, object, "metadata", "generation")).isEqualTo(2);
  }

  @Test
  void update_ofAnObjectThatIsBeingDeleted_cannotReviveIt() {
    api.create(configMaps, "default", "{'metadata':{'name':'a','finalizers':['x.io/f']}}");
    api.service.delete(ALICE, configMaps, "default", "a", Resources.Delete.NOW);

    ObjectNode object =
        api.replace(
                configMaps,
                "default",
                "a",
                json("{'metadata':{'name':'a','finalizers':['x.io/f']},'data':{'k':'v'}}"))
            .object();

    assertThat(Nodes.textOrEmpty(object, "metadata", "deletionTimestamp"))
        .isEqualTo("2025-03-01T12:00:00Z");
    assertThat(Nodes.number(-1, object, "metadata", "deletionGracePeriodSeconds")).isZero();
  }

  @Test
  void update_thatTakesTheLastFinalizerAway_removesTheObject() throws Exception {
    api.create(configMaps, "default", "{'metadata':{'name':'a','finalizers':['x.io/f']}}");
    api.service.delete(ALICE, configMaps, "default", "a", Resources.Delete.NOW);
    try (WatchFeed watch =
        api.service.watch(
            configMaps,
            "default",
            new Resources.Selection("", "", 0, "", Long.toString(api.store.revision()), ""),
            false)) {
      Outcome dry =
          api.service.patch(
              ALICE,
              configMaps,
              "default",
              "a",
              "",
              MERGE,
              bytes("{'metadata':{'finalizers':null}}"),
              api.dryRun());
      assertThat(KindFacts.finalizers(dry.object())).isEmpty();
      assertThat(api.service.find(configMaps, "default", "a")).isPresent();

      Outcome outcome = patch(configMaps, "a", MERGE, "{'metadata':{'finalizers':null}}");

      assertThat(KindFacts.finalizers(outcome.object())).isEmpty();
      assertThat(api.service.find(configMaps, "default", "a")).isEmpty();
      assertThat(api.written).last().isEqualTo("patch configmaps a DELETED");
      WatchFeed.Event event = watch.next(Duration.ofSeconds(10)).orElseThrow();
      assertThat(event.type()).isEqualTo("DELETED");
      assertThat(KindFacts.finalizers(event.object())).containsExactly("x.io/f");
    }
  }

  @Test
  void replaceFinalize_takesANamespaceAway() {
    Resource namespaces = api.kind("", "v1", "namespaces");
    api.namespace("gone");
    ObjectNode alive = api.service.get(namespaces, "", "gone");
    Nodes.object(alive, "spec").putArray("finalizers");
    Metadata.of(alive).remove("resourceVersion");
    api.replace(namespaces, "", "gone", "finalize", alive);
    assertThat(api.service.find(namespaces, "", "gone")).isPresent();

    api.service.delete(ALICE, namespaces, "", "gone", Resources.Delete.NOW);
    api.replace(namespaces, "", "gone", "finalize", alive);

    assertThat(api.service.find(namespaces, "", "gone")).isEmpty();
  }

  @Test
  void parallelPatches_loseNothing() throws Exception {
    api.create(configMaps, "default", "{'metadata':{'name':'a'},'data':{}}");
    List<Callable<Object>> tasks = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      int writer = i;
      tasks.add(
          () -> {
            for (int j = 0; j < 25; j++) {
              patch(configMaps, "a", MERGE, "{'data':{'w" + writer + "-" + j + "':'x'}}");
            }
            return writer;
          });
    }
    ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
    try {
      for (Future<Object> result : threads.invokeAll(tasks, 60, TimeUnit.SECONDS)) {
        result.get();
      }
    } finally {
      threads.shutdownNow();
    }

    assertThat(api.service.get(configMaps, "default", "a").get("data")).hasSize(100);
  }
}
