/** What is asked before an object is written. */
@NullMarked
package io.github.kruiseinstaller.testkit.internal.admission;

import org.jspecify.annotations.NullMarked;
