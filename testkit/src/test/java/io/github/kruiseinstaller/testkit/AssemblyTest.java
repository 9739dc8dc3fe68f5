package io.github.kruiseinstaller.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.auth.Caller;
import io.github.kruiseinstaller.testkit.internal.controller.NodeSetup;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Resources;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class AssemblyTest {
  private static final String NAME = "stalled";

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .map(Thread::getName)
        .filter(name -> name.startsWith(NAME) || name.startsWith("webhook-"))
        .toList();
  }

  private static void configure(Assembly cluster, String kind, String name, int port) {
    String json =
        """
        {"apiVersion":"admissionregistration.k8s.io/v1","kind":"%s","metadata":{"name":"%s"},
        "webhooks":[{"name":"%s.example.com","failurePolicy":"Ignore","sideEffects":"None",
        "timeoutSeconds":30,"admissionReviewVersions":["v1"],"clientConfig":{"url":"https://localhost:%d/"},
        "rules":[{"operations":["CREATE"],"apiGroups":[""],"apiVersions":["v1"],"resources":["secrets"]}]}]}\
        """
            .formatted(kind, name, name, port);
    Resource resource = cluster.kinds.kind("admissionregistration.k8s.io/v1", kind).orElseThrow();
    cluster.resources.create(
        Caller.system("test"),
        resource,
        "",
        (ObjectNode) Json.parse(json.getBytes(StandardCharsets.UTF_8)),
        new Resources.Write(false, "", "Strict", false, new ArrayList<>()));
  }

  @Test
  void close_whileAWebhookDoesNotAnswer_leavesNoThread() throws Exception {
    try (ServerSocket stalled = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      stalled.setSoTimeout(30_000);
      Assembly cluster = new Assembly(NAME, Pace.FAST, 1, List.of(NodeSetup.named("node")));
      cluster.start();
      configure(cluster, "MutatingWebhookConfiguration", "first", stalled.getLocalPort());
      configure(cluster, "ValidatingWebhookConfiguration", "second", stalled.getLocalPort());
      configure(cluster, "ValidatingWebhookConfiguration", "third", stalled.getLocalPort());
      CompletableFuture<HttpResponse<String>> asked =
          HttpClient.newHttpClient()
              .sendAsync(
                  HttpRequest.newBuilder(
                          URI.create(
                              cluster.server.plainUrl() + "/api/v1/namespaces/default/secrets"))
                      .header("Authorization", "Bearer " + cluster.server.adminToken())
                      .header("Content-Type", "application/json")
                      .POST(HttpRequest.BodyPublishers.ofString("{\"metadata\":{\"name\":\"a\"}}"))
                      .build(),
                  HttpResponse.BodyHandlers.ofString());
      try (Socket call = stalled.accept()) {
        assertThat(call.isConnected()).isTrue();

        cluster.close();
      }

      assertThat(threads()).isEmpty();
      assertThat(asked).failsWithin(Duration.ofSeconds(30));
    }
  }
}
