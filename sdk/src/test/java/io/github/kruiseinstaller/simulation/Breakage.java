package io.github.kruiseinstaller.simulation;

import static io.github.kruiseinstaller.simulation.AppliedRelease.ADMISSION;
import static io.github.kruiseinstaller.simulation.AppliedRelease.DEFINITIONS;
import static io.github.kruiseinstaller.simulation.AppliedRelease.MANAGERS;
import static io.github.kruiseinstaller.simulation.AppliedRelease.MUTATING;
import static io.github.kruiseinstaller.simulation.AppliedRelease.NAMESPACE;
import static io.github.kruiseinstaller.simulation.AppliedRelease.VALIDATING;
import static io.github.kruiseinstaller.simulation.AppliedRelease.map;
import static io.github.kruiseinstaller.simulation.AppliedRelease.maps;

import io.github.kruiseinstaller.diagnosis.DiagnosisCode;
import io.github.kruiseinstaller.testkit.fault.ApiRequest;
import io.github.kruiseinstaller.testkit.fault.Fault;
import io.github.kruiseinstaller.testkit.fault.FaultRule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Something that goes wrong in a healthy cluster, and the cause that explains it.
 *
 * @param code the cause that must be found first
 * @param name what happens
 * @param makes brings it about
 */
record Breakage(DiagnosisCode code, String name, Consumer<AppliedRelease> makes) {
  private static final String CERTIFICATES = "kruise-webhook-certs";
  private static final Duration YEARS = Duration.ofDays(3650);

  /** At least one of every code. */
  static List<Breakage> all() {
    List<Breakage> all = new ArrayList<>();
    all.addAll(ofTheCluster());
    all.addAll(ofDefinitions());
    all.addAll(ofConfigurations());
    all.addAll(ofPods());
    all.addAll(ofTheService());
    all.addAll(ofCertificates());
    all.addAll(ofTheWay());
    all.addAll(ofTheDaemon());
    return all;
  }

  private static List<Breakage> ofTheCluster() {
    return List.of(
        of(
            DiagnosisCode.KUBERNETES_TOO_OLD,
            "an API server of 1.14",
            scene ->
                scene
                    .cluster()
                    .faults()
                    .add(
                        FaultRule.when()
                            .matching(request -> request.path().equals("/version"))
                            .then(
                                new Fault.Answer(
                                    200,
                                    0,
                                    "application/json",
                                    "{\"major\":\"1\",\"minor\":\"14\",\"gitVersion\":\"v1.14.10\"}")))),
        of(
            DiagnosisCode.NAMESPACE_TERMINATING,
            "the namespace is deleted, and something holds it",
            scene -> {
              scene.apply(
                  """
                  apiVersion: v1
                  kind: ConfigMap
                  metadata:
                    name: held
                    namespace: kruise-system
                    finalizers: [example.com/held]
                  """);
              scene.delete("v1", "Namespace", NAMESPACE);
            }),
        of(
            DiagnosisCode.NAMESPACE_MISSING,
            "the namespace is deleted",
            scene -> scene.delete("v1", "Namespace", NAMESPACE)),
        of(
            DiagnosisCode.WEBHOOK_TARGET_WRONG,
            "a placeholder for a target",
            scene -> {
              scene.freezeManager();
              scene.editWebhooks(
                  MUTATING,
                  webhook ->
                      map(map(webhook, "clientConfig"), "service")
                          .putAll(Map.of("namespace", "system", "name", "webhook-service")));
            }),
        of(
            DiagnosisCode.OWN_NAMESPACE_INTERCEPTED,
            "the label of the namespace is taken away while the manager runs",
            scene -> unlabel(scene)),
        of(
            DiagnosisCode.OWN_NAMESPACE_INTERCEPTED,
            "the label is taken away, and the manager's Pods are evicted",
            scene -> {
              unlabel(scene);
              scaleTo(scene, 0);
              awaitNoManagers(scene);
              scaleTo(scene, 2);
            }),
        of(
            DiagnosisCode.FOREIGN_WEBHOOK_FAILED,
            "a dead webhook of somebody else",
            Breakage::deadForeignWebhook),
        of(
            DiagnosisCode.FOREIGN_WEBHOOK_FAILED,
            "a dead webhook of somebody else, and new Pods of the manager",
            scene -> {
              deadForeignWebhook(scene);
              scene.renewManagers();
            }));
  }

