package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.apply.Writer;
import io.github.kruiseinstaller.testkit.internal.auth.Caller;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Resources.Write;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;

/**
 * A write that somebody asks for.
 *
 * @param verb in RBAC's words
 * @param caller who asks
 * @param resource in the version of the request
 * @param namespace empty for cluster-wide kinds
 * @param name empty when the API server is to make one
 * @param subresource or empty
 * @param write how
 */
record Request(
    String verb,
    Caller caller,
    Resource resource,
    String namespace,
    String name,
    String subresource,
    Write write) {
  /** Field managers have at most so many bytes. */
  private static final int LONGEST_MANAGER = 128;

  String groupResource() {
    return resource.groupResource();
  }

  /** What admission calls the namespace: a Namespace is in itself. */
  String admissionNamespace(String objectName) {
    return KindFacts.isNamespace(resource) ? objectName : namespace;
  }

  Request named(String generated) {
    return new Request(verb, caller, resource, namespace, generated, subresource, write);
  }

  /** Who writes, as managedFields will say: without a name of its own, the caller's agent. */
  Writer writer(InstantSource clock) {
    String manager =
        write.fieldManager().isEmpty() ? managerOf(caller.agent()) : write.fieldManager();
    return new Writer(manager, subresource, clock.instant());
  }

  private static String managerOf(String agent) {
    int slash = agent.indexOf('/');
    StringBuilder manager = new StringBuilder();
    int bytes = 0;
    for (int point : (slash < 0 ? agent : agent.substring(0, slash)).codePoints().toArray()) {
      if (Character.isISOControl(point)) {
        continue;
      }
      String character = Character.toString(point);
      bytes += character.getBytes(StandardCharsets.UTF_8).length;
      if (bytes > LONGEST_MANAGER) {
        break;
      }
      manager.append(character);
    }
    return manager.toString();
  }

  /** CreateOptions, UpdateOptions or DeleteOptions, as webhooks see them. */
  ObjectNode options(String kind) {
    ObjectNode options = Json.object().put("kind", kind).put("apiVersion", "meta.k8s.io/v1");
    if (write.dryRun()) {
      options.putArray("dryRun").add("All");
    }
    if (!write.fieldManager().isEmpty()) {
      options.put("fieldManager", write.fieldManager());
    }
    if (!write.fieldValidation().isEmpty()) {
      options.put("fieldValidation", write.fieldValidation());
    }
    return options;
  }

  StatusException notFound() {
    return Statuses.notFound(resource.group(), resource.plural(), name);
  }

  StatusException conflict(String why) {
    return Statuses.conflict(resource.group(), resource.plural(), name, why);
  }

  StatusException modified() {
    return Statuses.modified(resource.group(), resource.plural(), name);
  }

  /** 409 of the storage layer, in its own words. */
  StatusException uidMismatch(String wanted, String there) {
    return conflict(
        "StorageError: invalid object, Code: 4, Key: "
            + StorageKeys.key(resource, namespace, name)
            + ", ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: "
            + wanted
            + ", UID in object meta: "
            + there);
  }
}
