package io.github.kruiseinstaller.internal.health;

import io.github.kruiseinstaller.internal.live.LiveInstallation;
import io.github.kruiseinstaller.internal.live.Seen;
import io.github.kruiseinstaller.internal.planner.PreparedPlan;
import io.github.kruiseinstaller.internal.wait.PodTrouble;
import io.github.kruiseinstaller.internal.webhook.AcceptanceFinding;
import io.github.kruiseinstaller.release.Release;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that was seen of an installation.
 *
 * @param now the wall clock
 * @param release what it is compared with, where one is given
 * @param live what is there
 * @param answers what the API server says to dry runs
 * @param troubles why the manager's Pods are not Ready
 * @param logs the last lines of the manager's log, by Pod; that of a Pod whose node does not answer
 *     is unseen
 * @param plan what an installation of the release would change
 */
record HealthScene(
    Instant now,
    Optional<Release> release,
    LiveInstallation live,
    Seen<List<AcceptanceFinding>> answers,
    List<PodTrouble> troubles,
    Seen<Map<String, Seen<List<String>>>> logs,
    Seen<Optional<PreparedPlan>> plan) {

  /** What the API server says to one question; empty when it could not be asked at all. */
  Optional<AcceptanceFinding> answer(AcceptanceFinding.Question question) {
    return answers.orElse(List.of()).stream()
        .filter(finding -> finding.question() == question)
        .findFirst();
  }

  /** Whether the webhooks were seen to answer. */
  boolean isProved() {
    return answers.orElse(List.of()).stream()
        .anyMatch(
            finding ->
                finding.question() != AcceptanceFinding.Question.POD_PASSES
                    && finding.answer() == AcceptanceFinding.Answer.SHOWN);
  }
}
