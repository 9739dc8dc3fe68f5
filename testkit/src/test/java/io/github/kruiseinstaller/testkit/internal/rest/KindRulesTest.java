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
import io.github.kruiseinstaller.testkit.internal.rest.Resources.Outcome;
import io.github.kruiseinstaller.testkit.internal.rest.Resources.Write;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The verbs with the rules of the real kinds. */
class KindRulesTest {
  private static final String MERGE = "application/merge-patch+json";
  private static final String APPLY = "application/apply-patch+yaml";
  private static final String WEB =
      "{'metadata':{'name':'web'},'spec':{'selector':{'matchLabels':{'app':'web'}},"
          + "'template':{'metadata':{'labels':{'app':'web'}},'spec':{'containers':"
          + "[{'name':'c','image':'i:1'}]}}}}";

  private final KindRegistry kinds = new KindRegistry();
  private final RestFixture api = new RestFixture(kinds, new KindRules(kinds), 1000);
  private final Resource deployments = api.kind("apps", "v1", "deployments");
  private final Resource configMaps = api.kind("", "v1", "configmaps");

  @BeforeEach
  void namespace() {
    api.namespace("default");
  }

  private Outcome patch(Resource resource, String name, String type, String patch, Write write) {
    return api.service.patch(
        ALICE,
        resource,
        "default",
        name,
        "",
        type,
        patch.replace('\'', '"').getBytes(StandardCharsets.UTF_8),
        write);
  }

  private Write validating(String fieldValidation) {
    return new Write(false, "tool", fieldValidation, false, api.warnings);
  }

  @Test
  void create_fillsInDefaultsAndASecondPutChangesNothing() {
    ObjectNode created = api.create(deployments, "default", WEB);

    assertThat(Nodes.number(0, created, "spec", "replicas")).isEqualTo(1);
    assertThat(Nodes.textOrEmpty(created, "spec", "template", "spec", "restartPolicy"))
        .isEqualTo("Always");
    assertThat(created.get("status")).isEqualTo(json("{}"));
    long before = api.store.revision();

    api.replace(deployments, "default", "web", json(WEB));
    patch(deployments, "web", MERGE, "{'spec':{'replicas':null}}", validating("Strict"));

    assertThat(api.store.revision()).isEqualTo(before);
  }

  @Test
  void create_ofWhatIsInvalid_is422() {
    assertThat(
            refusal(() -> api.create(deployments, "default", "{'metadata':{'name':'a'}}")).code())
        .isEqualTo(422);
    assertThat(text(() -> api.create(configMaps, "default", "{'metadata':{'name':'A_b'}}")))
        .startsWith("422 Invalid ConfigMap \"A_b\" is invalid: metadata.name: Invalid value:");
    assertThat(text(() -> api.create(configMaps, "default", "{'metadata':{}}")))
        .startsWith(
            "422 Invalid ConfigMap \"\" is invalid: metadata.name: Required value: name or"
                + " generateName is required");
  }

  @Test
  void replace_ofWhatIsImmutable_is422() {
    api.create(deployments, "default", WEB);

    assertThat(
            text(
                () ->
                    api.replace(
                        deployments,
                        "default",
                        "web",
                        json(WEB.replace("'app':'web'", "'app':'x'")))))
        .startsWith("422 Invalid Deployment.apps \"web\" is invalid: spec.selector")
        .endsWith("field is immutable");
  }

  @Test
  void patch_whenStrict_refusesUnknownFields_elseDropsThem() {
    api.create(deployments, "default", WEB);
    String unknown = "{'spec':{'paused':true,'nonsense':1}}";

    assertThat(text(() -> patch(deployments, "web", MERGE, unknown, validating("Strict"))))
        .startsWith("422 Invalid  \"\" is invalid: patch: Invalid value: ")
        .endsWith("strict decoding error: unknown field \"spec.nonsense\"");
    ObjectNode warned = patch(deployments, "web", MERGE, unknown, validating("Warn")).object();
    assertThat(warned.path("spec").has("nonsense")).isFalse();
    assertThat(warned.path("spec").path("paused").asBoolean()).isTrue();
    assertThat(api.warnings).containsExactly("unknown field \"spec.nonsense\"");
    patch(deployments, "web", MERGE, "{'spec':{'other':1}}", validating("Ignore"));
    assertThat(api.warnings).hasSize(1);
  }

