package io.github.kruiseinstaller.testkit.internal.rest;

import static io.github.kruiseinstaller.testkit.internal.rest.Refusals.refusal;
import static io.github.kruiseinstaller.testkit.internal.rest.Refusals.text;
import static io.github.kruiseinstaller.testkit.internal.rest.RestFixture.ALICE;
import static io.github.kruiseinstaller.testkit.internal.rest.RestFixture.bytes;
import static io.github.kruiseinstaller.testkit.internal.rest.RestFixture.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.KindRegistry;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Resources.Selection;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScaleAndVersionsTest {
  private static final String VERSION =
      "{'name':'%s','served':true,'storage':%s,'subresources':{'status':{},'scale':"
          + "{'specReplicasPath':'.spec.size','statusReplicasPath':'.status.size',"
          + "'labelSelectorPath':'.status.selector'}},'selectableFields':[{'jsonPath':"
          + "'.spec.color'}],'schema':{'openAPIV3Schema':{'type':'object',"
          + "'x-kubernetes-preserve-unknown-fields':true}}}";

  private final RestFixture api = new RestFixture();
  private final Resource deployments = api.kind("apps", "v1", "deployments");

  @BeforeEach
  void namespace() {
    api.namespace("default");
    api.create(
        deployments,
        "default",
        "{'metadata':{'name':'a'},'spec':{'replicas':2,'selector':{'matchLabels':{'app':'x'}}}}");
  }

  private ObjectNode scale(Resource resource, String name) {
    return api.service.subresource(resource, "default", name, "scale");
  }

  @Test
  void subresource_scale_showsTheObjectAsAScale() {
    ObjectNode whole = api.service.get(deployments, "default", "a");

    assertThat(scale(deployments, "a"))
        .isEqualTo(
            json(
                "{'kind':'Scale','apiVersion':'autoscaling/v1','metadata':{'name':'a',"
                    + "'namespace':'default','uid':'"
                    + Nodes.uid(whole)
                    + "','resourceVersion':'"
                    + Nodes.resourceVersion(whole)
                    + "','creationTimestamp':'2025-03-01T12:00:00Z'},'spec':{'replicas':2},"
                    + "'status':{'replicas':0,'selector':'app=x'}}"));
    assertThat(api.service.subresource(deployments, "default", "a", "status")).isEqualTo(whole);
  }

  @Test
  void subresource_scale_ofAReplicationController_readsItsPlainSelector() {
    Resource controllers = api.kind("", "v1", "replicationcontrollers");
    api.create(
        controllers,
        "default",
        "{'metadata':{'name':'a'},'spec':{'replicas':0,'selector':{'b':'2','a':'1'}}}");

    assertThat(scale(controllers, "a").get("status"))
        .isEqualTo(json("{'replicas':0,'selector':'a=1,b=2'}"));
    assertThat(scale(controllers, "a").get("spec")).isEqualTo(json("{}"));
  }

  @Test
  void replaceScale_changesTheNumberAndAsksAdmissionAboutAScale() {
    ObjectNode scale = scale(deployments, "a");
    Nodes.object(scale, "spec").put("replicas", 5L);

    ObjectNode answer = api.replace(deployments, "default", "a", "scale", scale).object();

    ObjectNode whole = api.service.get(deployments, "default", "a");
    assertThat(Nodes.textOrEmpty(answer, "kind")).isEqualTo("Scale");
    assertThat(Nodes.number(0, answer, "spec", "replicas")).isEqualTo(5);
    assertThat(Nodes.number(0, whole, "spec", "replicas")).isEqualTo(5);
    assertThat(Nodes.number(0, whole, "metadata", "generation")).isEqualTo(2);
    assertThat(Nodes.list(whole, "metadata", "managedFields"))
        .extracting(entry -> entry.path("subresource").asText())
        .contains("scale");
    var validation = api.admission.validations.get(api.admission.validations.size() - 1);
    assertThat(Nodes.textOrEmpty(validation.object(), "kind")).isEqualTo("Scale");
    assertThat(Nodes.number(0, validation.oldObject(), "spec", "replicas")).isEqualTo(2);
    assertThat(validation.subresource()).isEqualTo("scale");

    assertThat(refusal(() -> api.replace(deployments, "default", "a", "scale", scale)).code())
        .isEqualTo(409);
  }

  @Test
  void replaceScale_withoutVersion_isUnconditional() {
    api.replace(
        deployments,
        "default",
        "a",
        "scale",
        json("{'metadata':{'name':'a'},'spec':{'replicas':7}}"));

    assertThat(Nodes.number(0, scale(deployments, "a"), "spec", "replicas")).isEqualTo(7);
  }

  @Test
  void replaceScale_whenItCannotBe_isRefused() {
    assertThat(
            text(
                () ->
                    api.replace(
                        deployments,
                        "default",
                        "a",
                        "scale",
                        json("{'metadata':{'name':'a'},'spec':{'replicas':-1}}"))))
        .isEqualTo(
            "422 Invalid Scale.autoscaling \"a\" is invalid: spec.replicas: Invalid value: -1: must"
                + " be greater than or equal to 0");
    assertThat(
            text(
                () ->
                    api.replace(
                        deployments, "default", "b", "scale", json("{'metadata':{'name':'b'}}"))))
        .isEqualTo("404 NotFound deployments.apps \"b\" not found");
    assertThat(refusal(() -> scale(api.kind("", "v1", "namespaces"), "default")).code())
        .isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "application/merge-patch+json|{'spec':{'replicas':4}}",
        "application/strategic-merge-patch+json|{'spec':{'replicas':4}}",
        "application/json-patch+json|[{'op':'replace','path':'/spec/replicas','value':4}]",
        "application/apply-patch+yaml|{'apiVersion':'autoscaling/v1','kind':'Scale','metadata':{'name':'a'},'spec':{'replicas':4}}"
      })
  void patchScale_ofEverySort(String type, String patch) {
    ObjectNode answer =
        api.service
            .patch(
                ALICE,
                deployments,
                "default",
                "a",
                "scale",
                type,
                bytes(patch),
                new Resources.Write(false, "tool", "Strict", true, api.warnings))
            .object();

    assertThat(Nodes.textOrEmpty(answer, "kind")).isEqualTo("Scale");
    assertThat(Nodes.number(0, api.service.get(deployments, "default", "a"), "spec", "replicas"))
        .isEqualTo(4);
  }

  private static ObjectNode patchScale(
      RestFixture real, String type, String patch, String fieldValidation) {
    return real.service
        .patch(
            ALICE,
            real.kind("apps", "v1", "deployments"),
            "default",
            "a",
            "scale",
            type,
            bytes(patch),
            new Resources.Write(false, "tool", fieldValidation, false, real.warnings))
        .object();
  }

  private static RestFixture realWithADeployment() {
    KindRegistry kinds = new KindRegistry();
    RestFixture real = new RestFixture(kinds, new KindRules(kinds), 1000);
    real.namespace("default");
    real.create(
        real.kind("apps", "v1", "deployments"),
        "default",
        "{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'a'},'spec':{'replicas':2,"
            + "'selector':{'matchLabels':{'app':'x'}},'template':{'metadata':{'labels':"
            + "{'app':'x'}},'spec':{'containers':[{'name':'c','image':'i'}]}}}}");
    return real;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "application/merge-patch+json|{'spec':{'replicas':'3'}}|Warn|json: cannot unmarshal string"
            + " into Go struct field ScaleSpec.spec.replicas of type int32",
        "application/json-patch+json|[{'op':'replace','path':'/spec/replicas','value':'3'}]|Ignore|json:"
            + " cannot unmarshal string into Go struct field ScaleSpec.spec.replicas of type int32",
        "application/merge-patch+json|{'spec':{'replicas':1.5}}|Strict|json: cannot unmarshal"
            + " number 1.5 into Go struct field ScaleSpec.spec.replicas of type int32",
        "application/merge-patch+json|{'spec':{'replica':3}}|Strict|strict decoding error: unknown"
            + " field \"spec.replica\""
      })
  void patchScale_whenTheResultIsNoScale_isRefused(
      String type, String patch, String fieldValidation, String why) {
    RestFixture real = realWithADeployment();

    assertThat(text(() -> patchScale(real, type, patch, fieldValidation)))
        .startsWith("422 Invalid  \"\" is invalid: patch: Invalid value: \"{\\\"")
        .endsWith(": " + why.replace("\\\"", "\""));
    assertThat(
            Nodes.number(
                0,
                real.service.get(real.kind("apps", "v1", "deployments"), "default", "a"),
                "spec",
                "replicas"))
        .isEqualTo(2);
  }

  @Test
  void patchScale_withAnUnknownField_warns() {
    RestFixture real = realWithADeployment();

    ObjectNode scale =
        patchScale(
            real, "application/merge-patch+json", "{'spec':{'replicas':3,'replica':4}}", "Warn");

    assertThat(Nodes.number(0, scale, "spec", "replicas")).isEqualTo(3);
    assertThat(real.warnings).containsExactly("unknown field \"spec.replica\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'replicas':'3'}|.spec.replicas: expected numeric (int or float), got string",
        "{'replica':3}|.spec.replica: field not declared in schema"
      })
  void applyScale_thatIsNone_isRefused(String spec, String why) {
    RestFixture real = realWithADeployment();
    String config =
        "{'apiVersion':'autoscaling/v1','kind':'Scale','metadata':{'name':'a'},'spec':"
            + spec
            + "}";

    assertThat(text(() -> patchScale(real, "application/apply-patch+yaml", config, "")))
        .contains("failed to create typed patch object (/a; autoscaling/v1, Kind=Scale): " + why);
  }

  private ObjectNode define(String strategy) {
    ObjectNode definition =
        api.create(
            api.kind("apiextensions.k8s.io", "v1", "customresourcedefinitions"),
            "",
            "{'metadata':{'name':'things.x.io'},'spec':{'group':'x.io','scope':'Namespaced',"
                + "'names':{'plural':'things','singular':'thing','kind':'Thing','listKind':'ThingList'},"
                + "'conversion':{'strategy':'"
                + strategy
                + "'},'versions':["
                + VERSION.formatted("v1", "false")
                + ","
                + VERSION.formatted("v2", "true")
                + "]}}");
    api.kinds.serve(definition);
    return definition;
  }

  @Test
  void customObjects_areStoredInOneVersionAndToldInTheOneAskedFor() throws Exception {
    define("None");
    Resource v1 = api.kind("x.io", "v1", "things");
    Resource v2 = api.kind("x.io", "v2", "things");
    long then = api.store.revision();

    ObjectNode created =
        api.create(v1, "default", "{'metadata':{'name':'t'},'spec':{'color':'red'}}");

    assertThat(Nodes.textOrEmpty(created, "apiVersion")).isEqualTo("x.io/v1");
    assertThat(
            Nodes.textOrEmpty(
                api.store.find("things.x.io", "default", "t").orElseThrow().tree(), "apiVersion"))
        .isEqualTo("x.io/v2");
    assertThat(Nodes.textOrEmpty(api.service.get(v2, "default", "t"), "apiVersion"))
        .isEqualTo("x.io/v2");
    assertThat(api.service.list(v1, "", Selection.ALL).items())
        .extracting(item -> Nodes.textOrEmpty(item, "apiVersion"))
        .containsExactly("x.io/v1");
    try (WatchFeed watch =
        api.service.watch(v1, "", new Selection("", "", 0, "", "" + then, ""), false)) {
      assertThat(watch.next(Duration.ofSeconds(10)).orElseThrow().object()).isEqualTo(created);
    }
    long before = api.store.revision();
    api.replace(v1, "default", "t", created);
    assertThat(api.store.revision()).isEqualTo(before);
  }

  @Test
  void customObjects_withoutVersionInAPut_areRefused() {
    define("None");
    Resource v1 = api.kind("x.io", "v1", "things");
    api.create(v1, "default", "{'metadata':{'name':'t'}}");

    assertThat(text(() -> api.replace(v1, "default", "t", json("{'metadata':{'name':'t'}}"))))
        .isEqualTo(
            "422 Invalid things.x.io \"t\" is invalid: metadata.resourceVersion: Invalid value: 0:"
                + " must be specified for an update");
    assertThat(
            text(
                () -> api.replace(v1, "default", "u", json("{'metadata':{'name':'u','uid':'x'}}"))))
        .startsWith("404 NotFound");
    assertThat(
            text(
                () -> api.replace(v1, "default", "t", json("{'metadata':{'name':'t','uid':'x'}}"))))
        .contains("Key: /registry/x.io/things/default/t,");
  }

  @Test
  void customObjects_growWithAnythingButMetadataAndStatus() {
    define("None");
    Resource things = api.kind("x.io", "v2", "things");
    ObjectNode thing =
        api.create(things, "default", "{'metadata':{'name':'t'},'status':{'size':1}}");
    assertThat(thing.has("status")).isFalse();

    thing.put("extra", "x");
    Metadata.of(thing).set("labels", json("{'a':'b'}"));
    ObjectNode changed = api.replace(things, "default", "t", thing).object();
    assertThat(Nodes.number(0, changed, "metadata", "generation")).isEqualTo(2);

    changed.set("status", json("{'size':3,'selector':'app=x'}"));
    changed.put("extra", "ignored");
    Metadata.of(changed).set("labels", json("{'a':'ignored'}"));
    ObjectNode status = api.replace(things, "default", "t", "status", changed).object();
    assertThat(Nodes.number(0, status, "metadata", "generation")).isEqualTo(2);
    assertThat(Nodes.labels(status)).containsEntry("a", "b");
    assertThat(Nodes.textOrEmpty(status, "extra")).isEqualTo("x");
    assertThat(Nodes.number(0, status, "status", "size")).isEqualTo(3);
  }

  @Test
  void customObjects_scaleByThePathsOfTheirDefinition() {
    define("None");
    Resource things = api.kind("x.io", "v2", "things");
    api.create(things, "default", "{'metadata':{'name':'t'},'spec':{}}");
    assertThat(text(() -> scale(things, "t")))
        .isEqualTo(
            "500 InternalError Internal error occurred: the spec replicas field \".spec.size\" does"
                + " not exist");

    api.replace(
        things, "default", "t", "scale", json("{'metadata':{'name':'t'},'spec':{'replicas':3}}"));
    ObjectNode thing = api.service.get(things, "default", "t");
    thing.set("status", json("{'size':1,'selector':'app=y'}"));
    api.replace(things, "default", "t", "status", thing);

    assertThat(Nodes.number(0, thing, "spec", "size")).isEqualTo(3);
    assertThat(scale(things, "t").get("status"))
        .isEqualTo(json("{'replicas':1,'selector':'app=y'}"));
  }

  @Test
  void customObjects_areSelectedByTheFieldsOfTheirDefinition() {
    define("None");
    Resource things = api.kind("x.io", "v1", "things");
    api.create(things, "default", "{'metadata':{'name':'t'},'spec':{'color':'red'}}");
    api.create(things, "default", "{'metadata':{'name':'u'},'spec':{'color':'blue'}}");

    assertThat(
            api.service
                .list(things, "", new Selection("", "spec.color=red", 0, "", "", ""))
                .items())
        .extracting(Nodes::name)
        .containsExactly("t");
    assertThat(
            text(
                () ->
                    api.service.list(things, "", new Selection("", "spec.size=1", 0, "", "", ""))))
        .isEqualTo("400 BadRequest field label not supported: spec.size");
  }

  @Test
  void customObjects_withAWebhook_areConvertedByIt() {
    define("Webhook");
    Resource v1 = api.kind("x.io", "v1", "things");
    Resource v2 = api.kind("x.io", "v2", "things");
    api.conversion =
        (definition, version, objects) -> {
          assertThat(Nodes.name(definition)).isEqualTo("things.x.io");
          return objects.stream()
              .map(
                  object -> {
                    ObjectNode converted = object.deepCopy().put("apiVersion", version);
                    Nodes.object(converted, "spec").put("seen", version);
                    return converted;
                  })
              .toList();
        };

    ObjectNode created = api.create(v1, "default", "{'metadata':{'name':'t'}}");
    api.create(v2, "default", "{'metadata':{'name':'u'},'spec':{}}");

    assertThat(Nodes.textOrEmpty(created, "spec", "seen")).isEqualTo("x.io/v1");
    assertThat(
            Nodes.textOrEmpty(
                api.store.find("things.x.io", "default", "t").orElseThrow().tree(), "spec", "seen"))
        .isEqualTo("x.io/v2");
    assertThat(Nodes.at(api.service.get(v2, "default", "u"), "spec").isEmpty()).isTrue();
    assertThat(api.service.list(v1, "default", Selection.ALL).items())
        .extracting(item -> Nodes.textOrEmpty(item, "spec", "seen"))
        .containsExactly("x.io/v1", "x.io/v1");
  }

  @Test
  void customObjects_whenTheConversionFails_cannotBeReadOrWritten() {
    define("Webhook");
    Resource v1 = api.kind("x.io", "v1", "things");
    api.create(api.kind("x.io", "v2", "things"), "default", "{'metadata':{'name':'t'}}");
    StatusException failed =
        Statuses.internal("conversion webhook for x.io/v2, Kind=Thing failed: EOF");
    api.conversion =
        (definition, version, objects) -> {
          throw failed;
        };

    assertThat(refusal(() -> api.service.get(v1, "default", "t"))).isSameAs(failed);
    assertThat(refusal(() -> api.service.list(v1, "default", Selection.ALL))).isSameAs(failed);
    assertThat(refusal(() -> api.create(v1, "default", "{'metadata':{'name':'u'}}")))
        .isSameAs(failed);
    assertThat(api.service.list(v1, "nowhere", Selection.ALL).items()).isEqualTo(List.of());
  }

  @Test
  void customObjects_areRewrittenWhenTheStorageVersionMoves() {
    ObjectNode definition = define("None");
    Resource v1 = api.kind("x.io", "v1", "things");
    ObjectNode thing = api.create(v1, "default", "{'metadata':{'name':'t'}}");
    Nodes.list(definition, "spec", "versions")
        .forEach(
            version ->
                ((ObjectNode) version).put("storage", version.path("name").asText().equals("v1")));
    api.replace(
        api.kind("apiextensions.k8s.io", "v1", "customresourcedefinitions"),
        "",
        "things.x.io",
        definition);

    api.replace(v1, "default", "t", thing);

    assertThat(
            Nodes.textOrEmpty(
                api.store.find("things.x.io", "default", "t").orElseThrow().tree(), "apiVersion"))
        .isEqualTo("x.io/v1");
  }
}
