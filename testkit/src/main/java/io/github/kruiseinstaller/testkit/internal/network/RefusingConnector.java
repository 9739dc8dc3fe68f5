package io.github.kruiseinstaller.testkit.internal.network;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.Semaphore;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;

/** A connector with one acceptor that can be told to refuse connections while others go on. */
final class RefusingConnector extends ServerConnector {
  private final Semaphore accepting = new Semaphore(1);
  private volatile boolean refuses;

  RefusingConnector(Server server, String timerName, ConnectionFactory... factories) {
    super(
        server,
        null,
        new ScheduledExecutorScheduler(timerName, true),
        new ArrayByteBufferPool(),
        1,
        1,
        factories);
  }

  @Override
  public void accept(int acceptor) throws IOException {
    accepting.acquireUninterruptibly();
    try {
      super.accept(acceptor);
    } catch (ClosedChannelException e) {
      if (!refuses) {
        throw e;
      }
    } finally {
      accepting.release();
    }
  }

  /** Whoever connects after this has returned is refused; connections that are open stay. */
  void refuse() {
    refuses = true;
    // Or the acceptor would try again and again.
    setAccepting(false);
    close();
    // The system frees the port only when nobody waits for a connection any more.
    accepting.acquireUninterruptibly();
    accepting.release();
  }
}
