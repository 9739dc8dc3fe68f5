package io.github.kruiseinstaller.e2e.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.e2e.Subprocess;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real kubectl works with a simulated cluster. */
class KubectlE2e {
  private static final String WEB =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web, labels: {app: web}}
      spec:
        replicas: 1
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec:
            containers:
            - {name: main, image: "web:1"}
      """;

  @TempDir Path folder;
  private final SimulatedCluster cluster = SimulatedCluster.start();
  private Clients clients;

  @BeforeEach
  void clients() {
    clients = new Clients(cluster, folder);
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private String ok(String... arguments) throws Exception {
    return clients.kubectl(arguments).orThrow("kubectl " + arguments[0]).out();
  }

  private Subprocess ends(int exitCode, String... arguments) throws Exception {
    Subprocess done = clients.kubectl(arguments);
    assertThat(done.exitCode()).as("%s", done).isEqualTo(exitCode);
    return done;
  }

  private String file(int replicas) throws Exception {
    return Files.writeString(
            folder.resolve("web-" + replicas + ".yaml"),
            WEB.replace("replicas: 1", "replicas: " + replicas))
        .toString();
  }

  @Test
  void readsWhatIsServed() throws Exception {
    assertThat(ok("version")).contains("Server Version: v1.34");
    assertThat(ok("api-versions")).contains("apps/v1\n", "policy/v1\n");
    assertThat(ok("api-resources")).contains("deployments", "deploy", "customresourcedefinitions");
    assertThat(ok("explain", "deployment.spec.replicas")).contains("FIELD: replicas <integer>");
    assertThat(ends(1, "get", "nothings").err())
        .contains("the server doesn't have a resource type \"nothings\"");
    assertThat(ends(1, "get", "pod", "absent").err())
        .contains("Error from server (NotFound): pods \"absent\" not found");
  }

  @Test
  void createsReadsAndDeletes() throws Exception {
    assertThat(ok("create", "-f", file(1))).isEqualTo("deployment.apps/web created\n");
    assertThat(ends(1, "create", "-f", file(1)).err())
        .contains("(AlreadyExists)", "deployments.apps \"web\" already exists");
    assertThat(ok("rollout", "status", "deploy/web", "--timeout=30s"))
        .contains("deployment \"web\" successfully rolled out");
    assertThat(ok("wait", "--for=condition=Available", "deploy/web", "--timeout=30s"))
        .isEqualTo("deployment.apps/web condition met\n");
    ok("wait", "--for=jsonpath={.status.readyReplicas}=1", "deploy/web", "--timeout=30s");

    assertThat(ok("get", "deploy")).containsPattern("NAME +READY +UP-TO-DATE +AVAILABLE +AGE");
    assertThat(ok("get", "pods", "-A", "-o", "wide")).containsPattern("web-\\S+ +1/1 +Running +0");
    assertThat(ok("get", "pods", "-l", "app=web", "-o", "name")).startsWith("pod/web-");
    assertThat(ok("get", "pods", "-l", "app!=web", "-o", "name")).isEmpty();
    assertThat(ok("get", "pods", "--field-selector", "status.phase=Running", "-o", "name"))
        .startsWith("pod/web-");
    assertThat(ok("get", "deploy", "web", "-o", "yaml")).contains("progressDeadlineSeconds: 600");
    assertThat(ok("get", "deploy", "web", "-o", "jsonpath={.spec.replicas}")).isEqualTo("1");
    assertThat(ok("describe", "deploy", "web")).contains("ScalingReplicaSet", "1 available");
    assertThat(ok("describe", "pods", "-l", "app=web")).contains("Successfully assigned", "web:1");
    assertThat(ok("get", "events")).contains("SuccessfulCreate", "Scheduled");
    ok("logs", "deploy/web");

    assertThat(ok("delete", "deploy", "web", "--cascade=orphan")).contains("\"web\" deleted");
    assertThat(ok("get", "rs", "-o", "name")).startsWith("replicaset.apps/web-");
    ok("delete", "rs", "-l", "app=web", "--cascade=foreground");
    ok("wait", "--for=delete", "pod", "-l", "app=web", "--timeout=30s");
    assertThat(ok("get", "all", "-l", "app=web", "-o", "name")).isEmpty();
  }

  @Test
  void appliesOnTheServer() throws Exception {
    String one = file(1);
    assertThat(ok("apply", "--server-side", "-f", one))
        .isEqualTo("deployment.apps/web serverside-applied\n");
    ok("scale", "deploy/web", "--replicas=2");

    assertThat(ends(1, "diff", "--server-side", "--force-conflicts", "-f", one).out())
        .contains("-  replicas: 2", "+  replicas: 1");
    assertThat(ends(1, "apply", "--server-side", "-f", one).err())
        .contains("Apply failed with 1 conflict: conflict with \"kubectl\"")
        .contains(".spec.replicas");
    ok("apply", "--server-side", "--force-conflicts", "-f", one);
    assertThat(ok("get", "deploy", "web", "-o", "jsonpath={.spec.replicas}")).isEqualTo("1");
  }

  @Test
  void appliesOnTheClient() throws Exception {
    assertThat(ok("apply", "-f", file(1))).isEqualTo("deployment.apps/web created\n");
    assertThat(ok("apply", "-f", file(1))).isEqualTo("deployment.apps/web unchanged\n");
    ok("diff", "-f", file(1));
    assertThat(ends(1, "diff", "-f", file(2)).out()).contains("-  replicas: 1", "+  replicas: 2");
    assertThat(ok("apply", "-f", file(2))).isEqualTo("deployment.apps/web configured\n");
    assertThat(ok("get", "deploy", "web", "-o", "jsonpath={.spec.replicas}")).isEqualTo("2");
  }

  @Test
  void changesAndRollsBack() throws Exception {
    ok("apply", "-f", file(1));
    assertThat(ok("label", "deploy/web", "x=y")).isEqualTo("deployment.apps/web labeled\n");
    assertThat(ok("annotate", "deploy/web", "a=b")).isEqualTo("deployment.apps/web annotated\n");
    assertThat(ends(1, "label", "deploy/web", "x=z").err()).contains("--overwrite is false");
    ok("set", "image", "deploy/web", "main=web:2");
    ok("rollout", "status", "deploy/web", "--timeout=30s");
    ok("rollout", "restart", "deploy/web");
    ok("rollout", "status", "deploy/web", "--timeout=30s");
    assertThat(ok("rollout", "history", "deploy/web")).contains("\n1 ", "\n2 ", "\n3 ");
    ok("rollout", "undo", "deploy/web", "--to-revision=1");
    ok("rollout", "status", "deploy/web", "--timeout=30s");
    assertThat(ok("get", "deploy", "web", "-o", "jsonpath={..image}")).isEqualTo("web:1");

    ok("patch", "deploy", "web", "-p", "{\"spec\":{\"replicas\":2}}");
    ok("patch", "deploy", "web", "--type=merge", "-p", "{\"spec\":{\"replicas\":3}}");
    ok(
        "patch",
        "deploy",
        "web",
        "--type=json",
        "-p",
        "[{\"op\":\"replace\",\"path\":\"/spec/replicas\",\"value\":4}]");
    assertThat(ok("get", "deploy", "web", "-o", "jsonpath={.spec.replicas}")).isEqualTo("4");
  }

  @Test
  void findsThePodsOfAJob() throws Exception {
    ok("create", "job", "once", "--image=job:1");
    ok("wait", "--for=condition=Complete", "job/once", "--timeout=30s");
    ok("create", "deployment", "other", "--image=other:1");

    assertThat(clients.kubectl("logs", "job/once").err()).doesNotContain("Found");
    assertThat(ok("describe", "job", "once")).contains("batch.kubernetes.io/controller-uid=");
  }

  @Test
  void asksWhatItMay() throws Exception {
    assertThat(ok("auth", "can-i", "create", "pods")).isEqualTo("yes\n");
    assertThat(ok("auth", "can-i", "--list")).contains("*.*");
    assertThat(ends(1, "auth", "can-i", "create", "pods", "--as", "nobody").out())
        .isEqualTo("no\n");
    assertThat(ends(1, "get", "pods", "--as", "nobody").err())
        .contains("(Forbidden)", "User \"nobody\" cannot list resource \"pods\"");
    assertThat(ok("auth", "whoami")).contains("kubernetes-admin");
  }

  @Test
  void drainsANode() throws Exception {
    ok("apply", "-f", file(1));
    ok("rollout", "status", "deploy/web", "--timeout=30s");

    assertThat(ok("drain", "node-1", "--ignore-daemonsets", "--timeout=30s"))
        .contains("node/node-1 cordoned", "evicted", "node/node-1 drained");
    assertThat(ok("get", "nodes")).contains("SchedulingDisabled");
    assertThat(ok("get", "pods")).contains("Pending");
    ok("uncordon", "node-1");
    ok("rollout", "status", "deploy/web", "--timeout=30s");
  }
}
