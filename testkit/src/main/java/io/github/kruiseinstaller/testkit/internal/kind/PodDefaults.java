package io.github.kruiseinstaller.testkit.internal.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.Map;

/** What Kubernetes puts into pods and pod templates. */
final class PodDefaults {
  private static final long MODE = 420;

  private PodDefaults() {}

  /** A Pod. */
  static void pod(ObjectNode pod) {
    ObjectNode spec = Nodes.object(pod, "spec");
    spec(spec);
    Fill.bool(spec, "enableServiceLinks", true);
    for (String containers : new String[] {"containers", "initContainers"}) {
      Fill.each(spec, PodDefaults::requestLimits, containers);
      if (spec.path("hostNetwork").asBoolean()) {
        Fill.each(spec, PodDefaults::exposePorts, containers);
      }
    }
  }

  /** A pod template, anywhere. */
  static void template(ObjectNode template) {
    spec(Nodes.object(template, "spec"));
  }

  private static void requestLimits(ObjectNode container) {
    JsonNode limits = Nodes.at(container, "resources", "limits");
    if (limits.isObject()) {
      ObjectNode requests = Nodes.object(container, "resources", "requests");
      for (Map.Entry<String, JsonNode> limit : limits.properties()) {
        if (!requests.has(limit.getKey())) {
          requests.set(limit.getKey(), limit.getValue());
        }
      }
    }
  }

  private static void exposePorts(ObjectNode container) {
    Fill.each(
        container,
        port -> Fill.positive(port, "hostPort", port.path("containerPort").asLong()),
        "ports");
  }

  private static void spec(ObjectNode spec) {
    Fill.text(spec, "dnsPolicy", "ClusterFirst");
    Fill.text(spec, "restartPolicy", "Always");
    Fill.object(spec, "securityContext");
    Fill.number(spec, "terminationGracePeriodSeconds", 30);
    Fill.text(spec, "schedulerName", "default-scheduler");
    Fill.each(spec, PodDefaults::volume, "volumes");
    for (String kind : new String[] {"initContainers", "containers", "ephemeralContainers"}) {
      Fill.each(spec, PodDefaults::container, kind);
    }
    serviceAccount(spec);
  }

  /** The deprecated name of the field always says the same. */
  private static void serviceAccount(ObjectNode spec) {
    String name = Nodes.textOrEmpty(spec, "serviceAccountName");
    if (name.isEmpty()) {
      name = Nodes.textOrEmpty(spec, "serviceAccount");
    }
    if (!name.isEmpty()) {
      spec.put("serviceAccountName", name).put("serviceAccount", name);
    }
  }

  private static void container(ObjectNode container) {
    boolean latest = Images.isLatest(Nodes.textOrEmpty(container, "image"));
    Fill.text(container, "imagePullPolicy", latest ? "Always" : "IfNotPresent");
    Fill.text(container, "terminationMessagePath", "/dev/termination-log");
    Fill.text(container, "terminationMessagePolicy", "File");
    Fill.each(container, port -> Fill.text(port, "protocol", "TCP"), "ports");
    Fill.each(
        container,
        env -> {
          Fill.within(env, PodDefaults::fieldRef, "valueFrom", "fieldRef");
          Fill.within(env, file -> Fill.bool(file, "optional", false), "valueFrom", "fileKeyRef");
        },
        "env");
    for (String probe : new String[] {"livenessProbe", "readinessProbe", "startupProbe"}) {
      Fill.within(container, PodDefaults::probe, probe);
    }
    for (String moment : new String[] {"postStart", "preStop"}) {
      Fill.within(container, PodDefaults::httpGet, "lifecycle", moment, "httpGet");
    }
  }

  private static void probe(ObjectNode probe) {
    Fill.positive(probe, "timeoutSeconds", 1);
    Fill.positive(probe, "periodSeconds", 10);
    Fill.positive(probe, "successThreshold", 1);
    Fill.positive(probe, "failureThreshold", 3);
    Fill.within(probe, PodDefaults::httpGet, "httpGet");
    Fill.within(
        probe,
        grpc -> {
          if (!grpc.hasNonNull("service")) {
            grpc.put("service", "");
          }
        },
        "grpc");
  }

  private static void httpGet(ObjectNode httpGet) {
    Fill.text(httpGet, "path", "/");
    Fill.text(httpGet, "scheme", "HTTP");
  }

  private static void fieldRef(ObjectNode fieldRef) {
    Fill.text(fieldRef, "apiVersion", "v1");
  }

  private static void volume(ObjectNode volume) {
    if (volume.size() <= 1) {
      volume.putObject("emptyDir");
    }
    for (String source : new String[] {"secret", "configMap", "downwardAPI", "projected"}) {
      Fill.within(volume, there -> Fill.number(there, "defaultMode", MODE), source);
    }
    Fill.within(
        volume,
        hostPath -> {
          if (!hostPath.hasNonNull("type")) {
            hostPath.put("type", "");
          }
        },
        "hostPath");
    Fill.each(
        volume,
        item -> Fill.within(item, PodDefaults::fieldRef, "fieldRef"),
        "downwardAPI",
        "items");
    Fill.each(volume, PodDefaults::projection, "projected", "sources");
    Fill.within(volume, OtherDefaults::claimSpec, "ephemeral", "volumeClaimTemplate", "spec");
    Fill.within(volume, iscsi -> Fill.text(iscsi, "iscsiInterface", "default"), "iscsi");
    Fill.within(
        volume,
        image ->
            Fill.text(
                image,
                "pullPolicy",
                Images.isLatest(Nodes.textOrEmpty(image, "reference")) ? "Always" : "IfNotPresent"),
        "image");
  }

  private static void projection(ObjectNode source) {
    Fill.within(
        source, token -> Fill.number(token, "expirationSeconds", 3600), "serviceAccountToken");
    Fill.each(
        source,
        item -> Fill.within(item, PodDefaults::fieldRef, "fieldRef"),
        "downwardAPI",
        "items");
  }
}
