package io.github.kruiseinstaller.e2e.contract;

import static io.github.kruiseinstaller.e2e.contract.Steps.CONFIG_MAPS;
import static io.github.kruiseinstaller.e2e.contract.Steps.DAEMON_SETS;
import static io.github.kruiseinstaller.e2e.contract.Steps.DEPLOYMENTS;
import static io.github.kruiseinstaller.e2e.contract.Steps.LEASES;
import static io.github.kruiseinstaller.e2e.contract.Steps.NAMESPACE;
import static io.github.kruiseinstaller.e2e.contract.Steps.PODS;
import static io.github.kruiseinstaller.e2e.contract.Steps.RBAC;
import static io.github.kruiseinstaller.e2e.contract.Steps.SERVICES;
import static io.github.kruiseinstaller.e2e.contract.Steps.SERVICE_ACCOUNTS;
import static io.github.kruiseinstaller.e2e.contract.Steps.awaitServiceAccount;
import static io.github.kruiseinstaller.e2e.contract.Steps.get;
import static io.github.kruiseinstaller.e2e.contract.Steps.post;

/** What the API server adds to what it is given; in dry runs, so that no controller adds more. */
final class DefaultsContract {
  private static final String DRY = "?dryRun=All&fieldManager=contract";

  private DefaultsContract() {}

