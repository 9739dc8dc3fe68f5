package io.github.kruiseinstaller.e2e.contract;

import static io.github.kruiseinstaller.e2e.contract.Steps.CRDS;
import static io.github.kruiseinstaller.e2e.contract.Steps.STRICT;
import static io.github.kruiseinstaller.e2e.contract.Steps.apply;
import static io.github.kruiseinstaller.e2e.contract.Steps.delete;
import static io.github.kruiseinstaller.e2e.contract.Steps.get;
import static io.github.kruiseinstaller.e2e.contract.Steps.jsonPatch;
import static io.github.kruiseinstaller.e2e.contract.Steps.mergePatch;
import static io.github.kruiseinstaller.e2e.contract.Steps.openWatch;
import static io.github.kruiseinstaller.e2e.contract.Steps.post;
import static io.github.kruiseinstaller.e2e.contract.Steps.put;
import static io.github.kruiseinstaller.e2e.contract.Steps.readWatch;
import static io.github.kruiseinstaller.e2e.contract.Steps.readWatchToTheEnd;
import static io.github.kruiseinstaller.e2e.contract.Steps.strategicPatch;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** CustomResourceDefinitions and what they define. */
final class CrdContract {
  private static final String GROUP = "/apis/${id}.example.com";
  private static final String THINGS = GROUP + "/v1/namespaces/${id}/things";
  private static final String CRD = CRDS + "/things.${id}.example.com";
  private static final String ONE = "?fieldManager=one";
  private static final String TWO = "?fieldManager=two";
  private static final String SCHEMA =
      """
      {"type":"object","properties":{"spec":{"type":"object","required":["size"],"properties":{
        "size":{"type":"integer","minimum":1,"maximum":9},
        "color":{"type":"string","enum":["red","blue"],"default":"red"},
        "name":{"type":"string","pattern":"^[a-z]+$","maxLength":5},
        "port":{"x-kubernetes-int-or-string":true},
        "ratio":{"type":"number"},"on":{"type":"boolean","nullable":true},
        "items":{"type":"array","maxItems":2,"items":{"type":"string"}},
        "set":{"type":"array","x-kubernetes-list-type":"set","items":{"type":"string"}},
        "parts":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["name"],
          "items":{"type":"object","required":["name"],"properties":{
            "name":{"type":"string"},"value":{"type":"string"}}}},
        "labels":{"type":"object","additionalProperties":{"type":"string"}},
        "free":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}},
       "status":{"type":"object","properties":{"ready":{"type":"integer"},"selector":{"type":"string"}}}}}\
      """;

  private static final String COLOR =
      "\"color\":{\"type\":\"string\",\"enum\":[\"red\",\"blue\"],\"default\":\"red\"},";
  private static final String NAME =
      "\"name\":{\"type\":\"string\",\"pattern\":\"^[a-z]+$\",\"maxLength\":5},";
  private static final String READY_AT_LEAST_FIVE =
      "\"ready\":{\"type\":\"integer\",\"minimum\":5}";

  private CrdContract() {}

  static Theme theme() {
    List<Scenario> all = new ArrayList<>(definitions());
    all.addAll(resources());
    return new Theme("crd", all);
  }

