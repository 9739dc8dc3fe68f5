package io.github.kruiseinstaller.testkit.internal.kruise;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;

/** The defaults of pods that the manager puts into templates of its own kinds. */
final class TemplateDefaults {
  private static final int GRACE_SECONDS = 30;

  private TemplateDefaults() {}

  /** Puts them into a pod's spec. */
  static void pod(ObjectNode spec) {
    absent(spec, "restartPolicy", "Always");
    absent(spec, "dnsPolicy", "ClusterFirst");
    absent(spec, "schedulerName", "default-scheduler");
    if (!spec.has("terminationGracePeriodSeconds")) {
      spec.put("terminationGracePeriodSeconds", GRACE_SECONDS);
    }
    if (!spec.has("securityContext")) {
      spec.putObject("securityContext");
    }
    for (String list : new String[] {"initContainers", "containers"}) {
      for (JsonNode container : Nodes.list(spec, list)) {
        if (container instanceof ObjectNode object) {
          container(object);
        }
      }
    }
  }

  /** Puts them into a container. */
  static void container(ObjectNode container) {
    absent(container, "terminationMessagePath", "/dev/termination-log");
    absent(container, "terminationMessagePolicy", "File");
    String image = Nodes.textOrEmpty(container, "image");
    boolean latest = image.endsWith(":latest") || !image.replaceFirst(".*/", "").contains(":");
    absent(container, "imagePullPolicy", latest ? "Always" : "IfNotPresent");
    if (!container.has("resources")) {
      container.putObject("resources");
    }
    for (JsonNode port : Nodes.list(container, "ports")) {
      if (port instanceof ObjectNode object) {
        absent(object, "protocol", "TCP");
      }
    }
  }

  /** Puts a text where there is none. */
  static void absent(ObjectNode object, String key, String value) {
    if (Nodes.textOrEmpty(object, key).isEmpty()) {
      object.put(key, value);
    }
  }
}
