package io.github.kruiseinstaller.testkit.internal.http;

import java.io.IOException;
import org.eclipse.jetty.io.QuietException;

/** The connection of a request has been taken away; there is nobody to answer. */
final class ConnectionLost extends IOException implements QuietException {
  private static final long serialVersionUID = 1;

  ConnectionLost(String why) {
    super(why);
  }
}
