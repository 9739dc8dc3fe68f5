package io.github.kruiseinstaller.testkit.internal.kind;

import java.util.List;
import java.util.Set;

/**
 * A kind as it is served in one version.
 *
 * @param group empty for the core group
 * @param version such as {@code v1}
 * @param kind such as {@code Deployment}
 * @param plural such as {@code deployments}
 * @param singular such as {@code deployment}
 * @param namespaced whether its objects live in namespaces
 * @param shortNames such as {@code deploy}
 * @param categories such as {@code all}
 * @param verbs what can be asked for, in discovery's words
 * @param subresources such as {@code status}, {@code scale}, {@code eviction}, {@code log}
 * @param schema of its objects
 * @param custom whether a CustomResourceDefinition made it
 */
public record Resource(
    String group,
    String version,
    String kind,
    String plural,
    String singular,
    boolean namespaced,
    List<String> shortNames,
    List<String> categories,
    Set<String> verbs,
    Set<String> subresources,
    Schema schema,
    boolean custom) {
  /** Copies the collections. */
  public Resource {
    shortNames = List.copyOf(shortNames);
    categories = List.copyOf(categories);
    verbs = Set.copyOf(verbs);
    subresources = Set.copyOf(subresources);
  }

  /** Such as {@code apps/v1}. */
  public String apiVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }

  /** What is stored together, whatever the version: {@code deployments.apps}, {@code pods}. */
  public String groupResource() {
    return group.isEmpty() ? plural : plural + "." + group;
  }
}
