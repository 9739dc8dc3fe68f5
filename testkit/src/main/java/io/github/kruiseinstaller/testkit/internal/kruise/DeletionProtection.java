package io.github.kruiseinstaller.testkit.internal.kruise;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kruise.AdmissionHandler.Verdict.Allowed;
import io.github.kruiseinstaller.testkit.internal.kruise.AdmissionHandler.Verdict.Denied;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;

/** Denies the deletion of what carries the label {@code policy.kruise.io/delete-protection}. */
final class DeletionProtection implements AdmissionHandler {
  private static final String LABEL = "policy.kruise.io/delete-protection";

  private final KruiseClient client;
  private final FeatureGates gates;

  DeletionProtection(KruiseClient client, FeatureGates gates) {
    this.client = client;
    this.gates = gates;
  }

  @Override
  public Verdict handle(AdmissionQuestion question) {
    ObjectNode old = question.oldObject();
    if (!question.deletes()
        || !question.subresource().isEmpty()
        || old == null
        || !gates.enabled(FeatureGates.DELETION_PROTECTION)
        || !Nodes.textOrEmpty(old, "metadata", "deletionTimestamp").isEmpty()) {
      return new Allowed();
    }
    String value = Nodes.labels(old).getOrDefault(LABEL, "");
    return switch (value) {
      case "Always" -> forbidden(value, "");
      case "Cascading" -> cascading(question, old);
      default -> new Allowed();
    };
  }

  private Verdict cascading(AdmissionQuestion question, ObjectNode old) {
    return switch (question.kind()) {
      case "Namespace" -> namespace(Nodes.name(old));
      case "CustomResourceDefinition" -> definition(old);
      case "Service", "Ingress" -> new Allowed();
      default -> {
        long replicas = Nodes.number(0, old, "spec", "replicas");
        yield replicas > 0
            ? forbidden("Cascading", " and replicas " + replicas + ">0")
            : new Allowed();
      }
    };
  }

  private Verdict namespace(String name) {
    long active =
        client.list(Plural.PODS, name).stream().filter(DeletionProtection::isActive).count();
    if (active > 0) {
      return forbidden("Cascading", " and active pods " + active + ">0");
    }
    long bound =
        client.list(Plural.CLAIMS, name).stream()
            .filter(claim -> Nodes.textOrEmpty(claim, "status", "phase").equals("Bound"))
            .count();
    return bound > 0
        ? forbidden("Cascading", " and \"Bound\" status pvc " + bound + ">0")
        : new Allowed();
  }

  private Verdict definition(ObjectNode definition) {
    if (!gates.enabled(FeatureGates.CRD_CASCADING)) {
      return new Denied(403, "feature-gate " + FeatureGates.CRD_CASCADING + " is not enabled");
    }
    Plural plural =
        new Plural(
            Nodes.textOrEmpty(definition, "spec", "group"),
            Nodes.textOrEmpty(definition, "spec", "names", "plural"));
    long active =
        client.list(plural, "").stream()
            .filter(object -> Nodes.textOrEmpty(object, "metadata", "deletionTimestamp").isEmpty())
            .count();
    return active > 0 ? forbidden("Cascading", " and active CRs " + active + ">0") : new Allowed();
  }

  static boolean isActive(ObjectNode pod) {
    String phase = Nodes.textOrEmpty(pod, "status", "phase");
    return !phase.equals("Succeeded")
        && !phase.equals("Failed")
        && Nodes.textOrEmpty(pod, "metadata", "deletionTimestamp").isEmpty();
  }

  private static Verdict forbidden(String value, String why) {
    return new Denied(
        403, "forbidden by ResourcesProtectionDeletion for " + LABEL + "=" + value + why);
  }
}
