package io.github.kruiseinstaller.e2e.contract;

import static io.github.kruiseinstaller.e2e.contract.Steps.CONFIG_MAPS;
import static io.github.kruiseinstaller.e2e.contract.Steps.MUTATING;
import static io.github.kruiseinstaller.e2e.contract.Steps.NAMESPACE;
import static io.github.kruiseinstaller.e2e.contract.Steps.PODS;
import static io.github.kruiseinstaller.e2e.contract.Steps.SERVICES;
import static io.github.kruiseinstaller.e2e.contract.Steps.VALIDATING;
import static io.github.kruiseinstaller.e2e.contract.Steps.awaitServiceAccount;
import static io.github.kruiseinstaller.e2e.contract.Steps.delete;
import static io.github.kruiseinstaller.e2e.contract.Steps.get;
import static io.github.kruiseinstaller.e2e.contract.Steps.mergePatch;
import static io.github.kruiseinstaller.e2e.contract.Steps.post;
import static io.github.kruiseinstaller.e2e.contract.Steps.put;

import java.util.ArrayList;
import java.util.List;

/**
 * Admission webhooks. Each configuration only matches objects with a label of the scenario's own;
 * the API server takes a moment to see it.
 */
final class WebhookContract {
  private static final String MINE = "{\"matchLabels\":{\"contract\":\"${id}\"}}";
  private static final String CALLBACK =
      "\"url\":\"https://${callback}/%s\",\"caBundle\":\"${callbackCa}\"";
  private static final String SERVICE =
      "\"service\":{\"namespace\":\"${id}\",\"name\":\"%s\",\"path\":\"/x\"}";
  private static final String KUBERNETES =
      "\"service\":{\"namespace\":\"default\",\"name\":\"kubernetes\",\"path\":\"%s\"},"
          + "\"caBundle\":\"%s\"";

  private WebhookContract() {}

  static Theme theme() {
    List<Scenario> all = new ArrayList<>(failures());
    all.addAll(answers());
    all.addAll(matching());
    all.addAll(configurations());
    return new Theme("webhook", all);
  }

  /** What the API server says when it cannot call, or does not understand. */
  private static List<Scenario> failures() {
    return List.of(
        validating("a Service that is not there", client(SERVICE.formatted("nosuch")), refused()),
        Scenario.of(
            "a Service without endpoints",
            awaitServiceAccount(),
            post(
                    SERVICES,
                    """
                    {"apiVersion":"v1","kind":"Service","metadata":{"name":"empty"},"spec":{
                     "selector":{"app":"nosuch"},"ports":[{"port":443,"targetPort":9876}]}}\
                    """)
                .onlyStatus(),
            post(VALIDATING, configuration(client(SERVICE.formatted("empty")))).onlyStatus(),
            dryRun("a").untilText("connection refused")),
        validating(
            "a port that the Service does not have",
            client("\"service\":{\"namespace\":\"default\",\"name\":\"kubernetes\",\"port\":9}"),
            refused()),
        validating(
            "nobody listens",
            client("\"url\":\"https://127.0.0.1:1/x\",\"caBundle\":\"${callbackCa}\""),
            refused()),
        validating(
            "a CA that is another one",
            client("\"url\":\"https://${callback}/allow\",\"caBundle\":\"${foreignCa}\""),
            refused()),
        validating("no CA", client("\"url\":\"https://${callback}/allow\""), refused()),
        validating(
            "a CA bundle that is no certificate",
            client("\"url\":\"https://${callback}/allow\",\"caBundle\":\"bm90IGEgY2VydA==\""),
            refused()),
        validating(
            "a Service that is reached and has nothing at that path",
            client(KUBERNETES.formatted("/nosuch", "${clusterCa}")),
            refused()),
        validating("not found", callback("missing"), refused()),
        validating("an internal error", callback("error"), refused()),
        validating("unavailable", callback("unavailable"), refused()),
        validating("an empty answer", callback("empty"), refused()),
        validating("an answer that is no review", callback("garbage"), refused()),
        validating("an answer to another question", callback("other-uid"), refused()),
        validating(
            "no answer in time",
            callback("hang").replace("\"timeoutSeconds\":5", "\"timeoutSeconds\":1"),
            refused()),
        validating(
            "a failure that is ignored",
            callback("missing").replace("\"Fail\"", "\"Ignore\"")
                + ","
                + callback("deny").replace("first.", "second."),
            refused()));
  }

