package io.github.kruiseinstaller.testkit.internal.http;

import static io.github.kruiseinstaller.testkit.internal.http.ClusterFixture.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may do what, over HTTP. */
final class PermissionsTest {
  private static final String RBAC = "/apis/rbac.authorization.k8s.io/v1";
  private static final String MAPS = "/api/v1/namespaces/default/configmaps";

  private static ClusterFixture cluster;
  private static String bob;
  private static String writer;

  @BeforeAll
  static void start() {
    cluster = new ClusterFixture();
    cluster.seedRoles();
    bob = cluster.server.tokens().add("bob", List.of("devs"));
    writer = cluster.server.tokens().add("writer", List.of());
    grant(
        "writes-roles",
        "writer",
        "{'verbs':['get','create','update','patch'],'apiGroups':['rbac.authorization.k8s.io'],"
            + "'resources':['roles','rolebindings','clusterroles','clusterrolebindings']},"
            + "{'verbs':['get'],'apiGroups':[''],'resources':['pods']}");
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static void grant(String name, String user, String rules) {
    cluster.create(
        "rbac.authorization.k8s.io",
        "clusterroles",
        "",
        json("{'metadata':{'name':'" + name + "'},'rules':[" + rules + "]}"));
    cluster.create(
        "rbac.authorization.k8s.io",
        "clusterrolebindings",
        "",
        json(
            "{'metadata':{'name':'"
                + name
                + "'},'roleRef':{'apiGroup':'rbac.authorization.k8s.io','kind':'ClusterRole',"
                + "'name':'"
                + name
                + "'},'subjects':[{'kind':'User','name':'"
                + user
                + "'}]}"));
  }

  @Test
  void unknownToken_is401() throws IOException {
    ClusterFixture.Reply reply = cluster.sendAs("nonsense", "GET", MAPS, "");

    assertThat(reply.status()).isEqualTo(401);
    assertThat(reply.json())
        .isEqualTo(
            json(
                "{'kind':'Status','apiVersion':'v1','metadata':{},'status':'Failure',"
                    + "'message':'Unauthorized','reason':'Unauthorized','code':401}"));
  }

  @Test
  void nobody_isAnonymous() throws IOException {
    ClusterFixture.Reply reply = cluster.sendAs("", "GET", "/apis/apps/v1/deployments", "");

    assertThat(reply.status()).isEqualTo(403);
    assertThat(reply.message())
        .isEqualTo(
            "deployments.apps is forbidden: User \"system:anonymous\" cannot list resource"
                + " \"deployments\" in API group \"apps\" at the cluster scope");
    assertThat(cluster.sendAs("", "GET", "/version", "").status()).isEqualTo(200);
    assertThat(cluster.sendAs("", "GET", "/apis", "").message())
        .isEqualTo("forbidden: User \"system:anonymous\" cannot get path \"/apis\"");
  }

  @Test
  void forbidden_namesResourceNamespaceAndSubresource() throws IOException {
    ClusterFixture.Reply reply =
        cluster.sendAs(bob, "GET", "/api/v1/namespaces/default/pods/p/log", "");

    assertThat(reply.status()).isEqualTo(403);
    assertThat(reply.message())
        .isEqualTo(
            "pods \"p\" is forbidden: User \"bob\" cannot get resource \"pods/log\" in API group"
                + " \"\" in the namespace \"default\"");
    assertThat(reply.json().path("details")).isEqualTo(json("{'name':'p','kind':'pods'}"));
    assertThat(cluster.sendAs(bob, "DELETE", MAPS, "").message())
        .contains("cannot deletecollection resource \"configmaps\"");
    // Forbidden comes before not found.
    assertThat(cluster.sendAs(bob, "GET", "/apis/no.such/v1/things", "").status()).isEqualTo(403);
  }

  @Test
  void roleBinding_holdsInItsNamespaceOnly() throws IOException {
    cluster.namespace("team");
    cluster.create(
        "rbac.authorization.k8s.io",
        "rolebindings",
        "team",
        json(
            "{'metadata':{'name':'devs-view'},'roleRef':{'apiGroup':'rbac.authorization.k8s.io',"
                + "'kind':'ClusterRole','name':'view'},"
                + "'subjects':[{'kind':'Group','name':'devs'}]}"));

    assertThat(cluster.sendAs(bob, "GET", "/api/v1/namespaces/team/configmaps", "").status())
        .isEqualTo(200);
    assertThat(cluster.sendAs(bob, "GET", MAPS, "").status()).isEqualTo(403);
    assertThat(cluster.sendAs(bob, "GET", "/api/v1/namespaces/team/secrets", "").status())
        .isEqualTo(403);
  }

  @Test
  void roleMadeForView_isGatheredByIt() throws IOException {
    cluster.namespace("gathered");
    cluster.create(
        "rbac.authorization.k8s.io",
        "clusterroles",
        "",
        json(
            "{'metadata':{'name':'see-secrets','labels':{"
                + "'rbac.authorization.k8s.io/aggregate-to-view':'true'}},"
                + "'rules':[{'verbs':['list'],'apiGroups':[''],'resources':['secrets']}]}"));
    cluster.create(
        "rbac.authorization.k8s.io",
        "rolebindings",
        "gathered",
        json(
            "{'metadata':{'name':'see'},'roleRef':{'apiGroup':'rbac.authorization.k8s.io',"
                + "'kind':'ClusterRole','name':'view'},"
                + "'subjects':[{'kind':'User','name':'seer'}]}"));
    String seer = cluster.server.tokens().add("seer", List.of());

    assertThat(cluster.sendAs(seer, "GET", "/api/v1/namespaces/gathered/secrets", "").status())
        .isEqualTo(200);
    cluster.send("DELETE", RBAC + "/clusterroles/see-secrets", "");
    assertThat(cluster.sendAs(seer, "GET", "/api/v1/namespaces/gathered/secrets", "").status())
        .isEqualTo(403);
  }

  @Test
  void fieldSelector_thatRequiresAName_asksForThatObject() throws IOException {
    grant(
        "one-map",
        "picker",
        "{'verbs':['get','list','watch','deletecollection'],'apiGroups':[''],"
            + "'resources':['configmaps'],'resourceNames':['mine']}");
    String picker = cluster.server.tokens().add("picker", List.of());
    String mine = "?fieldSelector=metadata.name%3Dmine";

    assertThat(cluster.sendAs(picker, "GET", MAPS + mine, "").status()).isEqualTo(200);
    assertThat(
            cluster
                .sendAs(picker, "GET", MAPS + mine + "%2Cmetadata.namespace%3Ddefault", "")
                .status())
        .isEqualTo(200);
    assertThat(cluster.sendAs(picker, "GET", "/api/v1/configmaps" + mine, "").status())
        .isEqualTo(200);
    // A watch that is allowed and then refused for another reason: it does not have to be ended.
    assertThat(
            cluster
                .sendAs(picker, "GET", MAPS + mine + "&watch=1&resourceVersion=nonsense", "")
                .message())
        .contains("invalid syntax");
    assertThat(
            cluster
                .sendAs(picker, "GET", MAPS + "?fieldSelector=metadata.name%3Dother", "")
                .message())
        .isEqualTo(
            "configmaps \"other\" is forbidden: User \"picker\" cannot list resource"
                + " \"configmaps\" in API group \"\" in the namespace \"default\"");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, ?limit=500",
    "GET, ?fieldSelector=metadata.name!%3Dother",
    "GET, ?fieldSelector=metadata.namespace%3Dmine",
    "GET, ?fieldSelector=metadata.name%3Dmine%2C%3D%3D%3D",
    "GET, ?fieldSelector=mine",
    "GET, ?fieldSelector=metadata.name%3Dmi%2Fne",
    "GET, ?fieldSelector=metadata.name%3D..",
    "DELETE, ?fieldSelector=metadata.name%3Dmine"
  })
  void fieldSelector_thatRequiresNoNameOfARead_asksForAll(String method, String query)
      throws IOException {
    grant(
        "some-maps-" + Integer.toHexString((method + query).hashCode()),
        "chooser",
        "{'verbs':['*'],'apiGroups':[''],'resources':['configmaps'],"
            + "'resourceNames':['mine','other','mi/ne','..']}");
    String chooser = cluster.server.tokens().add("chooser", List.of());

    ClusterFixture.Reply reply = cluster.sendAs(chooser, method, MAPS + query, "");

    assertThat(reply.status()).isEqualTo(403);
    assertThat(reply.message()).startsWith("configmaps is forbidden: User \"chooser\" cannot");
  }

