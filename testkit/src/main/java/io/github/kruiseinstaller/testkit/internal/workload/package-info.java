/** What runs inside the containers of simulated pods. */
@NullMarked
package io.github.kruiseinstaller.testkit.internal.workload;

import org.jspecify.annotations.NullMarked;
