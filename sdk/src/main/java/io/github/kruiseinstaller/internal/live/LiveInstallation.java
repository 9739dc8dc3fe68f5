package io.github.kruiseinstaller.internal.live;

import io.github.kruiseinstaller.internal.wait.Pods;
import io.github.kruiseinstaller.internal.wait.ReplicaSets;
import io.github.kruiseinstaller.internal.webhook.WebhookConfigurations;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * All of an OpenKruise installation that a cluster shows, whoever installed it and however broken
 * it is. Secrets are here without their private keys.
 *
 * @param location where the manager is, or should be
 * @param namespaces all namespaces
 * @param configurations all webhook configurations of the cluster, OpenKruise's and others'
 * @param service the webhook Service
 * @param endpointSlices the endpoints of the webhook Service
 * @param deployments the Deployments in the manager's namespace
 * @param replicaSets the ReplicaSets there
 * @param pods the Pods there
 * @param daemonSets the DaemonSets there
 * @param certificates the manager's certificate Secret, with public certificates only
 * @param managers the manager's Deployments in all namespaces
 * @param definitions the custom resource definitions of OpenKruise's own groups
 */
public record LiveInstallation(
    Location location,
    Seen<List<Manifest>> namespaces,
    Seen<List<Manifest>> configurations,
    Seen<Optional<Manifest>> service,
    Seen<List<Manifest>> endpointSlices,
    Seen<List<Manifest>> deployments,
    Seen<List<Manifest>> replicaSets,
    Seen<List<Manifest>> pods,
    Seen<List<Manifest>> daemonSets,
    Seen<Optional<Manifest>> certificates,
    Seen<List<Manifest>> managers,
    Seen<List<Manifest>> definitions) {
  private static final String DAEMON = "kruise-daemon";

  /**
   * Where the manager is, or should be.
   *
   * @param namespace the manager's namespace
   * @param service the name of the webhook Service
   * @param how what told so, for people
   */
  public record Location(String namespace, String service, String how) {
    /** The webhook Service. */
    public ObjectRef serviceRef() {
      return ObjectRef.namespaced("v1", "Service", namespace, service);
    }

    /** The manager's namespace. */
    public ObjectRef namespaceRef() {
      return ObjectRef.cluster("v1", "Namespace", namespace);
    }
  }

  /** The manager's namespace, where it exists and was seen. */
  public Optional<Manifest> namespace() {
    return namespaces.orElse(List.of()).stream()
        .filter(each -> each.name().equals(location.namespace()))
        .findFirst();
  }

  /** OpenKruise's own configurations that exist, mutating first. */
  public List<Manifest> ownConfigurations() {
    return configurations.orElse(List.of()).stream().filter(WebhookConfigurations::isOwn).toList();
  }

  /** OpenKruise's own configurations that intercept something now. */
  public List<Manifest> armed() {
    return ownConfigurations().stream().filter(WebhookConfigurations::isArmed).toList();
  }

  /** The configurations of others. */
  public List<Manifest> foreignConfigurations() {
    return configurations.orElse(List.of()).stream()
        .filter(each -> !WebhookConfigurations.isOwn(each))
        .toList();
  }

  /**
   * The manager's Deployment: the one with the manager's image, of several the one whose Pods the
   * webhook Service selects; else the one with the manager's name, else the one that the Service
   * selects.
   */
  public Optional<Manifest> manager() {
    List<Manifest> all = deployments.orElse(List.of());
    return Stream.<Predicate<Manifest>>of(
            each -> ManagerPods.isManager(each) && isSelected(each),
            ManagerPods::isManager,
            each -> each.name().equals(ManagerPods.DEPLOYMENT),
            this::isSelected)
        .flatMap(test -> all.stream().filter(test))
        .findFirst();
  }

  /** The OpenKruise version of the manager's image, or {@code unknown}. */
  public String version() {
    return manager().flatMap(ManagerPods::version).orElse("unknown");
  }

  /** The DaemonSet of kruise-daemon, where it exists and was seen. */
  public Optional<Manifest> daemon() {
    return daemonSets.orElse(List.of()).stream()
        .filter(each -> each.name().equals(DAEMON))
        .findFirst();
  }

  /** The Pods of the manager's Deployment that have not ended and are not being deleted. */
  public List<Manifest> managerPods() {
    return manager()
        .map(
            deployment ->
                pods.orElse(List.of()).stream()
                    .filter(Pods::isActive)
                    .filter(pod -> ManagerPods.belongs(pod, deployment))
                    .toList())
        .orElse(List.of());
  }

  /** How many endpoints of the webhook Service are ready. */
  public long readyEndpoints() {
    return EndpointSlices.ready(endpointSlices.orElse(List.of()));
  }

  /** Whether an upgrade has narrowed the webhook Service to the Pods of one template. */
  public boolean isNarrowed() {
    return service
        .orElse(Optional.empty())
        .filter(found -> found.map("spec", "selector").containsKey(ReplicaSets.HASH))
        .isPresent();
  }

  /**
   * Whether Pods with these labels are what the webhook Service selects, of whichever template an
   * upgrade may have narrowed it to.
   */
  public boolean selects(Map<String, String> labels) {
    return service
        .orElse(Optional.empty())
        .map(found -> found.map("spec", "selector"))
        .filter(selector -> !selector.isEmpty())
        .filter(
            selector ->
                selector.entrySet().stream()
                    .filter(each -> !each.getKey().equals(ReplicaSets.HASH))
                    .allMatch(each -> Objects.equals(each.getValue(), labels.get(each.getKey()))))
        .isPresent();
  }

  /** What could not be seen, and why, for people. */
  public List<String> unseen() {
    Map<String, Seen<?>> all = new LinkedHashMap<>();
    all.put("namespaces", namespaces);
    all.put("webhook configurations", configurations);
    all.put(location.serviceRef().toString(), service);
    all.put("EndpointSlices in " + location.namespace(), endpointSlices);
    all.put("Deployments in " + location.namespace(), deployments);
    all.put("ReplicaSets in " + location.namespace(), replicaSets);
    all.put("Pods in " + location.namespace(), pods);
    all.put("DaemonSets in " + location.namespace(), daemonSets);
    all.put("the certificate Secret in " + location.namespace(), certificates);
    all.put("custom resource definitions", definitions);
    return all.entrySet().stream()
        .filter(each -> !each.getValue().isSeen())
        .map(each -> each.getKey() + ": " + each.getValue().unseen())
        .toList();
  }

  private boolean isSelected(Manifest deployment) {
    return selects(ManagerPods.labels(deployment));
  }
}
