package io.github.kruiseinstaller.testkit.internal.rest;

import static io.github.kruiseinstaller.testkit.internal.rest.Refusals.refusal;
import static io.github.kruiseinstaller.testkit.internal.rest.Refusals.text;
import static io.github.kruiseinstaller.testkit.internal.rest.RestFixture.ALICE;
import static io.github.kruiseinstaller.testkit.internal.rest.RestFixture.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.auth.Caller;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CreationTest {
  private final RestFixture api = new RestFixture();
  private final Resource configMaps = api.kind("", "v1", "configmaps");
  private final Resource deployments = api.kind("apps", "v1", "deployments");

  @BeforeEach
  void namespace() {
    api.namespace("default");
  }

  @Test
  void create_setsWhatTheServerDecides() {
    ObjectNode created =
        api.create(
            configMaps,
            "default",
            "{'metadata':{'name':'a','uid':'mine','selfLink':'x','generation':7,"
                + "'creationTimestamp':'2000-01-01T00:00:00Z','deletionTimestamp':'2000-01-01T00:00:00Z',"
                + "'deletionGracePeriodSeconds':3},'data':{'k':'v'}}");

    assertThat(Nodes.textOrEmpty(created, "kind")).isEqualTo("ConfigMap");
    assertThat(Nodes.textOrEmpty(created, "apiVersion")).isEqualTo("v1");
    ObjectNode metadata = Metadata.of(created);
    assertThat(Nodes.uid(created)).hasSize(36).isNotEqualTo("mine");
    assertThat(metadata.path("namespace").asText()).isEqualTo("default");
    assertThat(metadata.path("creationTimestamp").asText()).isEqualTo("2025-03-01T12:00:00Z");
    assertThat(Nodes.resourceVersion(created)).isEqualTo(Long.toString(api.store.revision()));
    assertThat(metadata.path("generation").asInt()).isEqualTo(7);
    assertThat(metadata.has("deletionTimestamp")).isFalse();
    assertThat(metadata.has("deletionGracePeriodSeconds")).isFalse();
    assertThat(metadata.has("selfLink")).isFalse();
    assertThat(api.service.get(configMaps, "default", "a")).isEqualTo(created);
    assertThat(api.written).last().isEqualTo("create configmaps a CREATED");
  }

  /** Does something as long as admission takes for a ConfigMap. */
  private void whileAdmitted(Runnable work) {
    api.admission.veto =
        request -> {
          if (request.resource().equals(configMaps)) {
            work.run();
          }
        };
  }

  @Test
  void create_whoseNamespaceGoesDuringAdmission_is404() {
    whileAdmitted(
        () ->
            api.store.delete(
                "namespaces", api.store.find("namespaces", "", "default").orElseThrow()));

    assertThat(text(() -> api.create(configMaps, "default", "{'metadata':{'name':'a'}}")))
        .isEqualTo("404 NotFound namespaces \"default\" not found");
    assertThat(api.store.find("configmaps", "default", "a")).isEmpty();
  }

  @Test
  void create_whoseNamespaceBeginsToGoDuringAdmission_is403() {
    whileAdmitted(
        () ->
            api.service.delete(
                ALICE, api.kind("", "v1", "namespaces"), "", "default", Resources.Delete.NOW));

    assertThat(text(() -> api.create(configMaps, "default", "{'metadata':{'name':'a'}}")))
        .isEqualTo(
            "403 Forbidden configmaps \"a\" is forbidden: unable to create new content in namespace"
                + " default because it is being terminated");
    assertThat(api.store.find("configmaps", "default", "a")).isEmpty();
  }

  @Test
  void create_isConfirmedWhileNobodyElseWrites() throws Exception {
    CompletableFuture<Boolean> other = new CompletableFuture<>();
    api.admission.lastVeto =
        request -> {
          assertThat(request.name()).isEqualTo("a");
          Thread writer =
              new Thread(
                  () ->
                      other.complete(
                          api.store.create("x", "", "y", json("{'metadata':{}}")).isPresent()));
          writer.start();
          while (writer.isAlive() && writer.getState() != Thread.State.BLOCKED) {
            Thread.onSpinWait();
          }
          assertThat(other).isNotDone();
          throw Statuses.forbidden("", "configmaps", "a", "too many");
        };

    assertThat(text(() -> api.create(configMaps, "default", "{'metadata':{'name':'a'}}")))
        .endsWith("too many");
    assertThat(api.store.find("configmaps", "default", "a")).isEmpty();
    assertThat(other.get(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void create_givesTreesThatBelongToTheCaller() {
    ObjectNode sent = json("{'metadata':{'name':'a'},'data':{'k':'v'}}");
    ObjectNode created = api.service.create(ALICE, configMaps, "default", sent, api.write());

    Nodes.object(sent, "data").put("k", "spoilt");
    Nodes.object(created, "data").put("k", "spoilt");
    Nodes.object(api.service.get(configMaps, "default", "a"), "data").put("k", "spoilt");

    assertThat(Nodes.textOrEmpty(api.service.get(configMaps, "default", "a"), "data", "k"))
        .isEqualTo("v");
  }

  @ParameterizedTest
  @CsvSource({
    "apps,deployments,1",
    "'',pods,1",
    "admissionregistration.k8s.io,mutatingwebhookconfigurations,1",
    "scheduling.k8s.io,priorityclasses,1",
    "'',services,0",
    "'',namespaces,0",
    "rbac.authorization.k8s.io,clusterroles,0"
  })
  void create_givesAGenerationToKindsThatHaveOne(String group, String plural, long generation) {
    Resource resource = api.kind(group, "v1", plural);

    ObjectNode created = api.create(resource, "default", "{'metadata':{'name':'a'}}");

    assertThat(Nodes.number(0, created, "metadata", "generation")).isEqualTo(generation);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|pods|{'phase':'Pending','qosClass':'BestEffort'}",
        "''|namespaces|{'phase':'Active'}",
        "''|services|{'loadBalancer':{}}",
        "''|persistentvolumeclaims|{'phase':'Pending'}",
        "''|replicationcontrollers|{'replicas':0}",
        "apps|deployments|{}",
        "apps|replicasets|{'replicas':0}",
        "apps|statefulsets|{'availableReplicas':0,'replicas':0}",
        "apps|daemonsets|{'currentNumberScheduled':0,'desiredNumberScheduled':0,'numberMisscheduled':0,'numberReady':0}",
        "policy|poddisruptionbudgets|{'currentHealthy':0,'desiredHealthy':0,'disruptionsAllowed':0,'expectedPods':0}",
        "batch|jobs|{}",
        "''|nodes|{'phase':'Nonsense'}",
        "''|configmaps|{'phase':'Nonsense'}"
      },
      quoteCharacter = '"')
  void create_replacesTheStatus(String group, String plural, String status) {
    Resource resource = api.kind(group.replace("'", ""), "v1", plural);

    ObjectNode created =
        api.create(resource, "default", "{'metadata':{'name':'a'},'status':{'phase':'Nonsense'}}");

    assertThat(created.get("status")).isEqualTo(json(status));
  }

  @Test
  void create_ofADefinition_remembersItsStorageVersion() {
    Resource definitions = api.kind("apiextensions.k8s.io", "v1", "customresourcedefinitions");

    ObjectNode created =
        api.create(
            definitions,
            "",
            "{'metadata':{'name':'things.x.io'},'spec':{'group':'x.io','versions':[{'name':'v1'},"
                + "{'name':'v2','storage':true}]},'status':{'storedVersions':['v9']}}");

    assertThat(created.get("status"))
        .isEqualTo(
            json(
                "{'acceptedNames':{'kind':'','plural':''},'conditions':null,'storedVersions':['v2']}"));
    assertThat(Nodes.number(0, created, "metadata", "generation")).isEqualTo(1);
  }

  @Test
  void create_withGenerateName_addsFiveCharactersOfKubernetesAlphabet() {
    ObjectNode created = api.create(configMaps, "default", "{'metadata':{'generateName':'web-'}}");

    assertThat(Nodes.name(created)).matches("web-[bcdfghjklmnpqrstvwxz2456789]{5}");
    String longPrefix = "p".repeat(70);
    ObjectNode other =
        api.create(configMaps, "default", "{'metadata':{'generateName':'" + longPrefix + "'}}");
    assertThat(Nodes.name(other)).hasSize(63).startsWith("p".repeat(58));
  }

  @Test
  void create_ofANamespace_setsFinalizerAndLabel() {
    Resource namespaces = api.kind("", "v1", "namespaces");

    ObjectNode created =
        api.create(namespaces, "", "{'metadata':{'generateName':'team-','namespace':'x'}}");

    assertThat(Nodes.texts(created, "metadata", "labels"))
        .containsEntry("kubernetes.io/metadata.name", Nodes.name(created));
    assertThat(created.get("spec")).isEqualTo(json("{'finalizers':['kubernetes']}"));
    assertThat(Nodes.namespace(created)).isEmpty();
    assertThat(api.admission.validations.get(api.admission.validations.size() - 1).namespace())
        .isEqualTo(Nodes.name(created));
  }

  @Test
  void create_whenTheNameIsTaken_is409() {
    api.pod("a");

    StatusException refusal = refusal(() -> api.pod("a"));

    assertThat(refusal.body())
        .isEqualTo(
            json(
                "{'kind':'Status','apiVersion':'v1','metadata':{},'status':'Failure',"
                    + "'message':'pods \\'a\\' already exists','reason':'AlreadyExists',"
                    + "'details':{'name':'a','kind':'pods'},'code':409}"));
  }

  @Test
  void create_whenThePredecessorIsBeingDeleted_saysSo() {
    api.create(configMaps, "default", "{'metadata':{'name':'a','finalizers':['x.io/hold']}}");
    api.service.delete(ALICE, configMaps, "default", "a", Resources.Delete.NOW);

    assertThat(text(() -> api.create(configMaps, "default", "{'metadata':{'name':'a'}}")))
        .isEqualTo("409 AlreadyExists object is being deleted: configmaps \"a\" already exists");
  }

  @Test
  void create_withNameAndGenerateName_whenTaken_mentionsTheGenerator() {
    api.create(deployments, "default", "{'metadata':{'name':'a'}}");

    StatusException refusal =
        refusal(
            () ->
                api.create(deployments, "default", "{'metadata':{'name':'a','generateName':'a'}}"));

    assertThat(refusal)
        .hasMessage(
            "deployments.apps \"a\" already exists, the server was not able to generate a unique"
                + " name for the object");
    assertThat(refusal.details()).isNotNull();
    assertThat(refusal.details().retryAfterSeconds()).isEqualTo(1);
  }

  @Test
  void create_inAMissingNamespace_is404OfTheNamespace() {
    assertThat(text(() -> api.create(configMaps, "nowhere", "{'metadata':{'name':'a'}}")))
        .isEqualTo("404 NotFound namespaces \"nowhere\" not found");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '|',
      value = {"'name':'a',a", "'generateName':'web-',web-", "'labels':{},Unknown"})
  void create_inATerminatingNamespace_is403WithACause(String metadata, String name) {
    api.service.delete(
        ALICE, api.kind("", "v1", "namespaces"), "", "default", Resources.Delete.NOW);

    StatusException refusal =
        refusal(() -> api.create(deployments, "default", "{'metadata':{" + metadata + "}}"));

    assertThat(refusal.body())
        .isEqualTo(
            json(
                "{'kind':'Status','apiVersion':'v1','metadata':{},'status':'Failure','message':"
                    + "'deployments.apps \\'NAME\\' is forbidden: unable to create new content in"
                        .replace("NAME", name)
                    + " namespace default because it is being terminated','reason':'Forbidden',"
                    + "'details':{'name':'"
                    + name
                    + "','group':'apps','kind':'deployments','causes':[{'reason':"
                    + "'NamespaceTerminating','message':'namespace default is being terminated',"
                    + "'field':'metadata.namespace'}]},'code':403}"));
  }

  @Test
  void create_withAnotherNamespaceInside_is400() {
    assertThat(
            text(
                () ->
                    api.create(configMaps, "default", "{'metadata':{'name':'a','namespace':'b'}}")))
        .isEqualTo(
            "400 BadRequest the namespace of the provided object does not match the namespace sent"
                + " on the request");
  }

  @Test
  void create_withAResourceVersion_is500() {
    StatusException refusal =
        refusal(
            () ->
                api.create(
                    configMaps, "default", "{'metadata':{'name':'a','resourceVersion':'12'}}"));

    assertThat(refusal.code()).isEqualTo(500);
    assertThat(refusal).hasMessage("resourceVersion should not be set on objects to be created");
    assertThat(api.service.find(configMaps, "default", "a")).isEmpty();
  }

  @Test
  void create_inDryRun_answersInFullAndStoresNothing() {
    long before = api.store.revision();

    ObjectNode created =
        api.service.create(
            ALICE, deployments, "default", json("{'metadata':{'name':'a'}}"), api.dryRun());

    assertThat(Nodes.uid(created)).isNotEmpty();
    assertThat(Nodes.resourceVersion(created)).isEmpty();
    assertThat(Nodes.number(0, created, "metadata", "generation")).isEqualTo(1);
    assertThat(api.store.revision()).isEqualTo(before);
    assertThat(api.written).last().isEqualTo("create deployments a NONE");
    assertThat(api.admission.validations).last().matches(request -> request.dryRun());
    api.create(deployments, "default", "{'metadata':{'name':'a'}}");
    assertThat(
            refusal(
                    () ->
                        api.service.create(
                            ALICE,
                            deployments,
                            "default",
                            json("{'metadata':{'name':'a'}}"),
                            api.dryRun()))
                .code())
        .isEqualTo(409);
  }

  @Test
  void create_asksAdmissionTwiceAndStoresWhatItMakes() {
    api.admission.change =
        object -> {
          if (object != null) {
            Nodes.object(object, "metadata", "labels").put("mutated", "yes");
          }
          return object;
        };

    ObjectNode created = api.create(configMaps, "default", "{'metadata':{'name':'a'}}");

    assertThat(Nodes.labels(created)).containsEntry("mutated", "yes");
    var mutation = api.admission.mutations.get(api.admission.mutations.size() - 1);
    var validation = api.admission.validations.get(api.admission.validations.size() - 1);
    assertThat(mutation.name()).isEqualTo("a");
    assertThat(mutation.namespace()).isEqualTo("default");
    assertThat(mutation.oldObject()).isNull();
    assertThat(mutation.options())
        .isEqualTo(
            json(
                "{'kind':'CreateOptions','apiVersion':'meta.k8s.io/v1',"
                    + "'fieldValidation':'Strict'}"));
    assertThat(Nodes.labels(validation.object())).containsEntry("mutated", "yes");
    assertThat(Nodes.uid(validation.object())).isEqualTo(Nodes.uid(created));
  }

  @Test
  void create_whenAdmissionRefuses_storesNothing() {
    api.admission.veto =
        request -> {
          throw new StatusException(403, "Forbidden", "no", null);
        };

    assertThat(text(() -> api.create(configMaps, "default", "{'metadata':{'name':'a'}}")))
        .isEqualTo("403 Forbidden no");

    assertThat(api.service.find(configMaps, "default", "a")).isEmpty();
  }

  @Test
  void create_dropsRepeatedOwnersWithAWarning() {
    ObjectNode created =
        api.create(
            configMaps,
            "default",
            "{'metadata':{'name':'a','ownerReferences':[{'uid':'u','name':'o'},"
                + "{'uid':'u','name':'o'},{'uid':'u','name':'p'}]}}");

    assertThat(Nodes.list(created, "metadata", "ownerReferences")).hasSize(2);
    assertThat(api.warnings)
        .containsExactly(
            ".metadata.ownerReferences contains duplicate entries; API server dedups owner"
                + " references in 1.20+, and may reject such requests as early as 1.24; please fix"
                + " your requests; duplicate UID(s) observed: u");
  }

  @ParameterizedTest
  @CsvSource({
    "kubectl/v1.33.0 (linux/amd64),kubectl",
    "Go-http-client/1.1,Go-http-client",
    "curl,curl",
    "'',unknown",
    "/x,unknown"
  })
  void create_takesTheFieldManagerFromTheAgent(String agent, String manager) {
    Caller caller = new Caller("u", List.of(), agent);

    ObjectNode created =
        api.service.create(
            caller,
            configMaps,
            "default",
            json("{'metadata':{'name':'a'},'data':{'k':'v'}}"),
            api.write());

    assertThat(Nodes.list(created, "metadata", "managedFields").get(0).path("manager").asText())
        .isEqualTo(manager);
  }

  @Test
  void create_cutsLongAgentsAndDropsControlCharacters() {
    Caller caller = new Caller("u", List.of(), "a\u0001b" + "é".repeat(100) + "/1");

    ObjectNode created =
        api.service.create(
            caller,
            configMaps,
            "default",
            json("{'metadata':{'name':'a'},'data':{'k':'v'}}"),
            api.write());

    assertThat(Nodes.list(created, "metadata", "managedFields").get(0).path("manager").asText())
        .isEqualTo("ab" + "é".repeat(63));
  }

  @Test
  void create_withAFieldManager_namesIt() {
    ObjectNode created =
        api.service.create(
            ALICE,
            configMaps,
            "default",
            json("{'metadata':{'name':'a'},'data':{'k':'v'}}"),
            api.as("tool"));

    assertThat(Nodes.list(created, "metadata", "managedFields").get(0).path("manager").asText())
        .isEqualTo("tool");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{}|BestEffort",
        "{'requests':{'cpu':'1'}}|Burstable",
        "{'requests':{'cpu':'0'}}|BestEffort",
        "{'limits':{'cpu':'1','memory':'1Gi'}}|Guaranteed",
        "{'limits':{'cpu':'1','memory':'1Gi'},'requests':{'cpu':'1','memory':'1Gi'}}|Guaranteed",
        "{'limits':{'cpu':'1','memory':'1Gi'},'requests':{'cpu':'500m'}}|Burstable",
        "{'limits':{'cpu':'1','nvidia.com/gpu':'1'}}|Burstable"
      })
  void create_ofAPod_classifiesIt(String resources, String expected) {
    ObjectNode created =
        api.create(
            api.pods(),
            "default",
            "{'metadata':{'name':'a'},'spec':{'containers':[{'name':'c','resources':"
                + resources
                + "}]}}");

    assertThat(Nodes.textOrEmpty(created, "status", "qosClass")).isEqualTo(expected);
  }

  @Test
  void create_ofAPodWithLabelKeys_selectsByTheLabelsThatItHas() {
    ObjectNode pod =
        api.create(
            api.pods(),
            "default",
            "{'metadata':{'name':'spread','labels':{'rev':'7'}},'spec':{"
                + "'topologySpreadConstraints':[{'matchLabelKeys':['rev','absent'],"
                + "'labelSelector':{'matchLabels':{'app':'x'}}},{'matchLabelKeys':['rev']}],"
                + "'affinity':{'podAntiAffinity':{"
                + "'requiredDuringSchedulingIgnoredDuringExecution':[{'labelSelector':{},"
                + "'mismatchLabelKeys':['rev']}]}}}}");

    assertThat(pod.at("/spec/topologySpreadConstraints/0/labelSelector"))
        .isEqualTo(
            json(
                "{'matchLabels':{'app':'x'},"
                    + "'matchExpressions':[{'key':'rev','operator':'In','values':['7']}]}"));
    assertThat(pod.at("/spec/topologySpreadConstraints/1").has("labelSelector")).isFalse();
    assertThat(
            pod.at(
                "/spec/affinity/podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution/0"
                    + "/labelSelector"))
        .isEqualTo(json("{'matchExpressions':[{'key':'rev','operator':'NotIn','values':['7']}]}"));
  }
}
