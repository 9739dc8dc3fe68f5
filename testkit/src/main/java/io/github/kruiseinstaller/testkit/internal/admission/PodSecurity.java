package io.github.kruiseinstaller.testkit.internal.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.admission.Admission.Operation;
import io.github.kruiseinstaller.testkit.internal.admission.Admission.Request;
import io.github.kruiseinstaller.testkit.internal.admission.PodSecurityPolicy.Level;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Holds pods to the standard that their namespace's labels enforce, warns by the one that they warn
 * of, and refuses labels that mean nothing. Knows the main checks of the newest version, whatever
 * version is asked for.
 */
final class PodSecurity implements Plugin {
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

  @Override
  public void validate(Request request) {
    ObjectNode object = request.object();
    if (object == null || request.operation() == Operation.DELETE) {
      return;
    }
    String resource = request.resource().groupResource();
    if (request.isAbout("", "namespaces")) {
      validateNamespace(request, object);
    } else if (resource.equals("pods") && !IGNORED.contains(request.subresource())) {
      validatePod(request, object);
    } else if (TEMPLATES.containsKey(resource) && request.subresource().isEmpty()) {
      JsonNode spec = Nodes.at(object, TEMPLATES.getOrDefault(resource, new String[0]));
      warn(request, spec, policy(request).warn());
    }
  }

  private void validateNamespace(Request request, ObjectNode namespace) {
    PodSecurityPolicy policy = PodSecurityPolicy.of(Nodes.labels(namespace));
    ObjectNode old = request.oldObject();
    PodSecurityPolicy before = PodSecurityPolicy.of(old == null ? Map.of() : Nodes.labels(old));
    // Labels that were wrong before do not stand in the way of other changes.
    if (!policy.mistakes().isEmpty() && !policy.mistakes().equals(before.mistakes())) {
      throw Statuses.invalid("", "Namespace", Nodes.name(namespace), policy.mistakes());
    }
    Level level = policy.enforce();
    boolean asksForMore =
        !level.name().equals(PodSecurityPolicy.PRIVILEGED)
            && (!level.version().equals(before.enforce().version())
                || level.isStricterThan(before.enforce()));
    if (old != null && asksForMore) {
      request.warnings().addAll(violations(Nodes.name(namespace), level));
    }
  }

  /** What the pods that are there would be refused for: they stay, and their next ones do not. */
  private List<String> violations(String namespace, Level level) {
    Map<String, List<String>> podsByReason = new TreeMap<>();
    for (ObjectNode pod : cluster.list("", "pods", namespace)) {
      String reasons =
          broken(level, Nodes.at(pod, "spec")).stream()
              .map(PodSecurityResult::reason)
              .collect(Collectors.joining(", "));
      if (!reasons.isEmpty()) {
        podsByReason.computeIfAbsent(reasons, any -> new ArrayList<>()).add(Nodes.name(pod));
      }
    }
    List<String> warnings = new ArrayList<>();
    podsByReason.forEach((reasons, pods) -> warnings.add(someOf(pods) + ": " + reasons));
    Collections.sort(warnings);
    if (!warnings.isEmpty()) {
      warnings.add(
          0,
          "existing pods in namespace \""
              + namespace
              + "\" violate the new PodSecurity enforce level \""
              + level
              + "\"");
    }
    return warnings;
  }

  private static String someOf(List<String> pods) {
    int others = pods.size() - 1;
    return Collections.min(pods)
        + switch (others) {
          case 0 -> "";
          case 1 -> " (and 1 other pod)";
          default -> " (and " + others + " other pods)";
        };
  }

  private void validatePod(Request request, ObjectNode pod) {
    JsonNode spec = Nodes.at(pod, "spec");
    if (request.oldObject() != null
        && images(spec).equals(images(Nodes.at(request.oldObject(), "spec")))) {
      return;
    }
    PodSecurityPolicy policy = policy(request);
    List<PodSecurityResult> broken = broken(policy.enforce(), spec);
    if (!broken.isEmpty()) {
      throw Refusals.forbidden(request, "violates " + text(policy.enforce(), broken));
    }
    warn(request, spec, policy.warn());
  }

  private static void warn(Request request, JsonNode spec, Level level) {
    List<PodSecurityResult> broken = broken(level, spec);
    if (!broken.isEmpty()) {
      request.warnings().add("would violate " + text(level, broken));
    }
  }

  private PodSecurityPolicy policy(Request request) {
    return PodSecurityPolicy.of(
        cluster
            .find("", "namespaces", "", request.namespace())
            .map(Nodes::labels)
            .orElse(Map.of()));
  }

  private static List<String> images(JsonNode spec) {
    return Containers.all(spec).stream()
        .map(container -> Nodes.textOrEmpty(container, "image"))
        .toList();
  }

  private static String text(Level level, List<PodSecurityResult> broken) {
    return "PodSecurity \""
        + level
        + "\": "
        + broken.stream().map(PodSecurityResult::toString).collect(Collectors.joining(", "));
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
