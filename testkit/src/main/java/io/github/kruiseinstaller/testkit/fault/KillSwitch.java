package io.github.kruiseinstaller.testkit.fault;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Stops serving clients for good, which is how a killed process looks to the cluster: at a request
 * chosen beforehand its connection is reset, and so is every later one. Thread-safe.
 */
public final class KillSwitch {
  private final List<Kill> kills = new CopyOnWriteArrayList<>();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  /** What becomes of a request. */
  public enum Verdict {
    /** It is served. */
    SERVE,
    /** Its connection is reset, and nothing has been done. */
    RESET,
    /** It is carried out, and its connection is reset instead of an answer. */
    RESET_AFTER_EFFECT
  }

  /**
   * Kills a client at its n-th request from now.
   *
   * @param n the first is 1; 0 kills at once
   */
  public Kill kill(Client client, int n, Fault.Moment moment) {
    Kill kill = new Kill(this, client, n, moment);
    kills.add(kill);
    if (n == 0) {
      tellListeners();
    }
    return kill;
  }

  /** Calls whenever a client has been killed, so that what it has open can be closed. */
  public void whenKilled(Runnable listener) {
    listeners.add(listener);
  }

  /** Counts a request and says what becomes of it. */
  public Verdict on(String user, String agent) {
    Verdict verdict = Verdict.SERVE;
    boolean killed = false;
    for (Kill kill : kills) {
      if (kill.client.matches(user, agent)) {
        Verdict own = kill.count();
        killed |= own != Verdict.SERVE;
        verdict = own == Verdict.SERVE || verdict == Verdict.RESET ? verdict : own;
      }
    }
    if (killed) {
      tellListeners();
    }
    return verdict;
  }

  /** Whether the client is no longer served. */
  public boolean dead(String user, String agent) {
    return kills.stream().anyMatch(kill -> kill.dead() && kill.client.matches(user, agent));
  }

  private void tellListeners() {
    listeners.forEach(Runnable::run);
  }

  /** A kill that waits or has happened. */
  public static final class Kill {
    private final KillSwitch owner;
    private final Client client;
    private final int at;
    private final Fault.Moment moment;
    private int seen;

    private Kill(KillSwitch owner, Client client, int at, Fault.Moment moment) {
      this.owner = owner;
      this.client = client;
      this.at = at;
      this.moment = moment;
    }

    /** Whether it has happened. */
    public synchronized boolean dead() {
      return seen >= at;
    }

    /** How many requests of the client have come. */
    public synchronized int seen() {
      return seen;
    }

    /** The client is served again, as when a new process takes its place. */
    public void lift() {
      owner.kills.remove(this);
    }

    private synchronized Verdict count() {
      seen++;
      if (seen < at) {
        return Verdict.SERVE;
      }
      return seen == at && moment == Fault.Moment.AFTER_EFFECT
          ? Verdict.RESET_AFTER_EFFECT
          : Verdict.RESET;
    }
  }
}
