package io.github.kruiseinstaller.testkit.internal.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Nobody grants what he does not hold: asked before a role or binding is written. The verbs {@code
 * escalate} (on roles) and {@code bind} (on the role that a binding refers to) lift it.
 */
public final class Escalation {
  private static final String GROUP = "rbac.authorization.k8s.io";

  private final RbacAuthorizer authorizer;

  /** Judges by what the authorizer knows. */
  public Escalation(RbacAuthorizer authorizer) {
    this.authorizer = authorizer;
  }

  /** Whether writes of this resource are to be asked about. */
  public static boolean concerns(String group, String plural) {
    return group.equals(GROUP)
        && (plural.endsWith("roles")
            || plural.equals("rolebindings")
            || plural.endsWith("bindings"));
  }

  /**
   * Refuses a write that would grant more than the caller has.
   *
   * @param write the access that the write itself needs
   * @param old what is stored; null when it is created
   * @param next what would be stored
   * @throws io.github.kruiseinstaller.testkit.internal.status.StatusException 403
   */
  public void check(Access write, @Nullable ObjectNode old, ObjectNode next) {
    if (RbacAuthorizer.isMaster(write.caller()) || (old != null && sameButMetadata(old, next))) {
      return;
    }
    if (write.resource().endsWith("bindings")) {
      checkBinding(write, next);
    } else {
      checkRole(write, old, next);
    }
  }

  private void checkRole(Access write, @Nullable ObjectNode old, ObjectNode next) {
    if (authorizer.authorize(as(write, "escalate", write.resource(), write.name())).allowed()) {
      return;
    }
    String name = Nodes.name(next);
    confirm(write, name, Rule.of(next));
    if ((aggregates(next) || (old != null && aggregates(old)))
        && !missing(write.caller(), write.namespace(), Rule.EVERYTHING).isEmpty()) {
      throw Statuses.forbidden(
          GROUP,
          write.resource(),
          name,
          "must have cluster-admin privileges to use the aggregationRule");
    }
  }

  private void checkBinding(Access write, ObjectNode next) {
    JsonNode roleRef = next.path("roleRef");
    String plural =
        Nodes.textOrEmpty(roleRef, "kind").equals("ClusterRole") ? "clusterroles" : "roles";
    String role = Nodes.textOrEmpty(roleRef, "name");
    if (authorizer.authorize(as(write, "bind", plural, role)).allowed()) {
      return;
    }
    confirm(write, Nodes.name(next), referenced(write, roleRef, role));
  }

  /** The rules of the role; one that is missing is told of as if the binding were. */
  private List<Rule> referenced(Access write, JsonNode roleRef, String role) {
    try {
      return authorizer.referenced(roleRef, write.namespace());
    } catch (StatusException e) {
      throw e.code() == 404 ? Statuses.notFound(GROUP, write.resource(), role) : e;
    }
  }

  private void confirm(Access write, String name, List<Rule> granted) {
    Caller caller = write.caller();
    List<Rule> missing = missing(caller, write.namespace(), granted);
    if (!missing.isEmpty()) {
      String list =
          compacted(missing).stream()
              .map(Rule::compact)
              .distinct()
              .sorted()
              .collect(Collectors.joining("\n"));
      throw Statuses.forbidden(
          GROUP,
          write.resource(),
          name,
          "user "
              + Quoted.of(caller.user())
              + " (groups="
              + Quoted.list(caller.groups())
              + ") is attempting to grant RBAC permissions not currently held:\n"
              + list);
    }
  }

  private List<Rule> missing(Caller caller, String namespace, List<Rule> granted) {
    List<Rule> held = authorizer.rulesFor(caller, namespace);
    return granted.stream()
        .flatMap(rule -> rule.atoms().stream())
        .filter(atom -> held.stream().noneMatch(rule -> rule.covers(atom)))
        .toList();
  }

  /** Atoms that differ only by verb, put together. */
  private static List<Rule> compacted(List<Rule> atoms) {
    Map<List<?>, Rule> byResource = new LinkedHashMap<>();
    List<Rule> rules = new ArrayList<>();
    for (Rule atom : atoms) {
      if (atom.nonResourceUrls().isEmpty()) {
        byResource.merge(
            List.of(atom.apiGroups(), atom.resources(), atom.resourceNames()),
            atom,
            (had, more) -> had.withVerbs(more.verbs()));
      } else {
        rules.add(atom);
      }
    }
    rules.addAll(byResource.values());
    return rules;
  }

  private static Access as(Access write, String verb, String plural, String name) {
    return new Access(write.caller(), verb, GROUP, plural, "", write.namespace(), name, "");
  }

  private static boolean aggregates(ObjectNode role) {
    return !Nodes.list(role, "aggregationRule", "clusterRoleSelectors").isEmpty();
  }

  /** Whether only finalizers and owner references, or nothing at all, would change. */
  private static boolean sameButMetadata(ObjectNode old, ObjectNode next) {
    return stripped(old).equals(stripped(next));
  }

  private static ObjectNode stripped(ObjectNode object) {
    ObjectNode copy = object.deepCopy();
    if (copy.get("metadata") instanceof ObjectNode metadata) {
      metadata.remove(
          List.of(
              "finalizers",
              "ownerReferences",
              "managedFields",
              "resourceVersion",
              "generation",
              "deletionTimestamp",
              "deletionGracePeriodSeconds"));
    }
    return copy;
  }
}
