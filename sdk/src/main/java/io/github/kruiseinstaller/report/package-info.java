/** What an installation has done. */
@NullMarked
package io.github.kruiseinstaller.report;

import org.jspecify.annotations.NullMarked;
