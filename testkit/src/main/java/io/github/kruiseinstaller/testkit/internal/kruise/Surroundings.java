package io.github.kruiseinstaller.testkit.internal.kruise;

import io.github.kruiseinstaller.testkit.internal.auth.Authorizer;
import io.github.kruiseinstaller.testkit.internal.kind.Kinds;
import io.github.kruiseinstaller.testkit.internal.network.Network;
import io.github.kruiseinstaller.testkit.internal.rest.Resources;
import io.github.kruiseinstaller.testkit.internal.time.Timers;
import java.util.concurrent.Executor;

/**
 * The cluster around the simulated OpenKruise.
 *
 * @param resources the API server's objects
 * @param kinds what is served
 * @param changes wakes what waits for changes
 * @param authorizer what the ServiceAccounts may do
 * @param network where pods listen
 * @param timers the simulated time
 * @param executor runs work that may block, such as a write that is admitted by webhooks
 */
public record Surroundings(
    Resources resources,
    Kinds kinds,
    Changes changes,
    Authorizer authorizer,
    Network network,
    Timers timers,
    Executor executor) {}
