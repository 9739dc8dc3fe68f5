package io.github.kruiseinstaller.customize;

import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.release.Release;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * A change of a release before it is planned. Implementations are immutable and thread-safe.
 *
 * <p>The stock ones do to a release what the values of OpenKruise's official chart do to its
 * rendering, in every release from 1.5 to 1.8, whether the release came as a chart or as plain
 * manifests; each says which value it stands for. Without any of them a release stays as it was
 * read. Where the result differs from the chart on purpose, it says so.
 *
 * <p>A value that cannot be right is refused when the customizer is made; one that does not fit the
 * release, when it is applied. Both throw an {@link
 * io.github.kruiseinstaller.error.InstallException} with the code OPTION_INVALID, before anything
 * is written to a cluster. Applying a customizer twice is the same as applying it once.
 *
 * <pre>{@code
 * Customizer.replicas(3)
 *     .andThen(Customizer.registry("registry.example.com"))
 *     .andThen(Customizer.featureGate("KruiseDaemon", false))
 * }</pre>
 */
@FunctionalInterface
public interface Customizer {
  /**
   * The changed release.
   *
   * @throws io.github.kruiseinstaller.error.InstallException when the change does not fit the
   *     release
   */
  Release customize(Release release);

  /** This one, and then another on its result. */
  default Customizer andThen(Customizer next) {
    Objects.requireNonNull(next, "next");
    return release -> next.customize(customize(release));
  }

  /** Changes nothing. */
  static Customizer none() {
    return release -> release;
  }

  /** All of these, in order. */
  static Customizer all(List<Customizer> customizers) {
    return List.copyOf(customizers).stream().reduce(none(), Customizer::andThen);
  }

  /**
   * How many managers run. Chart value {@code manager.replicas}, default 2.
   *
   * @param replicas at least 1: without a manager the armed webhooks would refuse every Pod
   */
  static Customizer replicas(int replicas) {
    return ManagerOptions.replicas(replicas);
  }

  /**
   * The image of manager and daemon. Chart values {@code manager.image.repository} and {@code
   * .tag}, default {@code openkruise/kruise-manager} with the release's tag.
   *
   * @param reference with tag, digest or both, and the registry unless it is the runtime's default;
   *     the image must be a build of the same OpenKruise version as the release
   */
  static Customizer image(String reference) {
    return ImageOptions.image(reference);
  }

  /**
   * Takes every image of the release from another registry, such as a private mirror: the
   * registry's host is replaced, or put in front where there is none; path, tag and digest stay as
   * written. The chart has no such value of its own; it is the same as the registry in front of
   * {@code manager.image.repository}.
   *
   * @param registry host with optional port and path, such as {@code registry.example.com:5000/hub}
   */
  static Customizer registry(String registry) {
    return ImageOptions.registry(registry);
  }

  /**
   * Adds Secrets with which manager and daemon pull their image. They must exist in the release's
   * namespace. Chart value {@code imagePullSecrets}, default none.
   */
  static Customizer imagePullSecrets(String... secrets) {
    return PodOptions.imagePullSecrets(List.of(secrets));
  }

  /** When nodes fetch the image of manager and daemon. The charts fix it to {@code Always}. */
  static Customizer imagePullPolicy(ImagePullPolicy policy) {
    return PodOptions.imagePullPolicy(policy);
  }

  /** One feature gate; see {@link #featureGates}. */
  static Customizer featureGate(String name, boolean on) {
    return new Option(
        "featureGate(" + name + "=" + on + ")", new FeatureGates("featureGate", Map.of(name, on)));
  }

  /**
   * Switches feature gates of manager and daemon; gates that are not named keep the release's
   * setting. Chart value {@code featureGates}, default {@code ImagePullJobGate=true}. As in the
   * chart, some gates also change which objects there are:
   *
   * <ul>
   *   <li>{@code PodWebhook=false}: no webhooks on Pods. Charts before 1.7 leave them in, where
   *       they refuse every Pod until the manager has dropped them; here they are taken out of
   *       every release.
   *   <li>{@code KruiseDaemon=false}: no DaemonSet.
   *   <li>{@code EnableExternalCerts=true} (from 1.7): no certificate Secret, and no permission of
   *       the manager to write webhook configurations. The Secret {@code kruise-webhook-certs} with
   *       {@code ca.crt}, {@code tls.crt} and {@code tls.key} is yours to make before, for {@code
   *       kruise-webhook-service.<namespace>.svc} and for {@code localhost}, by which the manager
   *       asks itself whether it is ready. Its CA is what the manager only compares: an
   *       installation brings it into the webhook configurations and into the definitions that are
   *       converted by webhook. See {@link #externalCertificateAnnotations}.
   *   <li>{@code AllAlpha=true} (from 1.7): no certificate Secret, unless {@code
   *       EnableExternalCerts=false} is set too.
   *   <li>{@code StatefulSetAutoResizePVCGate=true}: the manager may read storage classes. The
   *       chart does so from 1.8 on, here it holds for 1.7.5 too, which needs it as well.
   * </ul>
   *
   * A gate that the release's manager does not know is refused, because the manager would end at
   * start.
   */
  static Customizer featureGates(Map<String, Boolean> gates) {
    return new Option("featureGates" + gates, new FeatureGates("featureGates", gates));
  }

