package io.github.kruiseinstaller.testkit.internal.kind;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DefaultsTest {
  private final KindRegistry kinds = new KindRegistry();

  private ObjectNode stored(String yaml) {
    return Trees.stored(kinds, yaml);
  }

  /** Seen on a real 1.34: everything that the server adds to a minimal Deployment. */
  @Test
  void deployment_getsWhatARealServerPutsIn() {
    ObjectNode deployment =
        stored(
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, namespace: default, creationTimestamp: null}
            spec:
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}, creationTimestamp: null}
                spec:
                  serviceAccountName: web
                  hostNetwork: false
                  containers:
                  - name: web
                    image: nginx
                    args: []
                    ports: [{containerPort: 80}]
                    readinessProbe: {httpGet: {port: 80}}
                    resources: {limits: {cpu: 1000m}}
                  volumes:
                  - {name: a, secret: {secretName: a}}
                  - {name: b}
                  - {name: c, hostPath: {path: /x}}
            """);

    assertThat(deployment)
        .isEqualTo(
            Trees.object(
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web, namespace: default}
                spec:
                  progressDeadlineSeconds: 600
                  replicas: 1
                  revisionHistoryLimit: 10
                  selector: {matchLabels: {app: web}}
                  strategy:
                    rollingUpdate: {maxSurge: 25%, maxUnavailable: 25%}
                    type: RollingUpdate
                  template:
                    metadata: {labels: {app: web}}
                    spec:
                      containers:
                      - name: web
                        image: nginx
                        imagePullPolicy: Always
                        ports: [{containerPort: 80, protocol: TCP}]
                        readinessProbe:
                          failureThreshold: 3
                          httpGet: {path: /, port: 80, scheme: HTTP}
                          periodSeconds: 10
                          successThreshold: 1
                          timeoutSeconds: 1
                        resources: {limits: {cpu: "1"}}
                        terminationMessagePath: /dev/termination-log
                        terminationMessagePolicy: File
                      dnsPolicy: ClusterFirst
                      restartPolicy: Always
                      schedulerName: default-scheduler
                      securityContext: {}
                      serviceAccount: web
                      serviceAccountName: web
                      terminationGracePeriodSeconds: 30
                      volumes:
                      - {name: a, secret: {defaultMode: 420, secretName: a}}
                      - {name: b, emptyDir: {}}
                      - {name: c, hostPath: {path: /x, type: ""}}
                status: {}
                """));
  }

  @Test
  void pod_getsRequestsFromLimitsAndServiceLinks() {
    ObjectNode pod =
        stored(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: a}
            spec:
              hostNetwork: true
              containers:
              - name: a
                image: a:1
                ports: [{containerPort: 80}]
                env:
                - {name: NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
                lifecycle: {preStop: {httpGet: {port: x}}}
                livenessProbe: {grpc: {port: 1}}
                resources: {limits: {cpu: "1", memory: 1Gi}, requests: {cpu: 100m}}
              volumes:
              - name: p
                projected: {sources: [{serviceAccountToken: {path: t}}, {downwardAPI: {items: [{path: name, fieldRef: {fieldPath: metadata.name}}]}}]}
              - {name: d, downwardAPI: {items: [{path: name, fieldRef: {fieldPath: metadata.name}}]}}
              - {name: i, image: {reference: "a@sha256:1"}}
            """);

    assertThat(pod.at("/spec/enableServiceLinks").asBoolean()).isTrue();
    assertThat(pod.at("/spec/containers/0/imagePullPolicy").asText()).isEqualTo("IfNotPresent");
    assertThat(pod.at("/spec/containers/0/resources/requests"))
        .isEqualTo(Trees.tree("{cpu: 100m, memory: 1Gi}"));
    assertThat(pod.at("/spec/containers/0/ports/0/hostPort").asInt()).isEqualTo(80);
    assertThat(pod.at("/spec/containers/0/env/0/valueFrom/fieldRef/apiVersion").asText())
        .isEqualTo("v1");
    assertThat(pod.at("/spec/containers/0/lifecycle/preStop/httpGet/scheme").asText())
        .isEqualTo("HTTP");
    assertThat(pod.at("/spec/containers/0/livenessProbe/grpc"))
        .isEqualTo(Trees.tree("{port: 1, service: ''}"));
    assertThat(pod.at("/spec/volumes/0/projected"))
        .isEqualTo(
            Trees.tree(
                "{defaultMode: 420, sources: [{serviceAccountToken: {path: t, expirationSeconds:"
                    + " 3600}}, {downwardAPI: {items: [{path: name, fieldRef: {apiVersion: v1,"
                    + " fieldPath: metadata.name}}]}}]}"));
    assertThat(pod.at("/spec/volumes/2/image/pullPolicy").asText()).isEqualTo("IfNotPresent");
  }

  @ParameterizedTest
  @CsvSource({
    "nginx, true",
    "nginx:latest, true",
    "nginx:1, false",
    "r:5000/nginx, true",
    "r:5000/nginx:1, false",
    "nginx@sha256:0, false",
    "'', false"
  })
  void isLatest_isAboutTheTag(String image, boolean latest) {
    assertThat(Images.isLatest(image)).isEqualTo(latest);
  }

  @Test
  void daemonSetAndStatefulSet_getTheirStrategies() {
    assertThat(stored("{apiVersion: apps/v1, kind: DaemonSet}").at("/spec/updateStrategy"))
        .isEqualTo(
            Trees.tree("{type: RollingUpdate, rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}"));
    assertThat(
            stored(
                    "{apiVersion: apps/v1, kind: DaemonSet, spec: {updateStrategy: {type:"
                        + " OnDelete}}}")
                .at("/spec/updateStrategy"))
        .isEqualTo(Trees.tree("{type: OnDelete}"));
    ObjectNode set =
        stored(
            "{apiVersion: apps/v1, kind: StatefulSet, spec: {volumeClaimTemplates: [{metadata:"
                + " {name: d}, spec: {}}]}}");
    assertThat(set.at("/spec/updateStrategy"))
        .isEqualTo(Trees.tree("{type: RollingUpdate, rollingUpdate: {partition: 0}}"));
    assertThat(set.at("/spec/persistentVolumeClaimRetentionPolicy/whenDeleted").asText())
        .isEqualTo("Retain");
    assertThat(set.at("/spec/volumeClaimTemplates/0/status/phase").asText()).isEqualTo("Pending");
    assertThat(stored("{apiVersion: apps/v1, kind: ReplicaSet}").at("/spec/replicas").asInt())
        .isEqualTo(1);
  }

  @Test
  void jobs_getTheirCounts() {
    ObjectNode job =
        stored("{apiVersion: batch/v1, kind: Job, spec: {template: {metadata: {labels: {a: b}}}}}");
    assertThat(job.at("/spec/completions").asInt()).isEqualTo(1);
    assertThat(job.at("/spec/parallelism").asInt()).isEqualTo(1);
    assertThat(job.at("/spec/backoffLimit").asInt()).isEqualTo(6);
    assertThat(job.at("/metadata/labels")).isEqualTo(Trees.tree("{a: b}"));
    assertThat(
            stored("{apiVersion: batch/v1, kind: Job, spec: {parallelism: 2}}")
                .at("/spec/completions")
                .isMissingNode())
        .isTrue();
    ObjectNode cron = stored("{apiVersion: batch/v1, kind: CronJob, spec: {schedule: x}}");
    assertThat(cron.at("/spec/concurrencyPolicy").asText()).isEqualTo("Allow");
    assertThat(cron.at("/spec/jobTemplate/spec/template/spec/dnsPolicy").asText())
        .isEqualTo("ClusterFirst");
    assertThat(cron.at("/spec/jobTemplate/spec/backoffLimit").isMissingNode()).isTrue();
  }

  @Test
  void replicationController_takesLabelsAndSelectorFromItsTemplate() {
    ObjectNode controller =
        stored(
            "{apiVersion: v1, kind: ReplicationController, spec: {template: {metadata: {labels:"
                + " {a: b}}}}}");
    assertThat(controller.at("/spec/selector")).isEqualTo(Trees.tree("{a: b}"));
    assertThat(controller.at("/metadata/labels")).isEqualTo(Trees.tree("{a: b}"));
  }

  @Test
  void service_getsTypePoliciesAndTargetPorts() {
    assertThat(stored("{apiVersion: v1, kind: Service, spec: {ports: [{port: 80}]}}").path("spec"))
        .isEqualTo(
            Trees.tree(
                "{internalTrafficPolicy: Cluster, ports: [{port: 80, protocol: TCP, targetPort:"
                    + " 80}], sessionAffinity: None, type: ClusterIP}"));
    ObjectNode balanced =
        stored(
            "{apiVersion: v1, kind: Service, spec: {type: LoadBalancer, sessionAffinity:"
                + " ClientIP}}");
    assertThat(balanced.at("/spec/externalTrafficPolicy").asText()).isEqualTo("Cluster");
    assertThat(balanced.at("/spec/allocateLoadBalancerNodePorts").asBoolean()).isTrue();
    assertThat(balanced.at("/spec/sessionAffinityConfig/clientIP/timeoutSeconds").asInt())
        .isEqualTo(10800);
    assertThat(
            stored("{apiVersion: v1, kind: Service, spec: {type: ExternalName}}")
                .at("/spec/internalTrafficPolicy")
                .isMissingNode())
        .isTrue();
  }

  @Test
  void webhookConfigurations_getEverythingButSideEffects() {
    ObjectNode mutating =
        stored(
            """
            apiVersion: admissionregistration.k8s.io/v1
            kind: MutatingWebhookConfiguration
            metadata: {name: a}
            webhooks:
            - name: a.b.c
              clientConfig: {caBundle: Cg==, service: {name: s, namespace: ns, path: /x}}
              rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
            """);

    assertThat(mutating.at("/webhooks/0"))
        .isEqualTo(
            Trees.tree(
                """
                name: a.b.c
                admissionReviewVersions: null
                clientConfig: {caBundle: Cg==, service: {name: s, namespace: ns, path: /x, port: 443}}
                failurePolicy: Fail
                matchPolicy: Equivalent
                namespaceSelector: {}
                objectSelector: {}
                reinvocationPolicy: Never
                rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods], scope: "*"}]
                sideEffects: null
                timeoutSeconds: 10
                """));
    assertThat(
            stored(
                    "{apiVersion: admissionregistration.k8s.io/v1, kind:"
                        + " ValidatingWebhookConfiguration, webhooks: [{name: a.b.c}]}")
                .at("/webhooks/0/reinvocationPolicy")
                .isMissingNode())
        .isTrue();
  }

  @Test
  void admissionPolicies_getTheirMatching() {
    ObjectNode policy =
        stored(
            "{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicy, spec:"
                + " {matchConstraints: {resourceRules: [{resources: [pods]}]}}}");
    assertThat(policy.at("/spec/failurePolicy").asText()).isEqualTo("Fail");
    assertThat(policy.at("/spec/matchConstraints/resourceRules/0/scope").asText()).isEqualTo("*");
    assertThat(
            stored(
                    "{apiVersion: admissionregistration.k8s.io/v1, kind:"
                        + " ValidatingAdmissionPolicyBinding, spec: {matchResources: {}}}")
                .at("/spec/matchResources/matchPolicy")
                .asText())
        .isEqualTo("Equivalent");
  }

  @Test
  void definition_getsNamesAndConversion() {
    ObjectNode definition =
        stored(
            "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, spec: {names:"
                + " {kind: Widget}}}");
    assertThat(definition.at("/spec/names/singular").asText()).isEqualTo("widget");
    assertThat(definition.at("/spec/names/listKind").asText()).isEqualTo("WidgetList");
    assertThat(definition.at("/spec/conversion")).isEqualTo(Trees.tree("{strategy: None}"));
    assertThat(
            stored(
                    "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, spec:"
                        + " {conversion: {strategy: Webhook, webhook: {clientConfig: {service:"
                        + " {name: a, namespace: b}}}}}}")
                .at("/spec/conversion/webhook/clientConfig/service/port")
                .asInt())
        .isEqualTo(443);
  }

  @Test
  void smallKinds_getTheirs() {
    assertThat(stored("{apiVersion: v1, kind: Namespace, metadata: {name: a}}"))
        .isEqualTo(
            Trees.object(
                "{apiVersion: v1, kind: Namespace, metadata: {name: a, labels:"
                    + " {kubernetes.io/metadata.name: a}}, spec: {}, status: {phase: Active}}"));
    assertThat(stored("{apiVersion: v1, kind: Secret, data: {a: YQ==}, stringData: {b: c}}"))
        .isEqualTo(
            Trees.object(
                "{apiVersion: v1, kind: Secret, metadata: {}, data: {a: YQ==, b: Yw==}, type:"
                    + " Opaque}"));
    assertThat(
            stored(
                "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, roleRef:"
                    + " {kind: ClusterRole, name: a}, subjects: [{kind: User, name: u}, {kind:"
                    + " ServiceAccount, name: s, namespace: ns}]}"))
        .isEqualTo(
            Trees.object(
                "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata:"
                    + " {}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole,"
                    + " name: a}, subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User,"
                    + " name: u}, {kind: ServiceAccount, name: s, namespace: ns}]}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {apiVersion: v1, kind: Endpoints, subsets: [{ports: [{port: 1}]}]} | /subsets/0/ports/0/protocol | TCP
          {apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, ports: [{port: 1}]} | /ports/0/protocol | TCP
          {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, spec: {egress: [{ports: [{port: 1}]}]}} | /spec/policyTypes/1 | Egress
          {apiVersion: networking.k8s.io/v1, kind: IngressClass, spec: {parameters: {kind: a, name: b}}} | /spec/parameters/scope | Cluster
          {apiVersion: v1, kind: PersistentVolume, spec: {hostPath: {path: /a}}} | /spec/volumeMode | Filesystem
          {apiVersion: v1, kind: PersistentVolumeClaim, spec: {}} | /status/phase | Pending
          {apiVersion: storage.k8s.io/v1, kind: StorageClass} | /reclaimPolicy | Delete
          {apiVersion: storage.k8s.io/v1, kind: CSIDriver} | /spec/fsGroupPolicy | ReadWriteOnceWithFSType
          {apiVersion: scheduling.k8s.io/v1, kind: PriorityClass} | /preemptionPolicy | PreemptLowerPriority
          {apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler} | /spec/metrics/0/resource/target/averageUtilization | 80
          {apiVersion: autoscaling/v1, kind: HorizontalPodAutoscaler} | /spec/minReplicas | 1
          {apiVersion: v1, kind: LimitRange, spec: {limits: [{type: Container, max: {cpu: 1}, min: {memory: 1Mi}}]}} | /spec/limits/0/defaultRequest/cpu | 1
          {apiVersion: v1, kind: LimitRange, spec: {limits: [{type: Container, max: {cpu: 1}, min: {memory: 1Mi}}]}} | /spec/limits/0/defaultRequest/memory | 1Mi
          {apiVersion: v1, kind: PodTemplate, template: {}} | /template/spec/restartPolicy | Always
          {apiVersion: apiregistration.k8s.io/v1, kind: APIService, spec: {service: {name: a, namespace: b}}} | /spec/service/port | 443
          """)
  void otherKinds_getTheirs(String yaml, String where, String value) {
    assertThat(stored(yaml).at(where).asText()).isEqualTo(value);
  }

  @Test
  void customObject_getsDefaultsWhereTheParentIs() {
    kinds.serve(
        Trees.object(
            """
            metadata: {name: widgets.example.com}
            spec:
              group: example.com
              scope: Namespaced
              names: {plural: widgets, singular: widget, kind: Widget, listKind: WidgetList}
              versions:
              - name: v1
                served: true
                storage: true
                schema:
                  openAPIV3Schema:
                    type: object
                    properties:
                      spec:
                        type: object
                        properties:
                          size: {type: integer, default: 3}
                          color: {type: string, nullable: true, default: red}
                          deep: {type: object, properties: {a: {type: string, default: x}}}
                          made: {type: object, default: {}, properties: {a: {type: string, default: x}}}
                          list: {type: array, items: {type: object, properties: {a: {type: string, default: x}}}}
                          map: {type: object, additionalProperties: {type: object, properties: {a: {type: string, default: x}}}}
            """));

    assertThat(
            stored(
                    """
                    apiVersion: example.com/v1
                    kind: Widget
                    spec: {size: null, color: null, list: [{}], map: {k: {}}}
                    """)
                .path("spec"))
        .isEqualTo(
            Trees.tree("{size: 3, color: null, made: {a: x}, list: [{a: x}], map: {k: {a: x}}}"));
    assertThat(stored("{apiVersion: example.com/v1, kind: Widget}").has("spec")).isFalse();
  }
}
