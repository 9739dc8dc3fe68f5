package io.github.kruiseinstaller.simulation;

import io.github.kruiseinstaller.testkit.fault.Client;
import io.github.kruiseinstaller.testkit.fault.Fault;
import io.github.kruiseinstaller.testkit.fault.FaultRule;

/**
 * What goes wrong with some of an installer's requests, in words that a failed test can print.
 *
 * @param verb of the requests, or empty for any
 * @param resource of the requests, or empty for any
 * @param turn which of those
 * @param times how often at most; 0 for no limit
 * @param fault what happens
 */
record Mishap(String verb, String resource, FaultRule.Turn turn, int times, Fault fault) {
  /** The rule that makes it happen to a user. */
  FaultRule rule(String user) {
    FaultRule.Builder rule = FaultRule.when().client(Client.user(user));
    if (!verb.isEmpty()) {
      rule = rule.verb(verb);
    }
    if (!resource.isEmpty()) {
      rule = rule.resource(resource);
    }
    FaultRule all = rule.then(fault);
    return new FaultRule(all.matches(), turn, times, fault);
  }

  /** Whether it never ends and spares no request: what it hits cannot be done. */
  boolean isOutage() {
    return times == 0 && turn instanceof FaultRule.Turn.Each;
  }

  @Override
  public String toString() {
    return (verb.isEmpty() ? "any verb" : verb)
        + " "
        + (resource.isEmpty() ? "any resource" : resource)
        + " "
        + turn
        + (times == 0 ? "" : " at most " + times + " times")
        + ": "
        + fault.label()
        + (fault instanceof Fault.Answer answer && answer.retryAfterSeconds() > 0
            ? " retry after " + answer.retryAfterSeconds()
            : "")
        + (fault instanceof Fault.Hang hang ? " for " + hang.time() : "");
  }
}