  private static List<Breakage> ofDefinitions() {
    return List.of(
        of(
            DiagnosisCode.DEFINITION_MISSING,
            "a definition is deleted",
            scene ->
                scene.delete(
                    DEFINITIONS, "CustomResourceDefinition", "sidecarsets.apps.kruise.io")),
        of(
            DiagnosisCode.DEFINITION_MISSING,
            "all definitions are deleted, and the manager starts again",
            scene -> {
              for (String name :
                  List.of(
                      "clonesets.apps",
                      "sidecarsets.apps",
                      "statefulsets.apps",
                      "nodeimages.apps",
                      "podunavailablebudgets.policy")) {
                scene.delete(DEFINITIONS, "CustomResourceDefinition", name + ".kruise.io");
              }
              scene.renewManagers();
            }),
        of(
            DiagnosisCode.DEFINITION_NOT_ESTABLISHED,
            "a definition whose names another one has",
            scene -> scene.apply(OTHER_CLONE_SETS)),
        of(
            DiagnosisCode.CONVERSION_TARGET_WRONG,
            "a placeholder in a definition",
            scene -> {
              scene.freezeManager();
              editConversion(
                  scene,
                  client ->
                      map(client, "service")
                          .putAll(Map.of("namespace", "system", "name", "webhook-service")));
            }),
        of(
            DiagnosisCode.CONVERSION_CA_STALE,
            "another CA in a definition",
            scene -> {
              scene.freezeManager();
              String other = WebhookCertificates.create().caBundle();
              editConversion(scene, client -> client.put("caBundle", other));
            }),
        of(
            DiagnosisCode.SEVERAL_MANAGERS,
            "a second manager elsewhere",
            scene -> scene.apply(SECOND_MANAGER)));
  }

  private static List<Breakage> ofConfigurations() {
    return List.of(
        of(
            DiagnosisCode.CONFIGURATION_MISSING,
            "a configuration is deleted while the manager runs",
            scene -> scene.delete(ADMISSION, VALIDATING, AppliedRelease.configuration(VALIDATING))),
        of(
            DiagnosisCode.CONFIGURATION_MISSING,
            "both are deleted, and the manager starts again",
            scene -> {
              scene.delete(ADMISSION, MUTATING, AppliedRelease.configuration(MUTATING));
              scene.delete(ADMISSION, VALIDATING, AppliedRelease.configuration(VALIDATING));
              scene.renewManagers();
            }),
        of(
            DiagnosisCode.TEMPLATE_BROKEN,
            "an annotation that is no JSON",
            scene ->
                scene.editConfiguration(
                    MUTATING,
                    tree -> map(map(tree, "metadata"), "annotations").put("template", "[{"))),
        of(
            DiagnosisCode.CONFIGURATIONS_PARKED,
            "an installation that nobody finished",
            scene -> {
              for (String kind : List.of(MUTATING, VALIDATING)) {
                scene.editConfiguration(
                    kind,
                    tree -> {
                      tree.put("webhooks", List.of());
                      map(map(tree, "metadata"), "annotations").put("template", "[]");
                    });
              }
            }),
        of(
            DiagnosisCode.CONFIGURATIONS_ON_PROBATION,
            "a run that ended before its last step",
            scene ->
                scene.editConfiguration(
                    MUTATING,
                    tree -> {
                      map(map(tree, "metadata"), "annotations").put("template", "");
                      for (Map<String, Object> webhook : maps(tree, "webhooks")) {
                        webhook.put("failurePolicy", "Ignore");
                        webhook.put("timeoutSeconds", 3);
                      }
                    })),
        of(
            DiagnosisCode.TEMPLATE_STALE,
            "an edit of the webhooks alone",
            scene -> {
              scene.freezeManager();
              scene.editWebhooks(VALIDATING, webhook -> webhook.put("failurePolicy", "Ignore"));
            }),
        of(
            DiagnosisCode.SELECTORS_REWRITTEN,
            "selectors of AKS",
            scene -> {
              scene.freezeManager();
              scene.editWebhooks(
                  MUTATING,
                  webhook ->
                      webhook.put(
                          "namespaceSelector",
                          Map.of(
                              "matchExpressions",
                              List.of(
                                  Map.of(
                                      "key",
                                      "control-plane",
                                      "operator",
                                      "NotIn",
                                      "values",
                                      List.of("openkruise", "true")),
                                  Map.of(
                                      "key",
                                      "kubernetes.azure.com/managedby",
                                      "operator",
                                      "NotIn",
                                      "values",
                                      List.of("aks"))))));
            }),
        of(
            DiagnosisCode.WEBHOOK_PATHS_OUTDATED,
            "a manager of 1.9 with the webhooks of 1.8",
            scene -> {
              scene.editManager(
                  tree -> container(tree).put("image", "openkruise/kruise-manager:v1.9.0"));
            }));
  }

