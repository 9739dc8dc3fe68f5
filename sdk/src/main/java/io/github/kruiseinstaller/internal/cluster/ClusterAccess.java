package io.github.kruiseinstaller.internal.cluster;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.credentials.TokenFileAuthentication;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import javax.net.ssl.KeyManager;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * Finds the cluster as kubectl does. Knows client certificates, tokens, token files, user names,
 * credential plugins, proxies and impersonation of a kubeconfig, and the proxies of the environment
 * (HTTPS_PROXY, HTTP_PROXY, NO_PROXY) for a cluster without a proxy-url. A credential plugin is run
 * by the first request, has 60 seconds, and fails that request when it gives nothing.
 */
public final class ClusterAccess {
  private static final Path SERVICE_ACCOUNT =
      Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

  private final Function<String, @Nullable String> environment;
  private final Path home;
  private final Path serviceAccount;
  private final Duration pluginLimit;

  /** Looks into the environment of this process. */
  public ClusterAccess() {
    this(
        System::getenv,
        Path.of(System.getProperty("user.home", "")),
        SERVICE_ACCOUNT,
        CredentialPlugin.LIMIT);
  }

  /** Looks elsewhere, for tests. */
  ClusterAccess(
      Function<String, @Nullable String> environment,
      Path home,
      Path serviceAccount,
      Duration pluginLimit) {
    this.environment = environment;
    this.home = home;
    this.serviceAccount = serviceAccount;
    this.pluginLimit = pluginLimit;
  }

  /**
   * The cluster of a kubeconfig file.
   *
   * @param context the context to use, or null for the file's current one
   * @throws InstallException with CLUSTER_UNREACHABLE when the file cannot be used
   */
  public ApiClient fromKubeconfig(Path kubeconfig, @Nullable String context) {
    if (!Files.isRegularFile(kubeconfig)) {
      throw unreachable(
          "there is no kubeconfig at " + kubeconfig.toAbsolutePath(),
          "Check the path that was given to the installer.");
    }
    Kubeconfigs files = Kubeconfigs.read(List.of(kubeconfig));
    if (files.isEmpty()) {
      throw unreachable(
          "the kubeconfig " + kubeconfig + " is empty",
          "Check the path that was given to the installer.");
    }
    return build(files, context);
  }

  /**
   * The cluster that kubectl would use: the files of KUBECONFIG merged, or else {@code
   * .kube/config} in the home folder, or else the cluster in whose pod this runs. A file that says
   * nothing counts as none.
   *
   * @param context the context to use, or null for the current one
   * @throws InstallException with CLUSTER_UNREACHABLE when there is none
   */
  public ApiClient standard(@Nullable String context) {
    String listed = Objects.requireNonNullElse(environment.apply("KUBECONFIG"), "");
    List<Path> candidates = new ArrayList<>();
    for (String name : listed.split(File.pathSeparator, -1)) {
      if (!name.isBlank()) {
        candidates.add(Path.of(name));
      }
    }
    if (candidates.isEmpty()) {
      candidates.add(home().resolve(".kube").resolve("config"));
    }
    List<Path> files = candidates.stream().filter(Files::isRegularFile).toList();
    Kubeconfigs found = Kubeconfigs.read(files);
    if (!found.isEmpty()) {
      return build(found, context);
    }
    if (context == null && Files.isReadable(serviceAccount.resolve("token"))) {
      return inCluster();
    }
    throw unreachable(
        "no cluster can be found: "
            + (files.isEmpty() ? candidates + " does not exist" : files + " is empty")
            + ", and this is no pod",
        "Set KUBECONFIG, or give the installer a kubeconfig or an ApiClient.");
  }

  /**
   * kubectl goes by HOME, which need not be the folder that the system has for the user and Java
   * tells: a container of a CI system has both. Windows has no HOME.
   */
  private Path home() {
    String named = File.separatorChar == '/' ? environment.apply("HOME") : null;
    return named == null || named.isEmpty() ? home : Path.of(named);
  }

