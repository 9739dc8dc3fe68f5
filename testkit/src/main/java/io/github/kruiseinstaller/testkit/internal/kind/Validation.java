package io.github.kruiseinstaller.testkit.internal.kind;

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
  private static final Set<String> PLAIN_FINALIZERS =
      Set.of("apiextensions.k8s.io", ADMISSION.substring(1));

  /** Kinds that look at what has changed before they look at what is there. */
  private static final Set<String> CHANGE_FIRST =
      Set.of("daemonsets.apps", "secrets", "configmaps", "services");

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
          Map.entry("limitranges", (errors, it) -> new LimitRangeValidation(errors).limitRange(it)),
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
      finalizers(errors, resource, object);
      content(errors, resource, object);
      if (resource.groupResource().equals(DEFINITIONS)) {
        new CrdValidation(errors).create(object);
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
      // Once for all kinds and once more for this one: the causes come twice.
      MetaValidation.update(errors, object, live);
      MetaValidation.update(errors, object, live);
      finalizers(errors, resource, object);
      if (resource.custom()) {
        customUpdate(errors, resource, object, live, subresource);
      } else if (subresource.isEmpty()) {
        builtinUpdate(errors, resource, object, live);
      }
    }
    refuse(errors, resource, object);
  }

  private static void builtinUpdate(
      FieldErrors errors, Resource resource, ObjectNode object, ObjectNode live) {
    String name = resource.groupResource();
    if (name.equals(DEFINITIONS)) {
      new CrdValidation(errors).update(object, live);
    }
    Change change = CHANGES.getOrDefault(name, (found, now, before) -> {});
    if (CHANGE_FIRST.contains(name)) {
      change.check(errors, object, live);
      content(errors, resource, object);
    } else {
      content(errors, resource, object);
      change.check(errors, object, live);
    }
  }

  private static void finalizers(FieldErrors errors, Resource resource, ObjectNode object) {
    boolean plain = resource.custom() || PLAIN_FINALIZERS.contains(resource.group());
    if (!plain) {
      MetaValidation.builtinFinalizers(errors, object);
    }
  }

  /** What an older definition let in may stay, as long as nobody touches it. */
  private static void customUpdate(
      FieldErrors errors,
      Resource resource,
      ObjectNode object,
      ObjectNode live,
      String subresource) {
    if (!(resource.schema() instanceof CrdSchema schema)) {
      return;
    }
    if (subresource.equals("status")) {
      // By a validator of its own, to which the status is the whole: messages name fields in it.
      if (object.has("status")) {
        errors.addBelow(
            "status",
            SchemaValidation.validateUpdate(
                object.path("status"),
                live.path("status"),
                Nodes.at(schema.source(), "properties", "status")));
      }
    } else {
      errors.addAll(SchemaValidation.validateUpdate(object, live, schema.source()));
    }
    FieldErrors repeated = repeated(object, schema);
    if (!repeated.isEmpty() && repeated(live, schema).isEmpty()) {
      errors.addAll(repeated);
    }
  }

  private static FieldErrors repeated(ObjectNode object, CrdSchema schema) {
    FieldErrors errors = new FieldErrors();
    SchemaValidation.uniqueElements(errors, "", object, schema);
    return errors;
  }

  private static void content(FieldErrors errors, Resource resource, ObjectNode object) {
    if (resource.schema() instanceof CrdSchema schema) {
      errors.addAll(SchemaValidation.validate(object, schema.source()));
      errors.addAll(repeated(object, schema));
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
