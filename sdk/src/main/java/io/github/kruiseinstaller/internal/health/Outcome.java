package io.github.kruiseinstaller.internal.health;

import io.github.kruiseinstaller.check.Check;
import io.github.kruiseinstaller.check.CheckCategory;
import io.github.kruiseinstaller.check.CheckStatus;
import io.github.kruiseinstaller.check.Checks;
import io.github.kruiseinstaller.internal.live.LiveInstallation;
import io.github.kruiseinstaller.internal.live.ManagerPods;
import io.github.kruiseinstaller.release.Release;
import io.github.kruiseinstaller.report.Health;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What an examination comes to.
 *
 * @param health the word
 * @param reasons why it is not the best one
 * @param version the version that runs
 * @param namespace the manager's namespace
 * @param checks what was found
 */
public record Outcome(
    Health health, List<String> reasons, String version, String namespace, Checks checks) {
  static final String INSTALLED = "installed";

  /** Without having seen these, nobody can say that the webhooks work. */
  private static final Set<String> ESSENTIAL =
      Set.of(
          ManagerHealth.ROLLOUT,
          ConfigurationHealth.ARMED,
          AnswerHealth.PODS,
          AnswerHealth.MUTATES,
          AnswerHealth.DENIES);

  /** Copies the reasons. */
  public Outcome {
    reasons = List.copyOf(reasons);
  }

  static Outcome absent(LiveInstallation live) {
    int definitions = live.definitions().orElse(List.of()).size();
    String summary =
        "neither a manager nor webhook configurations of OpenKruise are there"
            + (definitions == 0 ? "" : ", only " + definitions + " of its definitions");
    Check check =
        Check.fail(
            INSTALLED,
            CheckCategory.INSTALLATION,
            summary,
            "Install it: install() or run install.");
    return new Outcome(
        Health.NOT_INSTALLED,
        List.of(summary),
        Release.UNKNOWN_VERSION,
        live.location().namespace(),
        new Checks(List.of(check)));
  }

  static Outcome of(LiveInstallation live, List<Finding> findings) {
    Checks checks = new Checks(findings.stream().map(Finding::check).toList());
    Health health = word(findings);
    return new Outcome(
        health,
        reasons(health, findings),
        live.manager().flatMap(ManagerPods::version).orElse(Release.UNKNOWN_VERSION),
        live.location().namespace(),
        checks);
  }

  private static Health word(List<Finding> findings) {
    if (findings.stream().anyMatch(with(CheckStatus.FAIL))) {
      return Health.UNHEALTHY;
    }
    if (findings.stream().anyMatch(Outcome::isBlindSpot)) {
      return Health.UNKNOWN;
    }
    return findings.stream().anyMatch(with(CheckStatus.WARN)) ? Health.DEGRADED : Health.HEALTHY;
  }

  private static List<String> reasons(Health health, List<Finding> findings) {
    Predicate<Finding> telling =
        switch (health) {
          case UNHEALTHY -> with(CheckStatus.FAIL);
          case UNKNOWN -> Outcome::isBlindSpot;
          case DEGRADED -> with(CheckStatus.WARN);
          default -> finding -> false;
        };
    return findings.stream().filter(telling).map(each -> each.check().summary()).toList();
  }

  private static boolean isBlindSpot(Finding finding) {
    return finding.unseen() && ESSENTIAL.contains(finding.check().id());
  }

  private static Predicate<Finding> with(CheckStatus status) {
    return finding -> finding.check().status() == status;
  }
}