  @Test
  void fieldSelector_ofAWatchByPath_asksForAll() throws IOException {
    grant(
        "watched-map",
        "watcher",
        "{'verbs':['watch'],'apiGroups':[''],'resources':['configmaps'],'resourceNames':['mine']}");
    String watcher = cluster.server.tokens().add("watcher", List.of());

    assertThat(
            cluster
                .sendAs(
                    watcher,
                    "GET",
                    "/api/v1/watch/namespaces/default/configmaps"
                        + "?fieldSelector=metadata.name%3Dmine",
                    "")
                .message())
        .startsWith("configmaps is forbidden: User \"watcher\" cannot watch");
  }

  @Test
  void missingRole_isTheReason() throws IOException {
    cluster.create(
        "rbac.authorization.k8s.io",
        "clusterrolebindings",
        "",
        json(
            "{'metadata':{'name':'dangling'},'roleRef':{'apiGroup':'rbac.authorization.k8s.io',"
                + "'kind':'ClusterRole','name':'absent'},"
                + "'subjects':[{'kind':'User','name':'lost'}]}"));
    String lost = cluster.server.tokens().add("lost", List.of());

    assertThat(cluster.sendAs(lost, "GET", "/api/v1/nodes/n", "").message())
        .isEqualTo(
            "nodes \"n\" is forbidden: User \"lost\" cannot get resource \"nodes\" in API group"
                + " \"\" at the cluster scope: RBAC: clusterrole.rbac.authorization.k8s.io"
                + " \"absent\" not found");
  }

