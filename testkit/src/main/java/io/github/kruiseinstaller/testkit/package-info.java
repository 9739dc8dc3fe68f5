/**
 * A Kubernetes API server inside the JVM of a test, with simulated controllers and a simulated
 * OpenKruise manager. {@link io.github.kruiseinstaller.testkit.SimulatedCluster} is where to begin.
 */
@NullMarked
package io.github.kruiseinstaller.testkit;

import org.jspecify.annotations.NullMarked;
