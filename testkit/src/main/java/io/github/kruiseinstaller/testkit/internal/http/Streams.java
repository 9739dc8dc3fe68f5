package io.github.kruiseinstaller.testkit.internal.http;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** The requests that are being answered, so that they can be ended from outside. Thread-safe. */
final class Streams {
  private static final long LOOK_MILLIS = 25;

  private final Set<Open> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /** A request that is answered in the thread that calls this. */
  Open enter(String user, String agent, Wire wire) {
    Open entry = new Open(user, agent, wire, Thread.currentThread());
    open.add(entry);
    if (closed) {
      entry.end(true);
    }
    return entry;
  }

  /**
   * Resets the connections of clients, but not of the request that the calling thread answers. What
   * has begun to change something is not interrupted.
   */
  void reset(BiPredicate<String, String> userAndAgent) {
    Thread self = Thread.currentThread();
    List.copyOf(open).stream()
        .filter(entry -> entry.thread != self && userAndAgent.test(entry.user, entry.agent))
        .forEach(entry -> entry.end(false));
  }

  /** Ends all, now and from now on. */
  void close() {
    closed = true;
    List.copyOf(open).forEach(entry -> entry.end(true));
  }

  /** How many there are. */
  int size() {
    return open.size();
  }

  /** One of them. Used by the thread that entered. */
  final class Open implements AutoCloseable {
    private final String user;
    private final String agent;
    private final Wire wire;
    private final Thread thread;
    private boolean waiting;
    private boolean ended;
    private boolean left;

    private Open(String user, String agent, Wire wire, Thread thread) {
      this.user = user;
      this.agent = agent;
      this.wire = wire;
      this.thread = thread;
    }

    private synchronized void end(boolean hard) {
      if (!left) {
        ended = true;
        wire.reset();
        if (hard || waiting) {
          thread.interrupt();
        }
      }
    }

    /** From now on it only waits or sends, so it may be interrupted. */
    synchronized void waits() throws InterruptedException {
      if (ended) {
        throw new InterruptedException("the request has been ended");
      }
      waiting = true;
    }

    private synchronized void works() {
      waiting = false;
    }

    /** Waits. */
    void pause(Duration time) throws InterruptedException {
      waits();
      Thread.sleep(time.toMillis());
      works();
    }

    /** Waits until the client has gone, or for so long. */
    void untilGone(@Nullable Duration limit) throws InterruptedException {
      waits();
      long start = System.nanoTime();
      while (!wire.gone() && (limit == null || System.nanoTime() - start < limit.toNanos())) {
        Thread.sleep(LOOK_MILLIS);
      }
      works();
    }

    /** It is over; the thread is not interrupted on its account any more. */
    @Override
    public void close() {
      open.remove(this);
      synchronized (this) {
        left = true;
        if (ended) {
          // The interrupt was for this request, not for the next one in the thread.
          Thread.interrupted();
        }
      }
    }
  }
}
