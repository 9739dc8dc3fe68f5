package io.github.kruiseinstaller.testkit.internal.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EscalationTest {
  private static final String GROUP = "rbac.authorization.k8s.io";
  private static final Caller JANE = new Caller("jane", List.of("devs", "more"), "");

  private final KnownRbac objects = new KnownRbac();
  private final Escalation escalation = new Escalation(new RbacAuthorizer(objects));

  private static ObjectNode json(String text) {
    return (ObjectNode) Json.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  private static Access write(Caller caller, String plural, String namespace) {
    return new Access(caller, "create", GROUP, plural, "", namespace, "", "");
  }

  private void grant(String rules) {
    objects
        .add("ClusterRole", "", "held", "'rules':[" + rules + "]")
        .add(
            "ClusterRoleBinding",
            "",
            "held",
            "'roleRef':{'kind':'ClusterRole','name':'held'},"
                + "'subjects':[{'kind':'User','name':'jane'}]");
  }

  private static final ObjectNode ROLE =
      json(
          "{'metadata':{'name':'r'},'rules':[{'verbs':['get'],'apiGroups':[''],"
              + "'resources':['pods'],'resourceNames':['a']}]}");

  @Test
  void concerns_rolesAndBindings() {
    assertThat(Escalation.concerns(GROUP, "roles")).isTrue();
    assertThat(Escalation.concerns(GROUP, "clusterrolebindings")).isTrue();
    assertThat(Escalation.concerns(GROUP, "others")).isFalse();
    assertThat(Escalation.concerns("", "roles")).isFalse();
  }

  @Test
  void whatIsNotHeld_cannotBeGiven() {
    assertThatThrownBy(() -> escalation.check(write(JANE, "roles", "ns"), null, ROLE))
        .hasMessage(
            "roles.rbac.authorization.k8s.io \"r\" is forbidden: user \"jane\" (groups=[\"devs\""
                + " \"more\"]) is attempting to grant RBAC permissions not currently held:\n"
                + "{APIGroups:[\"\"], Resources:[\"pods\"], ResourceNames:[\"a\"],"
                + " Verbs:[\"get\"]}");
  }

  @Test
  void whatIsHeld_canBeGiven() {
    grant("{'verbs':['*'],'apiGroups':[''],'resources':['pods']}");

    assertThatCode(() -> escalation.check(write(JANE, "roles", "ns"), null, ROLE))
        .doesNotThrowAnyException();
  }

  @Test
  void masters_giveAnything() {
    assertThatCode(() -> escalation.check(write(Caller.system("root"), "roles", "ns"), null, ROLE))
        .doesNotThrowAnyException();
  }

  @Test
  void escalate_liftsIt() {
    grant(
        "{'verbs':['escalate'],'apiGroups':['rbac.authorization.k8s.io'],"
            + "'resources':['roles']}");

    assertThatCode(() -> escalation.check(write(JANE, "roles", "ns"), null, ROLE))
        .doesNotThrowAnyException();
  }

  @Test
  void aggregation_needsEverything() {
    ObjectNode gathering =
        json("{'metadata':{'name':'g'},'aggregationRule':{'clusterRoleSelectors':[{}]}}");

    assertThatThrownBy(() -> escalation.check(write(JANE, "clusterroles", ""), null, gathering))
        .hasMessage(
            "clusterroles.rbac.authorization.k8s.io \"g\" is forbidden: must have cluster-admin"
                + " privileges to use the aggregationRule");
    ObjectNode after = json("{'metadata':{'name':'g'},'rules':[]}");
    assertThatThrownBy(() -> escalation.check(write(JANE, "clusterroles", ""), gathering, after))
        .hasMessageContaining("must have cluster-admin privileges");
    grant(
        "{'verbs':['*'],'apiGroups':['*'],'resources':['*']},"
            + "{'verbs':['*'],'nonResourceURLs':['*']}");
    assertThatCode(() -> escalation.check(write(JANE, "clusterroles", ""), null, gathering))
        .doesNotThrowAnyException();
  }

  @Test
  void onlyFinalizersChange_isNoGrant() {
    ObjectNode without = ROLE.deepCopy();
    ObjectNode with = ROLE.deepCopy();
    with.withObject("metadata").putArray("finalizers").add("x");

    assertThatCode(() -> escalation.check(write(JANE, "roles", "ns"), with, without))
        .doesNotThrowAnyException();
  }

  @Test
  void binding_needsTheRolesPermissionsOrBind() {
    objects.add(
        "Role",
        "ns",
        "target",
        "'rules':[{'verbs':['get','list'],'apiGroups':['apps'],'resources':['deployments']}]");
    ObjectNode binding =
        json("{'metadata':{'name':'b'},'roleRef':{'kind':'Role','name':'target'}}");

    assertThatThrownBy(() -> escalation.check(write(JANE, "rolebindings", "ns"), null, binding))
        .hasMessageEndingWith(
            "\n{APIGroups:[\"apps\"], Resources:[\"deployments\"], Verbs:[\"get\" \"list\"]}");
    ObjectNode dangling =
        json("{'metadata':{'name':'b'},'roleRef':{'kind':'ClusterRole','name':'none'}}");
    assertThatThrownBy(() -> escalation.check(write(JANE, "rolebindings", "ns"), null, dangling))
        .hasMessage("rolebindings.rbac.authorization.k8s.io \"none\" not found");
    grant(
        "{'verbs':['bind'],'apiGroups':['rbac.authorization.k8s.io'],'resources':['roles'],"
            + "'resourceNames':['target']}");
    assertThatCode(() -> escalation.check(write(JANE, "rolebindings", "ns"), null, binding))
        .doesNotThrowAnyException();
  }
}
