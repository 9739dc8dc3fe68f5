package io.github.kruiseinstaller.simulation;

import io.github.kruiseinstaller.testkit.Bystander;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A bystander who asks every other moment, and looks each time whether the webhooks are on. */
final class Watchfulness {
  /** Who asks without a pause takes one of two processors for himself. */
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private final SimulatedCluster cluster;
  private final Bystander bystander;
  private final Thread thread;
  private final List<String> wrong = new ArrayList<>();
  private volatile boolean over;
  private volatile String since = "";
  private int times;

  private Watchfulness(SimulatedCluster cluster) {
    this.cluster = cluster;
    this.bystander = cluster.bystander("elsewhere");
    this.thread = new Thread(this::watch, "watchfulness");
    thread.setDaemon(true);
  }

  /** Begins, in a thread of its own. */
  static Watchfulness begin(SimulatedCluster cluster) {
    Watchfulness watch = new Watchfulness(cluster);
    watch.thread.start();
    return watch;
  }

  /** Whatever is asked for from now on and refused is told with this before it. */
  void from(String what) {
    since = what + " and ";
  }

  /** Ends; what was wrong meanwhile. */
  List<String> end() {
    over = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return List.copyOf(wrong);
  }

  /** How often it has looked. */
  int times() {
    return times;
  }

  private void watch() {
    while (!over) {
      times++;
      for (String kind : Armament.KINDS) {
        Armament now = Armament.of(cluster, kind);
        if (now != Armament.ENFORCED) {
          wrong.add(kind + " is " + now);
        }
      }
      String when = since;
      bystander.refusals().forEach(refusal -> wrong.add(when + "refused: " + refusal));
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }
}
