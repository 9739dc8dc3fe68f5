package io.github.kruiseinstaller.testkit.internal.controller;

import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.CONFIG_MAPS;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.NAMESPACES;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.PODS;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.SECRETS;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.SERVICE_ACCOUNTS;
import static io.github.kruiseinstaller.testkit.internal.controller.World.condition;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.testkit.internal.admission.Admission;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import org.junit.jupiter.api.Test;

class NamespaceControllerTest {
  private final World world = new World();

  @Test
  void everyNamespace_hasItsAccountAndTheCertificate() {
    world.namespace("team");
    for (String namespace : new String[] {"default", "kube-system", "kube-public", "team"}) {
      assertThat(world.find(SERVICE_ACCOUNTS, namespace, "default")).as(namespace).isPresent();
      assertThat(
              world
                  .get(CONFIG_MAPS, namespace, "kube-root-ca.crt")
                  .path("data")
                  .path("ca.crt")
                  .asText())
          .startsWith("-----BEGIN");
    }
  }

  @Test
  void accountAndCertificate_comeBack() {
    world.delete(SERVICE_ACCOUNTS, "default", "default");
    world.delete(CONFIG_MAPS, "default", "kube-root-ca.crt");
    world.seconds(1);
    assertThat(world.find(SERVICE_ACCOUNTS, "default", "default")).isPresent();
    world.edit(
        CONFIG_MAPS,
        "default",
        "kube-root-ca.crt",
        map -> Nodes.object(map, "data").put("ca.crt", "x"));
    world.seconds(1);
    assertThat(world.get(CONFIG_MAPS, "default", "kube-root-ca.crt").at("/data/ca.crt").asText())
        .isNotEqualTo("x");
  }

  @Test
  void namespaceThatGoes_isEmptiedPodsFirst() {
    world.namespace("team");
    world.create(SECRETS, "{'metadata':{'name':'s','namespace':'team'}}");
    world.create(
        PODS,
        "{'metadata':{'name':'p','namespace':'team'},'spec':{'containers':["
            + Sample.container("main", "app:1", ",'lifecycle':{'preStop':{'sleep':{'seconds':10}}}")
            + "]}}");
    world.seconds(5);
    world.delete(NAMESPACES, "", "team");
    world.seconds(3);
    var status = world.status(NAMESPACES, "", "team");
    assertThat(status.path("phase").asText()).isEqualTo("Terminating");
    assertThat(condition(status, "NamespaceContentRemaining"))
        .isEqualTo(
            "True SomeResourcesRemain: Some resources are remaining: pods. has 1 resource"
                + " instances");
    assertThat(condition(status, "NamespaceFinalizersRemaining"))
        .isEqualTo("False ContentHasNoFinalizers: All content-preserving finalizers finished");
    assertThat(condition(status, "NamespaceDeletionContentFailure"))
        .isEqualTo(
            "False ContentDeleted: All content successfully deleted, may be waiting on"
                + " finalization");
    assertThat(condition(status, "NamespaceDeletionDiscoveryFailure"))
        .isEqualTo("False ResourcesDiscovered: All resources successfully discovered");
    assertThat(world.find(SECRETS, "team", "s")).isPresent();

    world.seconds(15);
    assertThat(world.find(NAMESPACES, "", "team")).isEmpty();
    assertThat(world.find(SECRETS, "team", "s")).isEmpty();
    assertThat(world.list(SERVICE_ACCOUNTS, "team")).isEmpty();
  }

  @Test
  void finalizerOfAnObject_keepsTheNamespace() {
    world.namespace("team");
    world.create(SECRETS, "{'metadata':{'name':'s','namespace':'team','finalizers':['x/y']}}");
    world.delete(NAMESPACES, "", "team");
    world.seconds(5);
    assertThat(condition(world.status(NAMESPACES, "", "team"), "NamespaceFinalizersRemaining"))
        .isEqualTo(
            "True SomeFinalizersRemain: Some content in the namespace has finalizers remaining:"
                + " x/y in 1 resource instances");
    world.edit(SECRETS, "team", "s", s -> Nodes.object(s, "metadata").remove("finalizers"));
    world.seconds(5);
    assertThat(world.find(NAMESPACES, "", "team")).isEmpty();
  }

  @Test
  void deletionThatIsRefused_isSaidAndTriedAgain() {
    world.namespace("team");
    world.create(SECRETS, "{'metadata':{'name':'s','namespace':'team'}}");
    world.admission =
        request -> {
          if (request.operation() == Admission.Operation.DELETE
              && request.resource().plural().equals("secrets")) {
            throw Statuses.forbidden("", "secrets", "s", "kept");
          }
        };
    world.delete(NAMESPACES, "", "team");
    world.seconds(5);
    assertThat(condition(world.status(NAMESPACES, "", "team"), "NamespaceDeletionContentFailure"))
        .isEqualTo(
            "True ContentDeletionFailed: Failed to delete all resource types, 1 remaining: secrets"
                + " \"s\" is forbidden: kept");
    world.admission = request -> {};
    world.seconds(5);
    assertThat(world.find(NAMESPACES, "", "team")).isEmpty();
  }
}
