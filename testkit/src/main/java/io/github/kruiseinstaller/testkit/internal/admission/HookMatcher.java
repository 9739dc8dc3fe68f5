package io.github.kruiseinstaller.testkit.internal.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.admission.Admission.Operation;
import io.github.kruiseinstaller.testkit.internal.admission.Asked.Kind;
import io.github.kruiseinstaller.testkit.internal.admission.Asked.Plural;
import io.github.kruiseinstaller.testkit.internal.kind.Kinds;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides which hooks are asked about a request. */
final class HookMatcher {
  private final ClusterState cluster;
  private final Kinds kinds;

  HookMatcher(ClusterState cluster, Kinds kinds) {
    this.cluster = cluster;
    this.kinds = kinds;
  }

  /**
   * A hook that is to be asked.
   *
   * @param kind in which version it wants the object
   * @param resource likewise
   */
  record Match(Hook hook, Kind kind, Plural resource) {}

  /**
   * How the hook is to be asked; empty when it is not.
   *
   * @throws io.github.kruiseinstaller.testkit.internal.status.StatusException 404 when the
   *     namespace that its selector would look at is not there
   */
  Optional<Match> match(Hook hook, Asked asked, @Nullable ObjectNode object) {
    LabelSelector ofNamespace = hook.namespaceSelector();
    boolean looksAtNamespace =
        !ofNamespace.isEmpty()
            && !(asked.namespace().isEmpty() && !asked.resource().isNamespaces());
    Optional<Map<String, String>> labels =
        looksAtNamespace ? namespaceLabels(asked, object) : Optional.of(Map.of());
    if (looksAtNamespace && labels.isPresent() && !ofNamespace.matches(labels.get())) {
      return Optional.empty();
    }
    if (!matchesObject(hook.objectSelector(), object, asked.request().oldObject())) {
      return Optional.empty();
    }
    Optional<Match> match = matchRules(hook, asked);
    if (match.isPresent() && labels.isEmpty()) {
      throw Statuses.notFound("", "namespaces", asked.namespace());
    }
    return match;
  }

  private Optional<Map<String, String>> namespaceLabels(Asked asked, @Nullable ObjectNode object) {
    boolean own =
        asked.resource().isNamespaces()
            && asked.request().subresource().isEmpty()
            && asked.request().operation() != Operation.DELETE;
    return own && object != null
        ? Optional.of(Nodes.labels(object))
        : cluster.find("", "namespaces", "", asked.namespace()).map(Nodes::labels);
  }

  private static boolean matchesObject(
      LabelSelector selector, @Nullable ObjectNode object, @Nullable ObjectNode old) {
    return selector.isEmpty()
        || (object != null && selector.matches(Nodes.labels(object)))
        || (old != null && selector.matches(Nodes.labels(old)));
  }

  private Optional<Match> matchRules(Hook hook, Asked asked) {
    for (JsonNode rule : hook.rules()) {
      if (new HookRule(rule).matches(asked, asked.resource())) {
        return Optional.of(new Match(hook, asked.kind(), asked.resource()));
      }
    }
    if (!hook.matchesEquivalents()) {
      return Optional.empty();
    }
    List<Resource> versions = kinds.versions(asked.resource().group(), asked.resource().resource());
    for (JsonNode rule : hook.rules()) {
      for (Resource version : versions) {
        Plural other = new Plural(version.group(), version.version(), version.plural());
        if (!other.equals(asked.resource()) && new HookRule(rule).matches(asked, other)) {
          return Optional.of(new Match(hook, kind(asked, version), other));
        }
      }
    }
    return Optional.empty();
  }

  /** A subresource with a kind of its own has that in every version. */
  private static Kind kind(Asked asked, Resource version) {
    return asked.kind().kind().equals(version.kind())
        ? new Kind(version.group(), version.version(), version.kind())
        : asked.kind();
  }
}
