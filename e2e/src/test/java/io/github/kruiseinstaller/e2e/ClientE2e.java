package io.github.kruiseinstaller.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.customize.Customizer;
import io.github.kruiseinstaller.report.InstallReport;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.Configuration;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.KubeConfig;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;

/** The guest in somebody else's process, and the part of OpenKruise that may fail. */
class ClientE2e extends InstallTest {

  @Test
  void leavesTheCallersClientAsItWasAndNoThreadBehind() throws Exception {
    ApiClient client = client();
    client.setDebugging(true);
    OkHttpClient http = client.getHttpClient();
    ApiClient global = Configuration.getDefaultApiClient();
    Set<String> threads = threads();
    bystander();
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream console = System.out;
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    InstallReport report;
    try {
      report =
          OpenKruiseInstaller.builder()
              .apiClient(client)
              .release(Releases.at(chart("kruise-1.8.3.yaml"), null))
              .timeout(Duration.ofMinutes(3))
              .build()
              .install();
    } finally {
      System.setOut(console);
    }

    System.out.println(report.render());
    assertThat(report.succeeded()).isTrue();
    assertInstalled();
    assertThat(client.getHttpClient()).isSameAs(http);
    assertThat(client.isDebugging()).isTrue();
    assertThat(http.dispatcher().executorService().isShutdown()).isFalse();
    assertThat(Configuration.getDefaultApiClient()).isSameAs(global);
    assertThat(printed.toString(StandardCharsets.UTF_8)).doesNotContain("ca-key.pem");
    client.setDebugging(false);
    assertThat(new CoreV1Api(client).listNamespace().execute().getItems()).isNotEmpty();
    nobodyWasRefused();
    Await.until(
        "no thread is left: " + threads(),
        Duration.ofSeconds(10),
        () -> threads.containsAll(threads()));
  }

  private static ApiClient client() throws Exception {
    try (Reader reader = Files.newBufferedReader(cluster().kubeconfig())) {
      KubeConfig config = KubeConfig.loadKubeConfig(reader);
      config.setFile(cluster().kubeconfig().toFile());
      return ClientBuilder.kubeconfig(config).build();
    }
  }

  /** Threads that are not the bystander's, nor workers that OkHttp shares in the whole process. */
  private static Set<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> !name.startsWith("bystander-") && !name.startsWith("OkHttp"))
        .filter(name -> !name.startsWith("Okio") && !name.startsWith("process reaper"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void aDaemonThatFailsDegradesAndDoesNotFail() throws Exception {
    bystander();

    InstallReport report =
        installs(
            installer()
                .customize(
                    Customizer.manifest(
                        "DaemonSet",
                        "kruise-daemon",
                        manifest -> Edits.image(manifest, "openkruise/none:v0"))));

    nobodyWasRefused();
    assertThat(report.degraded()).hasSize(1);
    assertThat(report.degraded().get(0)).contains("kruise-daemon");
  }
}
