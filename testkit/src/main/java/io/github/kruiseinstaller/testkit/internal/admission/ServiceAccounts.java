package io.github.kruiseinstaller.testkit.internal.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.admission.Admission.Operation;
import io.github.kruiseinstaller.testkit.internal.admission.Admission.Request;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Gives a new Pod its ServiceAccount, which must exist, and the volume with the token. */
final class ServiceAccounts implements Plugin {
  private static final String VOLUME_PREFIX = "kube-api-access-";
  private static final String MOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";
  private static final String SUFFIX_LETTERS = "bcdfghjklmnpqrstvwxz2456789";
  private static final int SUFFIX_LENGTH = 5;
  private static final int TOKEN_SECONDS = 3607;
  private static final int FILE_MODE = 0644;

  private static final String DEFAULT = "default";
  private static final int ATTEMPTS = 10;

  private final ClusterState cluster;
  private final RandomGenerator random;
  private final Pause pause;

  ServiceAccounts(ClusterState cluster, RandomGenerator random, Pause pause) {
    this.cluster = cluster;
    this.random = random;
    this.pause = pause;
  }

  /** Waits a moment. */
  @FunctionalInterface
  interface Pause {
    /** Waits. */
    void take() throws InterruptedException;
  }

  @Override
  public void mutate(Request request, ObjectNode pod) {
    if (!creates(request)) {
      return;
    }
    ObjectNode spec = Nodes.object(pod, "spec");
    String name =
        Nodes.text(spec, "serviceAccountName")
            .filter(text -> !text.isEmpty())
            .or(() -> Nodes.text(spec, "serviceAccount").filter(text -> !text.isEmpty()))
            .orElse(DEFAULT);
    spec.put("serviceAccountName", name).put("serviceAccount", name);
    ObjectNode account = account(request, name);
    if (mountsToken(spec, account)) {
      mountToken(spec);
    }
    if (Nodes.list(spec, "imagePullSecrets").isEmpty()) {
      List<JsonNode> secrets = Nodes.list(account, "imagePullSecrets");
      if (!secrets.isEmpty()) {
        ArrayNode list = spec.putArray("imagePullSecrets");
        secrets.forEach(secret -> list.add(secret.deepCopy()));
      }
    }
  }

  @Override
  public void validate(Request request) {
    if (!creates(request) || request.object() == null) {
      return;
    }
    String name = Nodes.textOrEmpty(request.object(), "spec", "serviceAccountName");
    if (name.isEmpty()) {
      throw Refusals.forbidden(
          request,
          "no service account specified for pod "
              + request.namespace()
              + "/"
              + Nodes.name(request.object()));
    }
    account(request, name);
  }

  private static boolean creates(Request request) {
    return request.operation() == Operation.CREATE && request.isAbout("", "pods");
  }

  private ObjectNode account(Request request, String name) {
    Optional<ObjectNode> account = find(request.namespace(), name);
    return account.orElseThrow(
        () ->
            Refusals.forbidden(
                request,
                "error looking up service account "
                    + request.namespace()
                    + "/"
                    + name
                    + ": serviceaccount \""
                    + name
                    + "\" not found"));
  }

  /** A controller makes the default one after the namespace, so that is waited for. */
  private Optional<ObjectNode> find(String namespace, String name) {
    Optional<ObjectNode> account = cluster.find("", "serviceaccounts", namespace, name);
    try {
      for (int i = 1; i < ATTEMPTS && account.isEmpty() && name.equals(DEFAULT); i++) {
        pause.take();
        account = cluster.find("", "serviceaccounts", namespace, name);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return account;
  }

  private static boolean mountsToken(JsonNode spec, JsonNode account) {
    JsonNode own = Nodes.at(spec, "automountServiceAccountToken");
    JsonNode wish = own.isBoolean() ? own : Nodes.at(account, "automountServiceAccountToken");
    return wish.asBoolean(true);
  }

  private void mountToken(ObjectNode spec) {
    Optional<String> present =
        Nodes.list(spec, "volumes").stream()
            .map(volume -> volume.path("name").asText())
            .filter(name -> name.startsWith(VOLUME_PREFIX))
            .findFirst();
    String volume = present.orElseGet(() -> VOLUME_PREFIX + suffix());
    boolean needed = mount(spec, "initContainers", volume);
    needed |= mount(spec, "containers", volume);
    if (needed && present.isEmpty()) {
      Nodes.array(spec, "volumes").add(volume(volume));
    }
  }

  private static boolean mount(ObjectNode spec, String list, String volume) {
    boolean mounted = false;
    for (ObjectNode container : Containers.in(spec, list)) {
      boolean taken =
          Nodes.list(container, "volumeMounts").stream()
              .anyMatch(mount -> mount.path("mountPath").asText().equals(MOUNT_PATH));
      if (!taken) {
        Nodes.array(container, "volumeMounts")
            .addObject()
            .put("name", volume)
            .put("readOnly", true)
            .put("mountPath", MOUNT_PATH);
        mounted = true;
      }
    }
    return mounted;
  }

  private String suffix() {
    StringBuilder suffix = new StringBuilder();
    // Not every generator may be used by several threads.
    synchronized (random) {
      for (int i = 0; i < SUFFIX_LENGTH; i++) {
        suffix.append(SUFFIX_LETTERS.charAt(random.nextInt(SUFFIX_LETTERS.length())));
      }
    }
    return suffix.toString();
  }

  private static ObjectNode volume(String name) {
    ObjectNode volume = Json.object().put("name", name);
    ObjectNode projected = volume.putObject("projected");
    ArrayNode sources = projected.putArray("sources");
    sources
        .addObject()
        .putObject("serviceAccountToken")
        .put("expirationSeconds", TOKEN_SECONDS)
        .put("path", "token");
    ObjectNode bundle = sources.addObject().putObject("configMap");
    bundle.put("name", "kube-root-ca.crt");
    bundle.putArray("items").addObject().put("key", "ca.crt").put("path", "ca.crt");
    ObjectNode item = sources.addObject().putObject("downwardAPI").putArray("items").addObject();
    item.put("path", "namespace");
    item.putObject("fieldRef").put("apiVersion", "v1").put("fieldPath", "metadata.namespace");
    projected.put("defaultMode", FILE_MODE);
    return volume;
  }
}
