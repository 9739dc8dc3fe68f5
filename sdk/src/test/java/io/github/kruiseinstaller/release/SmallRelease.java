package io.github.kruiseinstaller.release;

import java.util.regex.Pattern;

/** A release that has just enough to be one; tests break it in one place each. */
final class SmallRelease {
  static final String YAML =
      """
      apiVersion: v1
      kind: Namespace
      metadata:
        name: kruise-system
        labels: {control-plane: openkruise}
      ---
      apiVersion: v1
      kind: ServiceAccount
      metadata: {name: kruise-manager, namespace: kruise-system}
      ---
      apiVersion: v1
      kind: Secret
      metadata: {name: kruise-webhook-certs, namespace: kruise-system}
      ---
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: clonesets.apps.kruise.io}
      spec:
        group: apps.kruise.io
        names: {plural: clonesets, kind: CloneSet}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: kruise-webhook-service, namespace: kruise-system}
      spec:
        ports: [{port: 443, targetPort: 9876}]
        selector: {control-plane: controller-manager}
      ---
      apiVersion: apps/v1
      kind: DaemonSet
      metadata: {name: kruise-daemon, namespace: kruise-system}
      spec:
        template:
          metadata: {labels: {control-plane: daemon}}
          spec:
            containers: [{name: daemon, image: "openkruise/kruise-manager:v1.8.3"}]
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: kruise-controller-manager, namespace: kruise-system}
      spec:
        template:
          metadata: {labels: {control-plane: controller-manager, more: labels}}
          spec:
            containers: [{name: manager, image: "openkruise/kruise-manager:v1.8.3"}]
      ---
      apiVersion: admissionregistration.k8s.io/v1
      kind: MutatingWebhookConfiguration
      metadata: {name: kruise-mutating-webhook-configuration}
      webhooks:
      - name: mcloneset.kb.io
        clientConfig:
          service: {name: kruise-webhook-service, namespace: kruise-system, path: /mutate-cloneset}
        rules: [{apiGroups: [apps.kruise.io], resources: [clonesets, clonesets/status]}]
      ---
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingWebhookConfiguration
      metadata: {name: kruise-validating-webhook-configuration}
      webhooks:
      - name: vpod.kb.io
        clientConfig:
          service: {name: kruise-webhook-service, namespace: kruise-system, path: /validate-pod}
        rules: [{apiGroups: [""], resources: [pods]}]
      """;

  private SmallRelease() {}

  /** The release with one piece of text replaced, which must be there. */
  static String with(String text, String replacement) {
    if (!YAML.contains(text)) {
      throw new IllegalArgumentException("not in the release: " + text);
    }
    return YAML.replace(text, replacement);
  }

  /** The release with more documents at its end. */
  static String and(String documents) {
    return YAML + "---\n" + documents;
  }

  /** The release without the document that has this text. */
  static String without(String text) {
    StringBuilder kept = new StringBuilder();
    for (String document :
        Pattern.compile("^---\n", Pattern.MULTILINE).splitAsStream(YAML).toList()) {
      if (!document.contains(text)) {
        kept.append("---\n").append(document);
      }
    }
    return kept.toString();
  }

  static Release load(String yaml) {
    return ReleaseSource.manifests(yaml, "small.yaml").load(new ReleaseRequest(null, null));
  }
}
