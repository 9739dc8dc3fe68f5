/** Whether a release can be installed, found out without writing anything but dry runs. */
@NullMarked
package io.github.kruiseinstaller.internal.preflight;

import org.jspecify.annotations.NullMarked;
