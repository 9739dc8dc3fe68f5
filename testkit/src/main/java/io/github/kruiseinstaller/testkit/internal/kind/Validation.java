package io.github.kruiseinstaller.testkit.internal.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Whether objects are valid, as the API server sees it, on objects with their defaults. Rules in
 * CEL ({@code x-kubernetes-validations}) are accepted in definitions and not evaluated.
 */
public final class Validation {
  /** A rule of a kind about one object. */
  private interface Rule {
    void check(FieldErrors errors, ObjectNode object);
  }

  /** A rule of a kind about a change. */
  private interface Change {
    void check(FieldErrors errors, ObjectNode object, ObjectNode live);
  }

  private static final String DEFINITIONS = "customresourcedefinitions.apiextensions.k8s.io";
  private static final String ADMISSION = ".admissionregistration.k8s.io";
  private static final String RBAC = ".rbac.authorization.k8s.io";

  private static final Map<String, Rule> RULES =
      Map.ofEntries(
          Map.entry("pods", (errors, pod) -> new PodValidation(errors).pod(pod)),
          Map.entry(
              "podtemplates",
              (errors, pod) ->
                  new PodValidation(errors).template("template", pod.path("template"))),
          Map.entry(
              "deployments.apps", (errors, it) -> new WorkloadValidation(errors).deployment(it)),
          Map.entry(
              "replicasets.apps", (errors, it) -> new WorkloadValidation(errors).replicaSet(it)),
          Map.entry(
              "daemonsets.apps", (errors, it) -> new WorkloadValidation(errors).daemonSet(it)),
          Map.entry(
              "statefulsets.apps", (errors, it) -> new WorkloadValidation(errors).statefulSet(it)),
          Map.entry("jobs.batch", (errors, it) -> new WorkloadValidation(errors).job(it)),
          Map.entry("cronjobs.batch", (errors, it) -> new WorkloadValidation(errors).cronJob(it)),
          Map.entry(
              "poddisruptionbudgets.policy",
              (errors, it) -> new WorkloadValidation(errors).disruptionBudget(it)),
          Map.entry("services", (errors, it) -> new ServiceValidation(errors).service(it)),
          Map.entry("secrets", (errors, it) -> new SmallKindsValidation(errors).secret(it)),
          Map.entry("configmaps", (errors, it) -> new SmallKindsValidation(errors).configMap(it)),
          Map.entry(
              "leases.coordination.k8s.io",
              (errors, it) -> new SmallKindsValidation(errors).lease(it)),
          Map.entry(
              "ingresses.networking.k8s.io",
              (errors, it) -> new SmallKindsValidation(errors).ingress(it)),
          Map.entry(
              "priorityclasses.scheduling.k8s.io",
              (errors, it) -> new SmallKindsValidation(errors).priorityClass(it)),
          Map.entry(
              "endpointslices.discovery.k8s.io",
              (errors, it) -> new SmallKindsValidation(errors).endpointSlice(it)),
          Map.entry("roles" + RBAC, (errors, it) -> new RbacValidation(errors).role(it, true)),
          Map.entry(
              "clusterroles" + RBAC, (errors, it) -> new RbacValidation(errors).role(it, false)),
          Map.entry(
              "rolebindings" + RBAC, (errors, it) -> new RbacValidation(errors).binding(it, true)),
          Map.entry(
              "clusterrolebindings" + RBAC,
              (errors, it) -> new RbacValidation(errors).binding(it, false)),
          Map.entry(
              "validatingwebhookconfigurations" + ADMISSION,
              (errors, it) -> new WebhookValidation(errors).configuration(it)),
          Map.entry(
              "mutatingwebhookconfigurations" + ADMISSION,
              (errors, it) -> new WebhookValidation(errors).configuration(it)));

  private static final Map<String, Change> CHANGES =
      Map.ofEntries(
          Map.entry("pods", (errors, it, live) -> new PodValidation(errors).update(it, live)),
          Map.entry("deployments.apps", Validation::sameSelector),
          Map.entry("replicasets.apps", Validation::sameSelector),
          Map.entry("daemonsets.apps", Validation::sameSelector),
          Map.entry(
              "statefulsets.apps",
              (errors, it, live) -> new WorkloadValidation(errors).statefulSetUpdate(it, live)),
          Map.entry(
              "jobs.batch",
              (errors, it, live) -> new WorkloadValidation(errors).jobUpdate(it, live)),
          Map.entry(
              "services", (errors, it, live) -> new ServiceValidation(errors).update(it, live)),
          Map.entry(
              "secrets",
              (errors, it, live) -> new SmallKindsValidation(errors).secretUpdate(it, live)),
          Map.entry(
              "configmaps",
              (errors, it, live) -> new SmallKindsValidation(errors).configMapUpdate(it, live)),
          Map.entry("rolebindings" + RBAC, Validation::sameRole),
          Map.entry("clusterrolebindings" + RBAC, Validation::sameRole));

  private Validation() {}

  private static void sameSelector(FieldErrors errors, ObjectNode object, ObjectNode live) {
    new WorkloadValidation(errors).sameSelector(object, live);
  }

