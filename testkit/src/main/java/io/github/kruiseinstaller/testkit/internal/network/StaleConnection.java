package io.github.kruiseinstaller.testkit.internal.network;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A kept connection turns out to have been closed by its server while nobody used it. Clients in Go
 * read all the time and hear of that at once; this one looks before it sends.
 */
final class StaleConnection extends IOException {
  private static final long serialVersionUID = 1;
  private static final int LOOK_MILLIS = 1;

  private StaleConnection(@Nullable IOException cause) {
    super("the server has closed the idle connection", cause);
  }

  /**
   * Looks at a connection on which no answer is awaited: whatever can be read is its end.
   *
   * @throws StaleConnection when it has been closed or reset
   */
  static void check(Socket socket) throws StaleConnection {
    try {
      int before = socket.getSoTimeout();
      socket.setSoTimeout(LOOK_MILLIS);
      try {
        socket.getInputStream().read();
      } catch (SocketTimeoutException open) {
        return;
      } finally {
        socket.setSoTimeout(before);
      }
    } catch (IOException e) {
      throw new StaleConnection(e);
    }
    throw new StaleConnection(null);
  }
}
