package io.github.kruiseinstaller.internal.webhook;

import io.github.kruiseinstaller.internal.retry.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a proof has been answered so far. Used by one thread. */
final class ProofProgress {
  private final Time time;
  private final int needed;
  private final ProofListener listener;
  private final long started;
  private Duration waited = Duration.ZERO;
  private final Map<ProofAnswer, Integer> answers = new LinkedHashMap<>();
  private ProofAnswer last = ProofAnswer.UNKNOWN;
  private String heard = "";
  private String told = "";
  private long lastSince;
  private int passed;

  ProofProgress(Time time, int needed, ProofListener listener) {
    this.time = time;
    this.needed = needed;
    this.listener = listener;
    this.started = time.nanos();
    this.lastSince = started;
  }

  boolean isComplete() {
    return passed >= needed;
  }

  ProofAnswer last() {
    return last;
  }

  /** Whether a call hung, once at least: the manager may be one that is always slow. */
  boolean hasTimedOut() {
    return answers.containsKey(ProofAnswer.TIMED_OUT);
  }

  /** How long the last answer has been the same. */
  Duration stuckFor() {
    return Duration.ofNanos(time.nanos() - lastSince);
  }

  /** The text of the answer that {@link #missed} is about to classify. */
  void heard(String text) {
    heard = text;
  }

  void passed() {
    if (passed == 0) {
      // Until now the API server and the manager had to find each other, and the manager to build
      // the caches that its first answer takes.
      waited = Duration.ofNanos(time.nanos() - started);
    }
    passed++;
    remember(ProofAnswer.ACCEPTED, heard);
    tell();
  }

  void startOver() {
    passed = 0;
  }

  void missed(ProofAnswer answer, String text) {
    heard = text;
    missed(answer);
  }

  void missed(ProofAnswer answer) {
    passed = 0;
    remember(answer, heard);
    tell();
  }

  /** The deadline cut a request off, which says less than any answer before. */
  void cutOff(String text) {
    if (answers.isEmpty()) {
      remember(ProofAnswer.UNKNOWN, text);
    }
  }

  private void remember(ProofAnswer answer, String text) {
    answers.merge(answer, 1, Integer::sum);
    heard = text;
    if (answer != last) {
      last = answer;
      lastSince = time.nanos();
    }
  }

  /** The last answer as the API server worded it, then how often each answer came. */
  List<String> evidence() {
    List<String> evidence = new ArrayList<>();
    if (!heard.isEmpty()) {
      evidence.add("last answer: " + heard);
    }
    evidence.addAll(history());
    return evidence;
  }

  ProofResult result(ProofResult.Strength strength, List<String> notes) {
    Duration took = Duration.ofNanos(time.nanos() - started);
    return new ProofResult(strength, history(), notes, took, waited);
  }

  private List<String> history() {
    return answers.entrySet().stream()
        .map(answer -> answer.getValue() + " x " + answer.getKey().text())
        .toList();
  }

  private void tell() {
    String news = last + " " + passed;
    if (!news.equals(told)) {
      told = news;
      listener.proving(last.text(), passed, needed);
    }
  }
}