  static Theme theme() {
    return Theme.of(
        "defaults",
        dry("a Deployment", post(DEPLOYMENTS + DRY, CreateContract.deployment("a"))),
        dry("a Deployment as OpenKruise's manager", post(DEPLOYMENTS + DRY, manager())),
        dry(
            "a Deployment with a strategy of its own",
            post(DEPLOYMENTS + DRY, strategy("{\"type\":\"RollingUpdate\"}"))
                .only("/spec/strategy"),
            post(DEPLOYMENTS + DRY, strategy("{\"rollingUpdate\":{\"maxSurge\":\"100%\"}}"))
                .only("/spec/strategy"),
            post(DEPLOYMENTS + DRY, strategy("{\"type\":\"Recreate\"}")).only("/spec/strategy")),
        dry(
            "a Deployment with a status",
            post(
                    DEPLOYMENTS + DRY,
                    CreateContract.deployment("a")
                        .replace(
                            "\"spec\":{\"replicas\"",
                            "\"status\":{\"replicas\":7},\"spec\":{\"replicas\""))
                .only("/status")),
        dry("a DaemonSet as OpenKruise's daemon", post(DAEMON_SETS + DRY, daemon())),
        dry(
            "a Service",
            post(
                SERVICES + DRY,
                """
                {"apiVersion":"v1","kind":"Service","metadata":{"name":"a"},"spec":{
                 "selector":{"app":"a"},"ports":[{"port":443,"targetPort":9876}]}}\
                """)),
        dry(
            "a Service without a cluster IP",
            post(
                    SERVICES + DRY,
                    """
                    {"apiVersion":"v1","kind":"Service","metadata":{"name":"a"},"spec":{
                     "clusterIP":"None","ports":[{"name":"x","port":80},{"name":"y","port":81,
                     "targetPort":"web","protocol":"UDP"}]}}\
                    """)
                .only("/spec")),
        Scenario.of(
            "a Pod",
            awaitServiceAccount(),
            post(
                PODS + DRY,
                """
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{
                 "containers":[{"name":"c","image":"app:1"}]}}\
                """)),
        Scenario.of(
            "a Pod with more",
            awaitServiceAccount(),
            post(
                    PODS + DRY,
                    """
                    {"apiVersion":"v1","kind":"Pod","metadata":{"generateName":"a-"},"spec":{
                     "initContainers":[{"name":"i","image":"app"}],
                     "containers":[{"name":"c","image":"app:latest","ports":[{"containerPort":80}],
                       "resources":{"limits":{"cpu":"1","memory":"1Gi"}},
                       "livenessProbe":{"tcpSocket":{"port":80}},
                       "volumeMounts":[{"name":"e","mountPath":"/e"}]}],
                     "volumes":[{"name":"e","emptyDir":{}},{"name":"s","secret":{"secretName":"x"}},
                       {"name":"m","configMap":{"name":"x"}},{"name":"h","hostPath":{"path":"/x"}}],
                     "hostNetwork":true}}\
                    """)
                .only("/spec", "/metadata/generateName", "/metadata/name")),
        Scenario.of(
            "a namespace",
            get(NAMESPACE).only("/kind", "/metadata/labels", "/spec", "/status"),
            post(
                "/api/v1/namespaces" + DRY,
                """
                {"apiVersion":"v1","kind":"Namespace","metadata":{"name":"${id}-a",
                 "labels":{"kubernetes.io/metadata.name":"other","control-plane":"openkruise"}}}\
                """)),
        Scenario.of(
            "what every namespace has",
            awaitServiceAccount(),
            get(SERVICE_ACCOUNTS + "/default").only("/kind", "/secrets", "/metadata/name"),
            get(CONFIG_MAPS + "/kube-root-ca.crt")
                .untilStatus(200)
                .only("/kind", "/metadata/name", "/metadata/annotations")),
        Scenario.of(
            "a ServiceAccount",
            post(
                SERVICE_ACCOUNTS + DRY,
                "{\"apiVersion\":\"v1\",\"kind\":\"ServiceAccount\",\"metadata\":{\"name\":\"a\"}}")),
        Scenario.of(
            "roles and bindings",
            post(
                RBAC + "/clusterroles" + DRY,
                """
                {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole",
                 "metadata":{"name":"${id}"},"rules":[{"apiGroups":["apps"],"resources":["deployments"],
                 "verbs":["get"]},{"nonResourceURLs":["/metrics"],"verbs":["get"]}]}\
                """),
            post(
                RBAC + "/clusterrolebindings" + DRY,
                """
                {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRoleBinding",
                 "metadata":{"name":"${id}"},
                 "roleRef":{"kind":"ClusterRole","name":"x"},
                 "subjects":[{"kind":"ServiceAccount","name":"a","namespace":"b"},
                 {"kind":"User","name":"u"},{"kind":"Group","name":"g"}]}\
                """),
            post(
                    RBAC + "/namespaces/${id}/roles" + DRY,
                    """
                    {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role","metadata":{"name":"a"}}\
                    """)
                .only("/rules", "/kind", "/metadata/managedFields"),
            post(
                    RBAC + "/namespaces/${id}/rolebindings" + DRY,
                    """
                    {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding",
                     "metadata":{"name":"a"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io",
                     "kind":"Role","name":"x"}}\
                    """)
                .only("/roleRef", "/subjects", "/kind")),
        Scenario.of(
            "an Event",
            post(
                NAMESPACE + "/events" + DRY,
                """
                {"apiVersion":"v1","kind":"Event","metadata":{"name":"a"},"involvedObject":{
                 "kind":"Pod","name":"a","namespace":"${id}"},"reason":"Because","message":"hello",
                 "type":"Warning","source":{"component":"contract"},"count":1,
                 "firstTimestamp":"2024-01-01T00:00:00Z","lastTimestamp":"2024-01-01T00:00:00Z"}\
                """)),
        Scenario.of(
            "an empty Lease",
            post(
                LEASES + DRY,
                """
                {"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"a"}}\
                """)),
        Scenario.of(
            "empty and null fields",
            post(
                CONFIG_MAPS + DRY,
                """
                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","labels":{},
                 "annotations":null,"creationTimestamp":null},"data":{},"binaryData":null,
                 "immutable":false}\
                """),
            post(
                    DEPLOYMENTS + DRY,
                    CreateContract.deployment("a")
                        .replace(
                            "\"image\"",
                            "\"env\":[],\"args\":null,\"resources\":{},\"securityContext\":{},\"image\""))
                .only("/spec/template/spec/containers")),
        dry(
            "quantities are normalised",
            post(
                    DEPLOYMENTS + DRY,
                    CreateContract.deployment("a")
                        .replace(
                            "\"image\"",
                            "\"resources\":{\"limits\":{\"cpu\":0.5,\"memory\":\"1024Mi\"},"
                                + "\"requests\":{\"cpu\":\"0.25\",\"memory\":1048576}},\"image\""))
                .only(
                    "/spec/template/spec/containers/0/resources",
                    "/kind",
                    "/message",
                    "/details")));
  }

