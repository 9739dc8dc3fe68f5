/** Services, pods and the real sockets behind them. */
@NullMarked
package io.github.kruiseinstaller.testkit.internal.network;

import org.jspecify.annotations.NullMarked;
