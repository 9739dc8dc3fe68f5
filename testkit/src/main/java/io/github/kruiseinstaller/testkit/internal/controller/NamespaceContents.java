package io.github.kruiseinstaller.testkit.internal.controller;

import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.CONFIG_MAPS;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.NAMESPACES;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.SERVICE_ACCOUNTS;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import org.jspecify.annotations.Nullable;

/** Keeps in every namespace what every namespace has: a ServiceAccount and the cluster's CA. */
final class NamespaceContents {
  private static final String ACCOUNT = "default";
  private static final String CA = "kube-root-ca.crt";

  private final Api accounts;
  private final Api publisher;
  private final String certificate;
  private final WorkQueue<String> queue;

  NamespaceContents(Context context, String certificate) {
    this.accounts = context.api().controller("service-account-controller");
    this.publisher = context.api().controller("root-ca-cert-publisher");
    this.certificate = certificate;
    this.queue = context.queue("namespace contents", 2, this::sync);
    context
        .informers()
        .on(
            NAMESPACES,
            (before, after) -> {
              if (before == null && after != null) {
                queue.add(Nodes.name(after));
              }
            });
    context.informers().on(SERVICE_ACCOUNTS, (before, after) -> lost(ACCOUNT, before, after));
    context
        .informers()
        .on(
            CONFIG_MAPS,
            (before, after) -> {
              lost(CA, before, after);
              if (after != null && Nodes.name(after).equals(CA)) {
                queue.add(Nodes.namespace(after));
              }
            });
  }

  private void lost(String name, @Nullable ObjectNode before, @Nullable ObjectNode after) {
    if (after == null && before != null && Nodes.name(before).equals(name)) {
      queue.add(Nodes.namespace(before));
    }
  }

  private void sync(String namespace) {
    ObjectNode there = accounts.find(NAMESPACES, "", namespace).orElse(null);
    if (there == null || Owners.isDeleting(there)) {
      return;
    }
    try {
      accounts.ensure(SERVICE_ACCOUNTS, object("ServiceAccount", namespace, ACCOUNT));
      publish(namespace);
    } catch (StatusException e) {
      if (!PodControl.isNamespaceTerminating(e)) {
        throw e;
      }
    }
  }

  private void publish(String namespace) {
    ObjectNode wanted = object("ConfigMap", namespace, CA);
    Nodes.object(wanted, "metadata", "annotations")
        .put(
            "kubernetes.io/description",
            "Contains a CA bundle that can be used to verify the kube-apiserver when using internal"
                + " endpoints such as the internal service IP or kubernetes.default.svc. No other"
                + " usage is guaranteed across distributions of Kubernetes clusters.");
    wanted.putObject("data").put("ca.crt", certificate);
    ObjectNode there = publisher.find(CONFIG_MAPS, namespace, CA).orElse(null);
    if (there == null) {
      publisher.create(CONFIG_MAPS, wanted);
    } else if (!there.path("data").equals(wanted.path("data"))) {
      there.set("data", wanted.path("data"));
      publisher.update(CONFIG_MAPS, there);
    }
  }

  private static ObjectNode object(String kind, String namespace, String name) {
    ObjectNode object = Json.object();
    object.put("apiVersion", "v1").put("kind", kind);
    object.putObject("metadata").put("name", name).put("namespace", namespace);
    return object;
  }
}