  private static Scenario dry(String name, Step... steps) {
    return Scenario.of(name, steps);
  }

  private static String strategy(String strategy) {
    return CreateContract.deployment("a")
        .replace("\"replicas\":0", "\"replicas\":0,\"strategy\":" + strategy);
  }

  /** A Deployment with every field that such releases use. */
  private static String manager() {
    return """
    {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"manager",
     "labels":{"control-plane":"controller-manager"}},"spec":{"replicas":2,"minReadySeconds":3,
     "strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":"100%","maxUnavailable":0}},
     "selector":{"matchLabels":{"control-plane":"controller-manager"}},
     "template":{"metadata":{"labels":{"control-plane":"controller-manager"}},"spec":{
       "serviceAccountName":"manager","hostNetwork":false,"terminationGracePeriodSeconds":10,
       "imagePullSecrets":[{"name":"pull"}],
       "affinity":{"podAntiAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[
         {"weight":100,"podAffinityTerm":{"topologyKey":"kubernetes.io/hostname",
          "labelSelector":{"matchExpressions":[{"key":"control-plane","operator":"In",
          "values":["controller-manager"]}]}}}]}},
       "containers":[{"name":"manager","image":"openkruise/kruise-manager:v1.8.3",
         "command":["/manager"],"args":["--leader-elect"],"imagePullPolicy":"Always",
         "securityContext":{"readOnlyRootFilesystem":true,"allowPrivilegeEscalation":false},
         "env":[{"name":"POD_NAMESPACE","valueFrom":{"fieldRef":{"fieldPath":"metadata.namespace"}}},
           {"name":"WEBHOOK_PORT","value":"9876"},
           {"name":"LIMIT","valueFrom":{"resourceFieldRef":{"resource":"limits.cpu"}}}],
         "ports":[{"containerPort":9876,"name":"webhook-server","protocol":"TCP"},
           {"containerPort":8080,"name":"metrics"}],
         "readinessProbe":{"httpGet":{"path":"readyz","port":8000}},
         "resources":{"limits":{"cpu":"200m","memory":"512Mi"},"requests":{"cpu":"100m"}},
         "volumeMounts":[{"name":"tmp","mountPath":"/tmp"}]}],
       "volumes":[{"name":"tmp","emptyDir":{}}]}}}}\
    """;
  }

  private static String daemon() {
    return """
    {"apiVersion":"apps/v1","kind":"DaemonSet","metadata":{"name":"daemon"},"spec":{
     "selector":{"matchLabels":{"control-plane":"daemon"}},
     "updateStrategy":{"rollingUpdate":{"maxUnavailable":"10%"}},
     "template":{"metadata":{"labels":{"control-plane":"daemon"}},"spec":{
       "hostNetwork":true,"tolerations":[{"operator":"Exists"}],
       "containers":[{"name":"daemon","image":"openkruise/kruise-manager:v1.8.3",
         "livenessProbe":{"failureThreshold":3,"httpGet":{"path":"/healthz","port":10221,"scheme":"HTTP"},
           "initialDelaySeconds":60,"periodSeconds":10,"timeoutSeconds":1},
         "volumeMounts":[{"name":"socket","mountPath":"/hostvarrun","readOnly":true}]}],
       "volumes":[{"name":"socket","hostPath":{"path":"/var/run","type":""}}]}}}}\
    """;
  }
}
