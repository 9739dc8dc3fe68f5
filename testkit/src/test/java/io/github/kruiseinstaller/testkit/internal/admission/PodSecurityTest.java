package io.github.kruiseinstaller.testkit.internal.admission;

import static io.github.kruiseinstaller.testkit.internal.admission.Fixture.DEPLOYMENTS;
import static io.github.kruiseinstaller.testkit.internal.admission.Fixture.NAMESPACES;
import static io.github.kruiseinstaller.testkit.internal.admission.Fixture.PODS;
import static io.github.kruiseinstaller.testkit.internal.admission.Fixture.createPod;
import static io.github.kruiseinstaller.testkit.internal.admission.Fixture.object;
import static io.github.kruiseinstaller.testkit.internal.admission.Fixture.pod;
import static io.github.kruiseinstaller.testkit.internal.admission.Fixture.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.admission.Admission.Operation;
import io.github.kruiseinstaller.testkit.internal.admission.Admission.Request;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodSecurityTest {
  private static final String GOOD =
      "{'securityContext':{'runAsNonRoot':true,'seccompProfile':{'type':'RuntimeDefault'}},"
          + "'containers':[{'name':'a','image':'i','securityContext':{'allowPrivilegeEscalation':false,"
          + "'capabilities':{'drop':['ALL'],'add':['NET_BIND_SERVICE']}}}],"
          + "'volumes':[{'name':'v','emptyDir':{}}]}";

  private final Objects cluster = new Objects();
  private final PodSecurity security = new PodSecurity(cluster);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'containers':[{'name':'a'}]} | ``",
        "{'hostNetwork':true,'hostPID':true,'hostIPC':true} | host namespaces (hostNetwork=true,"
            + " hostPID=true, hostIPC=true)",
        "{'volumes':[{'name':'v','hostPath':{'path':'/'}}]} | hostPath volumes (volume \"v\")",
        "{'volumes':[{'name':'v','hostPath':{}},{'name':'w','hostPath':{}}]} | hostPath volumes"
            + " (volumes \"v\", \"w\")",
        "{'containers':[{'name':'a','ports':[{'hostPort':80},{'containerPort':1}]}]} | hostPort"
            + " (container \"a\" uses hostPort 80)",
        "{'containers':[{'name':'a','ports':[{'hostPort':80}]},{'name':'b','ports':[{'hostPort':81}]}]}"
            + " | hostPort (containers \"a\", \"b\" use hostPorts 80, 81)",
        "{'initContainers':[{'name':'i','securityContext':{'privileged':true}}],'containers':[{'name':'a','securityContext':{'privileged':true}}]}"
            + " | privileged (containers \"i\", \"a\" must not set"
            + " securityContext.privileged=true)",
        "{'containers':[{'name':'a','securityContext':{'capabilities':{'add':['NET_ADMIN','CHOWN']}}}]}"
            + " | non-default capabilities (container \"a\" must not include \"NET_ADMIN\" in"
            + " securityContext.capabilities.add)",
        "{'containers':[{'name':'a','securityContext':{'seccompProfile':{'type':'Unconfined'}}}]} |"
            + " seccompProfile (container \"a\" must not set securityContext.seccompProfile.type to"
            + " \"Unconfined\")",
        "{'hostNetwork':true,'volumes':[{'name':'v','hostPath':{}}]} | host namespaces"
            + " (hostNetwork=true), hostPath volumes (volume \"v\")"
      })
  void baseline_refuses(String spec, String why) {
    expect("baseline", spec, why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        GOOD + " | ``",
        "{'securityContext':{'runAsNonRoot':true,'seccompProfile':{'type':'RuntimeDefault'}},'containers':[{'name':'a'},{'name':'b','securityContext':{'allowPrivilegeEscalation':false,'capabilities':{'drop':['ALL']}}}]}"
            + " | allowPrivilegeEscalation != false (container \"a\" must set"
            + " securityContext.allowPrivilegeEscalation=false), unrestricted capabilities"
            + " (container \"a\" must set securityContext.capabilities.drop=[\"ALL\"])",
        "{'containers':[{'name':'a','securityContext':{'allowPrivilegeEscalation':false,'capabilities':{'drop':['ALL']}}}]}"
            + " | runAsNonRoot != true (pod or container \"a\" must set"
            + " securityContext.runAsNonRoot=true), seccompProfile (pod or container \"a\" must set"
            + " securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\")",
        "{'securityContext':{'runAsNonRoot':false,'runAsUser':0,'seccompProfile':{'type':'Localhost'}},'containers':[{'name':'a','securityContext':{'allowPrivilegeEscalation':false,'runAsNonRoot':false,'runAsUser':0,'capabilities':{'drop':['ALL'],'add':['CHOWN']}}}]}"
            + " | unrestricted capabilities (container \"a\" must not include \"CHOWN\" in"
            + " securityContext.capabilities.add), runAsNonRoot != true (pod and container \"a\""
            + " must not set securityContext.runAsNonRoot=false), runAsUser=0 (pod and container"
            + " \"a\" must not set runAsUser=0)",
        "{'securityContext':{'runAsNonRoot':true,'seccompProfile':{'type':'Unconfined'}},'volumes':[{'name':'v','hostPath':{}},{'name':'w','nfs':{}},{'name':'x','secret':{}},{'name':'y'}]}"
            + " | restricted volume types (volumes \"v\", \"w\", \"y\" use restricted volume types"
            + " \"hostPath\", \"nfs\", \"unknown\"), seccompProfile (pod must not set"
            + " securityContext.seccompProfile.type to \"Unconfined\")",
        "{'hostNetwork':true,'securityContext':{'runAsNonRoot':true,'seccompProfile':{'type':'RuntimeDefault'}},'volumes':[{'name':'v','hostPath':{}}]}"
            + " | host namespaces (hostNetwork=true), restricted volume types (volume \"v\" uses"
            + " restricted volume type \"hostPath\")"
      })
  void restricted_refuses(String spec, String why) {
    expect("restricted", spec, why);
  }

  private void expect(String level, String spec, String why) {
    namespace("enforce", level, "");
    Request request = createPod(withSpec(spec));
    if (why.isEmpty()) {
      security.validate(request);
    } else {
      assertThatThrownBy(() -> security.validate(request))
          .hasMessage(
              "pods \"p\" is forbidden: violates PodSecurity \"" + level + ":latest\": " + why);
    }
  }

  @Test
  void version_isToldAsItIsAsked() {
    namespace("enforce", "baseline", "v1.30");
    assertThatThrownBy(() -> security.validate(createPod(withSpec("{'hostNetwork':true}"))))
        .hasMessageContaining("PodSecurity \"baseline:v1.30\": host namespaces");
  }

  @Test
  void warn_warnsOfPodsAndOfTemplates() {
    namespace("warn", "baseline", "");
    String warning =
        "would violate PodSecurity \"baseline:latest\": host namespaces (hostNetwork=true)";
    Request pod = createPod(withSpec("{'hostNetwork':true}"));
    security.validate(pod);
    assertThat(pod.warnings()).containsExactly(warning);
    ObjectNode deployment = object("apps/v1", "Deployment", "apps", "d");
    Nodes.object(deployment, "spec", "template", "spec").put("hostNetwork", true);
    Request controller = Fixture.create(deployment, DEPLOYMENTS);
    security.validate(controller);
    assertThat(controller.warnings()).containsExactly(warning);
    Request scale = request(Operation.UPDATE, DEPLOYMENTS, "status", deployment, deployment);
    security.validate(scale);
    assertThat(scale.warnings()).isEmpty();
  }

  @Test
  void updates_areLookedAtOnlyWhenAnImageChanges() {
    namespace("enforce", "baseline", "");
    ObjectNode old = withSpec("{'hostNetwork':true,'containers':[{'name':'a','image':'1'}]}");
    ObjectNode same = old.deepCopy();
    security.validate(request(Operation.UPDATE, PODS, "", same, old));
    ObjectNode other = withSpec("{'hostNetwork':true,'containers':[{'name':'a','image':'2'}]}");
    assertThatThrownBy(() -> security.validate(request(Operation.UPDATE, PODS, "", other, old)))
        .hasMessageContaining("violates PodSecurity");
    security.validate(request(Operation.CREATE, PODS, "eviction", other, null));
    security.validate(request(Operation.DELETE, PODS, "", null, old));
  }

  @Test
  void withoutLabels_everythingIsAllowed() {
    Request request = createPod(withSpec("{'hostNetwork':true}"));
    security.validate(request);
    assertThat(request.warnings()).isEmpty();
  }

  @Test
  void enforcedLevel_isWarnedOfToo_unlessTheLabelsSayOtherwise() {
    ObjectNode deployment = object("apps/v1", "Deployment", "apps", "d");
    Nodes.object(deployment, "spec", "template", "spec").put("hostNetwork", true);
    Request asked = Fixture.create(deployment, DEPLOYMENTS);
    namespace("enforce", "baseline", "v1.30");
    security.validate(asked);
    assertThat(asked.warnings())
        .containsExactly(
            "would violate PodSecurity \"baseline:v1.30\": host namespaces (hostNetwork=true)");
    asked.warnings().clear();
    cluster.remove("", "namespaces");
    cluster.put("", "namespaces", labelled("'enforce':'baseline','warn':'privileged'"));
    security.validate(asked);
    assertThat(asked.warnings()).isEmpty();
  }

  @Test
  void labelsThatMeanNothing_enforceTheStrictestLevel_andWarnOfNothing() {
    cluster.put("", "namespaces", labelled("'enforce':'strict','warn':'strict'"));
    assertThatThrownBy(() -> security.validate(createPod(withSpec("{'hostNetwork':true}"))))
        .hasMessageContaining("violates PodSecurity \"restricted:latest\"");
    Request good = createPod(withSpec(GOOD));
    security.validate(good);
    assertThat(good.warnings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'enforce':'restricted','enforce-version':'v1.30','audit':'baseline','warn-version':'latest'"
            + " | ``",
        "'enforce':'strict' | metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value:"
            + " \"strict\": must be one of privileged, baseline, restricted",
        "'audit-version':'1.30' | metadata.labels[pod-security.kubernetes.io/audit-version]:"
            + " Invalid value: \"1.30\": must be \"latest\" or \"v1.x\"",
        "'warn-version':'v1.030','warn':'' | [metadata.labels[pod-security.kubernetes.io/warn]:"
            + " Invalid value: \"\": must be one of privileged, baseline, restricted,"
            + " metadata.labels[pod-security.kubernetes.io/warn-version]: Invalid value:"
            + " \"v1.030\": must be \"latest\" or \"v1.x\"]"
      })
  void labelsOfANamespace_haveToMeanSomething(String labels, String why) {
    Request create = Fixture.create(labelled(labels), NAMESPACES);
    Request update =
        request(Operation.UPDATE, NAMESPACES, "", labelled(labels), labelled("'warn':'baseline'"));
    for (Request asked : List.of(create, update)) {
      if (why.isEmpty()) {
        security.validate(asked);
      } else {
        StatusException refusal =
            catchThrowableOfType(StatusException.class, () -> security.validate(asked));
        assertThat(refusal).hasMessage("Namespace \"apps\" is invalid: " + why);
        assertThat(refusal.code()).isEqualTo(422);
      }
    }
    ObjectNode other = labelled(labels);
    Nodes.object(other, "metadata", "labels").put("more", "x");
    security.validate(request(Operation.UPDATE, NAMESPACES, "", other, labelled(labels)));
    security.validate(
        request(Operation.UPDATE, NAMESPACES, "status", labelled(labels), labelled("")));
  }

  @Test
  void stricterLevel_isWarnedOfWhereItsPodsViolateIt() {
    put("c", "{'containers':[{'name':'a'}],'hostNetwork':true}");
    put("b", "{'containers':[{'name':'a'}],'hostNetwork':true,'hostPID':true}");
    put("d", "{'containers':[{'name':'a'}],'hostIPC':true}");
    put("e", "{'containers':[{'name':'a'}],'volumes':[{'name':'v','hostPath':{}}]}");
    put("a", GOOD);
    assertThat(warnings("'enforce':'privileged'", "'enforce':'baseline'"))
        .containsExactly(
            "existing pods in namespace \"apps\" violate the new PodSecurity enforce level"
                + " \"baseline:latest\"",
            "b (and 2 other pods): host namespaces",
            "e: hostPath volumes");
    assertThat(warnings("", "'enforce':'restricted','enforce-version':'v1.30'"))
        .startsWith(
            "existing pods in namespace \"apps\" violate the new PodSecurity enforce level"
                + " \"restricted:v1.30\"")
        .hasSize(3);
    assertThat(warnings("'enforce':'restricted'", "'enforce':'baseline'")).isEmpty();
    assertThat(warnings("'enforce':'baseline'", "'enforce':'baseline','warn':'baseline'"))
        .isEmpty();
    assertThat(warnings("'enforce':'baseline'", "'enforce':'privileged'")).isEmpty();
    assertThat(warnings("'enforce':'baseline'", "'enforce':'baseline','enforce-version':'v1.30'"))
        .hasSize(3);
  }

  private List<String> warnings(String before, String after) {
    Request update = request(Operation.UPDATE, NAMESPACES, "", labelled(after), labelled(before));
    security.validate(update);
    return update.warnings();
  }

  private void put(String name, String spec) {
    ObjectNode pod = pod(name);
    pod.set("spec", Json.parse(spec.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
    cluster.put("", "pods", pod);
  }

  private static ObjectNode labelled(String labels) {
    ObjectNode namespace = object("v1", "Namespace", "", "apps");
    Json.parse(("{" + labels + "}").replace('\'', '"').getBytes(StandardCharsets.UTF_8))
        .properties()
        .forEach(
            label ->
                Nodes.object(namespace, "metadata", "labels")
                    .put(
                        "pod-security.kubernetes.io/" + label.getKey(), label.getValue().asText()));
    return namespace;
  }

  private void namespace(String mode, String level, String version) {
    ObjectNode namespace = object("v1", "Namespace", "", "apps");
    ObjectNode labels = Nodes.object(namespace, "metadata", "labels");
    labels.put("pod-security.kubernetes.io/" + mode, level);
    if (!version.isEmpty()) {
      labels.put("pod-security.kubernetes.io/" + mode + "-version", version);
    }
    cluster.put("", "namespaces", namespace);
  }

  private static ObjectNode withSpec(String spec) {
    ObjectNode pod = pod("p");
    pod.set("spec", Json.parse(spec.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
    return pod;
  }
}