  private static List<Breakage> ofPods() {
    List<Breakage> all = new ArrayList<>();
    all.add(
        of(
            DiagnosisCode.MANAGER_MISSING,
            "the Deployment is deleted",
            scene -> scene.delete("apps/v1", "Deployment", "kruise-controller-manager")));
    all.add(
        of(
            DiagnosisCode.MANAGER_SCALED_TO_ZERO,
            "the manager is scaled to zero",
            scene -> scaleTo(scene, 0)));
    all.add(
        of(
            DiagnosisCode.QUOTA_EXCEEDED,
            "a quota",
            scene -> {
              scene.apply(
                  """
                  apiVersion: v1
                  kind: ResourceQuota
                  metadata:
                    name: no-more
                    namespace: kruise-system
                  spec:
                    hard:
                      pods: "1"
                  """);
              scene.renewManagers();
            }));
    all.add(
        of(
            DiagnosisCode.POLICY_DENIES_PODS,
            "Pod security",
            scene -> {
              scene.edit(
                  "v1",
                  "Namespace",
                  NAMESPACE,
                  tree ->
                      map(map(tree, "metadata"), "labels")
                          .put("pod-security.kubernetes.io/enforce", "restricted"));
              scene.renewManagers();
            }));
    all.add(
        of(
            DiagnosisCode.SERVICE_ACCOUNT_MISSING,
            "the ServiceAccount is deleted",
            scene -> {
              scene.delete("v1", "ServiceAccount", "kruise-manager");
              scene.renewManagers();
            }));
    all.add(
        of(
            DiagnosisCode.PODS_NOT_CREATED,
            "a priority class that does not exist",
            scene ->
                scene.editManager(
                    tree -> {
                      podSpec(tree).put("priorityClassName", "nowhere");
                      map(map(tree, "spec"), "strategy")
                          .put("rollingUpdate", Map.of("maxSurge", 0, "maxUnavailable", "100%"));
                    })));
    all.add(
        of(
            DiagnosisCode.UNSCHEDULABLE,
            "a full node",
            scene -> {
              scene.cluster().workloads().unschedulable(NAMESPACE, "1 Insufficient cpu");
              scene.renewManagers();
            }));
    all.add(
        of(
            DiagnosisCode.IMAGE_PULL_FAILED,
            "an image that nobody has",
            scene -> {
              scene.cluster().workloads().pullFails("nowhere/*", "not found");
              scene.editManager(
                  tree -> container(tree).put("image", "nowhere/kruise-manager:v1.8.3"));
            }));
    all.add(
        of(
            DiagnosisCode.OUT_OF_MEMORY,
            "a memory limit that is too small",
            scene -> {
              scene.cluster().workloads().outOfMemory(MANAGERS);
              scene.renewManagers();
            }));
    all.add(
        of(
            DiagnosisCode.MANAGER_NOT_READY,
            "a manager that hangs",
            scene -> {
              scene.cluster().workloads().neverReady(MANAGERS);
              scene.renewManagers();
            }));
    Map<DiagnosisCode, String> lastWords = new LinkedHashMap<>();
    lastWords.put(DiagnosisCode.IMAGE_ARCHITECTURE_WRONG, "exec /manager: exec format error");
    lastWords.put(DiagnosisCode.FLAG_UNKNOWN, "flag provided but not defined: -sync-periods");
    lastWords.put(
        DiagnosisCode.LOG_FOLDER_NOT_WRITABLE, "panic: MkdirAll(/log) failed: permission denied");
    lastWords.put(
        DiagnosisCode.MANAGER_FORBIDDEN,
        "E1 reflector.go: nodes is forbidden: User"
            + " \"system:serviceaccount:kruise-system:kruise-manager\" cannot list resource");
    lastWords.put(
        DiagnosisCode.FIELD_INDEX_FAILED,
        "failed to register field index: no matches for kind \"ImagePullJob\"");
    lastWords.put(
        DiagnosisCode.INITIALIZATION_TIMEOUT,
        "failed to start webhook controller for waiting more than 20s");
    lastWords.put(DiagnosisCode.CONTAINER_CRASHING, "panic: runtime error: index out of range");
    lastWords.forEach(
        (code, words) ->
            all.add(
                of(
                    code,
                    "a crash with the words: " + words,
                    scene -> {
                      scene.cluster().workloads().crash(MANAGERS, 1, words);
                      scene.renewManagers();
                    })));
    return all;
  }

