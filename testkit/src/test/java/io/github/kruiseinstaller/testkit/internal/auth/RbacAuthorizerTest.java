package io.github.kruiseinstaller.testkit.internal.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RbacAuthorizerTest {
  private static final Caller JANE = new Caller("jane", List.of("devs"), "");
  private static final String READS_PODS =
      "'rules':[{'verbs':['get'],'apiGroups':[''],'resources':['pods']}]";

  private final KnownRbac objects = new KnownRbac();
  private final RbacAuthorizer authorizer = new RbacAuthorizer(objects);

  private static String roleRef(String kind, String name) {
    return "'roleRef':{'kind':'" + kind + "','name':'" + name + "'}";
  }

  private static Access pods(Caller caller, String namespace) {
    return new Access(caller, "get", "", "pods", "", namespace, "p", "");
  }

  @Test
  void nothingGranted_nothingAllowed() {
    assertThat(authorizer.authorize(pods(JANE, "ns")).allowed()).isFalse();
    assertThat(authorizer.rulesFor(JANE, "ns")).isEmpty();
  }

  @Test
  void masters_mayEverything() {
    Caller root = Caller.system("root");

    assertThat(authorizer.authorize(pods(root, "ns")).allowed()).isTrue();
    assertThat(authorizer.rulesFor(root, "")).isEqualTo(Rule.EVERYTHING);
  }

  @Test
  void roleBinding_toAUserAndARole() {
    objects
        .add("Role", "ns", "reader", READS_PODS)
        .add(
            "RoleBinding",
            "ns",
            "b",
            roleRef("Role", "reader") + ",'subjects':[{'kind':'User','name':'jane'}]");

    assertThat(authorizer.authorize(pods(JANE, "ns")))
        .isEqualTo(
            new Authorizer.Verdict(
                true, "RBAC: allowed by RoleBinding \"b/ns\" of Role \"reader\" to User \"jane\""));
    assertThat(authorizer.authorize(pods(JANE, "other")).allowed()).isFalse();
    assertThat(authorizer.authorize(pods(JANE, "")).allowed()).isFalse();
    assertThat(authorizer.rulesFor(JANE, "ns")).hasSize(1);
  }

  @Test
  void clusterRoleBinding_toAGroup_holdsEverywhere() {
    objects
        .add("ClusterRole", "", "reader", READS_PODS)
        .add(
            "ClusterRoleBinding",
            "",
            "b",
            roleRef("ClusterRole", "reader") + ",'subjects':[{'kind':'Group','name':'devs'}]");

    assertThat(authorizer.authorize(pods(JANE, "")).reason())
        .isEqualTo(
            "RBAC: allowed by ClusterRoleBinding \"b\" of ClusterRole \"reader\" to Group"
                + " \"devs\"");
    assertThat(authorizer.authorize(pods(JANE, "ns")).allowed()).isTrue();
  }

  @Test
  void serviceAccount_withItsNamespaceOrTheBindings() {
    objects
        .add("ClusterRole", "", "reader", READS_PODS)
        .add(
            "RoleBinding",
            "ns",
            "b",
            roleRef("ClusterRole", "reader")
                + ",'subjects':[{'kind':'ServiceAccount','name':'here'},"
                + "{'kind':'ServiceAccount','name':'there','namespace':'other'},"
                + "{'kind':'Martian','name':'x'}]")
        .add(
            "ClusterRoleBinding",
            "",
            "c",
            roleRef("ClusterRole", "reader")
                + ",'subjects':[{'kind':'ServiceAccount','name':'homeless'}]");

    assertThat(authorizer.authorize(pods(Caller.serviceAccount("ns", "here", ""), "ns")).reason())
        .endsWith("to ServiceAccount \"here/ns\"");
    assertThat(
            authorizer.authorize(pods(Caller.serviceAccount("other", "there", ""), "ns")).allowed())
        .isTrue();
    assertThat(authorizer.authorize(pods(Caller.serviceAccount("ns", "there", ""), "ns")).allowed())
        .isFalse();
    assertThat(
            authorizer.authorize(pods(Caller.serviceAccount("ns", "homeless", ""), "ns")).allowed())
        .isFalse();
  }

  @Test
  void missingRoles_areTold() {
    objects
        .add(
            "ClusterRoleBinding",
            "",
            "a",
            roleRef("ClusterRole", "gone") + ",'subjects':[{'kind':'User','name':'jane'}]")
        .add(
            "RoleBinding",
            "ns",
            "b",
            roleRef("Role", "lost") + ",'subjects':[{'kind':'User','name':'jane'}]");

    assertThat(authorizer.authorize(pods(JANE, "ns")).reason())
        .isEqualTo(
            "RBAC: [clusterrole.rbac.authorization.k8s.io \"gone\" not found,"
                + " role.rbac.authorization.k8s.io \"lost\" not found]");
    assertThatThrownBy(() -> authorizer.check(pods(JANE, "ns")))
        .isInstanceOf(StatusException.class)
        .hasMessage(
            "pods \"p\" is forbidden: User \"jane\" cannot get resource \"pods\" in API group"
                + " \"\" in the namespace \"ns\": RBAC:"
                + " [clusterrole.rbac.authorization.k8s.io \"gone\" not found,"
                + " role.rbac.authorization.k8s.io \"lost\" not found]");
  }

  @Test
  void aggregation_gathersByLabel() {
    objects
        .add(
            "ClusterRole",
            "",
            "sum",
            "'aggregationRule':{'clusterRoleSelectors':[{'matchLabels':{'add':'yes'}},"
                + "{'matchExpressions':[{'key':'tier','operator':'In','values':['x']},"
                + "{'key':'not','operator':'DoesNotExist'},{'key':'tier','operator':'Exists'},"
                + "{'key':'tier','operator':'NotIn','values':['y']}]}]}")
        .add("ClusterRole", "", "one", "'metadata':{'labels':{'add':'yes'}}," + READS_PODS)
        .add(
            "ClusterRole",
            "",
            "two",
            "'metadata':{'labels':{'tier':'x'}},'rules':[{'verbs':['list'],'apiGroups':[''],"
                + "'resources':['pods']}]")
        .add(
            "ClusterRole",
            "",
            "three",
            "'metadata':{'labels':{'tier':'x','not':'me'}},'rules':[{'verbs':['watch'],"
                + "'apiGroups':[''],'resources':['pods']}]")
        .add(
            "ClusterRole",
            "",
            "self",
            "'metadata':{'labels':{'add':'yes'}},'aggregationRule':{'clusterRoleSelectors':["
                + "{'matchLabels':{'add':'yes'}},{'matchExpressions':[{'key':'a',"
                + "'operator':'Odd'}]}]}")
        .add(
            "ClusterRoleBinding",
            "",
            "b",
            roleRef("ClusterRole", "sum") + ",'subjects':[{'kind':'User','name':'jane'}]");

    assertThat(authorizer.rulesFor(JANE, ""))
        .flatExtracting(Rule::verbs)
        .containsExactlyInAnyOrder("get", "list");
  }

  @Test
  void defaultRoles_letEverybodyDiscover() {
    DefaultRoles.clusterRoles().forEach(objects.objects::add);
    DefaultRoles.clusterRoleBindings().forEach(objects.objects::add);
    Caller somebody = new Caller("x", List.of("system:authenticated"), "");
    Caller nobody = new Caller("system:anonymous", List.of("system:unauthenticated"), "");

    assertThat(authorizer.authorize(Access.toPath(somebody, "get", "/apis/apps/v1")).allowed())
        .isTrue();
    assertThat(authorizer.authorize(Access.toPath(nobody, "get", "/readyz")).allowed()).isTrue();
    assertThat(authorizer.authorize(Access.toPath(nobody, "get", "/apis")).allowed()).isFalse();
  }

  @Test
  void allowingAll_refusesNothing() {
    Authorizer open = Authorizer.allowingAll();

    open.check(pods(JANE, "ns"));
    assertThat(open.rulesFor(JANE, "ns")).isEqualTo(Rule.EVERYTHING);
  }
}
