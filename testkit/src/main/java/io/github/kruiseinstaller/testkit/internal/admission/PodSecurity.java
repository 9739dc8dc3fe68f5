package io.github.kruiseinstaller.testkit.internal.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.admission.Admission.Operation;
import io.github.kruiseinstaller.testkit.internal.admission.Admission.Request;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Holds pods to the standard that their namespace's labels enforce, and warns by the one that they
 * warn of. Knows the main checks of the newest version, whatever version is asked for.
 */
final class PodSecurity implements Plugin {
  private static final String LABEL = "pod-security.kubernetes.io/";
  private static final String PRIVILEGED = "privileged";
  private static final Set<String> IGNORED =
      Set.of("exec", "attach", "binding", "eviction", "log", "portforward", "proxy", "status");

  /** Where kinds with pod templates keep them. */
  private static final Map<String, String[]> TEMPLATES =
      Map.of(
          "deployments.apps", new String[] {"spec", "template", "spec"},
          "replicasets.apps", new String[] {"spec", "template", "spec"},
          "daemonsets.apps", new String[] {"spec", "template", "spec"},
          "statefulsets.apps", new String[] {"spec", "template", "spec"},
          "jobs.batch", new String[] {"spec", "template", "spec"},
          "cronjobs.batch", new String[] {"spec", "jobTemplate", "spec", "template", "spec"},
          "replicationcontrollers", new String[] {"spec", "template", "spec"});

  private final ClusterState cluster;

  PodSecurity(ClusterState cluster) {
    this.cluster = cluster;
  }

  private record Level(String name, String version) {
    static Level of(Map<String, String> labels, String mode) {
      return new Level(
          labels.getOrDefault(LABEL + mode, PRIVILEGED),
          labels.getOrDefault(LABEL + mode + "-version", "latest"));
    }

    @Override
    public String toString() {
      return "PodSecurity \"" + name + ":" + version + "\"";
    }
  }

  @Override
  public void validate(Request request) {
    ObjectNode object = request.object();
    if (object == null || request.operation() == Operation.DELETE) {
      return;
    }
    String resource = request.resource().groupResource();
    if (resource.equals("pods") && !IGNORED.contains(request.subresource())) {
      validatePod(request, object);
    } else if (TEMPLATES.containsKey(resource) && request.subresource().isEmpty()) {
      JsonNode spec = Nodes.at(object, TEMPLATES.getOrDefault(resource, new String[0]));
      warn(request, spec, labels(request));
    }
  }

  private void validatePod(Request request, ObjectNode pod) {
    JsonNode spec = Nodes.at(pod, "spec");
    if (request.oldObject() != null
        && images(spec).equals(images(Nodes.at(request.oldObject(), "spec")))) {
      return;
    }
    Map<String, String> labels = labels(request);
    Level enforced = Level.of(labels, "enforce");
    List<PodSecurityResult> broken = broken(enforced, spec);
    if (!broken.isEmpty()) {
      throw Refusals.forbidden(request, "violates " + enforced + ": " + text(broken));
    }
    warn(request, spec, labels);
  }

  private static void warn(Request request, JsonNode spec, Map<String, String> labels) {
    Level level = Level.of(labels, "warn");
    List<PodSecurityResult> broken = broken(level, spec);
    if (!broken.isEmpty()) {
      request.warnings().add("would violate " + level + ": " + text(broken));
    }
  }

  private Map<String, String> labels(Request request) {
    return cluster
        .find("", "namespaces", "", request.namespace())
        .map(Nodes::labels)
        .orElse(Map.of());
  }

  private static List<String> images(JsonNode spec) {
    return Containers.all(spec).stream()
        .map(container -> Nodes.textOrEmpty(container, "image"))
        .toList();
  }

  private static String text(List<PodSecurityResult> broken) {
    return broken.stream().map(PodSecurityResult::toString).collect(Collectors.joining(", "));
  }

  /** In the order of the checks' names, baseline first. */
  private static List<PodSecurityResult> broken(Level level, JsonNode spec) {
    boolean restricted = level.name().equals("restricted");
    List<Optional<PodSecurityResult>> found = new ArrayList<>();
    if (restricted || level.name().equals("baseline")) {
      if (!restricted) {
        found.add(BaselineChecks.capabilities(spec));
      }
      found.add(BaselineChecks.hostNamespaces(spec));
      if (!restricted) {
        found.add(BaselineChecks.hostPaths(spec));
      }
      found.add(BaselineChecks.hostPorts(spec));
      found.add(BaselineChecks.privileged(spec));
      if (!restricted) {
        found.add(RestrictedChecks.seccomp(spec, false));
      }
    }
    if (restricted) {
      found.add(RestrictedChecks.privilegeEscalation(spec));
      found.add(RestrictedChecks.capabilities(spec));
      found.add(RestrictedChecks.volumes(spec));
      found.add(RestrictedChecks.runAsNonRoot(spec));
      found.add(RestrictedChecks.runAsUser(spec));
      found.add(RestrictedChecks.seccomp(spec, true));
    }
    return found.stream().flatMap(Optional::stream).toList();
  }
}