  @Test
  void patch_toAWrongType_is422InGoWords() {
    api.create(deployments, "default", WEB);

    assertThat(
            text(
                () ->
                    patch(
                        deployments,
                        "web",
                        MERGE,
                        "{'spec':{'replicas':'x'}}",
                        validating("Strict"))))
        .startsWith("422 Invalid  \"\" is invalid: patch: Invalid value: ")
        .contains("cannot unmarshal string into Go struct field");
  }

  @Test
  void apply_readsYaml() {
    String yaml = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  on: 'yes'\n";

    Outcome outcome = patch(configMaps, "a", APPLY, yaml, validating("Strict"));

    assertThat(outcome.created()).isTrue();
    assertThat(Nodes.list(outcome.object(), "metadata", "managedFields"))
        .singleElement()
        .matches(entry -> entry.path("operation").asText().equals("Apply"));
    long before = api.store.revision();
    patch(configMaps, "a", APPLY, yaml, validating("Strict"));
    assertThat(api.store.revision()).isEqualTo(before);
  }

  private static String limited(String cpu, String memory) {
    return WEB.replace(
            "'image':'i:1'",
            "'image':'i:1','resources':{'limits':{'cpu':" + cpu + ",'memory':" + memory + "}}")
        .replaceFirst("\\{", "{'apiVersion':'apps/v1','kind':'Deployment',");
  }

  @Test
  void apply_ofValuesInOtherWords_storesThemAsTheServerWritesThem() {
    String applied = limited("'1000m'", "'1024Mi'");

    ObjectNode stored = patch(deployments, "web", APPLY, applied, validating("Strict")).object();

    assertThat(stored.at("/spec/template/spec/containers/0/resources/limits"))
        .isEqualTo(json("{'cpu':'1','memory':'1Gi'}"));
    long before = api.store.revision();
    patch(deployments, "web", APPLY, applied, validating("Strict"));
    assertThat(api.store.revision()).isEqualTo(before);
    Write force = new Write(false, "tool", "Strict", true, api.warnings);
    assertThat(
            patch(deployments, "web", APPLY, limited("0.5", "1048576"), force)
                .object()
                .at("/spec/template/spec/containers/0/resources/limits"))
        .isEqualTo(json("{'cpu':'500m','memory':'1048576'}"));
  }

  @Test
  void apply_overAnObjectInOtherWords_isNoChange() {
    String applied = limited("'1000m'", "'1024Mi'");
    ObjectNode posted = json(limited("'1'", "'1Gi'"));
    api.service.create(ALICE, deployments, "default", posted, api.as("tool"));
    Write force = new Write(false, "tool", "Strict", true, api.warnings);
    patch(deployments, "web", APPLY, applied, force);
    long before = api.store.revision();

    ObjectNode again = patch(deployments, "web", APPLY, applied, force).object();

    assertThat(api.store.revision()).isEqualTo(before);
    assertThat(Nodes.number(0, again, "metadata", "generation")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "apps/v1|Deployment|'spec':{'template':{'spec':{'containers':[{'name':'c','resources':{'limits':{'cpu':'lots'}}}]}}}|quantities"
            + " must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
        "apps/v1|Deployment|'spec':{'replicas':1.5}|cannot convert float64 to int32",
        "v1|Secret|'data':{'k':'a?b='}|error decoding from json: illegal base64 data at input byte"
            + " 1",
        "coordination.k8s.io/v1|Lease|'spec':{'renewTime':'soon'}|parsing time 'soon' as"
            + " '2006-01-02T15:04:05.000000Z07:00': cannot parse 'soon' as '2006'",
        "coordination.k8s.io/v1|Lease|'spec':{'renewTime':'2025-01-01T01:00:00+01:00'}|parsing time"
            + " '2025-01-01T01:00:00+01:00' as '2006-01-02T15:04:05.000000Z07:00': cannot parse"
            + " '+01:00' as '.000000'",
        "coordination.k8s.io/v1|Lease|'spec':{'renewTime':'2025-01-01T01:00:00.1234567Z'}|parsing"
            + " time '2025-01-01T01:00:00.1234567Z' as '2006-01-02T15:04:05.000000Z07:00': cannot"
            + " parse '7Z' as 'Z07:00'"
      })
  void apply_ofAValueThatItsTypeCannotHold_is500(
      String apiVersion, String kind, String content, String why) {
    Resource resource = kinds.kind(apiVersion, kind).orElseThrow();
    String object =
        "{'apiVersion':'%s','kind':'%s','metadata':{'name':'a'},%s}"
            .formatted(apiVersion, kind, content);

    String type = (apiVersion.contains("/") ? "" : "/") + apiVersion + ", Kind=" + kind;
    assertThat(text(() -> patch(resource, "a", APPLY, object, validating("Strict"))))
        .isEqualTo(
            "500  failed to convert new object (/a; "
                + type
                + ") to proper version: unable to convert unstructured object to "
                + type
                + ": "
                + (kind.equals("Lease") ? why.replace('\'', '"') : why));
  }

