package io.github.kruiseinstaller.testkit.internal.http;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads of one server, all daemons, known by name and ended for certain. Thread-safe. */
final class ServerThreads implements ThreadFactory {
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final String name;
  private final AtomicInteger next = new AtomicInteger();
  private final Set<Thread> running = ConcurrentHashMap.newKeySet();

  ServerThreads(String name) {
    this.name = name;
  }

  @Override
  public Thread newThread(Runnable task) {
    Thread thread = new Thread(() -> run(task), name + "-" + next.incrementAndGet());
    thread.setDaemon(true);
    return thread;
  }

  private void run(Runnable task) {
    running.add(Thread.currentThread());
    try {
      task.run();
    } finally {
      running.remove(Thread.currentThread());
    }
  }

  /** Interrupts those that still run, and waits until all have ended. */
  void end() throws InterruptedException {
    long deadline = System.nanoTime() + LIMIT_NANOS;
    for (Thread thread : List.copyOf(running)) {
      if (thread != Thread.currentThread()) {
        thread.interrupt();
        long left = deadline - System.nanoTime();
        thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
      }
    }
  }
}
