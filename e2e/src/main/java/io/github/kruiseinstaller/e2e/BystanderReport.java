package io.github.kruiseinstaller.e2e;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a bystander has lived through.
 *
 * @param watched how long it asked
 * @param tallies the answers, verb by verb; every verb is there
 * @param refusals every refusal, in the order of time
 * @param outage how long Pods were refused: per verb from the last request admitted before a
 *     refusal to the first admitted after it, all verbs overlaid
 * @param slowest the longest that an admitted request took
 * @param silence the longest time, from the first request on, in which none was under way
 */
public record BystanderReport(
    Duration watched,
    Map<PodVerb, Tally> tallies,
    List<Refusal> refusals,
    Duration outage,
    Duration slowest,
    Duration silence) {
  private static final int SHOWN = 3;

  /** Copies the collections. */
  public BystanderReport {
    tallies = Map.copyOf(tallies);
    refusals = List.copyOf(refusals);
  }

  /**
   * The answers to one verb.
   *
   * @param admitted carried out
   * @param refused refused by admission
   * @param otherErrors refused for another reason
   * @param unanswered without any answer
   */
  public record Tally(long admitted, long refused, long otherErrors, long unanswered) {
    /** All requests. */
    public long total() {
      return admitted + refused + otherErrors + unanswered;
    }
  }

  /**
   * One request that admission refused.
   *
   * @param after since the bystander started
   * @param verb what it asked
   * @param status the HTTP status
   * @param text what the API server said
   */
  public record Refusal(Duration after, PodVerb verb, int status, String text) {}

  /** All requests. */
  public long requests() {
    return tallies.values().stream().mapToLong(Tally::total).sum();
  }

  /** How many requests admission refused. */
  public long refused() {
    return refusals.size();
  }

  /** Requests without any answer: the API server was away. */
  public long unanswered() {
    return tallies.values().stream().mapToLong(Tally::unanswered).sum();
  }

  /** Requests refused for a reason other than admission. */
  public long otherErrors() {
    return tallies.values().stream().mapToLong(Tally::otherErrors).sum();
  }

  /** Requests per second, all verbs together. */
  public double rate() {
    return watched.isZero() ? 0 : requests() / seconds(watched);
  }

  /** Several lines for people. */
  public String render() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "bystander: %d Pod requests in %.1f s (%.0f/s), %d refused, outage %.2f s,"
                + " slowest admitted %.2f s",
            requests(),
            seconds(watched),
            rate(),
            refused(),
            seconds(outage),
            seconds(slowest)));
    new TreeMap<>(tallies)
        .forEach(
            (verb, tally) ->
                text.append(
                    String.format(
                        Locale.ROOT,
                        "%n  %-6s %6d admitted %5d refused %5d other errors %5d unanswered",
                        verb.id(),
                        tally.admitted(),
                        tally.refused(),
                        tally.otherErrors(),
                        tally.unanswered())));
    refusals.stream()
        .limit(SHOWN)
        .forEach(
            refusal ->
                text.append(
                    String.format(
                        Locale.ROOT,
                        "%n  refused at %.2f s: %s: %d %s",
                        seconds(refusal.after()),
                        refusal.verb().id(),
                        refusal.status(),
                        refusal.text())));
    if (refusals.size() > SHOWN) {
      text.append(String.format(Locale.ROOT, "%n  ... and %d more", refusals.size() - SHOWN));
    }
    return text.toString();
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