  @Test
  void apply_ofAWholeNumberWithAFraction_isThatNumber() {
    ObjectNode stored =
        patch(
                deployments,
                "web",
                APPLY,
                limited("1", "1").replace("'selector'", "'replicas':2.0,'selector'"),
                validating("Strict"))
            .object();

    assertThat(stored.at("/spec/replicas").toString()).isEqualTo("2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "[1]|cannot unmarshal array into Go value of type map[string]interface {}",
        "1|cannot unmarshal number into Go value of type map[string]interface {}",
        "true|cannot unmarshal bool into Go value of type map[string]interface {}",
        "text|cannot unmarshal string into Go value of type map[string]interface {}"
      })
  void apply_ofWhatIsNoObject_is400(String body, String message) {
    assertThat(text(() -> patch(configMaps, "a", APPLY, body, validating("Strict"))))
        .startsWith("400 BadRequest error decoding YAML: ")
        .endsWith(message);
  }

  @Test
  void apply_ofWhatIsNoYaml_is400() {
    assertThat(text(() -> patch(configMaps, "a", APPLY, "a: [", validating("Strict"))))
        .startsWith("400 BadRequest error decoding YAML: ");
    assertThat(refusal(() -> patch(configMaps, "a", APPLY, "", validating("Strict"))).code())
        .isEqualTo(400);
  }

  @Test
  void apply_withAKeyTwice_isRefusedWhenStrict_elseWarnedAbout() {
    String twice = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  k: a\n  k: b\n";

    assertThat(text(() -> patch(configMaps, "a", APPLY, twice, validating("Strict"))))
        .startsWith("400 BadRequest error strict decoding YAML: ")
        .contains("key \"k\" already set in map");
    ObjectNode object = patch(configMaps, "a", APPLY, twice, validating("Warn")).object();
    assertThat(Nodes.textOrEmpty(object, "data", "k")).isEqualTo("b");
    assertThat(api.warnings).singleElement().asString().contains("already set");
    patch(configMaps, "a", APPLY, twice, validating("Ignore"));
    assertThat(api.warnings).hasSize(1);
  }

  @Test
  void apply_ofAnArmedConfiguration_cannotParkIt_aPutCan() {
    Resource configurations =
        api.kind("admissionregistration.k8s.io", "v1", "validatingwebhookconfigurations");
    String armed =
        "{'apiVersion':'admissionregistration.k8s.io/v1','kind':'ValidatingWebhookConfiguration',"
            + "'metadata':{'name':'c'},'webhooks':[{'name':'v.kb.io','admissionReviewVersions':['v1'],"
            + "'sideEffects':'None','clientConfig':{'service':{'name':'s','namespace':'n'}}}]}";
    api.service.create(ALICE, configurations, "", json(armed), api.as("helm"));

    ObjectNode applied =
        api.service
            .patch(
                ALICE,
                configurations,
                "",
                "c",
                "",
                APPLY,
                bytes(armed.substring(0, armed.indexOf(",'webhooks'")) + ",'webhooks':[]}"),
                new Write(false, "tool", "Strict", true, api.warnings))
            .object();
    assertThat(Nodes.list(applied, "webhooks")).hasSize(1);

    applied.remove("webhooks");
    ObjectNode replaced =
        api.service.replace(ALICE, configurations, "", "c", "", applied, api.as("tool")).object();
    assertThat(Nodes.list(replaced, "webhooks")).isEmpty();
    assertThat(Nodes.number(0, replaced, "metadata", "generation")).isEqualTo(2);
  }

