/** What lives in the cluster of an OpenKruise installation, whoever installed it. */
@NullMarked
package io.github.kruiseinstaller.internal.live;

import org.jspecify.annotations.NullMarked;
