package io.github.kruiseinstaller.e2e;

import io.github.kruiseinstaller.e2e.BystanderReport.Refusal;
import io.github.kruiseinstaller.e2e.BystanderReport.Tally;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Every request of a bystander, and what follows from them. Thread-safe. */
final class BystanderLog {
  private final List<Entry> entries = new ArrayList<>();

  /**
   * One request.
   *
   * @param startNanos when it was sent, on a steady clock
   * @param endNanos when it was over, on the same clock
   */
  record Entry(
      PodVerb verb, long startNanos, long endNanos, Verdict verdict, int status, String text) {}

  private record Span(long from, long to) {}

  synchronized void add(Entry entry) {
    entries.add(entry);
  }

  /** The requests that were sent at or after a moment. */
  BystanderLog since(long nanos) {
    return only(entry -> entry.startNanos() >= nanos);
  }

  /** The requests that were answered, or given up, at or after a moment. */
  BystanderLog answeredSince(long nanos) {
    return only(entry -> entry.endNanos() >= nanos);
  }

  private synchronized BystanderLog only(Predicate<Entry> condition) {
    BystanderLog some = new BystanderLog();
    entries.stream().filter(condition).forEach(some::add);
    return some;
  }

  /** What is known of the time between two moments of the steady clock. */
  synchronized BystanderReport report(long startNanos, long endNanos) {
    List<Entry> ordered = new ArrayList<>(entries);
    ordered.sort(Comparator.comparingLong(Entry::startNanos));
    Map<PodVerb, Tally> tallies = new EnumMap<>(PodVerb.class);
    List<Span> outages = new ArrayList<>();
    for (PodVerb verb : PodVerb.values()) {
      List<Entry> ofVerb = ordered.stream().filter(entry -> entry.verb() == verb).toList();
      tallies.put(verb, tally(ofVerb));
      outages.addAll(outages(ofVerb, startNanos, endNanos));
    }
    return new BystanderReport(
        Duration.ofNanos(endNanos - startNanos),
        tallies,
        ordered.stream()
            .filter(entry -> entry.verdict() == Verdict.REFUSED)
            .map(
                entry ->
                    new Refusal(
                        Duration.ofNanos(entry.startNanos() - startNanos),
                        entry.verb(),
                        entry.status(),
                        entry.text()))
            .toList(),
        Duration.ofNanos(covered(outages)),
        slowest(ordered),
        silence(ordered, endNanos));
  }

  private static Tally tally(List<Entry> ofVerb) {
    return new Tally(
        count(ofVerb, Verdict.ADMITTED),
        count(ofVerb, Verdict.REFUSED),
        count(ofVerb, Verdict.OTHER_ERROR),
        count(ofVerb, Verdict.UNANSWERED));
  }

  private static long count(List<Entry> entries, Verdict verdict) {
    return entries.stream().filter(entry -> entry.verdict() == verdict).count();
  }

  private static Duration slowest(List<Entry> entries) {
    return Duration.ofNanos(
        entries.stream()
            .filter(entry -> entry.verdict() == Verdict.ADMITTED)
            .mapToLong(entry -> entry.endNanos() - entry.startNanos())
            .max()
            .orElse(0));
  }

  private static Duration silence(List<Entry> ordered, long endNanos) {
    long longest = 0;
    long reached = ordered.isEmpty() ? endNanos : ordered.get(0).startNanos();
    for (Entry entry : ordered) {
      longest = Math.max(longest, entry.startNanos() - reached);
      reached = Math.max(reached, entry.endNanos());
    }
    return Duration.ofNanos(Math.max(longest, endNanos - reached));
  }

  private static List<Span> outages(List<Entry> ofVerb, long startNanos, long endNanos) {
    List<Span> spans = new ArrayList<>();
    for (Entry refused : ofVerb) {
      if (refused.verdict() != Verdict.REFUSED) {
        continue;
      }
      long from = startNanos;
      long to = endNanos;
      for (Entry other : ofVerb) {
        if (other.verdict() != Verdict.ADMITTED) {
          continue;
        }
        if (other.startNanos() < refused.startNanos()) {
          from = Math.max(from, Math.min(other.endNanos(), refused.startNanos()));
        } else if (other.endNanos() > refused.endNanos()) {
          to = Math.min(to, Math.max(other.startNanos(), refused.endNanos()));
        }
      }
      spans.add(new Span(from, to));
    }
    return spans;
  }

  private static long covered(List<Span> spans) {
    List<Span> ordered = new ArrayList<>(spans);
    ordered.sort(Comparator.comparingLong(Span::from));
    long sum = 0;
    long reached = Long.MIN_VALUE;
    for (Span span : ordered) {
      if (span.to() > reached) {
        sum += span.to() - Math.max(span.from(), reached);
        reached = span.to();
      }
    }
    return sum;
  }
}
