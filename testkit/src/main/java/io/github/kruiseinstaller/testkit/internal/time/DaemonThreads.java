package io.github.kruiseinstaller.testkit.internal.time;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The threads of one pool, all daemons, remembered until they have ended. A pool calls itself
 * terminated while its last threads are still on their way out; whoever wants to leave none behind
 * waits here. Thread-safe.
 */
public final class DaemonThreads implements ThreadFactory {
  private final String prefix;
  private final List<Thread> made = new ArrayList<>();
  private int count;

  /** No thread yet; their names are the prefix and a number. */
  public DaemonThreads(String prefix) {
    this.prefix = prefix;
  }

  @Override
  public synchronized Thread newThread(Runnable task) {
    made.removeIf(thread -> thread.getState() == Thread.State.TERMINATED);
    Thread thread = new Thread(task, prefix + ++count);
    thread.setDaemon(true);
    made.add(thread);
    return thread;
  }

  private synchronized List<Thread> others() {
    return made.stream().filter(thread -> thread != Thread.currentThread()).toList();
  }

  /**
   * Waits until all have ended that were started, except the thread that calls. It must hold no
   * lock that one of them needs to end.
   *
   * @param nanos how long at most
   * @param interrupt whether those that still run are interrupted
   */
  public void join(long nanos, boolean interrupt) throws InterruptedException {
    long deadline = System.nanoTime() + nanos;
    List<Thread> others = others();
    if (interrupt) {
      others.forEach(Thread::interrupt);
    }
    for (Thread thread : others) {
      TimeUnit.NANOSECONDS.timedJoin(thread, deadline - System.nanoTime());
    }
  }
}
