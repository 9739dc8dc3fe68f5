package io.github.kruiseinstaller.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.model.Stage;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ReleaseValidationTest {
  private static final String SERVICE_POINTER =
      "{name: kruise-webhook-service, namespace: kruise-system, path: /validate-pod}";

  /** What is wrong, the whole text, and what the message and the remedy must tell. */
  static Stream<Arguments> broken() {
    return Stream.of(
        Arguments.of(
            "not YAML", "a: [", "small.yaml, document 1, line 1: not YAML", "Correct the YAML"),
        Arguments.of("empty", "# nothing\n", "small.yaml: there is no object", "manifests of an"),
        Arguments.of(
            "no map",
            SmallRelease.and("- a list\n"),
            "line 65: the document is a list",
            "one object a document"),
        Arguments.of(
            "no apiVersion",
            SmallRelease.with("apiVersion: v1\nkind: Service\n", "kind: Service\n"),
            "document 5, line 22: the Service has no apiVersion",
            "apiVersion, kind and metadata.name"),
        Arguments.of(
            "no kind",
            SmallRelease.with("kind: Service\n", ""),
            "the object has no kind",
            "apiVersion, kind and metadata.name"),
        Arguments.of(
            "no name",
            SmallRelease.with("{name: kruise-manager, namespace: kruise-system}", "{}"),
            "the ServiceAccount has no metadata.name",
            "apiVersion, kind and metadata.name"),
        Arguments.of(
            "empty namespace",
            SmallRelease.with(
                "{name: kruise-manager, namespace: kruise-system}",
                "{name: kruise-manager, namespace: \"\"}"),
            "metadata.namespace is empty",
            "leave it out"),
        Arguments.of(
            "hook",
            SmallRelease.and(
                """
                apiVersion: batch/v1
                kind: Job
                metadata:
                  name: kruise-finalizer
                  namespace: kruise-system
                  annotations: {helm.sh/hook: pre-delete}
                """),
            "document 10, line 65: Job kruise-system/kruise-finalizer is a Helm hook",
            "--no-hooks"),
        Arguments.of(
            "job",
            SmallRelease.and(object("batch/v1", "Job", "other")),
            "Job kruise-system/other is of a kind that no OpenKruise release has",
            "--no-hooks"),
        Arguments.of(
            "kustomization",
            object("kustomize.config.k8s.io/v1beta1", "Kustomization", "x"),
            "Kustomization kruise-system/x is of a kind",
            "kustomize build"),
        Arguments.of(
            "foreign kind",
            SmallRelease.and(object("v1", "PersistentVolumeClaim", "data")),
            "PersistentVolumeClaim kruise-system/data is of a kind",
            "one OpenKruise release only"),
        Arguments.of(
            "right kind, foreign group",
            SmallRelease.and(object("example.com/v1", "Deployment", "data")),
            "Deployment kruise-system/data is of a kind",
            "one OpenKruise release only"),
        Arguments.of(
            "old API version",
            SmallRelease.with("apiextensions.k8s.io/v1", "apiextensions.k8s.io/v1beta1"),
            "has apiVersion apiextensions.k8s.io/v1beta1",
            "apiextensions.k8s.io/v1"),
        Arguments.of(
            "foreign definition",
            SmallRelease.and(
                """
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: things.example.com}
                spec: {group: example.com}
                """),
            "defines resources of the group example.com",
            "OpenKruise only"),
        Arguments.of(
            "no namespace",
            SmallRelease.with(
                "{name: kruise-manager, namespace: kruise-system}", "{name: kruise-manager}"),
            "ServiceAccount kruise-manager names no namespace",
            "metadata.namespace"),
        Arguments.of(
            "namespace of a cluster-scoped object",
            SmallRelease.with(
                "{name: clonesets.apps.kruise.io}",
                "{name: clonesets.apps.kruise.io, namespace: kruise-system}"),
            "belong to the whole cluster",
            "Remove metadata.namespace"),
        Arguments.of(
            "exported from a cluster",
            SmallRelease.with(
                "{name: kruise-manager, namespace: kruise-system}",
                "{name: kruise-manager, namespace: kruise-system, uid: 1234}"),
            "has metadata.uid, so that it was exported from a cluster",
            "as they were rendered"),
        Arguments.of(
            "template in a value",
            SmallRelease.with("openkruise/kruise-manager:v1.8.3", "{{ .Values.image }}:v1.8.3"),
            "holds the unrendered placeholder {{ .Values.image }}",
            "helm template"),
        Arguments.of(
            "kustomize variable in a name",
            SmallRelease.with("{name: kruise-manager, ", "{name: $(NAME), "),
            "holds the unrendered placeholder $(NAME)",
            "kustomize build"),
        Arguments.of(
            "kustomize variable in an annotation",
            SmallRelease.with(
                "{name: kruise-mutating-webhook-configuration}",
                "{name: kruise-mutating-webhook-configuration, annotations:"
                    + " {cert-manager.io/inject-ca-from: $(NAMESPACE)/$(NAME)}}"),
            "holds the unrendered placeholder $(NAMESPACE)",
            "kustomize build"),
        Arguments.of(
            "placeholder namespace",
            SmallRelease.YAML.replace("kruise-system", "system"),
            "Namespace system holds the placeholder namespace 'system'",
            "kustomize build"),
        Arguments.of(
            "placeholder Service",
            SmallRelease.YAML.replace("kruise-webhook-service", "webhook-service"),
            "has the placeholder name 'webhook-service'",
            "kustomize build"),
        Arguments.of(
            "duplicate",
            SmallRelease.and(object("v1", "ServiceAccount", "kruise-manager")),
            "document 10, line 65: ServiceAccount kruise-system/kruise-manager is there twice; the"
                + " first is in small.yaml, document 2, line 7",
            "each object once"),
        Arguments.of(
            "no mutating configuration",
            SmallRelease.without("kind: MutatingWebhookConfiguration"),
            "there is no MutatingWebhookConfiguration kruise-mutating-webhook-configuration",
            "does not become Ready without it"),
        Arguments.of(
            "no validating configuration",
            SmallRelease.without("kind: ValidatingWebhookConfiguration"),
            "there is no ValidatingWebhookConfiguration",
            "does not become Ready without it"),
        Arguments.of(
            "a third configuration",
            SmallRelease.and(
                """
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingWebhookConfiguration
                metadata: {name: other}
                """),
            "ValidatingWebhookConfiguration other is a webhook configuration that the manager does"
                + " not know",
            "kruise-validating-webhook-configuration"),
        Arguments.of(
            "parked configuration",
            SmallRelease.with("webhooks:\n- name: vpod.kb.io", "ignored:\n- name: vpod.kb.io"),
            "lists no webhooks",
            "not as a cluster has it"),
        Arguments.of(
            "webhook with a URL",
            SmallRelease.with("service: " + SERVICE_POINTER, "url: https://localhost/"),
            "has the webhook vpod.kb.io, which does not point to a Service",
            "URLs are not supported"),
        Arguments.of(
            "webhook for another namespace",
            SmallRelease.with(
                SERVICE_POINTER, "{name: kruise-webhook-service, namespace: elsewhere}"),
            "points to Service elsewhere/kruise-webhook-service, which the release does not have",
            "one namespace"),
        Arguments.of(
            "webhook for another Service",
            SmallRelease.with(SERVICE_POINTER, "{name: other, namespace: kruise-system}")
                + "---\n"
                + object("v1", "Service", "other"),
            "the webhooks point to several Services",
            "one release only"),
        Arguments.of(
            "no Service",
            SmallRelease.without("kind: Service\n"),
            "points to Service kruise-system/kruise-webhook-service, which the release does not",
            "one namespace"),
        Arguments.of(
            "Services in two other namespaces",
            SmallRelease.YAML.replace(
                    "{name: kruise-webhook-service, namespace: kruise-system}",
                    "{name: kruise-webhook-service, namespace: one}")
                + "---\n"
                + "apiVersion: v1\n"
                + "kind: Service\n"
                + "metadata: {name: kruise-webhook-service, namespace: two}\n",
            "points to Service kruise-system/kruise-webhook-service, which the release does not",
            "one namespace"),
        Arguments.of(
            "no Deployment",
            SmallRelease.without("kind: Deployment"),
            "no Deployment has the pods that Service kruise-system/kruise-webhook-service selects",
            "pod template"),
        Arguments.of(
            "Deployment with other labels",
            SmallRelease.with("labels: {control-plane: controller-manager,", "labels: {other: x,"),
            "selects; there is Deployment kruise-system/kruise-controller-manager",
            "pod template"),
        Arguments.of(
            "Service without selector",
            SmallRelease.with("selector: {control-plane: controller-manager}", "clusterIP: None"),
            "no Deployment has the pods",
            "pod template"),
        Arguments.of(
            "two managers",
            SmallRelease.and(
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: second, namespace: kruise-system}
                spec: {template: {metadata: {labels: {control-plane: controller-manager}}}}
                """),
            "selects the pods of several Deployments",
            "one release only"),
        Arguments.of(
            "manager without container",
            SmallRelease.with("containers: [{name: manager,", "ignored: [{name: manager,"),
            "Deployment kruise-system/kruise-controller-manager has no container",
            "all objects of one release"),
        Arguments.of(
            "manager that rewrites the webhooks to another Service",
            SmallRelease.with(
                "{name: manager,", "{name: manager, env: [{name: SERVICE_NAME, value: other}],"),
            "sets SERVICE_NAME to other, but the webhooks point to kruise-webhook-service",
            "Make the two the same"),
        Arguments.of(
            "two versions",
            SmallRelease.with(
                "{name: daemon, image: \"openkruise/kruise-manager:v1.8.3\"}",
                "{name: daemon, image: \"mirror/kruise-manager:v1.5.0\"}"),
            "DaemonSet kruise-system/kruise-daemon runs kruise-manager 1.5.x, but the manager is"
                + " 1.8.x",
            "one release only"),
        Arguments.of(
            "object outside",
            SmallRelease.and(
                """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: x, namespace: default}
                """),
            "ConfigMap default/x is outside the release's namespace kruise-system",
            "one namespace"),
        Arguments.of(
            "namespace outside",
            SmallRelease.and("apiVersion: v1\nkind: Namespace\nmetadata: {name: other}\n"),
            "Namespace other is outside the release's namespace",
            "one namespace"),
        Arguments.of(
            "definition missing",
            SmallRelease.without("kind: CustomResourceDefinition"),
            "custom resource definitions are missing: clonesets.apps.kruise.io",
            "crds.managed=true"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("broken")
  void load_whenReleaseIsBroken_saysWhatAndWhereAndHowToMend(
      String what, String yaml, String message, String remedy) {
    Failure failure = failure(yaml);

    assertThat(failure.code()).isEqualTo(FailureCode.RELEASE_INVALID);
    assertThat(failure.stage()).isEqualTo(Stage.LOAD);
    assertThat(failure.message()).contains(message);
    assertThat(failure.remedy()).contains(remedy);
  }

  @Test
  void load_whenSeveralThingsAreBroken_allAreReported() {
    Failure failure =
        failure(
            SmallRelease.without("kind: MutatingWebhookConfiguration")
                    .replace("more: labels", "more: \"{{ .Values.x }}\"")
                + "---\n"
                + object("batch/v1", "Job", "j"));

    assertThat(failure.message()).contains("{{ .Values.x }}");
    assertThat(failure.evidence())
        .anySatisfy(line -> assertThat(line).startsWith("also ").contains("Job kruise-system/j"))
        .anySatisfy(line -> assertThat(line).contains("no MutatingWebhookConfiguration"));
    assertThat(failure.object()).hasToString("Deployment kruise-system/kruise-controller-manager");
  }

  @Test
  void load_whenADocumentIsUnreadable_otherObjectsAreStillChecked() {
    Failure failure = failure("a: 1\na: 2\n---\n" + object("batch/v1", "Job", "j"));

    assertThat(failure.message()).contains("appears twice");
    assertThat(failure.evidence()).singleElement().asString().contains("Job kruise-system/j");
  }

  @Test
  void load_whenVeryManyThingsAreBroken_reportStaysReadable() {
    StringBuilder yaml = new StringBuilder();
    for (int number = 0; number < 200; number++) {
      yaml.append("---\n").append(object("batch/v1", "Job", "j" + number));
    }
    assertThat(failure(yaml.toString()).evidence()).hasSize(50).last().asString().contains("more");
  }

  @Test
  void load_whenSecretIsBroken_itsContentIsNotQuoted() {
    Failure failure =
        failure(
            SmallRelease.with(
                "{name: kruise-webhook-certs, namespace: kruise-system}",
                "{name: kruise-webhook-certs, namespace: default}\n"
                    + "stringData: {tls.key: hunter2}"));

    assertThat(failure.render()).doesNotContain("hunter2").doesNotContain("tls.key");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          stringData: {password: 20240101}       | stringData.password, which is not a text
          stringData: {user: me, password: 0.25} | stringData.password, which is not a text
          data: {password: [aHVudGVyMg==]}       | data.password, which is not a text
          data: {password: {key: hunter2}}       | data.password, which is not a text
          data: hunter2                          | data, which is not a map
          stringData: [hunter2]                  | stringData, which is not a map
          """)
  void load_whenSecretHoldsWhatIsNoText_saysWhereAndNotWhat(String field, String message) {
    Failure failure =
        failure(
            SmallRelease.with(
                "{name: kruise-webhook-certs, namespace: kruise-system}",
                "{name: kruise-webhook-certs, namespace: kruise-system}\n" + field));

    assertThat(failure.code()).isEqualTo(FailureCode.RELEASE_INVALID);
    assertThat(failure.message())
        .startsWith("small.yaml, document 3, line 11: Secret kruise-system/kruise-webhook-certs ")
        .endsWith(message);
    assertThat(failure.remedy()).contains("quotes");
    assertThat(failure.render()).doesNotContain("2024", "0.25", "aHVudGVyMg", "hunter2");
  }

  @Test
  void load_whenSecretHoldsTextsOrNothing_accepted() {
    Release release =
        SmallRelease.load(
            SmallRelease.with(
                "{name: kruise-webhook-certs, namespace: kruise-system}",
                "{name: kruise-webhook-certs, namespace: kruise-system}\n"
                    + "data:\nstringData: {password: \"20240101\", user: }"));

    assertThat(release.manifests()).hasSize(9);
  }

  @Test
  void load_whenASecretStandsBetweenTwoPlaceholders_onlyTheFirstPlaceholderIsQuoted() {
    Failure failure =
        failure(
            SmallRelease.with(
                "{name: manager,",
                "{name: manager, args: [\"{{ .Values.a }} --token=hunter2 {{ .Values.b }}\"],"));

    assertThat(failure.message()).contains("placeholder {{ .Values.a }}");
    assertThat(failure.render()).doesNotContain("hunter2");
  }

  @Test
  void load_whenDistributionAddsUsefulObjects_accepted() {
    Release release =
        SmallRelease.load(
            SmallRelease.and(
                String.join(
                    "---\n",
                    object("policy/v1", "PodDisruptionBudget", "a"),
                    object("monitoring.coreos.com/v1", "ServiceMonitor", "b"),
                    object("monitoring.coreos.com/v1", "PrometheusRule", "c")
                        + "spec: {summary: \"{{ $labels.pod }} is down\"}\n",
                    object("v1", "ConfigMap", "d") + "data: {x: \"{{ template }}\"}\n",
                    """
                    apiVersion: scheduling.k8s.io/v1
                    kind: PriorityClass
                    metadata: {name: kruise}
                    """)));

    assertThat(release.supportingObjects())
        .extracting(each -> each.kind())
        .contains("PodDisruptionBudget", "ServiceMonitor", "PrometheusRule", "PriorityClass");
  }

  @Test
  void load_whenNamespaceOfTheDaemonIsThere_accepted() {
    Release release =
        SmallRelease.load(
            SmallRelease.and(
                """
                apiVersion: v1
                kind: Namespace
                metadata: {name: kruise-daemon-config}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: kruise-daemon-secret-role, namespace: kruise-daemon-config}
                """));

    assertThat(release.namespaces()).hasSize(2);
  }

  private static Failure failure(String yaml) {
    InstallException exception =
        catchThrowableOfType(InstallException.class, () -> SmallRelease.load(yaml));
    assertThat(exception).isNotNull();
    return exception.failure();
  }

  private static String object(String apiVersion, String kind, String name) {
    return "apiVersion: %s\nkind: %s\nmetadata: {name: %s, namespace: kruise-system}\n"
        .formatted(apiVersion, kind, name);
  }
}