  private static List<Breakage> ofTheService() {
    return List.of(
        of(
            DiagnosisCode.SERVICE_MISSING,
            "the Service is deleted",
            scene -> scene.delete("v1", "Service", "kruise-webhook-service")),
        of(
            DiagnosisCode.SERVICE_SELECTS_NOTHING,
            "another selector",
            scene ->
                scene.editService(
                    tree -> map(tree, "spec").put("selector", Map.of("app", "other")))),
        of(
            DiagnosisCode.SERVICE_SELECTS_NOTHING,
            "narrowed to a template that has no Pods any more",
            scene ->
                scene.editService(
                    tree ->
                        map(map(tree, "spec"), "selector").put("pod-template-hash", "long-gone"))),
        of(
            DiagnosisCode.UPGRADE_UNFINISHED,
            "narrowed to the template that serves",
            scene ->
                scene.editService(
                    tree ->
                        map(map(tree, "spec"), "selector").put("pod-template-hash", hash(scene)))),
        of(
            DiagnosisCode.SERVICE_PORT_WRONG,
            "another target port",
            scene ->
                scene.editService(
                    tree -> maps(map(tree, "spec"), "ports").get(0).put("targetPort", 9877))),
        of(
            DiagnosisCode.SERVICE_PORT_WRONG,
            "another port",
            scene ->
                scene.editService(
                    tree -> maps(map(tree, "spec"), "ports").get(0).put("port", 8443))),
        of(
            DiagnosisCode.SERVICE_WITHOUT_ENDPOINTS,
            "a controller that is behind",
            scene -> {
              scene
                  .cluster()
                  .faults()
                  .add(
                      FaultRule.when()
                          .verb("list")
                          .resource("endpointslices.discovery.k8s.io")
                          .then(
                              new Fault.Answer(
                                  200,
                                  0,
                                  "application/json",
                                  "{\"apiVersion\":\"discovery.k8s.io/v1\",\"kind\":\"EndpointSliceList\",\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[]}")));
              callFails(scene, "no endpoints available for service \"kruise-webhook-service\"");
            }));
  }

