package io.github.kruiseinstaller.e2e.contract;

import static io.github.kruiseinstaller.e2e.contract.Steps.NAMESPACE;
import static io.github.kruiseinstaller.e2e.contract.Steps.PODS;
import static io.github.kruiseinstaller.e2e.contract.Steps.awaitServiceAccount;
import static io.github.kruiseinstaller.e2e.contract.Steps.mergePatch;
import static io.github.kruiseinstaller.e2e.contract.Steps.post;

/** What a namespace allows its Pods. */
final class LimitsContract {
  private static final String DRY_RUN = PODS + "?dryRun=All";
  private static final String LIMITS = NAMESPACE + "/limitranges";

  private LimitsContract() {}

  static Theme theme() {
    return Theme.of(
        "limits",
        Scenario.of(
            "a LimitRange fills in what containers leave out",
            awaitServiceAccount(),
            post(
                    LIMITS,
                    limits(
                        """
                        {"type":"Container","default":{"cpu":"500m"},
                         "defaultRequest":{"cpu":"100m","memory":"64Mi"}}\
                        """))
                .onlyStatus(),
            post(DRY_RUN, pod("{}")).untilText("500m").only("/spec/containers/0/resources"),
            post(DRY_RUN, pod("{\"limits\":{\"cpu\":\"1\"}}")).only("/spec/containers/0/resources"),
            post(DRY_RUN, pod("{\"requests\":{\"cpu\":\"1\"}}"))
                .only("/spec/containers/0/resources", "/message", "/reason", "/details")),
        Scenario.of(
            "a LimitRange refuses containers",
            awaitServiceAccount(),
            post(
                    LIMITS,
                    limits(
                        """
                        {"type":"Container","max":{"cpu":"1"},"min":{"memory":"32Mi"},
                         "maxLimitRequestRatio":{"cpu":"2"}}\
                        """))
                .only("/spec", "/message"),
            post(DRY_RUN, pod("{\"limits\":{\"cpu\":\"2\",\"memory\":\"64Mi\"}}")).untilStatus(403),
            post(DRY_RUN, pod("{\"requests\":{\"memory\":\"16Mi\"}}")),
            post(
                DRY_RUN,
                pod(
                    "{\"limits\":{\"cpu\":\"1\"},\"requests\":{\"cpu\":\"100m\",\"memory\":\"1Gi\"}}"))),
        Scenario.of(
            "a LimitRange refuses Pods",
            awaitServiceAccount(),
            post(LIMITS, limits("{\"type\":\"Pod\",\"max\":{\"cpu\":\"1\"}}")).onlyStatus(),
            post(DRY_RUN, pod("{\"limits\":{\"cpu\":\"2\"}}")).untilStatus(403),
            post(DRY_RUN, pod("{}"))),
        Scenario.of(
            "LimitRanges that cannot be",
            post(
                LIMITS,
                limits("{\"type\":\"Container\",\"max\":{\"cpu\":\"1\"},\"min\":{\"cpu\":\"2\"}}")),
            post(
                LIMITS,
                limits(
                    "{\"type\":\"Container\",\"default\":{\"cpu\":\"2\"},\"max\":{\"cpu\":\"1\"}}")),
            post(LIMITS, limits("{\"type\":\"Pod\",\"default\":{\"cpu\":\"1\"}}"))),
        Scenario.of(
            "a quota of what Pods ask for",
            awaitServiceAccount(),
            post(
                    NAMESPACE + "/resourcequotas",
                    """
                    {"apiVersion":"v1","kind":"ResourceQuota","metadata":{"name":"q"},
                     "spec":{"hard":{"requests.cpu":"1","limits.memory":"1Gi"}}}\
                    """)
                .onlyStatus(),
            post(DRY_RUN, pod("{\"limits\":{\"cpu\":\"2\",\"memory\":\"2Gi\"}}"))
                .untilText("exceeded quota"),
            post(DRY_RUN, pod("{}")),
            post(DRY_RUN, pod("{\"requests\":{\"cpu\":\"100m\"}}"))),
        Scenario.of(
            "labels of Pod Security that mean nothing",
            post("/api/v1/namespaces?dryRun=All", namespace("enforce", "nosuch")),
            post("/api/v1/namespaces?dryRun=All", namespace("warn-version", "newest")),
            mergePatch(
                NAMESPACE,
                "{\"metadata\":{\"labels\":{\"pod-security.kubernetes.io/audit\":\"all\"}}}")));
  }

  private static String limits(String item) {
    return """
    {"apiVersion":"v1","kind":"LimitRange","metadata":{"name":"l"},"spec":{"limits":[%s]}}\
    """
        .formatted(item);
  }

  private static String pod(String resources) {
    return """
    {"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{
     "containers":[{"name":"c","image":"app:1","resources":%s}]}}\
    """
        .formatted(resources);
  }

  private static String namespace(String mode, String value) {
    return """
    {"apiVersion":"v1","kind":"Namespace","metadata":{"name":"${id}-n",
     "labels":{"pod-security.kubernetes.io/%s":"%s"}}}\
    """
        .formatted(mode, value);
  }
}