  private static List<Scenario> definitions() {
    return List.of(
        Scenario.of(
            "a definition is Established, then its kind is served",
            post(CRDS + STRICT, crd(SCHEMA, "{}"))
                .only(
                    "/kind",
                    "/metadata",
                    "/spec/names",
                    "/spec/scope",
                    "/spec/conversion",
                    "/spec/versions/*/name",
                    "/status"),
            established().only("/status"),
            get(GROUP),
            served().without("/resources/*/storageVersionHash"),
            get(THINGS)),
        Scenario.of(
            "a definition that changes nothing the second time",
            apply(CRD + ONE, crd(SCHEMA, "{}")).only("/metadata/generation"),
            established().onlyStatus(),
            apply(CRD + ONE, crd(SCHEMA, "{}")).only("/metadata/generation"),
            apply(CRD + ONE, crd(SCHEMA.replace("\"maximum\":9", "\"maximum\":8"), "{}"))
                .only("/metadata/generation")),
        Scenario.of(
            "a definition in a dry run",
            post(CRDS + "?dryRun=All", crd(SCHEMA, "{}")).only("/kind", "/status"),
            get(CRD).onlyStatus()),
        Scenario.of(
            "definitions that cannot be",
            post(
                CRDS,
                crd(SCHEMA, "{}").replace("things.${id}.example.com", "other.${id}.example.com")),
            post(CRDS, crd("{\"properties\":{}}", "{}")),
            post(CRDS, crd(SCHEMA, "{}").replace("\"storage\":true", "\"storage\":false")),
            post(CRDS, crd(SCHEMA, "{}").replace("\"Namespaced\"", "\"Nosuch\"")),
            post(
                CRDS,
                """
                {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
                 "metadata":{"name":"things.${id}.example.com"},"spec":{"group":"${id}.example.com",
                 "scope":"Namespaced","names":{"plural":"things","kind":"Thing"},
                 "versions":[{"name":"v1","served":true,"storage":true}]}}\
                """),
            post(
                CRDS,
                """
                {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
                 "metadata":{"name":"things.${id}.example.com"},"spec":{}}\
                """),
            apply(CRD + STRICT, crd(SCHEMA, "{}").replace("\"scope\":", "\"nosuch\":1,\"scope\":")),
            post(
                CRDS,
                crd(SCHEMA.replace("\"integer\",\"minimum\"", "\"nosuch\",\"minimum\""), "{}"))),
        Scenario.of(
            "what must not change in a definition",
            post(CRDS, crd(SCHEMA, "{}")).onlyStatus(),
            established().onlyStatus(),
            mergePatch(CRD, "{\"spec\":{\"scope\":\"Cluster\"}}"),
            mergePatch(CRD, "{\"spec\":{\"group\":\"other.example.com\"}}").onlyStatus(),
            mergePatch(CRD, "{\"spec\":{\"names\":{\"kind\":\"Other\"}}}")
                .only("/spec/names", "/metadata/generation", "/message", "/details"),
            jsonPatch(
                CRD, "[{\"op\":\"replace\",\"path\":\"/spec/versions/0/name\",\"value\":\"v2\"}]")),
        Scenario.of(
            "two versions of a kind",
            post(CRDS, twoVersions()).onlyStatus(),
            established().only("/status/storedVersions", "/spec/conversion"),
            get(GROUP).untilText("v1beta1"),
            get(GROUP + "/v1beta1").untilText("Thing").without("/resources/*/storageVersionHash"),
            post(THINGS, thing("a", "\"size\":1")).untilStatus(201).only("/apiVersion", "/spec"),
            get(GROUP + "/v1beta1/namespaces/${id}/things/a").only("/apiVersion", "/spec"),
            post(THINGS, thing("b", "\"size\":1").replace("/v1\"", "/v1beta1\"")),
            mergePatch(GROUP + "/v1beta1/namespaces/${id}/things/a", "{\"spec\":{\"size\":2}}")
                .only("/apiVersion", "/spec", "/metadata/managedFields"),
            post(THINGS, thing("c", "\"size\":1,\"color\":\"blue\",\"name\":\"c\"")).only("/spec"),
            get(GROUP + "/v1beta1/namespaces/${id}/things/c").only("/apiVersion", "/spec"),
            mergePatch(GROUP + "/v1beta1/namespaces/${id}/things/c", "{\"spec\":{\"size\":2}}")
                .only("/spec"),
            get(THINGS + "/c").only("/spec"),
            post(
                    GROUP + "/v1beta1/namespaces/${id}/things",
                    thing("d", "\"size\":1,\"color\":\"blue\"").replace("/v1\"", "/v1beta1\""))
                .only("/spec"),
            get(THINGS + "/d").only("/spec")),
        Scenario.of(
            "a definition that loses a field",
            post(CRDS, crd(SCHEMA, "{}")).onlyStatus(),
            established().onlyStatus(),
            post(THINGS, thing("a", "\"size\":1,\"name\":\"a\"")).untilStatus(201).only("/spec"),
            mergePatch(CRD, crd(SCHEMA.replace(NAME, ""), "{}")).onlyStatus(),
            post(
                    THINGS + "?dryRun=All&fieldValidation=Strict",
                    thing("b", "\"size\":1,\"name\":\"b\""))
                .untilStatus(400)
                .onlyStatus(),
            get(THINGS + "/a").only("/spec").capture("rv", "/metadata/resourceVersion"),
            put(THINGS + "/a?fieldValidation=Strict", versioned("${rv}", "\"size\":1"))
                .only("/spec", "/metadata/generation")),
        Scenario.of(
            "a definition that becomes stricter than its objects",
            post(CRDS, crd(SCHEMA, "{\"status\":{}}")).onlyStatus(),
            established().onlyStatus(),
            post(
                    THINGS,
                    thing("a", "\"size\":1,\"items\":[\"x\"],\"labels\":{\"k\":\"x\"}")
                        .replace(
                            "\"name\":\"a\"",
                            "\"name\":\"a\",\"finalizers\":[\"example.com/held\"]"))
                .untilStatus(201)
                .onlyStatus(),
            mergePatch(THINGS + "/a/status", "{\"status\":{\"ready\":1}}").only("/status"),
            mergePatch(
                    CRD,
                    crd(
                        SCHEMA
                            .replace("\"minimum\":1,", "\"minimum\":5,")
                            .replace("\"ready\":{\"type\":\"integer\"}", READY_AT_LEAST_FIVE)
                            .replace("\"maxItems\":2", "\"minItems\":2"),
                        "{\"status\":{}}"))
                .onlyStatus(),
            post(THINGS + "?dryRun=All", thing("b", "\"size\":1")).untilStatus(422),
            mergePatch(THINGS + "/a", "{\"metadata\":{\"labels\":{\"x\":\"1\"}}}")
                .only("/metadata/labels", "/spec"),
            mergePatch(THINGS + "/a", "{\"spec\":{\"name\":\"b\"}}").only("/spec"),
            mergePatch(THINGS + "/a", "{\"spec\":{\"size\":2}}"),
            mergePatch(THINGS + "/a", "{\"spec\":{\"items\":[\"y\"]}}"),
            mergePatch(THINGS + "/a", "{\"spec\":{\"size\":null}}"),
            mergePatch(THINGS + "/a", "{\"spec\":{\"set\":[\"a\",\"a\"]}}"),
            mergePatch(THINGS + "/a/status", "{\"status\":{\"selector\":\"x\"}}").only("/status"),
            mergePatch(THINGS + "/a/status", "{\"status\":{\"ready\":2}}"),
            delete(THINGS + "/a").onlyStatus(),
            mergePatch(THINGS + "/a", "{\"metadata\":{\"finalizers\":null}}").onlyStatus(),
            get(THINGS + "/a").onlyStatus()),
        Scenario.of(
            "a definition takes its objects along",
            post(CRDS, crd(SCHEMA, "{}")).onlyStatus(),
            established().onlyStatus(),
            post(THINGS, thing("a", "\"size\":1")).untilStatus(201).onlyStatus(),
            delete(CRD, "{\"propagationPolicy\":\"Background\"}")
                .only("/kind", "/status/phase", "/details/kind", "/details/group"),
            get(CRD).untilStatus(404).onlyStatus(),
            get(THINGS).untilStatus(404),
            get(GROUP + "/v1").untilStatus(404)),
        Scenario.of(
            "a definition waits for finalizers of its objects",
            post(CRDS, crd(SCHEMA, "{}")).onlyStatus(),
            established().only("/metadata/finalizers"),
            post(
                    THINGS,
                    thing("a", "\"size\":1")
                        .replace(
                            "\"name\":\"a\"",
                            "\"name\":\"a\",\"finalizers\":[\"example.com/held\"]"))
                .untilStatus(201)
                .onlyStatus(),
            delete(CRD).only("/kind", "/metadata/finalizers", "/metadata/deletionTimestamp"),
            get(CRD).untilText("\"Terminating\",\"status\":\"True\"").only("/metadata/finalizers"),
            post(THINGS, thing("b", "\"size\":1")),
            mergePatch(THINGS + "/a", "{\"metadata\":{\"finalizers\":null}}").onlyStatus(),
            get(CRD).untilStatus(404).onlyStatus()),
        Scenario.of(
            "a cluster-wide kind",
            post(CRDS, crd(SCHEMA, "{}").replace("Namespaced", "Cluster")).onlyStatus(),
            established().onlyStatus(),
            post(GROUP + "/v1/things", thing("a", "\"size\":1")).untilStatus(201),
            get(GROUP + "/v1/things/a").only("/metadata/name", "/metadata/namespace"),
            get(THINGS + "/a")));
  }

