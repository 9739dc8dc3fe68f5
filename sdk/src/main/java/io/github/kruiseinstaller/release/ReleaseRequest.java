package io.github.kruiseinstaller.release;

import org.jspecify.annotations.Nullable;

/**
 * What an installer asks of a release source.
 *
 * @param namespace the namespace that the release shall be made for, or null for its own default
 * @param kubernetesVersion the version of the cluster, such as {@code 1.34.0}, or null when not
 *     known; a chart renders differently for different clusters
 */
public record ReleaseRequest(@Nullable String namespace, @Nullable String kubernetesVersion) {}
