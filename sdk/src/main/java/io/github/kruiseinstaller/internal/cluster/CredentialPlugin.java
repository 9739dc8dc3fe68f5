package io.github.kruiseinstaller.internal.cluster;

import com.google.gson.JsonParseException;
import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.retry.Deadline;
import io.github.kruiseinstaller.internal.retry.SystemTime;
import io.github.kruiseinstaller.internal.text.PlainText;
import io.github.kruiseinstaller.internal.tree.Json;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.kubernetes.client.util.SSLUtils;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The command that makes the credentials of a kubeconfig's user, run as kubectl runs it where there
 * is no terminal, but for a limited time. client-java would read its output for as long as it likes
 * to run, and hands nothing out by which it could be ended.
 */
final class CredentialPlugin {
  /** How long it may take; nobody can be asked to log in here, so it waits for machines only. */
  static final Duration LIMIT = Duration.ofSeconds(60);

  private static final long GLANCE_MILLIS = 20;
  private static final int LONGEST_ANSWER = 1024 * 1024;
  private static final int LONGEST_VERSION = 100;
  private static final String API = "client.authentication.k8s.io/";
  private static final Set<String> VERSIONS = Set.of(API + "v1", API + "v1beta1", API + "v1alpha1");

  private final String name;
  private final String apiVersion;
  private final List<String> command;
  private final Map<String, String> environment;
  private final Duration limit;

  private CredentialPlugin(
      String name,
      String apiVersion,
      List<String> command,
      Map<String, String> environment,
      Duration limit) {
    this.name = name;
    this.apiVersion = apiVersion;
    this.command = command;
    this.environment = environment;
    this.limit = limit;
  }

  /**
   * The plugin of the selected user, who has one.
   *
   * @param limit how long it may take
   * @throws InstallException with UNAUTHENTICATED when it has no command or an unknown version
   * @throws IOException when it is to be told the cluster, and a file of that cannot be read
   */
  static CredentialPlugin of(Kubeconfigs.Selected selected, Duration limit) throws IOException {
    Object exec = selected.user().get("exec");
    String name = Objects.requireNonNullElse(Trees.text(exec, "command"), "");
    String apiVersion = Objects.requireNonNullElse(Trees.text(exec, "apiVersion"), "");
    List<String> command = new ArrayList<>(List.of(name));
    Trees.list(exec, "args").forEach(argument -> command.add(String.valueOf(argument)));
    Map<String, String> environment = new LinkedHashMap<>();
    for (Map<String, @Nullable Object> variable : Trees.maps(exec, "env")) {
      String key = Trees.text(variable, "name");
      if (key != null) {
        environment.put(key, Objects.requireNonNullElse(Trees.text(variable, "value"), ""));
      }
    }
    environment.putIfAbsent(ExecInfo.VARIABLE, ExecInfo.of(selected));
    CredentialPlugin plugin = new CredentialPlugin(name, apiVersion, command, environment, limit);
    if (name.isEmpty() || !VERSIONS.contains(apiVersion)) {
      throw plugin.failed(
          "needs a command and an apiVersion that is known; it has '" + apiVersion + "'",
          "Correct exec of the user of context " + selected.context() + ".");
    }
    return plugin;
  }

  /** Its command, for messages. */
  String name() {
    return name;
  }

  /**
   * Runs it and waits for its answer. No process is left when this returns.
   *
   * @param wanted whether anybody still wants the answer; asked again and again
   * @throws InstallException with UNAUTHENTICATED, naming the plugin, when it gives none in time
   */
  PluginCredential run(BooleanSupplier wanted) {
    Process process = start();
    try {
      return credential(answer(process, wanted));
    } finally {
      end(process);
    }
  }

  private Process start() {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    try {
      return builder.start();
    } catch (IOException | RuntimeException e) {
      throw failed(
          "cannot be started: " + NetworkErrors.describe(e),
          "Install it, or correct exec of the kubeconfig's user.");
    }
  }

  /**
   * Looks again and again instead of reading until the end: whatever the plugin has started itself
   * may hold its output open for as long as it likes.
   */
  private String answer(Process process, BooleanSupplier wanted) {
    Deadline deadline = Deadline.in(limit, new SystemTime());
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    try {
      process.getOutputStream().close();
      while (!process.waitFor(GLANCE_MILLIS, TimeUnit.MILLISECONDS)) {
        read(process.getInputStream(), answer);
        if (!wanted.getAsBoolean()) {
          throw failed("is no longer needed");
        }
        if (deadline.passed()) {
          throw failed("gave no answer within " + PlainText.duration(limit));
        }
      }
      read(process.getInputStream(), answer);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed("was interrupted");
    } catch (IOException e) {
      throw failed("gave an answer that cannot be read: " + NetworkErrors.describe(e));
    }
    if (process.exitValue() != 0) {
      throw failed("failed with exit code " + process.exitValue());
    }
    return answer.toString(StandardCharsets.UTF_8);
  }

  private void read(InputStream output, ByteArrayOutputStream answer) throws IOException {
    for (int ready = output.available(); ready > 0; ready = output.available()) {
      answer.write(output.readNBytes(ready));
      if (answer.size() > LONGEST_ANSWER) {
        throw failed("gave more than a credential");
      }
    }
  }

  private static void end(Process process) {
    if (process.isAlive()) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private PluginCredential credential(String answer) {
    Object tree;
    try {
      tree = Json.parse(answer);
    } catch (JsonParseException e) {
      // Its message may quote the answer, which is secret.
      throw failed("gave an answer that is not JSON");
    }
    if (!"ExecCredential".equals(Trees.text(tree, "kind"))) {
      throw failed("gave an answer that is no ExecCredential");
    }
    String version = Objects.requireNonNullElse(Trees.text(tree, "apiVersion"), "");
    if (!version.equals(apiVersion)) {
      throw failed(
          "answers as '"
              + PlainText.atMost(LONGEST_VERSION, version)
              + "', and the kubeconfig wants "
              + apiVersion,
          "Set apiVersion of exec to what the plugin speaks, or update the plugin.");
    }
    String token = Trees.text(tree, "status", "token");
    String certificate = Trees.text(tree, "status", "clientCertificateData");
    String key = Trees.text(tree, "status", "clientKeyData");
    X509KeyManager keys = certificate == null || key == null ? null : keys(certificate, key);
    if ((token == null || token.isEmpty()) && keys == null) {
      throw failed("gave no credentials");
    }
    return new PluginCredential(token, keys);
  }

  private X509KeyManager keys(String certificate, String key) {
    byte[] pem = key.getBytes(StandardCharsets.UTF_8);
    try {
      for (KeyManager made :
          SSLUtils.keyManagers(
              certificate.getBytes(StandardCharsets.UTF_8),
              pem,
              SSLUtils.recognizePrivateKeyAlgo(pem),
              "",
              null,
              null)) {
        if (made instanceof X509KeyManager keys) {
          return keys;
        }
      }
    } catch (GeneralSecurityException | IOException | RuntimeException e) {
      throw failed("gave a certificate or key that cannot be read");
    }
    throw failed("gave a certificate or key that cannot be used");
  }

  private InstallException failed(String what) {
    return failed(
        what, "Run the plugin by hand; log in to the cloud provider if it asks for that.");
  }

  private InstallException failed(String what, String remedy) {
    return new InstallException(
        Failure.of(
            FailureCode.UNAUTHENTICATED, "the credential plugin " + name + " " + what, remedy));
  }
}
