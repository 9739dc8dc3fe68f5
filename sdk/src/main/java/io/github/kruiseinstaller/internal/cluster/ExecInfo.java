package io.github.kruiseinstaller.internal.cluster;

import io.github.kruiseinstaller.internal.tree.Json;
import io.github.kruiseinstaller.internal.tree.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What kubectl tells a credential plugin: which version to answer in, that nobody can be asked, and
 * the cluster where the kubeconfig says so. Plugins that are not told answer in an older version.
 */
final class ExecInfo {
  /** The environment variable for it. */
  static final String VARIABLE = "KUBERNETES_EXEC_INFO";

  private static final String EXTENSION = "client.authentication.k8s.io/exec";
  private static final String AUTHORITY_DATA = "certificate-authority-data";
  private static final String AUTHORITY_FILE = "certificate-authority";

  /** Those of a kubeconfig's cluster that have the same name here; the authority is apart. */
  private static final List<String> SETTINGS =
      List.of("tls-server-name", "insecure-skip-tls-verify", "proxy-url", "disable-compression");

  private ExecInfo() {}

  /**
   * The text for the plugin of the selected user.
   *
   * @throws IOException when the certificate authority's file cannot be read
   */
  static String of(Kubeconfigs.Selected selected) throws IOException {
    Object exec = selected.user().get("exec");
    Map<String, @Nullable Object> spec = new LinkedHashMap<>();
    spec.put("interactive", false);
    if (Boolean.TRUE.equals(Trees.at(exec, "provideClusterInfo"))) {
      spec.put("cluster", cluster(selected.cluster()));
    }
    Map<String, @Nullable Object> info = new LinkedHashMap<>();
    info.put("kind", "ExecCredential");
    info.put("apiVersion", Trees.text(exec, "apiVersion"));
    info.put("spec", spec);
    return Json.compact(info);
  }

  private static Map<String, @Nullable Object> cluster(Map<String, @Nullable Object> settings)
      throws IOException {
    Map<String, @Nullable Object> told = new LinkedHashMap<>();
    told.put("server", settings.get("server"));
    for (String setting : SETTINGS) {
      if (settings.get(setting) != null) {
        told.put(setting, settings.get(setting));
      }
    }
    String data = Trees.text(settings, AUTHORITY_DATA);
    String file = Trees.text(settings, AUTHORITY_FILE);
    if (data != null && !data.isEmpty()) {
      told.put(AUTHORITY_DATA, data);
    } else if (file != null && !file.isEmpty()) {
      byte[] pem = Files.readAllBytes(Path.of(file));
      told.put(AUTHORITY_DATA, Base64.getEncoder().encodeToString(pem));
    }
    for (Map<String, @Nullable Object> extension : Trees.maps(settings, "extensions")) {
      if (EXTENSION.equals(Trees.text(extension, "name"))) {
        told.put("config", extension.get("extension"));
      }
    }
    return told;
  }
}