  /**
   * Requests and limits of the manager, in place of all that the release has. Chart value {@code
   * manager.resources}, default 100m to 200m cpu, 256Mi to 512Mi memory.
   */
  static Customizer resources(ResourceSpec resources) {
    return ManagerOptions.resources(resources);
  }

  /**
   * Requests and limits of the daemon, in place of all that the release has. Chart value {@code
   * daemon.resources}, default 0 to 50m cpu, 0 to 128Mi memory.
   */
  static Customizer daemonResources(ResourceSpec resources) {
    return DaemonOptions.resources(resources);
  }

  /**
   * The tolerations of the manager, in place of those that the release has; none takes them away.
   * Chart value {@code manager.tolerations}, default none. The daemon tolerates everything.
   */
  static Customizer tolerations(Toleration... tolerations) {
    return ManagerOptions.tolerations(List.of(tolerations));
  }

  /**
   * The labels of the nodes that managers may run on, in place of those that the release has. Chart
   * value {@code manager.nodeSelector}, default none.
   */
  static Customizer nodeSelector(Map<String, String> labels) {
    return ManagerOptions.nodeSelector(labels);
  }

  /**
   * The node affinity of the manager, in place of the one that the release has; its pod
   * anti-affinity stays. Chart value {@code manager.nodeAffinity}, default none.
   *
   * @param affinity a Kubernetes NodeAffinity as a tree of maps, lists, texts and numbers
   */
  static Customizer nodeAffinity(Map<String, ?> affinity) {
    return ManagerOptions.nodeAffinity(affinity);
  }

  /**
   * Whether managers use the network of their node, for control planes that cannot reach pod
   * addresses. Chart value {@code manager.hostNetwork}, default false. The manager's ports are then
   * ports of the node: each manager needs a node of its own where webhook, metrics and health ports
   * are free, and an upgrade needs twice as many nodes. As in the chart, {@code dnsPolicy} stays.
   *
   * <p>The daemon is in the network of every node too: once all customizers have run, an installer
   * refuses a release in which the two listen on the same port.
   */
  static Customizer hostNetwork(boolean on) {
    return ManagerOptions.hostNetwork(on);
  }

  /**
   * The port on which the manager answers webhooks: in its environment, its container ports and the
   * Service's target. Chart value {@code manager.webhook.port}, default 9876. Must differ from the
   * manager's other ports: those for metrics, for probes, and for pprof, which has 8090 if no flag
   * says otherwise.
   */
  static Customizer webhookPort(int port) {
    return ManagerOptions.webhookPort(port);
  }

  /**
   * The manager's port for metrics. Chart value {@code manager.metrics.port}, default 8080. Must
   * differ from the manager's other ports, see {@link #webhookPort}.
   */
  static Customizer metricsPort(int port) {
    return ManagerOptions.metricsPort(port);
  }

  /**
   * The manager's port for probes, and the port that its readiness probe asks. Chart value {@code
   * manager.healthProbe.port}, default 8000. Must differ from the manager's other ports, see {@link
   * #webhookPort}.
   */
  static Customizer healthProbePort(int port) {
    return ManagerOptions.healthProbePort(port);
  }

  /**
   * How much the manager logs. Chart value {@code manager.log.level}, default 4.
   *
   * @param level 0 (least) to 10
   */
  static Customizer logLevel(int level) {
    return ManagerOptions.logLevel(level);
  }

  /**
   * How much the daemon logs, default 4. The charts have a value {@code daemon.log.level} that has
   * no effect up to 1.8; this one has.
   *
   * @param level 0 (least) to 10
   */
  static Customizer daemonLogLevel(int level) {
    return DaemonOptions.logLevel(level);
  }

  /**
   * The form of the manager's log. Chart value {@code manager.loggingFormat}, default plain text.
   * Refused before 1.7, whose manager would end at start.
   */
  static Customizer loggingFormat(LoggingFormat format) {
    return ManagerOptions.loggingFormat(format);
  }

  /**
   * How often the manager looks at everything again, in whole seconds; zero means never. Chart
   * value {@code manager.resyncPeriod}, default never.
   */
  static Customizer syncPeriod(Duration period) {
    return ManagerOptions.syncPeriod(period);
  }

  /**
   * How long the API server waits for an answer of any of OpenKruise's webhooks. Chart value {@code
   * webhookConfiguration.timeoutSeconds}: default 30 s from 1.6 on; without effect in the charts of
   * 1.5, whose webhooks have the default of Kubernetes, 10 s. Works here in every release.
   *
   * @param timeout 1 to 30 whole seconds
   */
  static Customizer webhookTimeout(Duration timeout) {
    return ObjectOptions.webhookTimeout(timeout);
  }

