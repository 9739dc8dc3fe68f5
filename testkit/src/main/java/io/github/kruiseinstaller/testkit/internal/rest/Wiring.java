package io.github.kruiseinstaller.testkit.internal.rest;

import io.github.kruiseinstaller.testkit.internal.admission.Admission;
import io.github.kruiseinstaller.testkit.internal.kind.Kinds;
import io.github.kruiseinstaller.testkit.internal.store.ObjectStore;
import java.time.InstantSource;

/**
 * What a {@link ResourceService} works with. All parts must be thread-safe.
 *
 * @param store the objects; whoever made it closes it, which ends all watches
 * @param kinds which kinds there are
 * @param rules defaults, validation and decoding of the kinds' objects
 * @param admission asked before every write
 * @param conversion calls conversion webhooks
 * @param clock the wall's, for timestamps in objects
 * @param observer hears of every write
 */
public record Wiring(
    ObjectStore store,
    Kinds kinds,
    ObjectRules rules,
    Admission admission,
    Conversion conversion,
    InstantSource clock,
    Observer observer) {}