  private static List<Scenario> resources() {
    return List.of(
        with(
            "an object with defaults",
            post(THINGS + STRICT, thing("a", "\"size\":1")),
            get(THINGS + "/a").only("/spec", "/metadata/generation"),
            get(THINGS)),
        with(
            "fields that the schema does not have are pruned",
            post(THINGS, thing("a", "\"size\":1,\"nosuch\":1,\"free\":{\"any\":{\"thing\":1}}"))
                .only("/spec", "/metadata/managedFields"),
            post(THINGS + "?fieldValidation=Ignore", thing("b", "\"size\":1,\"nosuch\":1"))
                .only("/spec"),
            post(THINGS + "?fieldValidation=Strict", thing("c", "\"size\":1,\"nosuch\":1")),
            post(THINGS + "?fieldValidation=Strict", thing("c", "\"size\":1,\"size\":2"))),
        with(
            "objects that the schema refuses",
            post(THINGS, thing("a", "\"color\":\"red\"")),
            post(THINGS, thing("a", "\"size\":0,\"color\":\"green\",\"name\":\"A1\"")),
            post(THINGS, thing("a", "\"size\":\"big\"")),
            post(THINGS, thing("a", "\"size\":1.5,\"ratio\":\"x\",\"on\":1")),
            post(THINGS, thing("a", "\"size\":1,\"items\":[\"a\",\"b\",\"c\"]")),
            post(THINGS, thing("a", "\"size\":1,\"items\":[1]")),
            post(THINGS, thing("a", "\"size\":1,\"set\":[\"a\",\"a\"]")),
            post(THINGS, thing("a", "\"size\":1,\"parts\":[{\"name\":\"x\"},{\"name\":\"x\"}]")),
            post(THINGS, thing("a", "\"size\":1,\"parts\":[{\"value\":\"x\"}]")),
            post(THINGS, thing("a", "\"size\":1,\"labels\":{\"k\":1},\"port\":true")),
            post(THINGS, thing("a", "\"size\":1,\"name\":\"abcdefg\"")),
            post(THINGS, thing("a", "\"size\":1").replace("{\"size\":1}", "[]")),
            post(
                    THINGS,
                    "{\"apiVersion\":\"${id}.example.com/v1\",\"kind\":\"Thing\",\"metadata\":{\"name\":\"a\"}}")
                .only("/kind", "/spec"),
            post(THINGS, thing("B_c", "\"size\":1"))),
        with(
            "nulls, and numbers of either sort",
            post(
                    THINGS,
                    thing("a", "\"size\":1,\"on\":null,\"color\":null,\"ratio\":2,\"port\":80"))
                .only("/spec"),
            post(THINGS, thing("b", "\"size\":1,\"port\":\"http\",\"ratio\":0.5")).only("/spec")),
        with(
            "bodies that are none",
            post(THINGS, "{"),
            post(THINGS, ""),
            post(THINGS, "{}"),
            post(THINGS, thing("a", "\"size\":1").replace("\"Thing\"", "\"Other\"")),
            post(THINGS, "kind: Thing").header("Content-Type", "text/plain")),
        with(
            "replacements need the resourceVersion",
            post(THINGS, thing("a", "\"size\":1"))
                .onlyStatus()
                .capture("rv", "/metadata/resourceVersion"),
            put(THINGS + "/a", thing("a", "\"size\":2")),
            put(THINGS + "/a", versioned("${rv}", "\"size\":2"))
                .only("/spec", "/metadata/generation"),
            put(THINGS + "/a", versioned("${rv}", "\"size\":3")),
            put(THINGS + "/nosuch", thing("nosuch", "\"size\":3"))),
        with(
            "patches",
            post(THINGS, thing("a", "\"size\":1,\"items\":[\"x\"]")).onlyStatus(),
            mergePatch(THINGS + "/a" + STRICT, "{\"spec\":{\"size\":2,\"items\":null}}")
                .only("/spec", "/metadata/generation"),
            mergePatch(THINGS + "/a", "{\"spec\":{\"size\":\"x\"}}"),
            mergePatch(THINGS + "/a" + STRICT, "{\"spec\":{\"nosuch\":1}}"),
            jsonPatch(THINGS + "/a", "[{\"op\":\"replace\",\"path\":\"/spec/size\",\"value\":3}]")
                .only("/spec"),
            strategicPatch(THINGS + "/a", "{\"spec\":{\"size\":4}}"),
            mergePatch(THINGS + "/a", "{\"metadata\":{\"labels\":{\"x\":\"1\"}}}")
                .only("/metadata/generation", "/metadata/labels")),
        with(
            "apply: keyed, set and atomic lists",
            apply(
                    THINGS + "/a" + ONE,
                    thing(
                        "a",
                        "\"size\":1,\"parts\":[{\"name\":\"x\",\"value\":\"1\"}],\"set\":[\"x\"],\"items\":[\"x\"]"))
                .only("/spec", "/metadata/managedFields", "/metadata/generation"),
            apply(THINGS + "/a" + TWO, thing("a", "\"parts\":[{\"name\":\"y\"}],\"set\":[\"y\"]"))
                .only("/spec", "/metadata/managedFields", "/metadata/generation"),
            apply(
                THINGS + "/a" + TWO,
                thing("a", "\"parts\":[{\"name\":\"x\",\"value\":\"2\"}],\"items\":[\"y\"]")),
            apply(THINGS + "/a" + ONE, thing("a", "\"size\":1"))
                .only("/spec", "/metadata/managedFields"),
            apply(THINGS + "/a" + ONE, thing("a", "\"size\":1")).only("/metadata/generation")),
        with(
            "apply: what cannot be",
            apply(THINGS + "/a" + STRICT, thing("a", "\"size\":1,\"nosuch\":1")),
            apply(THINGS + "/a" + ONE, thing("a", "\"size\":1,\"nosuch\":1")),
            apply(THINGS + "/b" + ONE, thing("b", "\"size\":\"x\"")),
            apply(THINGS + "/b" + ONE, thing("b", "\"size\":99")),
            apply(THINGS + "/b" + ONE, thing("b", "\"color\":\"red\"")),
            apply(THINGS + "/b" + ONE, thing("b", "\"size\":1,\"set\":[\"a\",\"a\"]")),
            apply(THINGS + "/b" + ONE, thing("b", "\"size\":1,\"parts\":[{\"value\":\"a\"}]")),
            apply(THINGS + "/b", thing("b", "\"size\":1"))),
        with(
            "watches",
            get(THINGS).onlyStatus().capture("rv", "/metadata/resourceVersion"),
            openWatch("w", THINGS + "?watch=1&allowWatchBookmarks=true&resourceVersion=${rv}"),
            post(THINGS, thing("a", "\"size\":1")).onlyStatus(),
            delete(THINGS + "/a"),
            readWatch("w", 2).only("/kind", "/apiVersion", "/metadata/name", "/spec")),
        with(
            "watches end when the definition changes, and when it goes",
            get(THINGS).onlyStatus().capture("rv", "/metadata/resourceVersion"),
            openWatch("w", THINGS + "?watch=1&resourceVersion=${rv}"),
            post(THINGS, thing("a", "\"size\":1")).onlyStatus(),
            jsonPatch(
                    CRD,
                    """
                    [{"op":"add","path":"/spec/versions/0/additionalPrinterColumns",
                      "value":[{"name":"Size","type":"integer","jsonPath":".spec.size"}]}]\
                    """)
                .onlyStatus(),
            readWatchToTheEnd("w").only("/kind", "/metadata/name"),
            get(THINGS).onlyStatus().capture("rv", "/metadata/resourceVersion"),
            openWatch("v", THINGS + "?watch=1&resourceVersion=${rv}"),
            delete(CRD).onlyStatus(),
            readWatchToTheEnd("v").only("/kind", "/metadata/name"),
            get(THINGS).untilStatus(404).onlyStatus()),
        Scenario.of(
            "the status subresource",
            post(CRDS, crd(SCHEMA, "{\"status\":{}}")).onlyStatus(),
            established().onlyStatus(),
            post(
                    THINGS,
                    thing("a", "\"size\":1")
                        .replace("\"spec\":", "\"status\":{\"ready\":7},\"spec\":"))
                .untilStatus(201)
                .only("/spec", "/status", "/metadata/generation"),
            mergePatch(THINGS + "/a/status", "{\"spec\":{\"size\":5},\"status\":{\"ready\":1}}")
                .only("/spec", "/status", "/metadata/generation", "/metadata/managedFields"),
            mergePatch(THINGS + "/a", "{\"spec\":{\"size\":5},\"status\":{\"ready\":9}}")
                .only("/spec", "/status", "/metadata/generation"),
            mergePatch(THINGS + "/a", "{\"metadata\":{\"labels\":{\"x\":\"1\"}}}")
                .only("/metadata/generation"),
            get(THINGS + "/a/status").only("/status")),
        Scenario.of(
            "the scale subresource",
            post(
                    CRDS,
                    crd(
                        SCHEMA,
                        """
                        {"status":{},"scale":{"specReplicasPath":".spec.size",
                         "statusReplicasPath":".status.ready","labelSelectorPath":".status.selector"}}\
                        """))
                .onlyStatus(),
            established().onlyStatus(),
            post(THINGS, thing("a", "\"size\":1")).untilStatus(201).onlyStatus(),
            get(THINGS + "/a/scale"),
            mergePatch(THINGS + "/a/scale", "{\"spec\":{\"replicas\":3}}"),
            get(THINGS + "/a").only("/spec", "/metadata/generation")),
        with(
            "subresources that the definition does not have",
            post(THINGS, thing("a", "\"size\":1")).onlyStatus(),
            get(THINGS + "/a/status"),
            get(THINGS + "/a/scale")));
  }