  private static void sameRole(FieldErrors errors, ObjectNode object, ObjectNode live) {
    new RbacValidation(errors).sameRole(object, live);
  }

  /**
   * Whether an object may be created.
   *
   * @param object decoded, with defaults, its name and, where it needs one, its namespace
   * @throws StatusException 422 with every cause
   */
  public static void create(Resource resource, ObjectNode object) {
    FieldErrors errors = new FieldErrors();
    if (resource.custom()) {
      typeMeta(errors, resource, object);
    }
    if (errors.isEmpty()) {
      MetaValidation.create(errors, object, resource.namespaced(), nameForm(resource, object));
      finalizerNames(errors, resource, object);
      content(errors, resource, object);
      if (resource.groupResource().equals(DEFINITIONS)) {
        new CrdValidation(errors).definition(object, false);
      }
    }
    refuse(errors, resource, object);
  }

  /**
   * Whether an object may become another.
   *
   * @param object as it is to be, with defaults, with the live resourceVersion
   * @param live as it is
   * @param subresource what is written, such as {@code status}; empty for the object
   * @throws StatusException 422 with every cause
   */
  public static void update(
      Resource resource, ObjectNode object, ObjectNode live, String subresource) {
    FieldErrors errors = new FieldErrors();
    if (resource.custom()) {
      typeMeta(errors, resource, object);
    }
    if (errors.isEmpty()) {
      // The API server asks twice, once for all kinds and once by the kind, and says all twice.
      MetaValidation.update(errors, object, live);
      MetaValidation.update(errors, object, live);
      finalizerNames(errors, resource, object);
      if (resource.custom()) {
        customUpdate(errors, resource, object, subresource);
      } else if (subresource.isEmpty()) {
        builtinUpdate(errors, resource, object, live);
      }
    }
    refuse(errors, resource, object);
  }

  /** Kinds of the API server's own groups; definitions, webhooks and custom kinds may have any. */
  private static void finalizerNames(FieldErrors errors, Resource resource, ObjectNode object) {
    boolean free =
        resource.custom()
            || Set.of("apiextensions.k8s.io", ADMISSION.substring(1)).contains(resource.group());
    if (!free) {
      MetaValidation.finalizerNames(errors, object.path("metadata"));
    }
  }

  private static void builtinUpdate(
      FieldErrors errors, Resource resource, ObjectNode object, ObjectNode live) {
    String name = resource.groupResource();
    if (name.equals(DEFINITIONS)) {
      new CrdValidation(errors).update(object, live);
    }
    Change change = CHANGES.getOrDefault(name, (nobody, now, before) -> {});
    boolean first = name.equals("daemonsets.apps");
    if (first) {
      change.check(errors, object, live);
    }
    content(errors, resource, object);
    if (!first) {
      change.check(errors, object, live);
    }
  }

  private static void customUpdate(
      FieldErrors errors, Resource resource, ObjectNode object, String subresource) {
    if (!subresource.equals("status")) {
      content(errors, resource, object);
    } else if (resource.schema() instanceof CrdSchema schema) {
      JsonNode status = Nodes.at(schema.source(), "properties", "status");
      ObjectNode only = object.objectNode();
      only.set("status", object.path("status"));
      ObjectNode wanted = object.objectNode();
      wanted.putObject("properties").set("status", status);
      if (status.isObject() && object.has("status")) {
        errors.addAll(SchemaValidation.validate(only, wanted));
      }
    }
  }

  private static void content(FieldErrors errors, Resource resource, ObjectNode object) {
    if (resource.schema() instanceof CrdSchema schema) {
      errors.addAll(SchemaValidation.validate(object, schema.source()));
      SchemaValidation.uniqueElements(errors, "", object, schema);
    } else {
      Rule rule = RULES.get(resource.groupResource());
      if (rule != null) {
        rule.check(errors, object);
      }
    }
  }

  private static void typeMeta(FieldErrors errors, Resource resource, ObjectNode object) {
    String kind = Nodes.textOrEmpty(object, "kind");
    if (!kind.equals(resource.kind())) {
      errors.invalid("kind", kind, "must be " + resource.kind());
    }
    String apiVersion = Nodes.textOrEmpty(object, "apiVersion");
    if (!apiVersion.equals(resource.apiVersion())) {
      errors.invalid("apiVersion", apiVersion, "must be " + resource.apiVersion());
    }
  }

  private static Function<String, List<String>> nameForm(Resource resource, ObjectNode object) {
    if (resource.group().equals(RBAC.substring(1))) {
      return Names::pathSegment;
    }
    return switch (resource.groupResource()) {
      case "namespaces" -> Names::label;
      case "services" -> Names::dns1035;
      case "statefulsets.apps" -> Names::label;
      case DEFINITIONS -> name -> CrdValidation.name(object, name);
      default -> Names::subdomain;
    };
  }

  private static void refuse(FieldErrors errors, Resource resource, ObjectNode object) {
    if (!errors.isEmpty()) {
      String kind = resource.custom() ? Nodes.textOrEmpty(object, "kind") : resource.kind();
      throw Statuses.invalid(resource.group(), kind, Nodes.name(object), errors.causes());
    }
  }
}