  @Test
  void customObjects_getDefaultsThatCameLater_whenTheyAreRead() {
    ObjectNode definition =
        api.create(
            api.kind("apiextensions.k8s.io", "v1", "customresourcedefinitions"),
            "",
            "{'metadata':{'name':'things.x.io'},'spec':{'group':'x.io','scope':'Namespaced',"
                + "'names':{'plural':'things','kind':'Thing'},'versions':[{'name':'v1',"
                + "'served':true,'storage':true,'schema':{'openAPIV3Schema':{'type':'object',"
                + "'properties':{'spec':{'type':'object','properties':{'size':{'type':'integer'}}}}}}}]}}");
    kinds.serve(definition);
    Resource before = api.kind("x.io", "v1", "things");
    ObjectNode created =
        api.create(
            before,
            "default",
            "{'apiVersion':'x.io/v1','kind':'Thing','metadata':{'name':'t'},'spec':{}}");
    assertThat(created.get("spec")).isEqualTo(json("{}"));

    Nodes.object(
            (ObjectNode) Nodes.list(definition, "spec", "versions").get(0),
            "schema",
            "openAPIV3Schema",
            "properties",
            "spec",
            "properties",
            "size")
        .put("default", 3L);
    kinds.serve(definition);

    assertThat(api.service.get(api.kind("x.io", "v1", "things"), "default", "t").get("spec"))
        .isEqualTo(json("{'size':3}"));
  }

  @Test
  void update_ofWhatIsBeingDeleted_cannotAddAFinalizer() {
    api.create(configMaps, "default", "{'metadata':{'name':'a','finalizers':['x.io/f']}}");
    api.service.delete(ALICE, configMaps, "default", "a", Resources.Delete.NOW);

    assertThat(
            text(
                () ->
                    patch(
                        configMaps,
                        "a",
                        MERGE,
                        "{'metadata':{'finalizers':['x.io/f','x.io/g']}}",
                        validating("Strict"))))
        .isEqualTo(
            "422 Invalid ConfigMap \"a\" is invalid: metadata.finalizers: Forbidden: no new"
                + " finalizers can be added if the object is being deleted, found new finalizers"
                + " []string{\"x.io/g\"}");
  }

  @Test
  void immutableSecrets_stayAsTheyAre() {
    Resource secrets = api.kind("", "v1", "secrets");
    api.create(
        secrets, "default", "{'metadata':{'name':'s'},'immutable':true,'data':{'k':'dg=='}}");

    assertThat(
            text(() -> patch(secrets, "s", MERGE, "{'data':{'k':'dw=='}}", validating("Strict"))))
        .isEqualTo(
            "422 Invalid Secret \"s\" is invalid: data: Forbidden: field is immutable when"
                + " `immutable` is set");
  }

  @ParameterizedTest
  @CsvSource({"false, true", "true, false"})
  void create_ofAJob_makesUpTheSelectorUnlessToldNotTo(boolean manual, boolean made) {
    ObjectNode job =
        api.create(
            api.kind("batch", "v1", "jobs"),
            "default",
            "{'metadata':{'name':'j'},'spec':{'manualSelector':"
                + manual
                + ",'selector':{'matchLabels':{'app':'j'}},"
                + "'template':{'metadata':{'labels':{'app':'j'}},'spec':{'restartPolicy':'Never',"
                + "'containers':[{'name':'c','image':'i:1'}]}}}}");

    String uid = "batch.kubernetes.io/controller-uid";
    assertThat(Nodes.at(job, "spec", "selector", "matchLabels", uid).asText(""))
        .isEqualTo(made ? Nodes.uid(job) : "");
    assertThat(Nodes.at(job, "spec", "template", "metadata", "labels", uid).asText(""))
        .isEqualTo(made ? Nodes.uid(job) : "");
    assertThat(Nodes.at(job, "spec", "template", "metadata", "labels", "job-name").asText(""))
        .isEqualTo(made ? "j" : "");
  }
}
