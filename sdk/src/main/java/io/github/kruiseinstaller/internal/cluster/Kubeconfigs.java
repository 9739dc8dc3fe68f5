package io.github.kruiseinstaller.internal.cluster;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.kubernetes.client.util.KubeConfig;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Kubeconfig files merged as kubectl merges them: the first file that names a context, cluster or
 * user wins, and so does the first current-context. Paths in a file are relative to that file.
 */
final class Kubeconfigs {
  private static final List<String> CLUSTER_PATHS = List.of("certificate-authority");
  private static final List<String> USER_PATHS =
      List.of("client-certificate", "client-key", "tokenFile");

  private final List<Path> files;
  private final Map<String, Object> contexts = new LinkedHashMap<>();
  private final Map<String, Object> clusters = new LinkedHashMap<>();
  private final Map<String, Object> users = new LinkedHashMap<>();
  private @Nullable String currentContext;

  private Kubeconfigs(List<Path> files) {
    this.files = List.copyOf(files);
  }

  /**
   * Reads and merges files, which must exist.
   *
   * @throws InstallException with CLUSTER_UNREACHABLE naming the file that cannot be used
   */
  static Kubeconfigs read(List<Path> files) {
    Kubeconfigs merged = new Kubeconfigs(files);
    files.forEach(merged::add);
    return merged;
  }

  /**
   * The configuration with a context chosen.
   *
   * @param name the context, or null for the current one
   * @throws InstallException with CLUSTER_UNREACHABLE when the context or what it names is absent
   */
  Selected select(@Nullable String name) {
    String context = name == null ? currentContext : name;
    if (context == null || context.isEmpty()) {
      throw unusable(
          "no context is chosen in " + names(),
          "Choose one with kubectl config use-context, or name one of: " + known(contexts));
    }
    Map<String, @Nullable Object> body =
        part(contexts, context, "context", "Name one of: " + known(contexts));
    String hint = "Correct context " + context + " in " + names() + ".";
    Map<String, @Nullable Object> cluster =
        part(clusters, orEmpty(Trees.text(body, "cluster")), "cluster", hint);
    String user = Trees.text(body, "user");
    return new Selected(
        context,
        cluster,
        user == null || user.isEmpty() ? Map.of() : part(users, user, "user", hint));
  }

  /** Whether the files say nothing, or there are none. */
  boolean isEmpty() {
    return contexts.isEmpty()
        && clusters.isEmpty()
        && users.isEmpty()
        && (currentContext == null || currentContext.isEmpty());
  }

  /** The files, for messages. */
  String names() {
    return String.join(", ", files.stream().map(Path::toString).toList());
  }

  private void add(Path file) {
    KubeConfig config;
    try {
      String text = Files.readString(file);
      if (text.lines().allMatch(Kubeconfigs::saysNothing)) {
        return;
      }
      config = KubeConfig.loadKubeConfig(new StringReader(text));
    } catch (IOException e) {
      throw new InstallException(
          failure(
              "the kubeconfig " + file + " cannot be read: " + NetworkErrors.describe(e),
              "Check the path and the permissions of the file."),
          e);
    } catch (RuntimeException e) {
      // The parser's message quotes the file, and the file holds credentials.
      throw unusable(
          "the kubeconfig " + file + " is not a kubeconfig",
          "Compare it with what kubectl config view shows.");
    }
    Path folder = file.toAbsolutePath().getParent();
    keepFirst(contexts, config.getContexts(), "context", List.of(), folder);
    keepFirst(clusters, config.getClusters(), "cluster", CLUSTER_PATHS, folder);
    keepFirst(users, config.getUsers(), "user", USER_PATHS, folder);
    if (currentContext == null || currentContext.isEmpty()) {
      currentContext = config.getCurrentContext();
    }
  }

  private static boolean saysNothing(String line) {
    return line.isBlank() || line.stripLeading().startsWith("#") || line.strip().equals("---");
  }

  private static void keepFirst(
      Map<String, Object> merged,
      @Nullable List<?> entries,
      String body,
      List<String> paths,
      @Nullable Path folder) {
    for (Object entry : entries == null ? List.of() : entries) {
      String name = Trees.text(entry, "name");
      if (name != null && Trees.at(entry, body) instanceof Map<?, ?> found) {
        merged.putIfAbsent(name, absolute(found, paths, folder));
      }
    }
  }

  private static Map<String, @Nullable Object> absolute(
      Map<?, ?> body, List<String> paths, @Nullable Path folder) {
    Map<String, @Nullable Object> copy = Trees.mutable(body);
    if (folder == null) {
      return copy;
    }
    for (String key : paths) {
      if (copy.get(key) instanceof String path && !path.isEmpty()) {
        copy.put(key, folder.resolve(path).normalize().toString());
      }
    }
    if (copy.get("exec") instanceof Map<?, ?> exec
        && exec.get("command") instanceof String command
        && (command.contains("/") || command.contains("\\"))) {
      Map<String, @Nullable Object> resolved = Trees.mutable(exec);
      resolved.put("command", folder.resolve(command).normalize().toString());
      copy.put("exec", resolved);
    }
    return copy;
  }

  private Map<String, @Nullable Object> part(
      Map<String, Object> all, String name, String what, String remedy) {
    Map<String, @Nullable Object> found = Trees.map(all.get(name));
    if (found.isEmpty()) {
      throw unusable("no " + what + " named '" + name + "' in " + names(), remedy);
    }
    return found;
  }

  private static InstallException unusable(String message, String remedy) {
    return new InstallException(failure(message, remedy));
  }

  private static Failure failure(String message, String remedy) {
    return Failure.of(FailureCode.CLUSTER_UNREACHABLE, message, remedy);
  }

  private static String known(Map<String, Object> all) {
    return all.isEmpty() ? "(there are none)" : String.join(", ", all.keySet());
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  /**
   * One context with what it names.
   *
   * @param context its name
   * @param cluster the cluster's settings
   * @param user the user's settings, which hold credentials
   */
  record Selected(
      String context, Map<String, @Nullable Object> cluster, Map<String, @Nullable Object> user) {

    /** As client-java wants it. */
    KubeConfig config() {
      KubeConfig config =
          new KubeConfig(
              entry("context", Map.of("cluster", context, "user", context)),
              entry("cluster", cluster),
              entry("user", user));
      config.setContext(context);
      return config;
    }

    /** The same without some settings of the user. */
    Selected withoutUser(String... keys) {
      Map<String, @Nullable Object> rest = Trees.mutable(user);
      List.of(keys).forEach(rest::remove);
      return new Selected(context, cluster, rest);
    }

    /** The name only: the settings hold credentials. */
    @Override
    public String toString() {
      return context;
    }

    private ArrayList<Object> entry(String what, Map<String, ?> body) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("name", context);
      entry.put(what, body);
      return new ArrayList<>(List.of(entry));
    }
  }
}
