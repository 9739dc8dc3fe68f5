/** What an installation tells while it runs. */
@NullMarked
package io.github.kruiseinstaller.event;

import org.jspecify.annotations.NullMarked;
