package io.github.kruiseinstaller.internal.cluster;

import java.io.InterruptedIOException;

/**
 * A request ended while it waited for its credential plugin. OkHttp says no more than "timeout" in
 * its place, and keeps it as the cause.
 */
final class PluginSilentException extends InterruptedIOException {
  private static final long serialVersionUID = 1L;

  PluginSilentException(String plugin) {
    super("the credential plugin " + plugin + " has not answered yet");
  }
}
