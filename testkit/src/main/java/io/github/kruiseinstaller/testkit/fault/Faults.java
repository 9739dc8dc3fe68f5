package io.github.kruiseinstaller.testkit.fault;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The rules that are in force. A rule counts the requests that match it from when it was added. All
 * rules that hit a request apply to it: latencies add up, and of the faults that decide the answer
 * the first wins. Thread-safe.
 */
public final class Faults {
  private final List<Entry> entries = new CopyOnWriteArrayList<>();

  /** From now on, this goes wrong. */
  public void add(FaultRule rule) {
    entries.add(new Entry(rule));
  }

  /** From now on, this no longer goes wrong. */
  public void remove(FaultRule rule) {
    entries.removeIf(entry -> entry.rule.equals(rule));
  }

  /** From now on, all goes well. */
  public void clear() {
    entries.clear();
  }

  /** How often a rule has hit. */
  public int hits(FaultRule rule) {
    return entries.stream().filter(entry -> entry.rule.equals(rule)).mapToInt(Entry::hits).sum();
  }

  /** What goes wrong with this request; counts it. */
  public List<Fault> on(ApiRequest request) {
    List<Fault> faults = new ArrayList<>();
    for (Entry entry : entries) {
      if (entry.hit(request)) {
        faults.add(entry.rule.fault());
      }
    }
    return faults;
  }

  /** A rule and what it has counted. */
  private static final class Entry {
    private final FaultRule rule;
    private final Random random;
    private int matched;
    private int hits;

    private Entry(FaultRule rule) {
      this.rule = rule;
      this.random =
          new Random(rule.turn() instanceof FaultRule.Turn.Chance chance ? chance.seed() : 0);
    }

    private synchronized int hits() {
      return hits;
    }

    private synchronized boolean hit(ApiRequest request) {
      if (!rule.matches().test(request)) {
        return false;
      }
      matched++;
      boolean hit = turn() && (rule.times() == 0 || hits < rule.times());
      if (hit) {
        hits++;
      }
      return hit;
    }

    private boolean turn() {
      FaultRule.Turn turn = rule.turn();
      if (turn instanceof FaultRule.Turn.Nth nth) {
        return matched == nth.n();
      } else if (turn instanceof FaultRule.Turn.Every every) {
        return matched % every.k() == 0;
      } else if (turn instanceof FaultRule.Turn.Chance chance) {
        return random.nextDouble() < chance.probability();
      }
      return true;
    }
  }
}
