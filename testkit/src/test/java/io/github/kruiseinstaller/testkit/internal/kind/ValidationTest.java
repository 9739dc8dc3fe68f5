package io.github.kruiseinstaller.testkit.internal.kind;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValidationTest {
  private static final String SUBDOMAIN =
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or"
          + " '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex"
          + " used for validation is"
          + " '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
  private static final String DEPLOYMENT =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web, namespace: default, resourceVersion: "1"}
      spec:
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec: {containers: [{name: web, image: nginx}]}
      """;
  private static final String WEBHOOKS =
      """
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingWebhookConfiguration
      metadata: {name: a}
      webhooks:
      - name: a.b.c
        sideEffects: None
        admissionReviewVersions: [v1]
        clientConfig: {caBundle: Cg==, service: {name: svc, namespace: ns, path: /x}}
        rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
      """;
  private static final String WIDGETS =
      """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: widgets.example.com, resourceVersion: "1"}
      spec:
        group: example.com
        scope: Namespaced
        names: {plural: widgets, kind: Widget}
        versions:
        - name: v1
          served: true
          storage: true
          schema:
            openAPIV3Schema:
              type: object
              required: [spec]
              properties:
                spec:
                  type: object
                  required: [size]
                  minProperties: 1
                  maxProperties: 9
                  properties:
                    size: {type: integer, minimum: 1, maximum: 9, multipleOf: 2}
                    half: {type: number, exclusiveMinimum: true, minimum: 0, exclusiveMaximum: true, maximum: 1}
                    name: {type: string, minLength: 2, maxLength: 3, pattern: "^[a-z]+$"}
                    mode: {type: string, enum: [On, Off]}
                    when: {type: string, format: date-time}
                    port: {x-kubernetes-int-or-string: true, anyOf: [{type: integer}, {type: string}]}
                    list: {type: array, minItems: 1, maxItems: 2, items: {type: string}}
                    set: {type: array, x-kubernetes-list-type: set, items: {type: string}}
                    keyed: {type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [name], items: {type: object, properties: {name: {type: string}}}}
                    one: {type: object, properties: {a: {type: string}, b: {type: string}}, oneOf: [{required: [a]}, {required: [b]}]}
                    any: {type: object, properties: {a: {type: string}, b: {type: string}}, anyOf: [{required: [a]}, {required: [b]}]}
                    all: {type: object, properties: {a: {type: string}}, allOf: [{required: [a]}]}
                    not: {type: object, properties: {a: {type: string}}, not: {required: [a]}}
                    map: {type: object, additionalProperties: {type: integer}}
                status: {type: object, properties: {ready: {type: integer}}}
          subresources: {status: {}}
      """;

  private final KindRegistry kinds = new KindRegistry();

  @BeforeEach
  void serveWidgets() {
    kinds.serve(Trees.stored(kinds, WIDGETS));
  }

  private List<String> create(String yaml) {
    ObjectNode object = Trees.stored(kinds, yaml);
    try {
      Validation.create(Trees.resource(kinds, object), object);
      return List.of();
    } catch (StatusException e) {
      return causes(e);
    }
  }

  private static List<String> causes(StatusException e) {
    assertThat(e.code()).isEqualTo(422);
    assertThat(e.reason()).isEqualTo("Invalid");
    return java.util.Objects.requireNonNull(e.details()).causes().stream()
        .map(cause -> cause.field() + ": " + cause.message())
        .toList();
  }

  private List<String> update(String before, String after, String subresource) {
    ObjectNode live = Trees.stored(kinds, before);
    ObjectNode object = Trees.stored(kinds, after);
    try {
      Validation.update(Trees.resource(kinds, object), object, live, subresource);
      return List.of();
    } catch (StatusException e) {
      return causes(e);
    }
  }

  private List<String> changed(String yaml, String from, String to) {
    assertThat(yaml).contains(from);
    return update(yaml, yaml.replace(from, to), "");
  }

  private List<String> created(String yaml, String from, String to) {
    assertThat(yaml).contains(from);
    return create(yaml.replace(from, to));
  }

  private List<String> widget(String spec) {
    return create(
        "{apiVersion: example.com/v1, kind: Widget, metadata: {name: a, namespace: b}, spec: "
            + spec
            + "}");
  }

  @Test
  void create_whatIsValid_isAccepted() {
    assertThat(create(DEPLOYMENT)).isEmpty();
    assertThat(create(WEBHOOKS)).as("an unusable caBundle is not looked at").isEmpty();
    assertThat(create(WIDGETS)).isEmpty();
    assertThat(widget("{size: 2, port: x, half: 0.5, name: ab, map: {a: 1}}")).isEmpty();
    assertThat(changed(DEPLOYMENT, "nginx", "nginx:2")).isEmpty();
    assertThat(update(WIDGETS, WIDGETS, "")).isEmpty();
  }

  @Test
  void create_badNames_areRefused() {
    assertThat(create("{apiVersion: v1, kind: ConfigMap, metadata: {namespace: a}}"))
        .containsExactly("metadata.name: Required value: name or generateName is required");
    assertThat(create("{apiVersion: v1, kind: ConfigMap, metadata: {name: A_b, namespace: a}}"))
        .containsExactly("metadata.name: Invalid value: \"A_b\": " + SUBDOMAIN);
    assertThat(create("{apiVersion: v1, kind: Namespace, metadata: {name: a.b}}"))
        .containsExactly("metadata.name: Invalid value: \"a.b\": must not contain dots");
    assertThat(create("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}"))
        .containsExactly("metadata.namespace: Required value");
    assertThat(create("{apiVersion: v1, kind: Namespace, metadata: {name: a, namespace: b}}"))
        .containsExactly("metadata.namespace: Forbidden: not allowed on this type");
    assertThat(
            create(
                "{apiVersion: v1, kind: ConfigMap, metadata: {name: a-xyz, generateName: a-,"
                    + " namespace: b}}"))
        .isEmpty();
    assertThat(
            create(
                "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name:"
                    + " \"system:a/b\"}}"))
        .containsExactly("metadata.name: Invalid value: \"system:a/b\": may not contain '/'");
    assertThat(
            create(
                "{apiVersion: v1, kind: Service, metadata: {name: 1a, namespace: b}, spec: {ports:"
                    + " [{port: 1}]}}"))
        .singleElement()
        .asString()
        .startsWith("metadata.name: Invalid value: \"1a\": a DNS-1035 label must consist of");
  }

  @Test
  void create_badMetadata_isRefused() {
    assertThat(
            create(
                """
                apiVersion: v1
                kind: ConfigMap
                metadata:
                  name: a
                  namespace: b
                  labels: {a/b/c: x, ok: "-"}
                  annotations: {"/x": z}
                  finalizers: ["a b", orphan, foregroundDeletion]
                  ownerReferences:
                  - {apiVersion: v1, kind: Pod, name: a, uid: u, controller: true}
                  - {apiVersion: "", kind: "", name: "", uid: "", controller: true}
                """))
        .hasSize(11)
        .anySatisfy(it -> assertThat(it).startsWith("metadata.labels: Invalid value: \"a/b/c\""))
        .anySatisfy(it -> assertThat(it).startsWith("metadata.labels: Invalid value: \"-\""))
        .contains("metadata.annotations: Invalid value: \"/x\": prefix part must be non-empty")
        .contains(
            "metadata.ownerReferences.apiVersion: Invalid value: \"\": version must not be empty")
        .contains("metadata.ownerReferences.uid: Invalid value: \"\": must not be empty")
        .anySatisfy(it -> assertThat(it).endsWith("Found \"true\" in references for Pod/a and /"))
        .contains(
            "metadata.finalizers: Invalid value: [\"a b\",\"orphan\",\"foregroundDeletion\"]:"
                + " finalizer orphan and foregroundDeletion cannot be both set");
  }

  @Test
  void update_whatMustNotChange_isRefused() {
    String live =
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: b, uid: u, generation:"
            + " 2, resourceVersion: \"1\", deletionTimestamp: \"2025-01-01T00:00:00Z\","
            + " finalizers: [x/y]}}";

    assertThat(changed(live, "uid: u", "uid: v"))
        .as("once for all kinds, once for this one")
        .hasSize(2)
        .containsOnly("metadata.uid: Invalid value: \"v\": field is immutable");
    assertThat(changed(live, "resourceVersion: \"1\"", "resourceVersion: \"\""))
        .containsOnly(
            "metadata.resourceVersion: Invalid value: \"\": must be specified for an update");
    assertThat(changed(live, "generation: 2", "generation: 1"))
        .containsOnly("metadata.generation: Invalid value: 1: must not be decremented");
    assertThat(changed(live, "[x/y]", "[x/y, x/z]"))
        .containsOnly(
            "metadata.finalizers: Forbidden: no new finalizers can be added if the object is being"
                + " deleted, found new finalizers []string{\"x/z\"}");
    assertThat(changed(live, "[x/y]", "[]")).isEmpty();
  }

  @Test
  void deployment_typicalMistakes_areRefused() {
    assertThat(created(DEPLOYMENT, "labels: {app: web}", "labels: {app: x}"))
        .containsExactly(
            "spec.template.metadata.labels: Invalid value: {\"app\":\"x\"}: `selector` does not"
                + " match template `labels`");
    assertThat(created(DEPLOYMENT, "selector: {matchLabels: {app: web}}", "replicas: -1"))
        .containsExactly(
            "spec.replicas: Invalid value: -1: must be greater than or equal to 0",
            "spec.selector: Required value",
            "spec.template.metadata.labels: Invalid value: {\"app\":\"web\"}: `selector` does not"
                + " match template `labels`");
    assertThat(created(DEPLOYMENT, "{matchLabels: {app: web}}", "{}"))
        .containsExactly(
            "spec.selector: Invalid value: {}: empty selector is invalid for deployment");
    assertThat(created(DEPLOYMENT, "[{name: web, image: nginx}]", "[]"))
        .containsExactly("spec.template.spec.containers: Required value");
    assertThat(changed(DEPLOYMENT, "app: web", "app: x"))
        .containsExactly(
            "spec.selector: Invalid value: {\"matchLabels\":{\"app\":\"x\"}}: field is immutable");
    assertThat(
            created(
                DEPLOYMENT,
                "{matchLabels: {app: web}}",
                "{matchExpressions: [{key: a, operator: In}, {key: b, operator: Exists, values:"
                    + " [x]}, {key: c, operator: Like}]}"))
        .contains(
            "spec.selector.matchExpressions[0].values: Required value: must be specified when"
                + " `operator` is 'In' or 'NotIn'",
            "spec.selector.matchExpressions[1].values: Forbidden: may not be specified when"
                + " `operator` is 'Exists' or 'DoesNotExist'",
            "spec.selector.matchExpressions[2].operator: Invalid value: \"Like\": not a valid"
                + " selector operator");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {type: Foo} | spec.strategy: Unsupported value: {"Type":"Foo","RollingUpdate":null}: supported values: "Recreate", "RollingUpdate"
          {type: Recreate, rollingUpdate: {maxSurge: 1}} | spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'
          {rollingUpdate: {maxSurge: 0, maxUnavailable: 0}} | spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0
          {rollingUpdate: {maxUnavailable: 101%}} | spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "101%": must not be greater than 100%
          {rollingUpdate: {maxUnavailable: -1}} | spec.strategy.rollingUpdate.maxUnavailable: Invalid value: -1: must be greater than or equal to 0
          """)
  void deployment_badStrategy_isRefused(String strategy, String error) {
    assertThat(created(DEPLOYMENT, "spec:\n  sel", "spec:\n  strategy: " + strategy + "\n  sel"))
        .contains(error);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          containers: [{image: a}] | spec.containers[0].name: Required value
          containers: [{name: a}] | spec.containers[0].image: Required value
          containers: [{name: a, image: a}, {name: a, image: b}] | spec.containers[1].name: Duplicate value: "a"
          containers: [{name: a, image: a, imagePullPolicy: Sometimes}] | spec.containers[0].imagePullPolicy: Unsupported value: "Sometimes": supported values: "Always", "IfNotPresent", "Never"
          containers: [{name: a, image: a, ports: [{containerPort: 0}]}] | spec.containers[0].ports[0].containerPort: Required value
          containers: [{name: a, image: a, ports: [{containerPort: 70000}]}] | spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive
          containers: [{name: a, image: a, ports: [{name: A, containerPort: 1}]}] | spec.containers[0].ports[0].name: Invalid value: "A": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)
          containers: [{name: a, image: a, ports: [{name: a, containerPort: 1}, {name: a, containerPort: 2}]}] | spec.containers[0].ports[1].name: Duplicate value: "a"
          containers: [{name: a, image: a, ports: [{hostPort: 5, containerPort: 1}, {hostPort: 5, containerPort: 2}]}] | spec.containers[0].ports[1].hostPort: Duplicate value: "TCP//5"
          containers: [{name: a, image: a, env: [{value: x}]}] | spec.containers[0].env[0].name: Required value
          containers: [{name: a, image: a, env: [{name: A=B}]}] | spec.containers[0].env[0].name: Invalid value: "A=B": a valid environment variable name must consist only of printable ASCII characters other than '='
          containers: [{name: a, image: a, env: [{name: A, value: x, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]}] | spec.containers[0].env[0].valueFrom: Invalid value: "": may not be specified when `value` is not empty
          containers: [{name: a, image: a, env: [{name: A, valueFrom: {secretKeyRef: {name: s}}}]}] | spec.containers[0].env[0].valueFrom.secretKeyRef.key: Required value
          containers: [{name: a, image: a, volumeMounts: [{name: v, mountPath: /x}]}] | spec.containers[0].volumeMounts[0].name: Not found: "v"
          containers: [{name: a, image: a, readinessProbe: {periodSeconds: 3}}] | spec.containers[0].readinessProbe: Required value: must specify a handler type
          containers: [{name: a, image: a, livenessProbe: {successThreshold: 2, exec: {command: [x]}}}] | spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1
          containers: [{name: a, image: a, livenessProbe: {tcpSocket: {port: 0}}}] | spec.containers[0].livenessProbe.tcpSocket.port: Invalid value: 0: must be between 1 and 65535, inclusive
          containers: [{name: a, image: a, livenessProbe: {exec: {command: [x]}, httpGet: {port: 1}}}] | spec.containers[0].livenessProbe.httpGet: Forbidden: may not specify more than 1 handler type
          containers: [{name: a, image: a, resources: {limits: {foo: 1}}}] | spec.containers[0].resources.limits[foo]: Invalid value: "foo": must be a standard resource type or fully qualified
          containers: [{name: a, image: a, resources: {limits: {cpu: 1}, requests: {cpu: 2}}}] | spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1
          containers: [{name: a, image: a, lifecycle: {preStop: {}}}] | spec.containers[0].lifecycle.preStop: Required value: must specify a handler type
          containers: [{name: a, image: a}], initContainers: [{name: b, image: a, livenessProbe: {exec: {command: [x]}}}] | spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers without restartPolicy=Always
          containers: [{name: a, image: a}], volumes: [{emptyDir: {}}] | spec.volumes[0].name: Required value
          containers: [{name: a, image: a}], volumes: [{name: v, emptyDir: {}}, {name: v, emptyDir: {}}] | spec.volumes[1].name: Duplicate value: "v"
          containers: [{name: a, image: a}], volumes: [{name: v, emptyDir: {}, hostPath: {path: /x}}] | spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type
          containers: [{name: a, image: a}], volumes: [{name: v, secret: {}}] | spec.volumes[0].secret.secretName: Required value
          containers: [{name: a, image: a}], restartPolicy: Maybe | spec.restartPolicy: Unsupported value: "Maybe": supported values: "Always", "OnFailure", "Never"
          containers: [{name: a, image: a}], tolerations: [{operator: Equal}] | spec.tolerations[0].operator: Invalid value: "Equal": operator must be Exists when `key` is empty, which means "match all values and all keys"
          containers: [{name: a, image: a}], tolerations: [{key: a, operator: Exists, value: b}] | spec.tolerations[0].operator: Invalid value: "b": value must be empty when `operator` is 'Exists'
          containers: [{name: a, image: a}], tolerations: [{key: a, operator: Is}] | spec.tolerations[0].operator: Unsupported value: "Is": supported values: "Equal", "Exists"
          containers: [{name: a, image: a}], hostname: a.b | spec.hostname: Invalid value: "a.b": must not contain dots
          """)
  void pod_typicalMistakes_areRefused(String spec, String error) {
    assertThat(
            create(
                "{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: b}, spec: {"
                    + spec
                    + "}}"))
        .contains(error);
  }

  @Test
  void pod_onlyImagesAndFewOtherFieldsMayChange() {
    String pod =
        "{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: b, resourceVersion: \"1\"},"
            + " spec: {hostname: h, containers: [{name: a, image: x:1}]}}";

    assertThat(changed(pod, "x:1", "x:2")).isEmpty();
    assertThat(changed(pod, "hostname: h", "hostname: i"))
        .singleElement()
        .asString()
        .startsWith("spec: Forbidden: pod updates may not change fields other than");
    assertThat(changed(pod, "[{name: a", "[{name: z, image: z}, {name: a"))
        .containsExactly(
            "spec.containers: Forbidden: pod updates may not add or remove containers");
  }

  @Test
  void otherWorkloads_areLookedAtToo() {
    String template =
        "template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: x}]}}";
    String selector = "selector: {matchLabels: {a: b}}, ";
    String head = "metadata: {name: a, namespace: b, resourceVersion: \"1\"}, spec: {";

    String daemon = "{apiVersion: apps/v1, kind: DaemonSet, " + head + selector + template + "}}";
    assertThat(create(daemon)).isEmpty();
    assertThat(created(daemon, selector, ""))
        .containsExactly(
            "spec.template.metadata.labels: Invalid value: {\"a\":\"b\"}: `selector` does not"
                + " match template `labels`");
    assertThat(
            created(
                daemon,
                selector,
                selector + "updateStrategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 1}}, "))
        .containsExactly(
            "spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when"
                + " maxUnavailable is non-zero");
    assertThat(
            created(
                daemon,
                selector,
                selector + "updateStrategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 0}}, "))
        .containsExactly(
            "spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when"
                + " maxSurge is 0");
    assertThat(created(daemon, selector, selector + "updateStrategy: {type: X}, "))
        .singleElement()
        .asString()
        .contains("supported values: \"RollingUpdate\", \"OnDelete\"");

    String set =
        "{apiVersion: apps/v1, kind: StatefulSet, "
            + head
            + "serviceName: s, "
            + selector
            + template
            + "}}";
    assertThat(create(set)).isEmpty();
    assertThat(changed(set, "image: x", "image: z")).isEmpty();
    assertThat(changed(set, "serviceName: s", "serviceName: t"))
        .singleElement()
        .asString()
        .startsWith(
            "spec: Forbidden: updates to statefulset spec for fields other than 'replicas'");

    String job =
        "{apiVersion: batch/v1, kind: Job, "
            + head
            + template.replace("spec: {", "spec: {restartPolicy: Never, ")
            + "}}";
    assertThat(create(job)).isEmpty();
    assertThat(created(job, "restartPolicy: Never, ", ""))
        .containsExactly(
            "spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\","
                + " \"Never\"");
    assertThat(changed(job, "image: x", "image: z"))
        .singleElement()
        .asString()
        .startsWith("spec.template: Invalid value: {")
        .endsWith(": field is immutable");

    String budget =
        "{apiVersion: policy/v1, kind: PodDisruptionBudget, " + head + "minAvailable: 1}}";
    assertThat(create(budget)).isEmpty();
    assertThat(created(budget, "minAvailable: 1", "minAvailable: 1, maxUnavailable: 1"))
        .singleElement()
        .asString()
        .endsWith("minAvailable and maxUnavailable cannot be both set");
    assertThat(created(budget, "minAvailable: 1", "minAvailable: x"))
        .singleElement()
        .asString()
        .contains("a valid percent string must be a numeric string followed by an ending '%'");
    assertThat(create("{apiVersion: batch/v1, kind: CronJob, " + head + "}}"))
        .contains("spec.schedule: Required value");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {} | spec.ports: Required value
          {ports: [{port: 0}]} | spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive
          {ports: [{port: 1}, {port: 2}]} | spec.ports[0].name: Required value
          {ports: [{name: a, port: 1}, {name: a, port: 2}]} | spec.ports[1].name: Duplicate value: "a"
          {ports: [{name: a, port: 1}, {name: b, port: 1}]} | spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":1,"TargetPort":0,"NodePort":0}
          {ports: [{port: 1, targetPort: A}]} | spec.ports[0].targetPort: Invalid value: "A": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)
          {ports: [{port: 1, protocol: X}]} | spec.ports[0].protocol: Unsupported value: "X": supported values: "SCTP", "TCP", "UDP"
          {ports: [{port: 1, nodePort: 30000}]} | spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'
          {ports: [{port: 1}], type: Foo} | spec.type: Unsupported value: "Foo": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"
          {type: ExternalName} | spec.externalName: Required value
          {ports: [{port: 1}], type: NodePort, clusterIP: None} | spec.clusterIPs[0]: Invalid value: "None": may not be set to 'None' for NodePort services
          {ports: [{port: 1}], sessionAffinity: X} | spec.sessionAffinity: Unsupported value: "X": supported values: "ClientIP", "None"
          """)
  void service_typicalMistakes_areRefused(String spec, String error) {
    assertThat(
            create(
                "{apiVersion: v1, kind: Service, metadata: {name: a, namespace: b}, spec: "
                    + spec
                    + "}"))
        .contains(error);
  }

  @Test
  void service_keepsItsAddress() {
    String service =
        "{apiVersion: v1, kind: Service, metadata: {name: a, namespace: b, resourceVersion:"
            + " \"1\"}, spec: {ports: [{port: 1}], clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1]}}";

    assertThat(changed(service, "10.0.0.1", "10.0.0.2"))
        .containsExactly(
            "spec.clusterIPs[0]: Invalid value: [\"10.0.0.2\"]: may not change once set");
    assertThat(changed(service, ", clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1]", ""))
        .containsExactly(
            "spec.clusterIPs[0]: Invalid value: null: primary clusterIP can not be unset");
    assertThat(changed(service, "port: 1", "port: 2")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          name: a.b.c | name: a.b | webhooks[0].name: Invalid value: "a.b": should be a domain with at least three segments separated by dots
          - name: a.b.c | - name: '' | webhooks[0].name: Required value
          sideEffects: None | timeoutSeconds: 5 | webhooks[0].sideEffects: Required value: must specify one of None, NoneOnDryRun
          sideEffects: None | sideEffects: Some | webhooks[0].sideEffects: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"
          sideEffects: None | {sideEffects: None, timeoutSeconds: 31} | webhooks[0].timeoutSeconds: Invalid value: 31: the timeout value must be between 1 and 30 seconds
          sideEffects: None | {sideEffects: None, failurePolicy: Maybe} | webhooks[0].failurePolicy: Unsupported value: "Maybe": supported values: "Fail", "Ignore"
          admissionReviewVersions: [v1] | matchPolicy: Exact | webhooks[0].admissionReviewVersions: Required value: must specify one of v1, v1beta1
          admissionReviewVersions: [v1] | admissionReviewVersions: [v2] | webhooks[0].admissionReviewVersions: Invalid value: ["v2"]: must include at least one of v1, v1beta1
          admissionReviewVersions: [v1] | admissionReviewVersions: [v1, v1] | webhooks[0].admissionReviewVersions[1]: Invalid value: "v1": duplicate version
          operations: [CREATE] | operations: [] | webhooks[0].rules[0].operations: Required value
          operations: [CREATE] | operations: [create] | webhooks[0].rules[0].operations[0]: Unsupported value: "create": supported values: "*", "CONNECT", "CREATE", "DELETE", "UPDATE"
          operations: [CREATE] | operations: ["*", CREATE] | webhooks[0].rules[0].operations: Invalid value: ["*","CREATE"]: if '*' is present, must not specify other operations
          apiGroups: [""] | apiGroups: [] | webhooks[0].rules[0].apiGroups: Required value
          apiGroups: [""] | apiGroups: ["*", a] | webhooks[0].rules[0].apiGroups: Invalid value: ["*","a"]: if '*' is present, must not specify other API groups
          apiVersions: [v1] | apiVersions: [""] | webhooks[0].rules[0].apiVersions[0]: Required value
          resources: [pods] | resources: ["*", pods] | webhooks[0].rules[0].resources: Invalid value: ["*","pods"]: if '*' is present, must not specify other resources without subresources
          resources: [pods] | resources: ["pods/*", pods/status] | webhooks[0].rules[0].resources[1]: Invalid value: "pods/status": if 'pods/*' is present, must not specify pods/status
          resources: [pods] | resources: ["*/status", pods/status] | webhooks[0].rules[0].resources[1]: Invalid value: "pods/status": if '*/status' is present, must not specify pods/status
          resources: [pods] | resources: ["*/*", pods] | webhooks[0].rules[0].resources: Invalid value: ["*/*","pods"]: if '*/*' is present, must not specify other resources
          path: /x | path: x/y | webhooks[0].clientConfig.service.path: Invalid value: "x/y": must start with a '/'
          path: /x | path: /x//y | webhooks[0].clientConfig.service.path: Invalid value: "/x//y": segment[1] may not be empty
          path: /x | {path: /x, port: 0} | webhooks[0].clientConfig.service.port: Invalid value: 0: port is not valid: must be between 1 and 65535, inclusive
          'service: {name: svc, namespace: ns, path: /x}' | url: "http://a/b?c#d" | webhooks[0].clientConfig.url: Invalid value: "http": 'https' is the only allowed URL scheme; desired format: https://host[/path]
          'service: {name: svc, namespace: ns, path: /x}' | url: "https://u@a/" | webhooks[0].clientConfig.url: Invalid value: "u": user information is not permitted in the URL
          ', service: {name: svc, namespace: ns, path: /x}' | '' | webhooks[0].clientConfig: Required value: exactly one of url or service is required
          """)
  void webhooks_typicalMistakes_areRefused(String from, String to, String error) {
    String flat = to.startsWith("{") ? to.substring(1, to.length() - 1) : to;
    boolean line = from.startsWith("sideEffects");
    assertThat(created(WEBHOOKS, from, line ? flat.replace(", ", "\n  ") : flat)).contains(error);
  }

  @Test
  void webhooks_namesAreThereOnce() {
    int first = WEBHOOKS.indexOf("- name");
    assertThat(create(WEBHOOKS + WEBHOOKS.substring(first)))
        .containsExactly("webhooks[1].name: Duplicate value: \"a.b.c\"");
  }

  @Test
  void rbac_typicalMistakes_areRefused() {
    String head =
        "{apiVersion: rbac.authorization.k8s.io/v1, metadata: {name: a, resourceVersion: \"1\"}, ";

    assertThat(
            create(
                head
                    + "kind: ClusterRole, rules: [{}, {verbs: [get], nonResourceURLs: [/x],"
                    + " resources: [a]}], aggregationRule: {}}"))
        .containsExactly(
            "rules[0].verbs: Required value: verbs must contain at least one value",
            "rules[0].apiGroups: Required value: resource rules must supply at least one api group",
            "rules[0].resources: Required value: resource rules must supply at least one resource",
            "rules[1].nonResourceURLs: Invalid value: [\"/x\"]: rules cannot apply to both regular"
                + " resources and non-resource URLs",
            "aggregationRule.clusterRoleSelectors: Required value: at least one"
                + " clusterRoleSelector required if aggregationRule is non-nil");
    String binding =
        head + "kind: ClusterRoleBinding, roleRef: {kind: ClusterRole, name: r}, subjects: []}";
    assertThat(create(binding)).isEmpty();
    assertThat(changed(binding, "name: r", "name: s"))
        .containsExactly(
            "roleRef: Invalid value: {\"APIGroup\":\"rbac.authorization.k8s.io\",\"Kind\":"
                + "\"ClusterRole\",\"Name\":\"s\"}: cannot change roleRef");
    assertThat(created(binding, "roleRef: {kind: ClusterRole, name: r}", "roleRef: {kind: Role}"))
        .containsExactly(
            "roleRef.kind: Unsupported value: \"Role\": supported values: \"ClusterRole\"",
            "roleRef.name: Required value");
    assertThat(created(binding, "[]", "[{kind: ServiceAccount, name: a}, {kind: X}]"))
        .containsExactly(
            "subjects[0].namespace: Required value",
            "subjects[1].name: Required value",
            "subjects[1].kind: Unsupported value: \"X\": supported values: \"ServiceAccount\","
                + " \"User\", \"Group\"");
  }

  @Test
  void secretsAndConfigMaps_haveTheirRules() {
    String head = "metadata: {name: a, namespace: b, resourceVersion: \"1\"}, ";
    String secret =
        "{apiVersion: v1, kind: Secret, "
            + head
            + "type: kubernetes.io/tls, data: {tls.crt: YQ==, tls.key: YQ==}}";

    assertThat(create(secret)).isEmpty();
    assertThat(created(secret, ", tls.key: YQ==", ""))
        .containsExactly("data[tls.key]: Required value");
    assertThat(changed(secret, "kubernetes.io/tls", "Opaque"))
        .containsExactly("type: Invalid value: \"Opaque\": field is immutable");
    assertThat(created(secret, "kubernetes.io/tls", "kubernetes.io/service-account-token"))
        .containsExactly(
            "metadata.annotations[kubernetes.io/service-account.name]: Required value");
    assertThat(created(secret, "kubernetes.io/tls", "kubernetes.io/basic-auth")).hasSize(2);
    assertThat(created(secret, "tls.crt: YQ==, ", "tls.crt: YQ==, a/b: YQ==, "))
        .singleElement()
        .asString()
        .startsWith("data[a/b]: Invalid value: \"a/b\": a valid config key must consist of");
    String map =
        "{apiVersion: v1, kind: ConfigMap, "
            + head
            + "immutable: true, data: {a: b}, binaryData: {c: YQ==}}";
    assertThat(create(map)).isEmpty();
    assertThat(changed(map, "a: b", "a: c"))
        .containsExactly("data: Forbidden: field is immutable when `immutable` is set");
    assertThat(changed(map, "immutable: true, ", ""))
        .containsExactly("immutable: Forbidden: field is immutable when `immutable` is set");
    assertThat(created(map, "c: YQ==", "a: YQ=="))
        .containsExactly("data[a]: Invalid value: \"a\": duplicate of key present in binaryData");
    assertThat(created(map, "a: b", "..: b"))
        .containsExactly("data[..]: Invalid value: \"..\": must not be '..'");
  }

  @Test
  void smallKinds_haveTheirRules() {
    String head = "metadata: {name: a, namespace: b}, ";
    assertThat(
            create(
                "{apiVersion: coordination.k8s.io/v1, kind: Lease, "
                    + head
                    + "spec: {leaseDurationSeconds: 0, leaseTransitions: -1}}"))
        .containsExactly(
            "spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0",
            "spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0");
    assertThat(
            create(
                "{apiVersion: networking.k8s.io/v1, kind: Ingress, "
                    + head
                    + "spec: {rules: [{http: {paths: [{path: /}, {pathType: X}]}}]}}"))
        .contains(
            "spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified")
        .anySatisfy(
            it ->
                assertThat(it)
                    .startsWith("spec.rules[0].http.paths[1].pathType: Unsupported value: \"X\""));
    assertThat(create("{apiVersion: networking.k8s.io/v1, kind: Ingress, " + head + "spec: {}}"))
        .singleElement()
        .asString()
        .endsWith("either `defaultBackend` or `rules` must be specified");
    assertThat(
            create(
                "{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: a},"
                    + " value: 2000000000}"))
        .containsExactly(
            "value: Forbidden: maximum allowed value of a user defined priority is 1000000000");
    assertThat(
            create(
                "{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, "
                    + head
                    + "endpoints: []}"))
        .containsExactly("addressType: Required value");
    assertThat(
            create(
                "{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, "
                    + head
                    + "addressType: X, endpoints: []}"))
        .containsExactly(
            "addressType: Unsupported value: \"X\": supported values: \"FQDN\", \"IPv4\","
                + " \"IPv6\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {} | spec.size: Required value
          {size: a} | spec.size: Invalid value: "string": spec.size in body must be of type integer: "string"
          {size: 0} | spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1
          {size: 10} | spec.size: Invalid value: 10: spec.size in body should be less than or equal to 9
          {size: 3} | spec.size: Invalid value: 3: spec.size in body should be a multiple of 2
          {size: 2, half: 0} | spec.half: Invalid value: 0: spec.half in body should be greater than 0
          {size: 2, half: 1} | spec.half: Invalid value: 1: spec.half in body should be less than 1
          {size: 2, name: a} | spec.name: Invalid value: "a": spec.name in body should be at least 2 chars long
          {size: 2, name: abcd} | spec.name: Too long: may not be more than 3 bytes
          {size: 2, name: AB} | spec.name: Invalid value: "AB": spec.name in body should match '^[a-z]+$'
          {size: 2, mode: "Maybe"} | spec.mode: Unsupported value: "Maybe": supported values: "true", "false"
          {size: 2, when: now} | spec.when: Invalid value: "now": spec.when in body must be of type date-time: "now"
          {size: 2, port: true} | spec.port: Invalid value: "boolean": spec.port in body must be of type integer,string: "boolean"
          {size: 2, list: []} | spec.list: Invalid value: 0: spec.list in body should have at least 1 items
          {size: 2, list: [a, b, c]} | spec.list: Too many: 3: must have at most 2 items
          {size: 2, list: [1]} | spec.list[0]: Invalid value: "integer": spec.list[0] in body must be of type string: "integer"
          {size: 2, list: {}} | spec.list: Invalid value: "object": spec.list in body must be of type array: "object"
          {size: 2, set: [a, a]} | spec.set[1]: Duplicate value: "a"
          {size: 2, keyed: [{name: a}, {name: a}]} | spec.keyed[1]: Duplicate value: {"name":"a"}
          {size: 2, one: {}} | <nil>: Invalid value: "": "spec.one" must validate one and only one schema (oneOf). Found none valid
          {size: 2, one: {a: x, b: x}} | <nil>: Invalid value: "": "spec.one" must validate one and only one schema (oneOf). Found 2 valid alternatives
          {size: 2, any: {}} | <nil>: Invalid value: "": "spec.any" must validate at least one schema (anyOf)
          {size: 2, all: {}} | <nil>: Invalid value: "": "spec.all" must validate all the schemas (allOf). None validated
          {size: 2, not: {a: x}} | <nil>: Invalid value: "": "spec.not" must not validate the schema (not)
          {size: 2, map: {a: x}} | spec.map.a: Invalid value: "string": spec.map.a in body must be of type integer: "string"
          """)
  void customObject_isHeldToItsSchema(String spec, String error) {
    assertThat(widget(spec)).contains(error);
  }

  @Test
  void customObject_statusIsHeldToItsPartOnly() {
    String live =
        "{apiVersion: example.com/v1, kind: Widget, metadata: {name: a, namespace: b,"
            + " resourceVersion: \"1\"}, spec: {size: 2}}";

    assertThat(update(live, live.replace("spec: {size: 2}", "status: {ready: x}"), "status"))
        .containsExactly(
            "status.ready: Invalid value: \"string\": ready in body must be of type integer:"
                + " \"string\"");
    assertThat(update(live, live.replace("size: 2", "size: 3"), "")).hasSize(1);
  }

  /** The change of an object that has been let in before the definition became what it is. */
  private List<String> widgetUpdate(String subresource, String before, String after) {
    String object =
        "{apiVersion: example.com/v1, kind: Widget, metadata: {name: a, namespace: b,"
            + " resourceVersion: \"1\"%s}, %s}";
    return update(
        object.formatted("", before), object.formatted(", labels: {l: x}", after), subresource);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {size: 11} | {size: 11}
          {size: 11, name: ab} | {size: 11, name: cd}
          {size: 2, map: {a: x}} | {size: 2, map: {a: x, b: 1}}
          {size: 2, list: [a, b, c]} | {size: 4, list: [a, b, c]}
          {size: 2, list: [1]} | {size: 4, list: [1]}
          {size: 2, keyed: [{name: a}, {name: b, deep: x}]} | {size: 2, keyed: [{name: b, deep: x}, {name: c}, {name: a}]}
          {size: 2, one: {a: x, b: x}} | {size: 4, one: {a: x, b: x}}
          {size: 2, set: [a, a]} | {size: 4, set: [a, a, b]}
          {size: 2, keyed: [{name: a}, {name: a}]} | {size: 4, keyed: [{name: a}, {name: a}, {name: b}]}
          """)
  void update_ofCustomObject_whenWhatIsInvalidWasThere_isAccepted(String before, String after) {
    serve("name: {type: string}}", "name: {type: string}, deep: {type: string, enum: [ok]}}");

    assertThat(widgetUpdate("", "spec: " + before, "spec: " + after)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {size: 11} | {size: 13} | spec.size: Invalid value: 13: spec.size in body should be less than or equal to 9
          {size: 2} | {} | spec.size: Required value
          {} | {name: ab} | spec.size: Required value
          {size: 2, map: {a: x}} | {size: 2, map: {b: x}} | spec.map.b: Invalid value: "string": spec.map.b in body must be of type integer: "string"
          {size: 2, list: [1]} | {size: 2, list: [1, a]} | spec.list[0]: Invalid value: "integer": spec.list[0] in body must be of type string: "integer"
          {size: 2, keyed: [{name: a, deep: x}]} | {size: 2, keyed: [{name: b, deep: x}]} | spec.keyed[0].deep: Unsupported value: "x": supported values: "ok"
          {size: 2, one: {a: x, b: x}} | {size: 2, one: {a: y, b: x}} | <nil>: Invalid value: "": "spec.one" must validate one and only one schema (oneOf). Found 2 valid alternatives
          {size: 2, set: [a]} | {size: 2, set: [a, a]} | spec.set[1]: Duplicate value: "a"
          {size: 2, keyed: [{name: a}]} | {size: 2, keyed: [{name: a}, {name: a}]} | spec.keyed[1]: Duplicate value: {"name":"a"}
          """)
  void update_ofCustomObject_whenWhatIsInvalidIsNew_isRefused(
      String before, String after, String error) {
    serve("name: {type: string}}", "name: {type: string}, deep: {type: string, enum: [ok]}}");

    assertThat(widgetUpdate("", "spec: " + before, "spec: " + after)).contains(error);
  }

  @Test
  void update_ofAStatus_isHeldToWhatIsNewInIt() {
    serve(
        "ready: {type: integer}}}",
        "ready: {type: integer, minimum: 5}, phase: {type: string}, set: {type: array,"
            + " x-kubernetes-list-type: set, items: {type: string}}}}");

    assertThat(
            widgetUpdate(
                "status",
                "status: {ready: 1, set: [a, a]}",
                "status: {ready: 1, phase: x, set: [a, a, b]}"))
        .isEmpty();
    assertThat(widgetUpdate("status", "status: {ready: 1}", "status: {ready: 2}"))
        .containsExactly(
            "status.ready: Invalid value: 2: ready in body should be greater than or equal to 5");
    assertThat(widgetUpdate("status", "spec: {size: 2}", "status: {ready: 1}")).hasSize(1);
    assertThat(widgetUpdate("status", "status: {set: [a]}", "status: {set: [a, a]}"))
        .containsExactly("status.set[1]: Duplicate value: \"a\"");
  }

  private void serve(String from, String to) {
    assertThat(WIDGETS).contains(from);
    kinds.serve(Trees.stored(kinds, WIDGETS.replace(from, to)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          name: widgets.example.com | name: gadgets.example.com | metadata.name: Invalid value: "gadgets.example.com": must be spec.names.plural+"."+spec.group
          group: example.com | group: example | spec.group: Invalid value: "example": should be a domain with at least one dot
          scope: Namespaced | scope: Galaxy | spec.scope: Unsupported value: "Galaxy": supported values: "Cluster", "Namespaced"
          scope: Namespaced | preserveUnknownFields: false | spec.scope: Required value
          scope: Namespaced | {scope: Namespaced, preserveUnknownFields: true} | spec.preserveUnknownFields: Invalid value: true: cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead
          kind: Widget} | kind: Widget, listKind: Widget} | spec.names.listKind: Invalid value: "Widget": kind and listKind may not be the same
          kind: Widget} | kind: Wid_get} | spec.names.kind: Invalid value: "Wid_get": may have mixed case, but should otherwise match: a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')
          '      type: object\n        required' | '      required' | spec.validation.openAPIV3Schema.type: Required value: must not be empty at the root
          'status: {type: object, ' | 'status: {' | spec.validation.openAPIV3Schema.properties[status].type: Required value: must not be empty for specified object fields
          'maxItems: 2, items: {type: string}' | 'maxItems: 2' | spec.validation.openAPIV3Schema.properties[spec].properties[list].items: Required value: must be specified
          'maxItems: 2, items: {type: string}' | 'maxItems: 2, items: {}' | spec.validation.openAPIV3Schema.properties[spec].properties[list].items.type: Required value: must not be empty for specified array items
          'oneOf: [{required: [a]}' | 'oneOf: [{type: object, required: [a]}' | spec.validation.openAPIV3Schema.properties[spec].properties[one].oneOf[0].type: Forbidden: must be empty to be structural
          'pattern: "^[a-z]+$"' | 'pattern: "["' | 'spec.validation.openAPIV3Schema.properties[spec].properties[name].pattern: Invalid value: "[": must be a valid regular expression, but isn''t: error parsing regexp: Unclosed character class'
          x-kubernetes-list-map-keys: [name], | '' | spec.validation.openAPIV3Schema.properties[spec].properties[keyed].x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map
          subresources: {status: {}} | subresources: {scale: {specReplicasPath: x, statusReplicasPath: .status.n}} | spec.versions[0].subresources.scale.specReplicasPath: Invalid value: "x": should be a json path under .spec
          subresources: {status: {}} | additionalPrinterColumns: [{name: a, type: text, jsonPath: .a}] | spec.versions[0].additionalPrinterColumns[0].type: Invalid value: "text": must be one of boolean,date,integer,number,string
          """)
  void definition_typicalMistakes_areRefused(String from, String to, String error) {
    String flat = to.startsWith("{scope") ? "scope: Namespaced\n  preserveUnknownFields: true" : to;
    String unescaped = from.replace("\\n", "\n");
    String yaml =
        from.startsWith("      type")
            ? WIDGETS.replaceFirst("type: object\n *required: .spec.", "required: [spec]")
            : WIDGETS.replace(unescaped, flat);
    assertThat(yaml).isNotEqualTo(WIDGETS);
    assertThat(create(yaml)).contains(error);
  }

  @Test
  void definition_versions_haveTheirRules() {
    String second =
        "  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {properties:"
            + " {a: {}}}}}\n  - {name: V2, served: true, storage: false}\n";
    List<String> errors = create(WIDGETS + second);

    assertThat(errors)
        .contains(
            "spec.versions[2].schema.openAPIV3Schema: Required value",
            "spec.versions[1].schema.openAPIV3Schema.type: Required value: must not be empty at the"
                + " root")
        .anySatisfy(it -> assertThat(it).startsWith("spec.versions[2].name: Invalid value: \"V2\""))
        .anySatisfy(it -> assertThat(it).endsWith(": must contain unique version names"))
        .anySatisfy(
            it ->
                assertThat(it)
                    .endsWith(": must have exactly one version marked as storage version"));
  }

  @Test
  void definition_conversion_hasItsRules() {
    String webhook =
        "  conversion: {strategy: Webhook, webhook: {conversionReviewVersions: [v1], clientConfig:"
            + " {caBundle: Cg==, service: {name: a, namespace: b}}}}\n";
    String established =
        "status: {conditions: [{type: Established, status: \"True\", lastTransitionTime:"
            + " \"2025-01-01T00:00:00Z\", reason: a, message: b}], storedVersions: [v1, v0],"
            + " acceptedNames: {plural: a, kind: b}}\n";

    assertThat(create(WIDGETS + webhook)).as("refused only once Established").isEmpty();
    assertThat(update(WIDGETS + established.replace(", v0", ""), WIDGETS + webhook, ""))
        .containsExactly(
            "spec.conversion.webhookClientConfig.caBundle: Invalid value: \"Cg==\": unable to load"
                + " root certificates: unable to parse bytes as PEM block");
    assertThat(update(WIDGETS + established, WIDGETS.replace("Namespaced", "Cluster"), ""))
        .contains("spec.scope: Invalid value: \"Cluster\": field is immutable")
        .anySatisfy(
            it ->
                assertThat(it)
                    .startsWith(
                        "status.storedVersions[1]: Invalid value: \"v0\": missing from"
                            + " spec.versions; v0 was previously a storage version"));
    assertThat(create(WIDGETS + webhook.replace("[v1]", "[]")))
        .containsExactly("spec.conversion.conversionReviewVersions: Required value");
    assertThat(create(WIDGETS + "  conversion: {strategy: Webhook}\n"))
        .contains(
            "spec.conversion.webhookClientConfig: Required value: required when strategy is set to"
                + " Webhook");
    assertThat(create(WIDGETS + webhook.replace("strategy: Webhook", "strategy: None")))
        .contains(
            "spec.conversion.webhookClientConfig: Forbidden: should not be set when strategy is"
                + " not set to Webhook");
  }

  @Test
  void create_customObjectOfAnotherKind_isRefusedForThatAlone() {
    ObjectNode object =
        Trees.object("{apiVersion: example.com/v2, kind: Gadget, metadata: {name: a}}");
    StatusException refused = null;
    try {
      Validation.create(kinds.kind("example.com/v1", "Widget").orElseThrow(), object);
    } catch (StatusException e) {
      refused = e;
    }

    assertThat(causes(java.util.Objects.requireNonNull(refused)))
        .containsExactly(
            "kind: Invalid value: \"Gadget\": must be Widget",
            "apiVersion: Invalid value: \"example.com/v2\": must be example.com/v1");
    assertThat(refused.getMessage())
        .startsWith("Gadget.example.com \"a\" is invalid: [kind: Invalid value: \"Gadget\"");
  }

  private List<String> podWith(String field) {
    return create(
        "{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: b}, spec: {"
            + field
            + ", containers: [{name: a, image: a}]}}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{maxSkew: 1, topologyKey: z, whenUnsatisfiable: DoNotSchedule, minDomains: 2,"
            + " nodeTaintsPolicy: Honor, labelSelector: {matchLabels: {a: b}}, matchLabelKeys: [c]}"
            + " | ``",
        "{maxSkew: 0, topologyKey: z, whenUnsatisfiable: ScheduleAnyway} | [0].maxSkew: Invalid"
            + " value: 0: must be greater than zero",
        "{maxSkew: 1, whenUnsatisfiable: ScheduleAnyway} | [0].topologyKey: Required value: can not"
            + " be empty",
        "{maxSkew: 1, topologyKey: z} | [0].whenUnsatisfiable: Unsupported value: \"\": supported"
            + " values: \"DoNotSchedule\", \"ScheduleAnyway\"",
        "{maxSkew: 1, topologyKey: z, whenUnsatisfiable: Never} | [0].whenUnsatisfiable:"
            + " Unsupported value: \"Never\": supported values: \"DoNotSchedule\","
            + " \"ScheduleAnyway\"",
        "{maxSkew: 1, topologyKey: z, whenUnsatisfiable: ScheduleAnyway}, {maxSkew: 2, topologyKey:"
            + " z, whenUnsatisfiable: ScheduleAnyway} | [0].{topologyKey, whenUnsatisfiable}:"
            + " Duplicate value: \"{z, ScheduleAnyway}\"",
        "{maxSkew: 1, topologyKey: z, whenUnsatisfiable: DoNotSchedule, minDomains: 0} |"
            + " [0].minDomains: Invalid value: 0: must be greater than zero",
        "{maxSkew: 1, topologyKey: z, whenUnsatisfiable: ScheduleAnyway, minDomains: 1} |"
            + " [0].minDomains: Invalid value: 1: can only use minDomains if"
            + " whenUnsatisfiable=DoNotSchedule, not ScheduleAnyway",
        "{maxSkew: 1, topologyKey: z, whenUnsatisfiable: ScheduleAnyway, nodeAffinityPolicy: x} |"
            + " [0].nodeAffinityPolicy: Unsupported value: \"x\": supported values: \"Honor\","
            + " \"Ignore\"",
        "{maxSkew: 1, topologyKey: z, whenUnsatisfiable: ScheduleAnyway, matchLabelKeys: [a]} |"
            + " [0].matchLabelKeys: Forbidden: must not be specified when labelSelector is not set",
        "{maxSkew: 1, topologyKey: z, whenUnsatisfiable: ScheduleAnyway, matchLabelKeys: [a],"
            + " labelSelector: {matchLabels: {a: b}, matchExpressions: [{key: a, operator:"
            + " Exists}]}} | [0][0]: Invalid value: \"a\": exists in both matchLabelKeys and"
            + " labelSelector",
        "{maxSkew: 1, topologyKey: z, whenUnsatisfiable: ScheduleAnyway, labelSelector:"
            + " {matchExpressions: [{key: a, operator: Is}]}} |"
            + " [0].labelSelector.matchExpressions[0].operator: Invalid value: \"Is\": not a valid"
            + " selector operator"
      })
  void spread_isChecked(String constraints, String cause) {
    assertThat(podWith("topologySpreadConstraints: [" + constraints + "]"))
        .isEqualTo(cause.isEmpty() ? List.of() : List.of("spec.topologySpreadConstraints" + cause));
  }

  private static final String TERMS =
      "nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{%s}]}}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "matchExpressions: [{key: a, operator: Gt, values: ['1']}], matchFields: [{key:"
            + " metadata.name, operator: In, values: [node]}] | ``",
        "matchExpressions: [{key: a, operator: In}] | matchExpressions[0].values: Required value:"
            + " must be specified when `operator` is 'In' or 'NotIn'",
        "matchExpressions: [{key: a, operator: Exists, values: [b]}] | matchExpressions[0].values:"
            + " Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
        "matchExpressions: [{key: a, operator: Lt, values: []}] | matchExpressions[0].values:"
            + " Required value: must be specified single value when `operator` is 'Lt' or 'Gt'",
        "matchExpressions: [{key: a, operator: Is}] | matchExpressions[0].operator: Invalid value:"
            + " \"Is\": not a valid selector operator",
        "matchFields: [{key: metadata.name, operator: In}] | matchFields[0].values: Required value:"
            + " must be only one value when `operator` is 'In' or 'NotIn' for node field selector",
        "matchFields: [{key: metadata.name, operator: Exists}] | matchFields[0].operator: Invalid"
            + " value: \"Exists\": not a valid selector operator",
        "matchFields: [{key: spec.a, operator: In, values: [b]}] | matchFields[0].key: Invalid"
            + " value: \"spec.a\": not a valid field selector key"
      })
  void nodeAffinity_isChecked(String term, String cause) {
    String at =
        "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution"
            + ".nodeSelectorTerms[0].";
    assertThat(podWith("affinity: {" + TERMS.formatted(term) + "}"))
        .isEqualTo(cause.isEmpty() ? List.of() : List.of(at + cause));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: []}} |"
            + " nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms:"
            + " Required value: must have at least one node selector term",
        "nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 101, preference:"
            + " {matchExpressions: [{key: a, operator: In, values: ['-']}]}}]} |"
            + " nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid"
            + " value: 101: must be in the range 1-100",
        "podAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 0,"
            + " podAffinityTerm: {topologyKey: z}}]} |"
            + " podAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid"
            + " value: 0: must be in the range 1-100",
        "podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: z,"
            + " mismatchLabelKeys: [a]}]} |"
            + " podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].mismatchLabelKeys:"
            + " Forbidden: must not be specified when labelSelector is not set",
        "podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: z,"
            + " labelSelector: {}, matchLabelKeys: [a], mismatchLabelKeys: [a]}]} |"
            + " podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].matchLabelKeys[0]:"
            + " Invalid value: \"a\": exists in both matchLabelKeys and mismatchLabelKeys",
        "podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: z,"
            + " namespaceSelector: {matchExpressions: [{key: a, operator: In}]}}]} |"
            + " podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].namespaceSelector.matchExpressions[0].values:"
            + " Required value: must be specified when `operator` is 'In' or 'NotIn'"
      })
  void affinity_isChecked(String affinity, String cause) {
    assertThat(podWith("affinity: {" + affinity + "}")).containsExactly("spec.affinity." + cause);
  }

  @Test
  void podAffinity_withoutATopologyKey_isRefusedInEveryWay() {
    assertThat(
            podWith(
                "affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{}]}}"))
        .hasSize(3)
        .allMatch(
            cause ->
                cause.startsWith(
                    "spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0]"
                        + ".topologyKey: "))
        .first()
        .asString()
        .endsWith("Required value: can not be empty");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{key: a, operator: Exists, effect: NoSchedule, tolerationSeconds: 1} | effect: Invalid"
            + " value: \"NoSchedule\": effect must be 'NoExecute' when `tolerationSeconds` is set",
        "{key: a, operator: Exists, tolerationSeconds: 1} | effect: Invalid value: \"\": effect"
            + " must be 'NoExecute' when `tolerationSeconds` is set",
        "{key: a, operator: Is} | operator: Unsupported value: \"Is\": supported values: \"Equal\","
            + " \"Exists\"",
        "{key: a, effect: Never} | effect: Unsupported value: \"Never\": supported values:"
            + " \"NoSchedule\", \"PreferNoSchedule\", \"NoExecute\""
      })
  void tolerations_areChecked(String toleration, String cause) {
    assertThat(podWith("tolerations: [" + toleration + "]"))
        .containsExactly("spec.tolerations[0]." + cause);
  }

  @Test
  void toleration_ofAValueThatNoLabelHas() {
    assertThat(podWith("tolerations: [{key: a, value: '-'}]"))
        .singleElement()
        .asString()
        .startsWith("spec.tolerations[0].operator: Invalid value: \"-\": a valid label must be");
  }

  @Test
  void tolerations_mayComeAndNoneMayGo() {
    String pod =
        "{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: b, resourceVersion: \"1\"},"
            + " spec: {tolerations: [{key: t, operator: Exists, effect: NoExecute,"
            + " tolerationSeconds: 5}], containers: [{name: a, image: a}]}}";
    String refusal =
        "spec.tolerations: Forbidden: existing toleration can not be modified except its"
            + " tolerationSeconds";

    assertThat(changed(pod, "Seconds: 5}", "Seconds: 6}, {key: u, operator: Exists}")).isEmpty();
    assertThat(
            changed(pod, "{key: t, operator: Exists, effect: NoExecute, tolerationSeconds: 5}", ""))
        .containsExactly(refusal);
    assertThat(changed(pod, "key: t", "key: u")).containsExactly(refusal);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{type: PersistentVolumeClaim} | limits: Required value: either minimum or maximum storage"
            + " value is required, but neither was provided",
        "{type: Pod, min: {cpu: 2}, max: {cpu: 1}} | min[cpu]: Invalid value: \"2\": min value 2 is"
            + " greater than max value 1",
        "{type: Pod, default: {cpu: 1}} | default: Forbidden: may not be specified when `type` is"
            + " 'Pod'",
        "{type: Container, min: {cpu: 1}, defaultRequest: {cpu: 500m}} | defaultRequest[cpu]:"
            + " Invalid value: \"500m\": min value 1 is greater than default request value 500m",
        "{type: Container, defaultRequest: {cpu: 2}, default: {cpu: 1}} | defaultRequest[cpu]:"
            + " Invalid value: \"2\": default request value 2 is greater than default limit value"
            + " 1",
        "{type: Container, default: {memory: 2Gi}, max: {memory: 1Gi}, defaultRequest: {memory: 1}}"
            + " | default[memory]: Invalid value: \"1Gi\": default value 2Gi is greater than max"
            + " value 1Gi",
        "{type: Pod, maxLimitRequestRatio: {cpu: 500m}} | maxLimitRequestRatio[cpu]: Invalid value:"
            + " \"500m\": ratio 500m is less than 1",
        "{type: Pod, min: {cpu: 1}, max: {cpu: 2}, maxLimitRequestRatio: {cpu: 3}} |"
            + " maxLimitRequestRatio[cpu]: Invalid value: \"3\": ratio 3 is greater than max/min ="
            + " 2.000000",
        "{type: Container, default: {example.com/gpu: 2}, defaultRequest: {example.com/gpu: 1}} |"
            + " defaultRequest[example.com/gpu]: Invalid value: \"1\": default value 2 must equal"
            + " to defaultRequest value 1 in example.com/gpu"
      })
  void aLimitRange_whoseBoundsContradictEachOther_isInvalid(String item, String error) {
    assertThat(limitRange(item)).containsExactly("spec.limits[0]." + error);
  }

  @Test
  void aLimitRange_hasOneItemOfAType_andMayBeAsNarrowAsItLikes() {
    assertThat(limitRange("{type: Pod, min: {cpu: 1}}, {type: Pod}"))
        .containsExactly("spec.limits[1].type: Duplicate value: \"Pod\"");
    assertThat(
            limitRange(
                "{type: Container, min: {cpu: 1}, max: {cpu: 1}, maxLimitRequestRatio: {cpu: 1}}"))
        .isEmpty();
  }

  private List<String> limitRange(String items) {
    return create(
        "{apiVersion: v1, kind: LimitRange, metadata: {name: a, namespace: b}, spec: {limits: ["
            + items
            + "]}}");
  }
}