  private static List<Breakage> ofCertificates() {
    return List.of(
        of(
            DiagnosisCode.CERTIFICATE_MISSING,
            "the Secret is emptied",
            scene -> secret(scene, Map.of())),
        of(
            DiagnosisCode.CERTIFICATE_MISSING,
            "the Secret is deleted",
            scene -> {
              scene.freezeManager();
              scene.delete("v1", "Secret", CERTIFICATES);
            }),
        of(
            DiagnosisCode.CERTIFICATE_UNREADABLE,
            "something else in the Secret",
            scene ->
                secret(scene, Map.of("ca-cert.pem", "bm90aGluZw==", "tls.crt", "bm90aGluZw=="))),
        of(
            DiagnosisCode.CERTIFICATE_EXPIRED,
            "an old certificate",
            scene ->
                secret(
                    scene,
                    WebhookCertificates.create()
                        .secretData(WebhookCertificates.HOST, Duration.ofDays(-2)))),
        of(
            DiagnosisCode.CERTIFICATE_NAME_WRONG,
            "a certificate of another namespace",
            scene ->
                secret(
                    scene,
                    WebhookCertificates.create()
                        .secretData("kruise-webhook-service.other.svc", YEARS))),
        of(
            DiagnosisCode.CERTIFICATE_NOT_SIGNED,
            "a certificate of another CA",
            scene ->
                secret(
                    scene,
                    WebhookCertificates.create().secretDataSignedBy(WebhookCertificates.create()))),
        of(
            DiagnosisCode.CERTIFICATE_EXPIRING,
            "a certificate of three weeks",
            scene -> {
              WebhookCertificates authority = WebhookCertificates.create();
              secret(scene, authority.secretData(WebhookCertificates.HOST, Duration.ofDays(21)));
              trust(scene, authority);
              // What is served is another rule's: the manager has not read the new one.
              scene
                  .cluster()
                  .faults()
                  .add(FaultRule.when().matching(Breakage::isDryRun).then(CREATED));
            }),
        of(
            DiagnosisCode.CA_BUNDLE_STALE,
            "manifests applied again without their CA",
            scene -> {
              scene.freezeManager();
              scene.editWebhooks(
                  MUTATING,
                  webhook ->
                      map(webhook, "clientConfig")
                          .put("caBundle", WebhookCertificates.create().caBundle()));
            }),
        of(
            DiagnosisCode.CA_BUNDLE_STALE,
            "the placeholder Cg== in one of the two",
            scene -> {
              scene.freezeManager();
              scene.editWebhooks(
                  VALIDATING, webhook -> map(webhook, "clientConfig").put("caBundle", "Cg=="));
            }),
        of(
            DiagnosisCode.SERVED_CERTIFICATE_WRONG,
            "new certificates that the manager has not read",
            scene -> {
              WebhookCertificates authority = WebhookCertificates.create();
              secret(scene, authority.secretData(WebhookCertificates.HOST, YEARS));
              trust(scene, authority);
            }));
  }

  private static List<Breakage> ofTheWay() {
    return List.of(
        way(DiagnosisCode.ADDRESS_NOT_ALLOWED, "Address is not allowed"),
        way(
            DiagnosisCode.NO_ROUTE_TO_MANAGER,
            "dial tcp 10.244.0.7:9876: connect: no route to host"),
        way(DiagnosisCode.PORT_BLOCKED, "context deadline exceeded"),
        way(DiagnosisCode.PORT_BLOCKED, "dial tcp 10.244.0.7:9876: i/o timeout"),
        way(
            DiagnosisCode.PORT_BLOCKED,
            "net/http: request canceled while waiting for connection (Client.Timeout exceeded while"
                + " awaiting headers)"),
        of(
            DiagnosisCode.CONNECTION_CUT,
            "something closes connections",
            scene -> scene.cluster().closeConnectionsTo(NAMESPACE)),
        way(
            DiagnosisCode.CONNECTION_REFUSED,
            "dial tcp 10.96.0.7:443: connect: connection refused"),
        of(
            DiagnosisCode.WEBHOOK_PATH_NOT_SERVED,
            "a manager without the path",
            scene ->
                fails(
                    scene,
                    "failed calling webhook \"mpod.kb.io\": failed to call webhook: the server"
                        + " could not find the requested resource")),
        way(DiagnosisCode.WEBHOOK_CALL_FAILED, "something that nobody has seen before"));
  }

