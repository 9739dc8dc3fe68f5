package io.github.kruiseinstaller.internal.engine;

import io.github.kruiseinstaller.customize.Customizer;
import io.github.kruiseinstaller.event.InstallListener;
import io.github.kruiseinstaller.model.RetryPolicy;
import io.github.kruiseinstaller.model.TakeOver;
import io.github.kruiseinstaller.plan.PruneOptions;
import io.github.kruiseinstaller.release.ReleaseSource;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The options of an installer.
 *
 * @param release what to install, or null when there is only to look and to repair
 * @param namespace the manager's namespace, or null for the release's own
 * @param customizers changes of the release, in order
 * @param listeners told of events
 * @param timeout how long a run may take
 * @param retry waits between tries
 * @param proofs how many proofs in a row are needed
 * @param waitForLock how long to wait for another installer
 * @param prune what becomes of objects that the release has no more
 * @param takeOver whether an installation of others may be taken over, and how; null when not
 */
public record Settings(
    @Nullable ReleaseSource release,
    @Nullable String namespace,
    List<Customizer> customizers,
    List<InstallListener> listeners,
    Duration timeout,
    RetryPolicy retry,
    int proofs,
    Duration waitForLock,
    PruneOptions prune,
    @Nullable TakeOver takeOver) {
  /** Copies the lists. */
  public Settings {
    customizers = List.copyOf(customizers);
    listeners = List.copyOf(listeners);
  }
}
