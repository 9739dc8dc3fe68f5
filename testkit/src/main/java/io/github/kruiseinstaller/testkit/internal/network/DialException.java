package io.github.kruiseinstaller.testkit.internal.network;

import java.io.IOException;

/** A connection that does not come about, in the words of Go's dialer or of the API server. */
final class DialException extends IOException {
  private static final long serialVersionUID = 1;

  DialException(String message) {
    super(message);
  }

  static DialException refused(String address, int port) {
    return new DialException("dial tcp " + address + ":" + port + ": connect: connection refused");
  }
}