  private static List<Breakage> ofTheDaemon() {
    List<Breakage> all = new ArrayList<>();
    all.add(
        of(
            DiagnosisCode.HELM_HOOK_FAILED,
            "the chart's hook cannot be pulled",
            scene -> {
              scene.cluster().workloads().pullFails("*kruise-helm-hook*", "unauthorized");
              scene.apply(
                  """
                  apiVersion: v1
                  kind: Pod
                  metadata:
                    name: kruise-hook
                    namespace: kruise-system
                  spec:
                    restartPolicy: Never
                    containers:
                      - name: hook
                        image: openkruise/kruise-helm-hook:v0.1.0
                  """);
            }));
    all.add(
        of(
            DiagnosisCode.DAEMON_REFUSED_BY_POLICY,
            "Pod security against hostPath",
            scene -> {
              scene.edit(
                  "v1",
                  "Namespace",
                  NAMESPACE,
                  tree ->
                      map(map(tree, "metadata"), "labels")
                          .put("pod-security.kubernetes.io/enforce", "baseline"));
              scene.renewDaemons();
            }));
    all.add(
        of(
            DiagnosisCode.DAEMON_NOT_READY,
            "the daemon's image cannot be pulled",
            scene -> {
              scene.cluster().workloads().pullFails("*elsewhere*", "not found");
              scene.edit(
                  "apps/v1",
                  "DaemonSet",
                  "kruise-daemon",
                  tree -> container(tree).put("image", "elsewhere/kruise-manager:v1.8.3"));
              scene.renewDaemons();
            }));
    Map<DiagnosisCode, String> lastWords = new LinkedHashMap<>();
    lastWords.put(
        DiagnosisCode.DAEMON_SOCKET_MISSING,
        "failed to new runtime factory: docker.sock exists, but not found dockershim.sock");
    lastWords.put(
        DiagnosisCode.DAEMON_SOCKET_DENIED,
        "dial unix /hostvarrun/containerd/containerd.sock: connect: permission denied");
    lastWords.put(
        DiagnosisCode.DAEMON_CRI_OUTDATED,
        "rpc error: code = Unimplemented desc = unknown service runtime.v1.ImageService");
    lastWords.put(
        DiagnosisCode.DAEMON_RUNTIME_UNKNOWN,
        "rpc error: code = Unimplemented desc = unknown service runtime.v1alpha2.RuntimeService");
    lastWords.put(DiagnosisCode.DAEMON_CRASHING, "panic: nobody knows why");
    lastWords.forEach(
        (code, words) ->
            all.add(
                of(
                    code,
                    "the daemon's last words: " + words,
                    scene -> {
                      scene.cluster().workloads().daemonCrashes(words);
                      scene.renewDaemons();
                    })));
    return all;
  }

  static Breakage of(DiagnosisCode code, String name, Consumer<AppliedRelease> makes) {
    return new Breakage(code, name, makes);
  }

  /** What tells the manager's Pods from those of another template. */
  private static String hash(AppliedRelease scene) {
    return scene.cluster().objects().list("v1", "Pod", "kruise-system").stream()
        .map(pod -> map(map(pod, "metadata"), "labels").get("pod-template-hash"))
        .filter(Objects::nonNull)
        .map(String::valueOf)
        .findFirst()
        .orElseThrow();
  }

  private static Breakage way(DiagnosisCode code, String words) {
    return of(code, "the API server says: " + words, scene -> callFails(scene, words));
  }

  /** What the API server says to Pods, as if the call had ended so. */
  private static void callFails(AppliedRelease scene, String words) {
    fails(
        scene,
        "failed calling webhook \"mpod.kb.io\": failed to call webhook: Post"
            + " \"https://kruise-webhook-service.kruise-system.svc:443/mutate-pod?timeout=30s\": "
            + words);
  }

