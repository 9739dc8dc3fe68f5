package io.github.kruiseinstaller.testkit.internal.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Set;

/** What Kubernetes puts into the smaller kinds. */
final class OtherDefaults {
  private static final String RBAC = "rbac.authorization.k8s.io";

  private OtherDefaults() {}

  /** A Namespace: its finalizer, and its name as a label. */
  static void namespace(ObjectNode namespace) {
    String name = Nodes.name(namespace);
    if (!name.isEmpty()) {
      Nodes.object(namespace, "metadata", "labels").put("kubernetes.io/metadata.name", name);
    }
    Fill.text(Nodes.object(namespace, "status"), "phase", "Active");
  }

  /** A Secret: texts become data. */
  static void secret(ObjectNode secret) {
    Fill.text(secret, "type", "Opaque");
    JsonNode texts = secret.remove("stringData");
    if (texts != null && !texts.isEmpty()) {
      ObjectNode data = Nodes.object(secret, "data");
      for (Map.Entry<String, JsonNode> text : texts.properties()) {
        byte[] bytes = text.getValue().asText().getBytes(StandardCharsets.UTF_8);
        data.put(text.getKey(), Base64.getEncoder().encodeToString(bytes));
      }
    }
  }

  /** A Service; its clusterIP is not a default. */
  static void service(ObjectNode service) {
    ObjectNode spec = Nodes.object(service, "spec");
    affinity(spec);
    Fill.text(spec, "type", "ClusterIP");
    Fill.each(spec, OtherDefaults::servicePort, "ports");
    String type = Nodes.textOrEmpty(spec, "type");
    boolean balanced = type.equals("LoadBalancer");
    boolean clusterIp = type.equals("ClusterIP");
    boolean external = !Nodes.list(spec, "externalIPs").isEmpty();
    if (balanced || type.equals("NodePort") || (clusterIp && external)) {
      Fill.text(spec, "externalTrafficPolicy", "Cluster");
    }
    if (balanced || type.equals("NodePort") || clusterIp) {
      Fill.text(spec, "internalTrafficPolicy", "Cluster");
    }
    if (balanced) {
      Fill.bool(spec, "allocateLoadBalancerNodePorts", true);
    }
  }

  private static void affinity(ObjectNode spec) {
    Fill.text(spec, "sessionAffinity", "None");
    if (Nodes.textOrEmpty(spec, "sessionAffinity").equals("None")) {
      spec.remove("sessionAffinityConfig");
    } else if (Nodes.at(spec, "sessionAffinityConfig", "clientIP", "timeoutSeconds")
        .isMissingNode()) {
      Nodes.object(spec, "sessionAffinityConfig", "clientIP").put("timeoutSeconds", 10800L);
    }
  }

  private static void servicePort(ObjectNode port) {
    Fill.text(port, "protocol", "TCP");
    JsonNode target = port.path("targetPort");
    if (target.asText().isEmpty() || target.equals(Json.of(0L))) {
      port.set("targetPort", port.path("port").deepCopy());
    }
  }

  /** A RoleBinding or ClusterRoleBinding. */
  static void roleBinding(ObjectNode binding) {
    Fill.text(Nodes.object(binding, "roleRef"), "apiGroup", RBAC);
    Fill.each(
        binding,
        subject -> {
          if (Set.of("User", "Group").contains(Nodes.textOrEmpty(subject, "kind"))) {
            Fill.text(subject, "apiGroup", RBAC);
          }
        },
        "subjects");
  }

  /** Endpoints. */
  static void endpoints(ObjectNode endpoints) {
    Fill.each(
        endpoints,
        subset -> Fill.each(subset, port -> Fill.text(port, "protocol", "TCP"), "ports"),
        "subsets");
  }

  /** An EndpointSlice. */
  static void endpointSlice(ObjectNode slice) {
    Fill.each(
        slice,
        port -> {
          if (!port.hasNonNull("name")) {
            port.put("name", "");
          }
          Fill.text(port, "protocol", "TCP");
        },
        "ports");
  }