  /**
   * The directory on the nodes that holds the container runtime's socket. Chart value {@code
   * daemon.socketLocation}, default {@code /var/run}.
   *
   * @param directory an absolute path, such as {@code /run/k3s}
   */
  static Customizer daemonSocketLocation(String directory) {
    return DaemonOptions.socketLocation(directory);
  }

  /**
   * The container runtime's socket, relative to the socket location. Chart value {@code
   * daemon.socketFile}, default none: the daemon looks for the runtimes that it knows.
   */
  static Customizer daemonSocketFile(String file) {
    return DaemonOptions.socketFile(file);
  }

  /**
   * The daemon's port for metrics and probes, a port of the node. Chart value {@code daemon.port},
   * default 10221. Must differ from the daemon's port for pprof, which has 10222 if no flag says
   * otherwise.
   */
  static Customizer daemonPort(int port) {
    return DaemonOptions.port(port);
  }

  /**
   * Environment variables of the daemon, such as a proxy; others stay. Chart value {@code
   * daemon.extraEnvs}, default none. New ones are added in the order of their names. Values are
   * stored in plain text in the DaemonSet: nothing secret belongs here.
   */
  static Customizer daemonEnv(Map<String, String> variables) {
    return DaemonOptions.environment(variables);
  }

  /**
   * The labels of the nodes that daemons run on, in place of those that the release has. Chart
   * value {@code daemon.nodeSelector}, default none.
   */
  static Customizer daemonNodeSelector(Map<String, String> labels) {
    return DaemonOptions.nodeSelector(labels);
  }

  /**
   * The affinity of the daemon, in place of the one that the release has. Chart value {@code
   * daemon.affinity}, default none in 1.5, not on nodes of type virtual-kubelet from 1.6 on.
   *
   * @param affinity a Kubernetes Affinity as a tree of maps, lists, texts and numbers
   */
  static Customizer daemonAffinity(Map<String, ?> affinity) {
    return DaemonOptions.affinity(affinity);
  }

  /**
   * Annotations of the ServiceAccounts of manager and daemon; others stay. Chart value {@code
   * serviceAccount.annotations}, default none.
   */
  static Customizer serviceAccountAnnotations(Map<String, String> annotations) {
    return ObjectOptions.serviceAccountAnnotations(annotations);
  }

  /**
   * Annotations by which a certificate manager finds what needs its CA: the webhook configurations
   * and the custom resource definitions with a conversion webhook; others stay. Chart value {@code
   * externalCerts.annotations} (from 1.7; refused before), default none. Belongs with the feature
   * gate {@code EnableExternalCerts}.
   */
  static Customizer externalCertificateAnnotations(Map<String, String> annotations) {
    return ObjectOptions.externalCertificateAnnotations(annotations);
  }

  /**
   * The API groups whose objects the manager may list, in place of the release's. Chart value
   * {@code installation.roleListGroups}, default {@code *}: every group.
   */
  static Customizer roleListGroups(String... groups) {
    return ObjectOptions.roleListGroups(List.of(groups));
  }

  /**
   * Labels of every object of the release, not of the pods; others stay. The charts have no such
   * value. The labels that the webhooks' selectors look at are refused.
   */
  static Customizer labels(Map<String, String> labels) {
    return ObjectOptions.labels(labels);
  }

  /**
   * Annotations of every object of the release, not of the pods; others stay. The charts have no
   * such value.
   */
  static Customizer annotations(Map<String, String> annotations) {
    return ObjectOptions.annotations(annotations);
  }

  /**
   * For everything else: changes each object that the predicate chooses. The result is validated
   * like any release.
   *
   * @param which which objects; refused when it chooses none
   * @param change gets an object and returns the same object, changed; must not return null, rename
   *     the object or throw. May run more than once, so it should depend on nothing but its
   *     argument
   */
  static Customizer manifest(Predicate<ObjectRef> which, UnaryOperator<Manifest> change) {
    return new ManifestFunction("chosen by the predicate", which, null, change).named("manifest");
  }

  /**
   * For everything else: changes the object of this kind and name.
   *
   * @param kind such as {@code Deployment}
   * @param name such as {@code kruise-controller-manager}
   * @param change gets the object and returns the same object, changed
   * @see #manifest(Predicate, UnaryOperator)
   */
  static Customizer manifest(String kind, String name, UnaryOperator<Manifest> change) {
    String what = kind + " " + name;
    return new ManifestFunction(
            what, ref -> ref.kind().equals(kind) && ref.name().equals(name), kind, change)
        .named("manifest(" + what + ")");
  }

  /**
   * Passes every object of the release through a function.
   *
   * @see #manifest(Predicate, UnaryOperator)
   */
  static Customizer everyManifest(UnaryOperator<Manifest> change) {
    return new ManifestFunction("there", any -> true, null, change).named("everyManifest");
  }
}
