package io.github.kruiseinstaller.internal.planner;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.ClusterException;
import io.github.kruiseinstaller.internal.retry.Workers;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.PlannedChange;
import io.github.kruiseinstaller.plan.PlannedStage;
import io.github.kruiseinstaller.release.Release;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks the API server (SelfSubjectAccessReview) for every permission that a run needs, so that all
 * missing ones are named at once and before anything is written.
 */
public final class PermissionCheck {
  private static final List<String> APPLY = List.of("get", "create", "patch");
  private static final List<String> REPLACE = List.of("get", "create", "update");

  private final Cluster cluster;
  private final Workers workers;

  /** A check for one run. */
  public PermissionCheck(Cluster cluster, Workers workers) {
    this.cluster = cluster;
    this.workers = workers;
  }

  /**
   * Makes a plan, and requires the permissions that carrying it out needs. A plan that fails for a
   * denied request fails with every missing permission named.
   *
   * @throws InstallException with code permission-denied and one line of evidence a permission
   */
  public PreparedPlan explaining(Release release, Supplier<PreparedPlan> planning) {
    PreparedPlan prepared;
    try {
      prepared = planning.get();
    } catch (ClusterException e) {
      if (e.status() != 403) {
        throw e;
      }
      List<String> missing = missing(all(release));
      throw denied(missing.isEmpty() ? List.of(e.answer().message()) : missing, e);
    }
    if (!prepared.plan().isNoOp() && !cluster.allowedEverything()) {
      List<String> missing = missing(needed(prepared));
      if (!missing.isEmpty()) {
        throw denied(missing, null);
      }
    }
    return prepared;
  }

  /** What the caller may not do of what carrying out a plan takes, for people. */
  public List<String> missing(PreparedPlan prepared) {
    return prepared.plan().isNoOp() || cluster.allowedEverything()
        ? List.of()
        : missing(needed(prepared));
  }

  private List<String> missing(Collection<Permission> permissions) {
    List<Permission> asked = List.copyOf(permissions);
    List<Boolean> answers =
        workers.map(asked, p -> cluster.allowed(p.verb(), p.object(), p.subresource()));
    List<String> missing = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) {
      if (!answers.get(i)) {
        missing.add(asked.get(i).toString());
      }
    }
    return missing;
  }

  private static Set<Permission> needed(PreparedPlan prepared) {
    Set<Permission> needed = new LinkedHashSet<>();
    for (PlannedStage stage : prepared.plan().stages()) {
      for (PlannedChange change : stage.changes()) {
        if (change.action().writes()) {
          addWrites(needed, change.object());
        }
      }
    }
    if (prepared.plan().stage(Stage.VERIFY).isPresent()) {
      addWaiting(needed, prepared.release());
    }
    return needed;
  }

  private static Set<Permission> all(Release release) {
    Set<Permission> needed = new LinkedHashSet<>();
    needed.add(new Permission("list", anyOf("v1", "Namespace", null), null));
    release.manifests().stream().map(Manifest::ref).forEach(ref -> addWrites(needed, ref));
    addWaiting(needed, release);
    return needed;
  }

  private static void addWrites(Set<Permission> needed, ObjectRef object) {
    boolean configuration = object.kind().endsWith("WebhookConfiguration");
    for (String verb : configuration ? REPLACE : APPLY) {
      needed.add(
          new Permission(
              verb,
              verb.equals("create")
                  ? anyOf(object.apiVersion(), object.kind(), object.namespace())
                  : object,
              null));
    }
  }

  private static void addWaiting(Set<Permission> needed, Release release) {
    String namespace = release.namespace();
    ObjectRef crds = anyOf("apiextensions.k8s.io/v1", "CustomResourceDefinition", null);
    ObjectRef deployments = anyOf("apps/v1", "Deployment", namespace);
    ObjectRef proofs =
        anyOf("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", null);
    for (String verb : List.of("list", "watch")) {
      needed.add(new Permission(verb, crds, null));
      needed.add(new Permission(verb, deployments, null));
    }
    needed.add(new Permission("get", anyOf("v1", "Secret", namespace), null));
    needed.add(new Permission("create", anyOf("v1", "Pod", namespace), null));
    needed.add(new Permission("list", proofs, null));
  }

  /** An object whose name is no part of the question. */
  private static ObjectRef anyOf(String apiVersion, String kind, @Nullable String namespace) {
    return new ObjectRef(apiVersion, kind, namespace, Permission.ANY);
  }

  private static InstallException denied(List<String> missing, @Nullable Throwable cause) {
    return new InstallException(
        new Failure(
            FailureCode.PERMISSION_DENIED,
            Stage.PLAN,
            null,
            "permissions are missing; nothing was written",
            missing,
            "Grant them to this user with a ClusterRole and binding, then run again."),
        cause);
  }

  /**
   * A permission.
   *
   * @param verb such as create
   * @param object of which kind, where, and which one
   * @param subresource such as log, or null
   */
  private record Permission(String verb, ObjectRef object, @Nullable String subresource) {
    static final String ANY = "*";

    @Override
    public String toString() {
      String what = subresource == null ? object.kind() : object.kind() + "/" + subresource;
      return verb
          + " "
          + what
          + (object.group().isEmpty() ? "" : " (" + object.group() + ")")
          + (object.name().equals(ANY) ? "" : " " + object.name())
          + (object.namespace() == null
              ? " in the cluster"
              : " in namespace " + Objects.requireNonNull(object.namespace()));
    }
  }
}