  /** A NetworkPolicy. */
  static void networkPolicy(ObjectNode policy) {
    ObjectNode spec = Nodes.object(policy, "spec");
    if (Nodes.list(spec, "policyTypes").isEmpty()) {
      ArrayNode types = spec.putArray("policyTypes").add("Ingress");
      if (!Nodes.list(spec, "egress").isEmpty()) {
        types.add("Egress");
      }
    }
    for (String direction : new String[] {"ingress", "egress"}) {
      Fill.each(
          spec,
          rule -> Fill.each(rule, port -> Fill.text(port, "protocol", "TCP"), "ports"),
          direction);
    }
  }

  /** A PersistentVolume. */
  static void volume(ObjectNode volume) {
    ObjectNode spec = Nodes.object(volume, "spec");
    Fill.text(spec, "persistentVolumeReclaimPolicy", "Retain");
    Fill.text(spec, "volumeMode", "Filesystem");
    Fill.within(
        spec,
        hostPath -> {
          if (!hostPath.hasNonNull("type")) {
            hostPath.put("type", "");
          }
        },
        "hostPath");
    Fill.text(Nodes.object(volume, "status"), "phase", "Pending");
  }

  /** A PersistentVolumeClaim. */
  static void claim(ObjectNode claim) {
    claimSpec(Nodes.object(claim, "spec"));
    Fill.text(Nodes.object(claim, "status"), "phase", "Pending");
  }

  /** The spec of a claim, anywhere. */
  static void claimSpec(ObjectNode spec) {
    Fill.text(spec, "volumeMode", "Filesystem");
  }

  /** A StorageClass. */
  static void storageClass(ObjectNode storageClass) {
    Fill.text(storageClass, "reclaimPolicy", "Delete");
    Fill.text(storageClass, "volumeBindingMode", "Immediate");
  }

  /** A CSIDriver. */
  static void csiDriver(ObjectNode driver) {
    ObjectNode spec = Nodes.object(driver, "spec");
    Fill.bool(spec, "attachRequired", true);
    Fill.bool(spec, "podInfoOnMount", false);
    Fill.bool(spec, "storageCapacity", false);
    Fill.text(spec, "fsGroupPolicy", "ReadWriteOnceWithFSType");
    if (Nodes.list(spec, "volumeLifecycleModes").isEmpty()) {
      spec.putArray("volumeLifecycleModes").add("Persistent");
    }
    Fill.bool(spec, "requiresRepublish", false);
    Fill.bool(spec, "seLinuxMount", false);
  }

  /** A PriorityClass. */
  static void priorityClass(ObjectNode priorityClass) {
    Fill.text(priorityClass, "preemptionPolicy", "PreemptLowerPriority");
  }

  /** A HorizontalPodAutoscaler, of either version. */
  static void autoscaler(ObjectNode autoscaler) {
    ObjectNode spec = Nodes.object(autoscaler, "spec");
    Fill.number(spec, "minReplicas", 1);
    boolean second = Nodes.textOrEmpty(autoscaler, "apiVersion").equals("autoscaling/v2");
    if (second && Nodes.list(spec, "metrics").isEmpty()) {
      ObjectNode metric = spec.putArray("metrics").addObject().put("type", "Resource");
      metric
          .putObject("resource")
          .put("name", "cpu")
          .putObject("target")
          .put("type", "Utilization")
          .put("averageUtilization", 80L);
    }
  }

  /** An IngressClass. */
  static void ingressClass(ObjectNode ingressClass) {
    Fill.within(
        ingressClass,
        parameters -> Fill.text(parameters, "scope", "Cluster"),
        "spec",
        "parameters");
  }

  /** A LimitRange. */
  static void limitRange(ObjectNode limitRange) {
    Fill.each(limitRange, OtherDefaults::limit, "spec", "limits");
  }

  private static void limit(ObjectNode limit) {
    if (Nodes.textOrEmpty(limit, "type").equals("Container")) {
      copyMissing(limit.path("max"), Nodes.object(limit, "default"));
      copyMissing(limit.path("default"), Nodes.object(limit, "defaultRequest"));
      copyMissing(limit.path("min"), Nodes.object(limit, "defaultRequest"));
    }
  }

  private static void copyMissing(JsonNode from, ObjectNode to) {
    for (Map.Entry<String, JsonNode> entry : from.properties()) {
      if (!to.has(entry.getKey())) {
        to.set(entry.getKey(), entry.getValue());
      }
    }
  }
}
