package io.github.kruiseinstaller.testkit.fault;

import java.util.function.Predicate;

/**
 * Which requests go wrong, and how. Immutable; made by {@link #when}.
 *
 * @param matches the requests that count
 * @param turn which of those it hits
 * @param times how often at most; 0 for no limit
 * @param fault what happens
 */
public record FaultRule(Predicate<ApiRequest> matches, Turn turn, int times, Fault fault) {
  /** Which of the matching requests are hit. */
  public sealed interface Turn {
    /** All. */
    record Each() implements Turn {}

    /**
     * One only.
     *
     * @param n the first is 1
     */
    record Nth(int n) implements Turn {}

    /**
     * Regularly.
     *
     * @param k every k-th
     */
    record Every(int k) implements Turn {}

    /**
     * By chance, the same way each time.
     *
     * @param probability from 0 to 1
     * @param seed of the random numbers
     */
    record Chance(double probability, long seed) implements Turn {}
  }

  /** Begins a rule; without further words it hits every request. */
  public static Builder when() {
    return new Builder();
  }

  /** Narrows a rule down. */
  public static final class Builder {
    private Predicate<ApiRequest> matches = request -> true;
    private Turn turn = new Turn.Each();
    private int times;

    private Builder() {}

    /** Only this verb, such as {@code list} or {@code patch}. */
    public Builder verb(String verb) {
      return matching(request -> request.verb().equals(verb));
    }

    /** Only writes that are no dry run. */
    public Builder writes() {
      return matching(request -> request.writes() && !request.dryRun());
    }

    /** Only this group resource, such as {@code deployments.apps}. */
    public Builder resource(String resource) {
      return matching(request -> request.resource().equals(resource));
    }

    /** Only this subresource; empty: only the resource itself. */
    public Builder subresource(String subresource) {
      return matching(request -> request.subresource().equals(subresource));
    }

    /** Only in this namespace. */
    public Builder namespace(String namespace) {
      return matching(request -> request.namespace().equals(namespace));
    }

    /** Only on the object of this name. */
    public Builder name(String name) {
      return matching(request -> request.name().equals(name));
    }

    /** Only from this client. */
    public Builder client(Client client) {
      return matching(request -> client.matches(request.user(), request.agent()));
    }

    /** Only what satisfies a condition. */
    public Builder matching(Predicate<ApiRequest> condition) {
      matches = matches.and(condition);
      return this;
    }

    /** Only the n-th such request; the first is 1. */
    public Builder nth(int n) {
      turn = new Turn.Nth(n);
      return this;
    }

    /** Every k-th such request. */
    public Builder every(int k) {
      turn = new Turn.Every(k);
      return this;
    }

    /** Each such request with this probability. */
    public Builder probability(double probability, long seed) {
      turn = new Turn.Chance(probability, seed);
      return this;
    }

    /** So often at most. */
    public Builder times(int most) {
      times = most;
      return this;
    }

    /** This happens to them. */
    public FaultRule then(Fault fault) {
      return new FaultRule(matches, turn, times, fault);
    }
  }
}
