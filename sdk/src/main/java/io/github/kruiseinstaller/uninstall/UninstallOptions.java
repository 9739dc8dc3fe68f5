package io.github.kruiseinstaller.uninstall;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an uninstallation removes beside the manager. Immutable; {@link #defaults()} removes nothing
 * that holds anybody's data, and is refused where custom resources exist.
 *
 * @param customResources what becomes of custom resources
 * @param removesDefinitions whether the custom resource definitions go
 * @param removesNamespaces whether the namespaces go that this library has made and that hold
 *     nothing else
 * @param keepsHelmRecord whether Helm's record of its release stays
 */
public record UninstallOptions(
    CustomResourcePolicy customResources,
    boolean removesDefinitions,
    boolean removesNamespaces,
    boolean keepsHelmRecord) {
  /**
   * Refuses what contradicts itself.
   *
   * @throws IllegalArgumentException when custom resources are to stay, and their definitions to go
   *     or a Helm record to stay: {@code helm uninstall} would delete definitions and resources
   */
  public UninstallOptions {
    Objects.requireNonNull(customResources, "customResources");
    if (customResources == CustomResourcePolicy.KEEP && removesDefinitions) {
      throw new IllegalArgumentException(
          "custom resources cannot stay without their definitions: choose keepCustomResources() or"
              + " removeDefinitions()");
    }
    if (customResources == CustomResourcePolicy.KEEP && keepsHelmRecord) {
      throw new IllegalArgumentException(
          "a Helm record that stays lets helm uninstall delete the custom resources later: choose"
              + " keepCustomResources() or keepHelmRecord()");
    }
  }

  /**
   * Removes the manager and what belongs to it. Custom resource definitions and namespaces stay,
   * Helm's record of its release goes, and custom resources are a reason to refuse.
   */
  public static UninstallOptions defaults() {
    return new UninstallOptions(CustomResourcePolicy.REFUSE, false, false, false);
  }

  /**
   * Custom resources and their definitions stay, and so do their Pods: only the manager goes. Where
   * the manager converted between versions of a definition, the API server does so from then on, by
   * changing the version's name only: all of them stay readable and deletable.
   */
  public UninstallOptions keepCustomResources() {
    return new UninstallOptions(
        CustomResourcePolicy.KEEP, removesDefinitions, removesNamespaces, keepsHelmRecord);
  }

  /**
   * Custom resources are deleted first, while the manager runs and can clean up after them. What
   * they own, Pods included, is gone before they are: Kubernetes' foreground deletion. A Pod ends
   * in its own time, and where the definitions are younger than half a minute, Kubernetes' garbage
   * collector takes that long to hear of them.
   */
  public UninstallOptions deleteCustomResources() {
    return new UninstallOptions(
        CustomResourcePolicy.DELETE, removesDefinitions, removesNamespaces, keepsHelmRecord);
  }

  /** The custom resource definitions go too, once no custom resource is left. */
  public UninstallOptions removeDefinitions() {
    return new UninstallOptions(customResources, true, removesNamespaces, keepsHelmRecord);
  }

  /**
   * The manager's namespace goes, and the daemon's, each only when this library has made it and
   * nothing else lives in it. Otherwise it stays, and the report says why.
   *
   * <p>This library has made a namespace when its metadata says so: it has the annotation {@code
   * kruise-installer.github.io/created-by}, which this library's server-side apply owns and puts on
   * only with the namespace itself, and {@code managedFields} have nobody else's apply, nor anybody
   * who owns the label that every namespace is created with. Nothing else lives in it when no
   * built-in object and no custom resource is in it but what is removed, what belongs to that by
   * its owner references, and what Kubernetes puts into every namespace. Where the custom resources
   * of a definition may not be listed, or cannot be, some may be in it, and it stays.
   */
  public UninstallOptions removeNamespaces() {
    return new UninstallOptions(customResources, removesDefinitions, true, keepsHelmRecord);
  }

  /**
   * Helm's record of a release that installed OpenKruise stays, so that {@code helm list} goes on
   * to show it. {@code helm uninstall} can then still delete the custom resource definitions.
   */
  public UninstallOptions keepHelmRecord() {
    return new UninstallOptions(customResources, removesDefinitions, removesNamespaces, true);
  }

  /** The JSON form as maps; the key {@code options} of a plan or a report. */
  public Map<String, @Nullable Object> toMap() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("customResources", customResources.id());
    map.put("removesDefinitions", removesDefinitions);
    map.put("removesNamespaces", removesNamespaces);
    map.put("keepsHelmRecord", keepsHelmRecord);
    return Collections.unmodifiableMap(map);
  }
}