  private static List<Scenario> answers() {
    return List.of(
        validating(
            "a denial with a message",
            callback("deny"),
            refused(),
            post(PODS, pod("b")),
            put(PODS + "/nosuch", pod("nosuch")).onlyStatus()),
        validating("a denial with a code and a reason", callback("deny-code"), refused()),
        validating("a denial with a reason only", callback("deny-reason"), refused()),
        validating("a denial without a word", callback("deny-silent"), refused()),
        validating("a question as the webhook sees it", callback("deny-echo"), refused()),
        validating(
            "warnings are passed on",
            callback("warn"),
            dryRun("a").untilWarned().only("/kind", "/metadata/name")),
        Scenario.of(
            "a mutation",
            awaitServiceAccount(),
            post(
                    MUTATING,
                    configuration(callback("patch"))
                        .replace("ValidatingWebhook", "MutatingWebhook"))
                .onlyStatus(),
            dryRun("a").untilText("\"patched\":\"yes\"").only("/metadata/annotations")),
        Scenario.of(
            "a mutation that cannot be",
            awaitServiceAccount(),
            post(
                    MUTATING,
                    configuration(callback("bad-patch"))
                        .replace("ValidatingWebhook", "MutatingWebhook"))
                .onlyStatus(),
            refused()),
        mutating(
            "a mutation with a field that nobody knows",
            callback("patch-unknown"),
            dryRun("a")
                .untilText("\"hostname\":\"patched\"")
                .only("/spec/hostname", "/spec/noSuchField")),
        mutating("a mutation with a value of a wrong type", callback("patch-type"), refused()),
        mutating(
            "a mutation of what another one has added",
            callback("patch-container")
                + ","
                + callback("patch-default").replace("first.", "second."),
            dryRun("a")
                .untilText("FallbackToLogsOnError")
                .only("/spec/containers/*/name", "/spec/containers/*/terminationMessagePolicy")),
        Scenario.of(
            "a mutating webhook that denies",
            awaitServiceAccount(),
            post(
                    MUTATING,
                    configuration(callback("deny")).replace("ValidatingWebhook", "MutatingWebhook"))
                .onlyStatus(),
            refused()),
        Scenario.of(
            "deletions, updates and evictions are asked about too",
            awaitServiceAccount(),
            post(PODS, pod("a")).onlyStatus(),
            post(
                    VALIDATING,
                    configuration(
                        callback("deny-echo").replace("\"CREATE\"", "\"UPDATE\",\"DELETE\"")))
                .onlyStatus(),
            delete(PODS + "/a?dryRun=All").untilText("denied"),
            mergePatch(PODS + "/a?dryRun=All", "{\"metadata\":{\"labels\":{\"x\":\"1\"}}}"),
            delete(PODS + "/a", "{\"gracePeriodSeconds\":0}"),
            delete(VALIDATING + "/${id}").onlyStatus(),
            delete(PODS + "/a?dryRun=All").untilStatus(200).onlyStatus()),
        Scenario.of(
            "an eviction is asked about without labels",
            awaitServiceAccount(),
            post(PODS, pod("a")).onlyStatus(),
            post(
                    VALIDATING,
                    configuration(
                        callback("deny-echo")
                            .replace("\"pods\"", "\"pods/eviction\"")
                            .replace(
                                "\"objectSelector\":" + MINE,
                                "\"namespaceSelector\":" + OWN_NAMESPACE)))
                .onlyStatus(),
            post(
                    PODS + "/a/eviction?dryRun=All",
                    """
                    {"apiVersion":"policy/v1","kind":"Eviction",
                     "metadata":{"name":"a","namespace":"${id}"}}\
                    """)
                .untilText("denied")));
  }

  private static final String OWN_NAMESPACE =
      "{\"matchLabels\":{\"kubernetes.io/metadata.name\":\"${id}\"}}";