  @Test
  void apply_thatCreatesNeedsCreateToo() throws IOException {
    grant(
        "patches-maps",
        "patcher",
        "{'verbs':['get','patch'],'apiGroups':[''],'resources':['configmaps']}");
    String patcher = cluster.server.tokens().add("patcher", List.of());
    String body =
        "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'new'},'data':{'k':'v'}}";

    ClusterFixture.Reply reply =
        cluster.sendAs(
            patcher,
            "PATCH",
            MAPS + "/new?fieldManager=m",
            body,
            "Content-Type",
            "application/apply-patch+yaml");

    assertThat(reply.status()).isEqualTo(403);
    assertThat(reply.message()).contains("cannot create resource \"configmaps\"");
  }

  @Test
  void put_thatCreatesNeedsCreateToo() throws IOException {
    grant(
        "updates-leases",
        "updater",
        "{'verbs':['get','update'],'apiGroups':['coordination.k8s.io'],'resources':['leases']}");
    String updater = cluster.server.tokens().add("updater", List.of());
    String lease = "/apis/coordination.k8s.io/v1/namespaces/default/leases/held";
    String body = "{'metadata':{'name':'held'},'spec':{'holderIdentity':'%s'}}";

    ClusterFixture.Reply refused = cluster.sendAs(updater, "PUT", lease, body.formatted("a"));
    int afterwards = cluster.get(lease).status();
    ClusterFixture.Reply created = cluster.send("PUT", lease, body.formatted("a"));
    String version = created.json().at("/metadata/resourceVersion").asText();
    ClusterFixture.Reply updated =
        cluster.sendAs(
            updater,
            "PUT",
            lease,
            "{'metadata':{'name':'held','resourceVersion':'"
                + version
                + "'},'spec':{'holderIdentity':'b'}}");

    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.message())
        .isEqualTo(
            "leases.coordination.k8s.io \"held\" is forbidden: User \"updater\" cannot create"
                + " resource \"leases\" in API group \"coordination.k8s.io\" in the namespace"
                + " \"default\"");
    assertThat(afterwards).isEqualTo(404);
    assertThat(created.status()).isEqualTo(201);
    assertThat(updated.status()).isEqualTo(200);
  }

  @Test
  void updateThatWouldCreate_whenItIsInvalid_isRefusedForThatFirst() throws IOException {
    grant(
        "updates-lease-and-map",
        "careless",
        "{'verbs':['update','patch'],'apiGroups':['coordination.k8s.io',''],"
            + "'resources':['leases','configmaps']}");
    String careless = cluster.server.tokens().add("careless", List.of());

    ClusterFixture.Reply put =
        cluster.sendAs(
            careless,
            "PUT",
            "/apis/coordination.k8s.io/v1/namespaces/default/leases/wrong",
            "{'metadata':{'name':'wrong'},'spec':{'leaseDurationSeconds':0}}");
    ClusterFixture.Reply applied =
        cluster.sendAs(
            careless,
            "PATCH",
            MAPS + "/wrong?fieldManager=m",
            "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'wrong'},"
                + "'data':{'a b':''}}",
            "Content-Type",
            "application/apply-patch+yaml");

    assertThat(List.of(put.status(), applied.status())).containsExactly(422, 422);
  }

  @Test
  void escalation_isRefusedWithWhatIsMissing() throws IOException {
    ClusterFixture.Reply reply =
        cluster.sendAs(
            writer,
            "POST",
            RBAC + "/clusterroles",
            "{'metadata':{'name':'more'},'rules':[{'verbs':['get','list','delete'],"
                + "'apiGroups':[''],'resources':['pods']},"
                + "{'verbs':['get'],'nonResourceURLs':['/metrics']}]}");

    assertThat(reply.status()).isEqualTo(403);
    assertThat(reply.message())
        .isEqualTo(
            "clusterroles.rbac.authorization.k8s.io \"more\" is forbidden: user \"writer\""
                + " (groups=[\"system:authenticated\"]) is attempting to grant RBAC permissions not"
                + " currently held:\n"
                + "{APIGroups:[\"\"], Resources:[\"pods\"], Verbs:[\"list\" \"delete\"]}\n"
                + "{NonResourceURLs:[\"/metrics\"], Verbs:[\"get\"]}");
    assertThat(
            cluster
                .sendAs(
                    writer,
                    "POST",
                    RBAC + "/clusterroles",
                    "{'metadata':{'name':'less'},'rules':[{'verbs':['get'],"
                        + "'apiGroups':[''],'resources':['pods']}]}")
                .status())
        .isEqualTo(201);
  }

  @Test
  void escalation_byBindingPatchAndApply() throws IOException {
    String admin =
        "'roleRef':{'apiGroup':'rbac.authorization.k8s.io','kind':'ClusterRole',"
            + "'name':'cluster-admin'}";
    ClusterFixture.Reply bound =
        cluster.sendAs(
            writer,
            "POST",
            RBAC + "/clusterrolebindings",
            "{'metadata':{'name':'mine'},"
                + admin
                + ",'subjects':[{'kind':'User','name':'writer'}]}");
    String own =
        "{'metadata':{'name':'own'},'rules':[{'verbs':['get'],'apiGroups':[''],"
            + "'resources':['pods']}]}";
    cluster.sendAs(writer, "POST", RBAC + "/clusterroles", own);
    ClusterFixture.Reply patched =
        cluster.sendAs(
            writer,
            "PATCH",
            RBAC + "/clusterroles/own",
            "[{'op':'add','path':'/rules/0/verbs/-','value':'delete'}]",
            "Content-Type",
            "application/json-patch+json");
    ClusterFixture.Reply labelled =
        cluster.sendAs(
            writer,
            "PATCH",
            RBAC + "/clusterroles/own",
            "{'metadata':{'labels':{'a':'b'}}}",
            "Content-Type",
            "application/merge-patch+json");
    ClusterFixture.Reply replaced =
        cluster.sendAs(
            writer, "PUT", RBAC + "/clusterroles/own", own.replace("'get'", "'get','watch'"));

    assertThat(bound.message())
        .startsWith("clusterrolebindings.rbac.authorization.k8s.io \"mine\" is forbidden: user")
        .contains("{APIGroups:[\"*\"], Resources:[\"*\"], Verbs:[\"*\"]}");
    assertThat(patched.message()).contains("Verbs:[\"delete\"]");
    assertThat(labelled.status()).isEqualTo(200);
    assertThat(replaced.message()).contains("Verbs:[\"watch\"]");
    assertThat(cluster.get(RBAC + "/clusterroles/own").json().at("/rules/0/verbs"))
        .isEqualTo(json("{'v':['get']}").path("v"));
  }

  @Test
  void serviceAccount_getsATokenThatWorks_untilItIsGone() throws IOException {
    String path = "/api/v1/namespaces/default/serviceaccounts";
    cluster.send("POST", path, "{'metadata':{'name':'robot'}}");

    JsonNode request =
        cluster.send("POST", path + "/robot/token", "{'spec':{'expirationSeconds':700}}").json();
    String token = request.at("/status/token").asText();

    assertThat(request.path("kind").asText()).isEqualTo("TokenRequest");
    assertThat(request.at("/status/expirationTimestamp").asText())
        .isEqualTo("2025-03-01T12:11:40Z");
    assertThat(token.split("\\.", -1)).hasSize(3);
    assertThat(cluster.sendAs(token, "GET", MAPS, "").message())
        .contains("User \"system:serviceaccount:default:robot\" cannot list");
    JsonNode self =
        cluster
            .sendAs(token, "POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", "{}")
            .json();
    assertThat(self.at("/status/userInfo/groups").toString())
        .contains("system:serviceaccounts:default");
    JsonNode review =
        cluster
            .send(
                "POST",
                "/apis/authentication.k8s.io/v1/tokenreviews",
                "{'spec':{'token':'" + token + "'}}")
            .json();
    assertThat(review.at("/status/authenticated").asBoolean()).isTrue();
    cluster.now = ClusterFixture.NOW.plus(Duration.ofHours(1));
    assertThat(cluster.sendAs(token, "GET", MAPS, "").status()).isEqualTo(401);
    cluster.now = ClusterFixture.NOW;
    cluster.send("DELETE", path + "/robot", "");
    assertThat(cluster.sendAs(token, "GET", MAPS, "").status()).isEqualTo(401);
  }

  @Test
  void tokenForAnotherAudience_isBelievedByThatOnly() throws IOException {
    String path = "/api/v1/namespaces/default/serviceaccounts";
    String reviews = "/apis/authentication.k8s.io/v1/tokenreviews";
    cluster.send("POST", path, "{'metadata':{'name':'courier'}}");
    JsonNode request =
        cluster
            .send("POST", path + "/courier/token", "{'spec':{'audiences':['vault','bank']}}")
            .json();
    String token = request.at("/status/token").asText();

    JsonNode here =
        cluster.send("POST", reviews, "{'spec':{'token':'" + token + "'}}").json().path("status");
    JsonNode there =
        cluster
            .send("POST", reviews, "{'spec':{'token':'" + token + "','audiences':['x','vault']}}")
            .json()
            .path("status");

    assertThat(request.at("/spec/audiences")).isEqualTo(json("{'a':['vault','bank']}").path("a"));
    assertThat(cluster.sendAs(token, "GET", MAPS, "").status()).isEqualTo(401);
    assertThat(here.path("authenticated").asBoolean()).isFalse();
    assertThat(here.path("error").asText())
        .isEqualTo(
            "[invalid bearer token, token audiences [\"vault\" \"bank\"] is invalid for the target"
                + " audiences [\"https://kubernetes.default.svc.cluster.local\"]]");
    assertThat(there.path("authenticated").asBoolean()).isTrue();
    assertThat(there.path("audiences")).isEqualTo(json("{'a':['vault']}").path("a"));
  }

  @Test
  void tokenRequest_isChecked() throws IOException {
    String path = "/api/v1/namespaces/default/serviceaccounts";
    cluster.send("POST", path, "{'metadata':{'name':'short'}}");

    assertThat(
            cluster
                .send("POST", path + "/short/token", "{'spec':{'expirationSeconds':5}}")
                .message())
        .isEqualTo(
            "TokenRequest.authentication.k8s.io \"\" is invalid: spec.expirationSeconds:"
                + " Invalid value: 5: may not specify a duration less than 10 minutes");
    assertThat(
            cluster.send("POST", path + "/short/token", "{'metadata':{'name':'other'}}").message())
        .contains("must match the service account name if specified");
    assertThat(cluster.send("POST", path + "/none/token", "{}").status()).isEqualTo(404);
    assertThat(cluster.get(path + "/short/token").status()).isEqualTo(405);
  }

  @Test
  void accessReviews() throws IOException {
    String self = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    String attributes = "{'verb':'get','resource':'pods','namespace':'default'}";

    JsonNode own =
        cluster
            .sendAs(writer, "POST", self, "{'spec':{'resourceAttributes':" + attributes + "}}")
            .json();
    JsonNode denied =
        cluster
            .sendAs(bob, "POST", self, "{'spec':{'resourceAttributes':" + attributes + "}}")
            .json();
    JsonNode path =
        cluster
            .sendAs(
                bob,
                "POST",
                self,
                "{'spec':{'nonResourceAttributes':{'verb':'get','path':'/apis'}}}")
            .json();
    JsonNode other =
        cluster
            .send(
                "POST",
                "/apis/authorization.k8s.io/v1/subjectaccessreviews",
                "{'spec':{'user':'writer','resourceAttributes':" + attributes + "}}")
            .json();

    assertThat(own.path("status"))
        .isEqualTo(
            json(
                "{'allowed':true,'reason':'RBAC: allowed by ClusterRoleBinding \\'writes-roles\\'"
                    + " of ClusterRole \\'writes-roles\\' to User \\'writer\\''}"));
    assertThat(denied.path("status")).isEqualTo(json("{'allowed':false}"));
    assertThat(path.at("/status/allowed").asBoolean()).isTrue();
    assertThat(other.at("/status/allowed").asBoolean()).isTrue();
    assertThat(other.at("/spec/user").asText()).isEqualTo("writer");
  }

  @Test
  void accessReviews_areChecked() throws IOException {
    String self = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

    assertThat(cluster.send("POST", self, "{'spec':{}}").message())
        .isEqualTo(
            ".authorization.k8s.io \"\" is invalid:"
                + " spec.resourceAttributes: Invalid value: null: exactly one of"
                + " nonResourceAttributes or resourceAttributes must be specified");
    assertThat(
            cluster
                .send(
                    "POST",
                    "/apis/authorization.k8s.io/v1/subjectaccessreviews",
                    "{'spec':{'resourceAttributes':{'verb':'get'},"
                        + "'nonResourceAttributes':{'verb':'get'}}}")
                .message())
        .contains("cannot be specified in combination with resourceAttributes")
        .contains("spec.user: Invalid value: \"\": at least one of user or group");
    assertThat(cluster.get(self).status()).isEqualTo(405);
  }

  @Test
  void rulesReview_tellsWhatTheCallerMay() throws IOException {
    JsonNode review =
        cluster
            .sendAs(
                bob,
                "POST",
                "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
                "{'spec':{'namespace':'default'}}")
            .json();

    assertThat(review.at("/status/incomplete").asBoolean()).isFalse();
    assertThat(review.at("/status/resourceRules").toString()).contains("selfsubjectaccessreviews");
    assertThat(review.at("/status/nonResourceRules").toString()).contains("/openapi/*");
    assertThat(
            cluster
                .send(
                    "POST", "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", "{'spec':{}}")
                .message())
        .isEqualTo("no namespace on request");
  }

  @Test
  void impersonation_forWhoMay() throws IOException {
    JsonNode asJane =
        cluster
            .send(
                "POST",
                "/apis/authentication.k8s.io/v1/selfsubjectreviews",
                "{}",
                "Impersonate-User",
                "jane",
                "Impersonate-Group",
                "a",
                "Impersonate-Group",
                "b")
            .json();

    assertThat(asJane.at("/status/userInfo"))
        .isEqualTo(json("{'username':'jane','groups':['a','b','system:authenticated']}"));
    assertThat(cluster.sendAs(bob, "GET", MAPS, "", "Impersonate-User", "jane").message())
        .isEqualTo(
            "users \"jane\" is forbidden: User \"bob\" cannot impersonate resource \"users\" in"
                + " API group \"\" at the cluster scope");
  }

  @Test
  void impersonation_withUidAndExtra_needsBoth() throws IOException {
    grant(
        "acts-as-jane",
        "actor",
        "{'verbs':['impersonate'],'apiGroups':[''],'resources':['users'],"
            + "'resourceNames':['jane']}");
    String actor = cluster.server.tokens().add("actor", List.of());
    String self = "/apis/authentication.k8s.io/v1/selfsubjectreviews";

    JsonNode asJane =
        cluster
            .send(
                "POST",
                self,
                "{}",
                "Impersonate-User",
                "jane",
                "Impersonate-Uid",
                "u-1",
                "Impersonate-Extra-Acme.com%2fScopes",
                "a",
                "Impersonate-Extra-Acme.com%2fScopes",
                "b")
            .json();

    assertThat(asJane.at("/status/userInfo"))
        .isEqualTo(
            json(
                "{'username':'jane','uid':'u-1','groups':['system:authenticated'],"
                    + "'extra':{'acme.com/scopes':['a','b']}}"));
    assertThat(
            cluster
                .sendAs(
                    actor,
                    "POST",
                    self,
                    "{}",
                    "Impersonate-User",
                    "jane",
                    "Impersonate-Extra-Scopes",
                    "a")
                .message())
        .isEqualTo(
            "userextras.authentication.k8s.io \"a\" is forbidden: User \"actor\" cannot impersonate"
                + " resource \"userextras/scopes\" in API group \"authentication.k8s.io\" at the"
                + " cluster scope");
    assertThat(
            cluster
                .sendAs(
                    actor, "POST", self, "{}", "Impersonate-User", "jane", "Impersonate-Uid", "u-1")
                .message())
        .isEqualTo(
            "uids.authentication.k8s.io \"u-1\" is forbidden: User \"actor\" cannot impersonate"
                + " resource \"uids\" in API group \"authentication.k8s.io\" at the cluster scope");
  }

  @Test
  void impersonation_withoutAUser_isRefusedInPlainText() throws IOException {
    ClusterFixture.Reply refused =
        cluster.send("GET", MAPS + "?limit=5&watch=0", "", "Impersonate-Uid", "u-1");

    assertThat(refused.status()).isEqualTo(500);
    assertThat(refused.body())
        .isEqualTo(
            "Internal Server Error: \""
                + MAPS
                + "?limit=5&amp;watch=0\": requested [{UID  u-1  authentication.k8s.io/v1  }]"
                + " without impersonating a user\n");
    assertThat(refused.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
  }
}
