/** A simulated cluster for tests with JUnit. */
@NullMarked
package io.github.kruiseinstaller.testkit.junit;

import org.jspecify.annotations.NullMarked;