  private static void fails(AppliedRelease scene, String words) {
    scene
        .cluster()
        .faults()
        .add(
            FaultRule.when()
                .matching(isPod().and(Breakage::isDryRun))
                .then(
                    Fault.Answer.status(
                        500, "InternalError", "Internal error occurred: " + words, 0)));
  }

  private static Predicate<ApiRequest> isPod() {
    return request -> request.resource().equals("pods");
  }

  private static boolean isDryRun(ApiRequest request) {
    return request.dryRun() && request.verb().equals("create");
  }

  private static final Fault CREATED =
      new Fault.Answer(
          201,
          0,
          "application/json",
          "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"probe\"}}");

  static void scaleTo(AppliedRelease scene, int replicas) {
    scene.editManager(tree -> map(tree, "spec").put("replicas", replicas));
  }

  private static void awaitNoManagers(AppliedRelease scene) {
    scene.until(
        report ->
            report.diagnoses().stream()
                .anyMatch(
                    each ->
                        each.evidence().stream()
                            .anyMatch(seen -> seen.contains(" 0 ready endpoints"))));
  }

  static void unlabel(AppliedRelease scene) {
    scene.edit(
        "v1",
        "Namespace",
        NAMESPACE,
        tree -> map(map(tree, "metadata"), "labels").remove("control-plane"));
  }

  /** Pods of every namespace but the system's need its answer. */
  static void deadForeignWebhook(AppliedRelease scene) {
    scene.apply(
        """
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingWebhookConfiguration
        metadata:
          name: policies
        webhooks:
          - name: policies.example.com
            admissionReviewVersions: [v1]
            sideEffects: None
            failurePolicy: Fail
            clientConfig:
              service: {name: policies, namespace: policies, path: /validate}
            namespaceSelector:
              matchExpressions:
                - {key: kubernetes.io/metadata.name, operator: NotIn, values: [kube-system]}
            rules:
              - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}
        """);
  }

  private static void secret(AppliedRelease scene, Map<String, Object> data) {
    scene.freezeManager();
    scene.edit("v1", "Secret", CERTIFICATES, tree -> tree.put("data", new LinkedHashMap<>(data)));
  }

  private static void trust(AppliedRelease scene, WebhookCertificates authority) {
    for (String kind : List.of(MUTATING, VALIDATING)) {
      scene.editWebhooks(
          kind, webhook -> map(webhook, "clientConfig").put("caBundle", authority.caBundle()));
    }
    editConversion(scene, client -> client.put("caBundle", authority.caBundle()));
  }

  static void editConversion(AppliedRelease scene, Consumer<Map<String, Object>> change) {
    scene.edit(
        DEFINITIONS,
        "CustomResourceDefinition",
        "statefulsets.apps.kruise.io",
        tree ->
            change.accept(
                map(map(map(map(tree, "spec"), "conversion"), "webhook"), "clientConfig")));
  }

  private static Map<String, Object> podSpec(Map<String, Object> workload) {
    return map(map(map(workload, "spec"), "template"), "spec");
  }

  static Map<String, Object> container(Map<String, Object> workload) {
    return maps(podSpec(workload), "containers").get(0);
  }

  private static final String OTHER_CLONE_SETS =
      """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata:
        name: otherclonesets.apps.kruise.io
      spec:
        group: apps.kruise.io
        scope: Namespaced
        names: {kind: CloneSet, listKind: CloneSetList, plural: otherclonesets, singular: othercloneset}
        versions:
          - name: v1alpha1
            served: true
            storage: true
            schema:
              openAPIV3Schema: {type: object}
      """;

  private static final String SECOND_MANAGER =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: kruise-controller-manager
        namespace: default
        labels: {control-plane: controller-manager}
      spec:
        replicas: 1
        selector:
          matchLabels: {control-plane: controller-manager}
        template:
          metadata:
            labels: {control-plane: controller-manager}
          spec:
            nodeSelector: {no: node}
            containers:
              - name: manager
                image: openkruise/kruise-manager:v1.8.0
      """;

  @Override
  public String toString() {
    return code.id() + " of " + name;
  }
}
