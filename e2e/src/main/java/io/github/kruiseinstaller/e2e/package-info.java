/**
 * Watches, breaks and measures real clusters while OpenKruise is installed into them: the tier of
 * tests that believes nothing but an API server.
 */
@NullMarked
package io.github.kruiseinstaller.e2e;

import org.jspecify.annotations.NullMarked;
