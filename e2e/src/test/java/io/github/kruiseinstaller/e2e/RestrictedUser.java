package io.github.kruiseinstaller.e2e;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.kruiseinstaller.model.Manifest;
import io.kubernetes.client.util.KubeConfig;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** A service account that may do little, with a kubeconfig of its own. */
final class RestrictedUser {
  private static final String RBAC = "/apis/rbac.authorization.k8s.io/v1/";

  private RestrictedUser() {}

  /**
   * Creates a user who may do what a role says.
   *
   * @param name a name that begins with {@code e2e-}
   * @param role its rules count, not its name
   * @param folder where the kubeconfig goes
   * @return the kubeconfig
   */
  static Path create(TestCluster cluster, String name, Manifest role, Path folder) {
    String rules =
        JsonParser.parseString(role.toJson()).getAsJsonObject().get("rules").toString();
    return create(cluster, name, rules, folder);
  }

  /**
   * Creates a user.
   *
   * @param name a name that begins with {@code e2e-}
   * @param rules the rules of its ClusterRole as a JSON list
   * @param folder where the kubeconfig goes
   * @return the kubeconfig
   */
  static Path create(TestCluster cluster, String name, String rules, Path folder) {
    KubeApi api = cluster.api();
    api.must(
        "POST",
        "/api/v1/namespaces/default/serviceaccounts",
        named("v1", "ServiceAccount", name).toString());
    JsonObject role = named("rbac.authorization.k8s.io/v1", "ClusterRole", name);
    role.add("rules", JsonParser.parseString(rules));
    api.must("POST", RBAC + "clusterroles", role.toString());
    JsonObject binding = named("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", name);
    JsonObject roleRef = new JsonObject();
    roleRef.addProperty("apiGroup", "rbac.authorization.k8s.io");
    roleRef.addProperty("kind", "ClusterRole");
    roleRef.addProperty("name", name);
    binding.add("roleRef", roleRef);
    JsonObject subject = new JsonObject();
    subject.addProperty("kind", "ServiceAccount");
    subject.addProperty("name", name);
    subject.addProperty("namespace", "default");
    JsonArray subjects = new JsonArray();
    subjects.add(subject);
    binding.add("subjects", subjects);
    api.must("POST", RBAC + "clusterrolebindings", binding.toString());
    String token =
        api.must(
                "POST",
                "/api/v1/namespaces/default/serviceaccounts/" + name + "/token",
                "{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":\"TokenRequest\",\"spec\":{}}")
            .getAsJsonObject("status")
            .get("token")
            .getAsString();
    return kubeconfig(cluster.kubeconfig(), token, folder.resolve(name + ".kubeconfig"));
  }

  private static JsonObject named(String apiVersion, String kind, String name) {
    JsonObject metadata = new JsonObject();
    metadata.addProperty("name", name);
    JsonObject object = new JsonObject();
    object.addProperty("apiVersion", apiVersion);
    object.addProperty("kind", kind);
    object.add("metadata", metadata);
    return object;
  }

  private static Path kubeconfig(Path admin, String token, Path file) {
    try (Reader reader = Files.newBufferedReader(admin)) {
      KubeConfig config = KubeConfig.loadKubeConfig(reader);
      config.setFile(admin.toFile());
      byte[] authority =
          config.getDataOrFileRelative(
              config.getCertificateAuthorityData(), config.getCertificateAuthorityFile());
      return Files.writeString(
          file,
          """
          {"apiVersion":"v1","kind":"Config","current-context":"restricted",
           "contexts":[{"name":"restricted","context":{"cluster":"c","user":"u"}}],
           "clusters":[{"name":"c","cluster":{"server":"%s","certificate-authority-data":"%s"}}],
           "users":[{"name":"u","user":{"token":"%s"}}]}
          """
              .formatted(config.getServer(), Base64.getEncoder().encodeToString(authority), token));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