  /** A scenario with the kind Thing. */
  private static Scenario with(String name, Step... steps) {
    List<Step> all = new ArrayList<>();
    all.add(post(CRDS, crd(SCHEMA, null)).onlyStatus());
    all.add(established().onlyStatus());
    all.add(get(THINGS).untilStatus(200).onlyStatus());
    all.addAll(List.of(steps));
    return new Scenario(name, all);
  }

  private static Request established() {
    return get(CRD).untilText("\"type\":\"Established\",\"status\":\"True\"");
  }

  private static Request served() {
    return get(GROUP + "/v1").untilText("Thing");
  }

  private static String crd(String schema, @Nullable String subresources) {
    return """
    {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
     "metadata":{"name":"things.${id}.example.com"},"spec":{"group":"${id}.example.com",
     "scope":"Namespaced","names":{"plural":"things","singular":"thing","kind":"Thing",
     "listKind":"ThingList","shortNames":["thg"]},
     "versions":[{"name":"v1","served":true,"storage":true,%s"schema":{"openAPIV3Schema":%s}}]}}\
    """
        .formatted(subresources == null ? "" : "\"subresources\":" + subresources + ",", schema);
  }

  private static String twoVersions() {
    return """
    {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
     "metadata":{"name":"things.${id}.example.com"},"spec":{"group":"${id}.example.com",
     "scope":"Namespaced","names":{"plural":"things","kind":"Thing"},
     "versions":[{"name":"v1beta1","served":true,"storage":false,"deprecated":true,
       "schema":{"openAPIV3Schema":%s}},
      {"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":%s}}]}}\
    """
        .formatted(SCHEMA.replace(COLOR, ""), SCHEMA);
  }

  private static String thing(String name, String spec) {
    return """
    {"apiVersion":"${id}.example.com/v1","kind":"Thing","metadata":{"name":"%s"},"spec":{%s}}\
    """
        .formatted(name, spec);
  }

  private static String versioned(String version, String spec) {
    return """
    {"apiVersion":"${id}.example.com/v1","kind":"Thing",
     "metadata":{"name":"a","resourceVersion":"%s"},"spec":{%s}}\
    """
        .formatted(version, spec);
  }
}