  private ApiClient inCluster() {
    String host = Objects.requireNonNullElse(environment.apply("KUBERNETES_SERVICE_HOST"), "");
    String port = Objects.requireNonNullElse(environment.apply("KUBERNETES_SERVICE_PORT"), "");
    if (host.isEmpty() || port.isEmpty()) {
      throw unreachable(
          "this pod has a service account but does not know its API server",
          "Set KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT.");
    }
    String server = "https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    try {
      ApiClient client =
          new ClientBuilder()
              .setBasePath(server)
              .setCertificateAuthority(Files.readAllBytes(serviceAccount.resolve("ca.crt")))
              .setAuthentication(
                  new TokenFileAuthentication(serviceAccount.resolve("token").toString()))
              .build();
      takeProxy(client, null);
      return client;
    } catch (IOException | RuntimeException e) {
      throw new InstallException(
          failure(
              "the service account of this pod cannot be used: " + NetworkErrors.describe(e),
              "Mount a service account token, or give the installer a kubeconfig."),
          e);
    }
  }

  private ApiClient build(Kubeconfigs files, @Nullable String context) {
    Kubeconfigs.Selected selected = files.select(context);
    try {
      Map<String, @Nullable Object> user = selected.user();
      boolean hasCertificate =
          user.containsKey("client-certificate") || user.containsKey("client-certificate-data");
      ApiClient client;
      // kubectl runs the plugin of a user only where there is nothing else.
      if (!hasCertificate && user.get("tokenFile") instanceof String file && !file.isEmpty()) {
        client =
            ClientBuilder.kubeconfig(selected.withoutUser("tokenFile", "token", "exec").config())
                .setAuthentication(new TokenFileAuthentication(file))
                .build();
      } else if (!hasCertificate
          && isBlank(user, "token")
          && isBlank(user, "username")
          && user.get("exec") instanceof Map<?, ?>) {
        client = withPlugin(selected);
      } else {
        client = ClientBuilder.kubeconfig(selected.withoutUser("exec").config()).build();
      }
      adopt(client, selected);
      return client;
    } catch (InstallException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new InstallException(
          failure(
              "context "
                  + selected.context()
                  + " of "
                  + files.names()
                  + " cannot be used: "
                  + NetworkErrors.describe(e),
              "Try the same context with kubectl, and correct server, certificates and user."),
          e);
    }
  }

  /**
   * client-java runs a plugin when the client is built, without a limit, and never again. Here the
   * first request does, which ends with its run. A run has a thread of its own, and makes its
   * client on that: with it the plugin ends.
   */
  private ApiClient withPlugin(Kubeconfigs.Selected selected) throws IOException {
    CredentialPlugin plugin = CredentialPlugin.of(selected, pluginLimit);
    RefreshedToken token = new RefreshedToken(plugin.name(), plugin::run, Thread.currentThread());
    KeyManager[] keys = {new PluginKeys(token::keys)};
    ApiClient client =
        ClientBuilder.kubeconfig(selected.withoutUser("exec").config())
            .setAuthentication(built -> built.setKeyManagers(keys))
            .build();
    return intercept(client, token);
  }

  /** What client-java leaves out of a kubeconfig. */
  private void adopt(ApiClient client, Kubeconfigs.Selected selected) {
    takeProxy(client, Trees.text(selected.cluster(), "proxy-url"));
    Impersonation.of(selected.user()).ifPresent(somebody -> intercept(client, somebody));
  }

  private void takeProxy(ApiClient client, @Nullable String proxyUrl) {
    HttpUrl server = HttpUrl.parse(client.getBasePath());
    ProxyUrl proxy = null;
    if (proxyUrl != null && !proxyUrl.isEmpty()) {
      proxy = ProxyUrl.parse("proxy-url", proxyUrl);
    } else if (server != null) {
      proxy = new ProxyEnvironment(environment).proxyTo(server);
    }
    if (proxy != null) {
      client.setHttpClient(proxy.on(client.getHttpClient()));
    }
  }

  private static boolean isBlank(Map<String, @Nullable Object> user, String key) {
    return String.valueOf(Objects.requireNonNullElse(user.get(key), "")).isEmpty();
  }

  private static ApiClient intercept(ApiClient client, Interceptor interceptor) {
    OkHttpClient http = client.getHttpClient();
    return client.setHttpClient(http.newBuilder().addInterceptor(interceptor).build());
  }

  private static InstallException unreachable(String message, String remedy) {
    return new InstallException(failure(message, remedy));
  }

  private static Failure failure(String message, String remedy) {
    return Failure.of(FailureCode.CLUSTER_UNREACHABLE, message, remedy);
  }
}
