package io.github.kruiseinstaller.release;

import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A validated OpenKruise release: its objects, as they were read, in the order in which they were
 * read. Immutable and thread-safe.
 *
 * <p>Made by {@link ReleaseSource} and by {@link #of}, which validate; the constructor does not. A
 * few things are normalised, and nothing else: {@code status} and {@code creationTimestamp: null}
 * are dropped, a {@code caBundle} that holds no certificate is dropped, and the conversion webhook
 * of a custom resource definition points to the Service that the webhooks use. Webhooks for a
 * Service in {@code kruise-system} that the release has in one other namespace instead point there:
 * the charts of 1.5 have the name written in.
 *
 * @param version the OpenKruise version, such as {@code 1.8.3}, read from the chart or the image
 *     tag of the manager; {@code unknown} when neither tells
 * @param namespace the namespace of the manager
 * @param manifests all objects
 * @param digest SHA-256 over the objects in canonical form, as lower-case hex: equal for equal
 *     objects, in whatever order
 * @param source where it came from, for people
 */
public record Release(
    String version, String namespace, List<Manifest> manifests, String digest, String source) {
  /** The version of a release that does not tell its own. */
  public static final String UNKNOWN_VERSION = "unknown";

  /** The namespace where the daemon looks for pull secrets; some releases bring it. */
  public static final String DAEMON_CONFIG_NAMESPACE = "kruise-daemon-config";

  /** The name of the mutating configuration; the manager knows no other. */
  public static final String MUTATING_CONFIGURATION = "kruise-mutating-webhook-configuration";

  /** The name of the validating configuration; the manager knows no other. */
  public static final String VALIDATING_CONFIGURATION = "kruise-validating-webhook-configuration";

  /** The Secret where the manager keeps its certificate, unless it is told of another. */
  public static final String CERTIFICATE_SECRET = "kruise-webhook-certs";

  private static final String DAEMON = "kruise-daemon";

  /** Copies the list. */
  public Release {
    manifests = List.copyOf(manifests);
  }

  /**
   * Validates objects and makes them a release.
   *
   * @param source where they came from, for people
   * @param manifests the objects of one release, rendered
   * @throws io.github.kruiseinstaller.error.InstallException with RELEASE_INVALID and every problem
   *     that was found, when the objects are not one complete release
   */
  public static Release of(String source, List<Manifest> manifests) {
    return ReleaseReader.fromManifests(source, manifests, null);
  }

  /**
   * This release with other objects, validated again; version and source stay.
   *
   * @throws io.github.kruiseinstaller.error.InstallException with RELEASE_INVALID and every problem
   *     that was found, when the objects are not one complete release
   */
  public Release with(List<Manifest> newManifests) {
    return ReleaseReader.fromManifests(source, newManifests, version);
  }

  /** The Deployment of the manager: the one whose pods the webhooks' Service selects. */
  public Manifest managerDeployment() {
    return WebhookTarget.of(this).manager();
  }

  /**
   * The container of the manager in its Deployment: the one named {@code manager}, else the first.
   */
  public Map<String, @Nullable Object> managerContainer() {
    return ManagerContainer.in(managerDeployment());
  }

  /** The Service that the webhook configurations point to. */
  public Manifest webhookService() {
    return WebhookTarget.of(this).service();
  }

  /** The DaemonSet of kruise-daemon; absent when the feature gate KruiseDaemon is off. */
  public Optional<Manifest> daemon() {
    List<Manifest> daemonSets = ofKind("DaemonSet").toList();
    Optional<Manifest> named =
        daemonSets.stream().filter(candidate -> candidate.name().equals(DAEMON)).findFirst();
    return named.isPresent() || daemonSets.size() != 1 ? named : Optional.of(daemonSets.get(0));
  }

  /** The Secret where the manager keeps its certificate; absent with external certificates. */
  public Optional<Manifest> certificateSecret() {
    return find(certificateSecretRef());
  }

  /** The Secret where the manager finds its certificate, in the release or not. */
  public ObjectRef certificateSecretRef() {
    String configured = ManagerContainer.variable(managerContainer(), "SECRET_NAME");
    return ObjectRef.namespaced(
        "v1", "Secret", namespace, configured == null ? CERTIFICATE_SECRET : configured);
  }

  /** The namespaces that the release brings; empty when it was rendered without. */
  public List<Manifest> namespaces() {
    return ofKind("Namespace").toList();
  }

  /** The custom resource definitions. */
  public List<Manifest> customResourceDefinitions() {
    return ofKind("CustomResourceDefinition").toList();
  }

  /** The mutating webhook configuration, with its real list of webhooks. */
  public Manifest mutatingConfiguration() {
    return only("MutatingWebhookConfiguration", MUTATING_CONFIGURATION);
  }

  /** The validating webhook configuration, with its real list of webhooks. */
  public Manifest validatingConfiguration() {
    return only("ValidatingWebhookConfiguration", VALIDATING_CONFIGURATION);
  }

  /** The mutating, then the validating webhook configuration. */
  public List<Manifest> webhookConfigurations() {
    return List.of(mutatingConfiguration(), validatingConfiguration());
  }

  /**
   * Everything else: identities, RBAC, Service, Secret and what a chart may add. No namespace, no
   * custom resource definition, no webhook configuration, no Deployment and no DaemonSet.
   */
  public List<Manifest> supportingObjects() {
    return manifests.stream().filter(manifest -> KnownKind.isSupporting(manifest.kind())).toList();
  }

  /** The object of this name, or empty. */
  public Optional<Manifest> find(ObjectRef ref) {
    return manifests.stream().filter(manifest -> manifest.ref().equals(ref)).findFirst();
  }

  /** Version, namespace, number of objects and source; no content. */
  @Override
  public String toString() {
    return "OpenKruise %s for namespace %s, %s objects, from %s"
        .formatted(version, namespace, manifests.size(), source);
  }

  private Stream<Manifest> ofKind(String kind) {
    return manifests.stream().filter(manifest -> manifest.isKind(kind));
  }

  private Manifest only(String kind, String name) {
    return ofKind(kind)
        .filter(manifest -> manifest.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("not validated: no " + kind + " " + name));
  }
}
