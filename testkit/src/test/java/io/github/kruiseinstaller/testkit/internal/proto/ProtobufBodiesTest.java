package io.github.kruiseinstaller.testkit.internal.proto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.github.kruiseinstaller.testkit.internal.kind.KindRegistry;
import io.github.kruiseinstaller.testkit.internal.kind.ObjectDecoder;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.kubernetes.client.proto.IntStr.IntOrString;
import io.kubernetes.client.proto.Meta;
import io.kubernetes.client.proto.Meta.ObjectMeta;
import io.kubernetes.client.proto.Resource.Quantity;
import io.kubernetes.client.proto.Runtime.TypeMeta;
import io.kubernetes.client.proto.Runtime.Unknown;
import io.kubernetes.client.proto.V1;
import io.kubernetes.client.proto.V1Admissionregistration;
import io.kubernetes.client.proto.V1Apiextensions;
import io.kubernetes.client.proto.V1Authorization;
import io.kubernetes.client.proto.V1Coordination;
import io.kubernetes.client.proto.V1Policy;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProtobufBodiesTest {
  private final ProtobufBodies bodies = new ProtobufBodies(new ObjectDecoder(new KindRegistry()));

  @Test
  void pod_zeroValuesThatAreNoPointersAreLeftOut() {
    V1.Container container =
        V1.Container.newBuilder()
            .setName("main")
            .setImage("")
            .setTty(false)
            .setResources(
                V1.ResourceRequirements.newBuilder()
                    .putLimits("cpu", Quantity.newBuilder().setString("100m").build()))
            .setReadinessProbe(
                V1.Probe.newBuilder()
                    .setHandler(
                        V1.ProbeHandler.newBuilder()
                            .setHttpGet(
                                V1.HTTPGetAction.newBuilder()
                                    .setPort(IntOrString.newBuilder().setType(1).setStrVal("h")))))
            .addEnv(
                V1.EnvVar.newBuilder()
                    .setName("E")
                    .setValueFrom(
                        V1.EnvVarSource.newBuilder()
                            .setSecretKeyRef(
                                V1.SecretKeySelector.newBuilder()
                                    .setKey("k")
                                    .setLocalObjectReference(
                                        V1.LocalObjectReference.newBuilder().setName("s")))))
            .build();
    V1.Pod pod =
        V1.Pod.newBuilder()
            .setMetadata(
                ObjectMeta.newBuilder()
                    .setName("p")
                    .setGenerateName("")
                    .setCreationTimestamp(Meta.Time.getDefaultInstance())
                    .putLabels("a", ""))
            .setSpec(
                V1.PodSpec.newBuilder()
                    .addContainers(container)
                    .setTerminationGracePeriodSeconds(0)
                    .setHostNetwork(false)
                    .addVolumes(
                        V1.Volume.newBuilder()
                            .setName("v")
                            .setVolumeSource(
                                V1.VolumeSource.newBuilder()
                                    .setEmptyDir(V1.EmptyDirVolumeSource.getDefaultInstance()))))
            .build();

    JsonNode json = json("v1", "Pod", pod);

    assertThat(json.path("metadata"))
        .isEqualTo(tree("{'name':'p','labels':{'a':''}}"));
    assertThat(json.at("/spec/terminationGracePeriodSeconds").intValue()).isZero();
    assertThat(json.at("/spec/terminationGracePeriodSeconds").isMissingNode()).isFalse();
    assertThat(json.path("spec").has("hostNetwork")).isFalse();
    assertThat(json.at("/spec/volumes/0")).isEqualTo(tree("{'name':'v','emptyDir':{}}"));
    JsonNode main = json.at("/spec/containers/0");
    assertThat(main.path("resources")).isEqualTo(tree("{'limits':{'cpu':'100m'}}"));
    assertThat(main.path("readinessProbe")).isEqualTo(tree("{'httpGet':{'port':'h'}}"));
    assertThat(main.at("/env/0/valueFrom")).isEqualTo(tree("{'secretKeyRef':{'name':'s','key':'k'}}"));
    assertThat(main.has("tty")).isFalse();
    assertThat(main.has("image")).isFalse();
  }

  @Test
  void secret_bytesAreBase64() {
    JsonNode json =
        json(
            "v1",
            "Secret",
            V1.Secret.newBuilder().putData("k", ByteString.copyFromUtf8("value")).build());

    assertThat(json.path("data")).isEqualTo(tree("{'k':'dmFsdWU='}"));
  }

  @Test
  void lease_timesAreToTheMicrosecondAndManagedFieldsAreJson() {
    JsonNode json =
        json(
            "coordination.k8s.io/v1",
            "Lease",
            V1Coordination.Lease.newBuilder()
                .setMetadata(
                    ObjectMeta.newBuilder()
                        .setCreationTimestamp(Meta.Time.newBuilder().setSeconds(1700000000))
                        .addManagedFields(
                            Meta.ManagedFieldsEntry.newBuilder()
                                .setFieldsV1(
                                    Meta.FieldsV1.newBuilder()
                                        .setRaw(ByteString.copyFromUtf8("{\"f:spec\":{}}")))))
                .setSpec(
                    V1Coordination.LeaseSpec.newBuilder()
                        .setRenewTime(
                            Meta.MicroTime.newBuilder().setSeconds(1700000000).setNanos(5000)))
                .build());

    assertThat(json.at("/spec/renewTime").asText()).isEqualTo("2023-11-14T22:13:20.000005Z");
    assertThat(json.at("/metadata/creationTimestamp").asText()).isEqualTo("2023-11-14T22:13:20Z");
    assertThat(json.at("/metadata/managedFields/0/fieldsV1")).isEqualTo(tree("{'f:spec':{}}"));
  }

  @Test
  void service_numbersOfPortsStayNumbers() {
    JsonNode json =
        json(
            "v1",
            "Service",
            V1.Service.newBuilder()
                .setSpec(
                    V1.ServiceSpec.newBuilder()
                        .addPorts(
                            V1.ServicePort.newBuilder()
                                .setPort(80)
                                .setTargetPort(
                                    IntOrString.newBuilder().setType(0).setIntVal(8080))))
                .build());

    assertThat(json.at("/spec/ports/0")).isEqualTo(tree("{'port':80,'targetPort':8080}"));
  }

  @Test
  void deleteOptions_areKnownInEveryGroup() {
    Meta.DeleteOptions options =
        Meta.DeleteOptions.newBuilder()
            .setPropagationPolicy("Foreground")
            .setGracePeriodSeconds(0)
            .build();

    assertThat(json("apps/v1", "DeleteOptions", options))
        .isEqualTo(
            tree(
                "{'apiVersion':'apps/v1','kind':'DeleteOptions','gracePeriodSeconds':0,"
                    + "'propagationPolicy':'Foreground'}"));
  }

  @Test
  void eviction_carriesDeleteOptions() {
    JsonNode json =
        json(
            "policy/v1",
            "Eviction",
            V1Policy.Eviction.newBuilder()
                .setMetadata(ObjectMeta.newBuilder().setName("p"))
                .setDeleteOptions(Meta.DeleteOptions.newBuilder().addDryRun("All"))
                .build());

    assertThat(json.at("/metadata/name").asText()).isEqualTo("p");
    assertThat(json.at("/deleteOptions/dryRun/0").asText()).isEqualTo("All");
  }

  @Test
  void accessReview_extraValuesAreLists() {
    JsonNode json =
        json(
            "authorization.k8s.io/v1",
            "SubjectAccessReview",
            V1Authorization.SubjectAccessReview.newBuilder()
                .setSpec(
                    V1Authorization.SubjectAccessReviewSpec.newBuilder()
                        .setUser("u")
                        .putExtra(
                            "x", V1Authorization.ExtraValue.newBuilder().addItems("1").build()))
                .build());

    assertThat(json.at("/spec/extra")).isEqualTo(tree("{'x':['1']}"));
  }

  @Test
  void webhookConfiguration_operationsAndRuleStandSideBySide() {
    V1Admissionregistration.RuleWithOperations rule =
        V1Admissionregistration.RuleWithOperations.newBuilder()
            .addOperations("CREATE")
            .setRule(V1Admissionregistration.Rule.newBuilder().addApiGroups("").addResources("pods"))
            .build();

    JsonNode json =
        json(
            "admissionregistration.k8s.io/v1",
            "ValidatingWebhookConfiguration",
            V1Admissionregistration.ValidatingWebhookConfiguration.newBuilder()
                .addWebhooks(
                    V1Admissionregistration.ValidatingWebhook.newBuilder()
                        .setName("w")
                        .addRules(rule))
                .build());

    assertThat(json.at("/webhooks/0/rules/0"))
        .isEqualTo(tree("{'operations':['CREATE'],'apiGroups':[''],'resources':['pods']}"));
  }

  @Test
  void definition_schemasTakeTheirNamesAndShapesOfJson() {
    V1Apiextensions.JSONSchemaProps text =
        V1Apiextensions.JSONSchemaProps.newBuilder()
            .setType("string")
            .setDefault(
                V1Apiextensions.JSON.newBuilder().setRaw(ByteString.copyFromUtf8("\"x\"")))
            .build();
    V1Apiextensions.JSONSchemaProps.Builder open =
        V1Apiextensions.JSONSchemaProps.newBuilder()
            .setType("object")
            .setAdditionalProperties(
                V1Apiextensions.JSONSchemaPropsOrBool.newBuilder().setAllows(true));
    V1Apiextensions.JSONSchemaProps.Builder schema =
        V1Apiextensions.JSONSchemaProps.newBuilder()
            .setXKubernetesPreserveUnknownFields(true)
            .putProperties(
                "list",
                V1Apiextensions.JSONSchemaProps.newBuilder()
                    .setItems(V1Apiextensions.JSONSchemaPropsOrArray.newBuilder().setSchema(text))
                    .build())
            .putProperties("open", open.build());

    JsonNode json =
        json(
            "apiextensions.k8s.io/v1",
            "CustomResourceDefinition",
            V1Apiextensions.CustomResourceDefinition.newBuilder()
                .setSpec(
                    V1Apiextensions.CustomResourceDefinitionSpec.newBuilder()
                        .addVersions(
                            V1Apiextensions.CustomResourceDefinitionVersion.newBuilder()
                                .setSchema(
                                    V1Apiextensions.CustomResourceValidation.newBuilder()
                                        .setOpenAPIV3Schema(schema))))
                .build());

    assertThat(json.at("/spec/versions/0/schema/openAPIV3Schema"))
        .isEqualTo(
            tree(
                "{'x-kubernetes-preserve-unknown-fields':true,'properties':{'list':{'items':"
                    + "{'type':'string','default':'x'}},"
                    + "'open':{'type':'object','additionalProperties':true}}}"));
  }

  @Test
  void json_whenKindHasNoProtobufForm_isEmpty() {
    assertThat(bodies.json(body("apps.kruise.io/v1alpha1", "CloneSet", "", new byte[0]))).isEmpty();
  }

  @Test
  void json_whenEnvelopeHoldsJson_isThatJson() {
    byte[] inner = "{\"kind\":\"CloneSet\"}".getBytes(StandardCharsets.UTF_8);

    assertThat(bodies.json(body("a/v1", "CloneSet", "application/json", inner)))
        .hasValueSatisfying(json -> assertThat(json).isEqualTo(inner));
  }

  @Test
  void json_whenNotProtobuf_isRefused() {
    for (String text : new String[] {"{}", "{\"kind\":\"Pod\"}", "k8s\0\u0001"}) {
      assertThatThrownBy(() -> bodies.json(text.getBytes(StandardCharsets.UTF_8)))
          .isInstanceOf(StatusException.class)
          .hasMessageMatching("(?s).*[Pp]roto(buf|col).*");
    }
  }

  private JsonNode json(String apiVersion, String kind, Message message) {
    return Json.parse(
        bodies.json(body(apiVersion, kind, "", message.toByteArray())).orElseThrow());
  }

  private static byte[] body(String apiVersion, String kind, String contentType, byte[] raw) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(new byte[] {'k', '8', 's', 0});
    body.writeBytes(
        Unknown.newBuilder()
            .setTypeMeta(TypeMeta.newBuilder().setApiVersion(apiVersion).setKind(kind))
            .setContentType(contentType)
            .setRaw(ByteString.copyFrom(raw))
            .build()
            .toByteArray());
    return body.toByteArray();
  }

  private static JsonNode tree(String text) {
    return Json.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }
}