  /** Which requests are sent. */
  private static List<Scenario> matching() {
    return List.of(
        validating(
            "objects without the label are not sent",
            callback("deny"),
            refused(),
            post(PODS + "?dryRun=All", pod("b").replace("\"contract\"", "\"other\"")).onlyStatus()),
        validating(
            "kinds that no rule names are not sent",
            callback("deny"),
            refused(),
            post(
                    CONFIG_MAPS + "?dryRun=All",
                    """
                    {"apiVersion":"v1","kind":"ConfigMap",
                     "metadata":{"name":"a","labels":{"contract":"${id}"}}}\
                    """)
                .onlyStatus()),
        Scenario.of(
            "namespaces by their labels",
            awaitServiceAccount(),
            post(
                    VALIDATING,
                    configuration(
                        callback("deny")
                            .replace(
                                "\"objectSelector\":",
                                "\"namespaceSelector\":{\"matchExpressions\":[{\"key\":\"control-plane\","
                                    + "\"operator\":\"NotIn\",\"values\":[\"openkruise\"]}]},"
                                    + "\"objectSelector\":")))
                .onlyStatus(),
            refused(),
            mergePatch(NAMESPACE, "{\"metadata\":{\"labels\":{\"control-plane\":\"openkruise\"}}}")
                .only("/metadata/labels"),
            dryRun("a").untilStatus(201).onlyStatus()),
        Scenario.of(
            "a wildcard of groups, versions and resources",
            post(
                    VALIDATING,
                    configuration(
                        callback("deny")
                            .replace("\"apiGroups\":[\"\"]", "\"apiGroups\":[\"*\"]")
                            .replace(
                                "\"v1\"],\"resources\":[\"pods\"]", "*\"],\"resources\":[\"*\"]")
                            .replace("\"apiVersions\":[*", "\"apiVersions\":[\"*")))
                .onlyStatus(),
            post(
                    CONFIG_MAPS + "?dryRun=All",
                    """
                    {"apiVersion":"v1","kind":"ConfigMap",
                     "metadata":{"name":"a","labels":{"contract":"${id}"}}}\
                    """)
                .untilText("denied")),
        validating(
            "side effects, but none in a dry run",
            callback("deny").replace("\"None\"", "\"NoneOnDryRun\""),
            refused()),
        Scenario.of(
            "match conditions",
            awaitServiceAccount(),
            post(
                    VALIDATING,
                    configuration(
                        callback("deny")
                            .replace(
                                "\"sideEffects\":",
                                "\"matchConditions\":[{\"name\":\"b\",\"expression\":"
                                    + "\"object.metadata.name == 'b'\"}],\"sideEffects\":")))
                .onlyStatus(),
            dryRun("b").untilText("denied"),
            dryRun("a").onlyStatus()),
        validating(
            "a configuration without webhooks asks nobody",
            "",
            dryRun("a").onlyStatus(),
            get(VALIDATING + "/${id}").only("/webhooks", "/metadata/generation")));
  }

