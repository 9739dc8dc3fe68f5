package io.github.kruiseinstaller.testkit.internal.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Role-based access control, enforced from the objects in the cluster. Members of {@code
 * system:masters} may do everything.
 */
public final class RbacAuthorizer implements Authorizer {
  private static final String GROUP = "rbac.authorization.k8s.io";
  private static final String MASTERS = "system:masters";

  private final RbacObjects objects;
  private final Aggregation aggregation;

  /** Enforces what the objects say. */
  public RbacAuthorizer(RbacObjects objects) {
    this.objects = objects;
    this.aggregation = new Aggregation(objects);
  }

  /** Whether nothing is refused to the caller. */
  static boolean isMaster(Caller caller) {
    return caller.groups().contains(MASTERS);
  }

  @Override
  public Verdict authorize(Access access) {
    if (isMaster(access.caller())) {
      return new Verdict(true, "");
    }
    Search search = new Search(rule -> rule.allows(access));
    search.run(access.caller(), access.namespace());
    if (search.found != null) {
      return new Verdict(true, "RBAC: allowed by " + search.found);
    }
    return new Verdict(false, search.errors.isEmpty() ? "" : "RBAC: " + search.errors());
  }

  @Override
  public List<Rule> rulesFor(Caller caller, String namespace) {
    List<Rule> rules = new ArrayList<>();
    if (isMaster(caller)) {
      rules.addAll(Rule.EVERYTHING);
    }
    new Search(rule -> !rules.add(rule)).run(caller, namespace);
    return rules;
  }

  /**
   * The rules of the role that a binding refers to. The real one looks roles up in a cache that
   * knows them by their singular, which shows in the refusal.
   *
   * @throws io.github.kruiseinstaller.testkit.internal.status.StatusException 404 when there is
   *     none
   */
  List<Rule> referenced(JsonNode roleRef, String namespace) {
    String name = Nodes.textOrEmpty(roleRef, "name");
    if (Nodes.textOrEmpty(roleRef, "kind").equals("Role")) {
      return aggregation.own(
          objects.role(namespace, name).orElseThrow(() -> Statuses.notFound(GROUP, "role", name)));
    }
    return aggregation.rules(
        objects.clusterRole(name).orElseThrow(() -> Statuses.notFound(GROUP, "clusterrole", name)));
  }

  /** Walks through the rules that hold for a caller until one satisfies. */
  private final class Search {
    private final Predicate<Rule> satisfied;
    private final List<String> errors = new ArrayList<>();
    private @Nullable String found;

    private Search(Predicate<Rule> satisfied) {
      this.satisfied = satisfied;
    }

    private void run(Caller caller, String namespace) {
      for (ObjectNode binding : objects.clusterRoleBindings()) {
        if (found == null) {
          visit(caller, binding, "");
        }
      }
      if (!namespace.isEmpty() && found == null) {
        for (ObjectNode binding : objects.roleBindings(namespace)) {
          if (found == null) {
            visit(caller, binding, namespace);
          }
        }
      }
    }

    private void visit(Caller caller, ObjectNode binding, String namespace) {
      JsonNode roleRef = binding.path("roleRef");
      for (JsonNode subject : Nodes.list(binding, "subjects")) {
        if (Subjects.matches(subject, caller, namespace)) {
          List<Rule> rules;
          try {
            rules = referenced(roleRef, namespace);
          } catch (StatusException e) {
            errors.add(e.getMessage());
            return;
          }
          if (rules.stream().anyMatch(satisfied)) {
            found = describe(binding, subject, namespace);
          }
          return;
        }
      }
    }

    private String errors() {
      List<String> distinct = errors.stream().distinct().toList();
      return distinct.size() == 1 ? distinct.get(0) : "[" + String.join(", ", distinct) + "]";
    }
  }

  private static String describe(ObjectNode binding, JsonNode subject, String namespace) {
    String name = Nodes.name(binding) + (namespace.isEmpty() ? "" : "/" + namespace);
    JsonNode roleRef = binding.path("roleRef");
    return (namespace.isEmpty() ? "ClusterRoleBinding " : "RoleBinding ")
        + Quoted.of(name)
        + " of "
        + Nodes.textOrEmpty(roleRef, "kind")
        + " "
        + Quoted.of(Nodes.textOrEmpty(roleRef, "name"))
        + " to "
        + Subjects.describe(subject, namespace);
  }
}