  private static List<Scenario> configurations() {
    return List.of(
        Scenario.of(
            "defaults of a validating configuration",
            post(VALIDATING, bare("ValidatingWebhookConfiguration", ""))
                .only("/webhooks", "/metadata/generation", "/metadata/managedFields")),
        Scenario.of(
            "defaults of a mutating configuration",
            post(MUTATING, bare("MutatingWebhookConfiguration", ""))
                .only("/webhooks", "/metadata/generation", "/metadata/managedFields")),
        Scenario.of(
            "a CA bundle that is none",
            post(
                VALIDATING + "?dryRun=All",
                configuration(
                    client("\"url\":\"https://example.com/\",\"caBundle\":\"bm90IGEgY2VydA==\""))),
            post(
                VALIDATING + "?dryRun=All",
                configuration(client("\"url\":\"https://example.com/\",\"caBundle\":\"???\""))),
            post(
                    VALIDATING + "?dryRun=All",
                    configuration(client("\"url\":\"https://example.com/\",\"caBundle\":\"Cg==\"")))
                .only("/kind", "/message", "/details")),
        Scenario.of(
            "configurations that cannot be",
            post(
                VALIDATING,
                """
                {"apiVersion":"admissionregistration.k8s.io/v1","kind":"ValidatingWebhookConfiguration",
                 "metadata":{"name":"${id}"},"webhooks":[{"name":"short"}]}\
                """),
            post(VALIDATING, configuration(client("\"url\":\"http://example.com/\""))),
            post(
                VALIDATING,
                configuration(
                    callback("deny")
                        .replace("\"Fail\"", "\"Nosuch\"")
                        .replace("\"timeoutSeconds\":5", "\"timeoutSeconds\":31"))),
            post(VALIDATING, configuration(callback("deny") + "," + callback("deny"))),
            post(
                VALIDATING,
                configuration(
                    callback("deny")
                        .replace("\"None\"", "\"Some\"")
                        .replace(
                            "\"admissionReviewVersions\":[\"v1\"]",
                            "\"admissionReviewVersions\":[\"v9\"]"))),
            post(VALIDATING, configuration(callback("deny").replace("\"CREATE\"", "\"NOSUCH\""))),
            post(
                VALIDATING + "?fieldValidation=Strict",
                configuration(
                    callback("deny")
                        .replace("\"sideEffects\":", "\"nosuch\":1,\"sideEffects\":")))),
        Scenario.of(
            "a replacement needs the resourceVersion",
            post(VALIDATING, configuration(callback("allow")))
                .onlyStatus()
                .capture("rv", "/metadata/resourceVersion"),
            put(VALIDATING + "/${id}", configuration("")),
            put(
                    VALIDATING + "/${id}?fieldManager=contract&fieldValidation=Strict",
                    configuration("")
                        .replace(
                            "\"name\":\"${id}\"",
                            "\"name\":\"${id}\",\"resourceVersion\":\"${rv}\""))
                .without("/metadata/uid"),
            put(
                VALIDATING + "/${id}?fieldManager=contract",
                configuration("")
                    .replace(
                        "\"name\":\"${id}\"", "\"name\":\"${id}\",\"resourceVersion\":\"${rv}\"")),
            delete(VALIDATING + "/${id}"),
            delete(VALIDATING + "/${id}").onlyStatus()));
  }

  /** A scenario with a validating configuration. */
  private static Scenario validating(String name, String webhooks, Step... steps) {
    List<Step> all = new ArrayList<>();
    all.add(awaitServiceAccount());
    all.add(post(VALIDATING, configuration(webhooks)).onlyStatus());
    all.addAll(List.of(steps));
    return new Scenario(name, all);
  }

  /** A scenario with a mutating configuration. */
  private static Scenario mutating(String name, String webhooks, Step... steps) {
    List<Step> all = new ArrayList<>();
    all.add(awaitServiceAccount());
    all.add(
        post(MUTATING, configuration(webhooks).replace("ValidatingWebhook", "MutatingWebhook"))
            .onlyStatus());
    all.addAll(List.of(steps));
    return new Scenario(name, all);
  }

  private static Request refused() {
    return dryRun("a").untilRefused();
  }

  private static Request dryRun(String name) {
    return post(PODS + "?dryRun=All", pod(name));
  }

  private static String pod(String name) {
    return """
    {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s","labels":{"contract":"${id}"}},"spec":{
     "nodeSelector":{"nosuch":"true"},"containers":[{"name":"c","image":"app:1"}]}}\
    """
        .formatted(name);
  }

  private static String configuration(String webhooks) {
    return """
    {"apiVersion":"admissionregistration.k8s.io/v1","kind":"ValidatingWebhookConfiguration",
     "metadata":{"name":"${id}"},"webhooks":[%s]}\
    """
        .formatted(webhooks);
  }

  private static String callback(String what) {
    return client(CALLBACK.formatted(what));
  }

  private static String client(String client) {
    return """
    {"name":"first.contract.example.com","clientConfig":{%s},
     "rules":[{"apiGroups":[""],"apiVersions":["v1"],"resources":["pods"],"operations":["CREATE"]}],
     "objectSelector":%s,"failurePolicy":"Fail","timeoutSeconds":5,
     "sideEffects":"None","admissionReviewVersions":["v1"]}\
    """
        .formatted(client, MINE);
  }

  private static String bare(String kind, String more) {
    return """
    {"apiVersion":"admissionregistration.k8s.io/v1","kind":"%s","metadata":{"name":"${id}"},
     "webhooks":[{"name":"first.contract.example.com","sideEffects":"None",
     "admissionReviewVersions":["v1"],"clientConfig":{"service":{"namespace":"a","name":"b"}},
     "rules":[{"apiGroups":["nosuch.example.com"],"apiVersions":["v1"],"resources":["nosuches"],
     "operations":["CREATE"]}]%s}]}\
    """
        .formatted(kind, more);
  }
}
