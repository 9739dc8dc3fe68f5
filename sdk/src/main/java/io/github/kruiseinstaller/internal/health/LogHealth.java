package io.github.kruiseinstaller.internal.health;

import io.github.kruiseinstaller.check.Check;
import io.github.kruiseinstaller.check.CheckCategory;
import io.github.kruiseinstaller.internal.diagnose.LogPatterns;
import io.github.kruiseinstaller.internal.text.PlainText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The manager's recent log has none of the lines that are known to mean trouble. */
final class LogHealth implements HealthCheck {
  static final String ID = "manager-log";

  private static final int LONGEST = 300;
  private static final int MOST = 5;

  @Override
  public List<Finding> judge(HealthScene scene) {
    if (!scene.logs().isSeen()) {
      return List.of(Finding.unseen(ID, CheckCategory.MANAGER, "the manager's log", scene.logs()));
    }
    Map<String, List<String>> logs = new LinkedHashMap<>();
    List<String> unseen = new ArrayList<>();
    scene
        .logs()
        .orElse(Map.of())
        .forEach(
            (pod, log) -> {
              logs.put(pod, log.orElse(List.of()));
              if (!log.isSeen()) {
                unseen.add("the log of " + pod + " cannot be looked at: " + log.unseen());
              }
            });
    long lines = logs.values().stream().mapToLong(List::size).sum();
    if (lines == 0 && !unseen.isEmpty()) {
      return List.of(Finding.unseen(ID, CheckCategory.MANAGER, String.join("; ", unseen)));
    }
    if (lines == 0) {
      return List.of(
          Finding.of(
              Check.skipped(ID, CheckCategory.MANAGER, "there is no log of the manager to read")));
    }
    List<String> evidence = new ArrayList<>();
    Set<String> meanings = new TreeSet<>();
    logs.forEach(
        (pod, log) -> {
          for (String line : log) {
            LogPatterns.ofManager(line)
                .ifPresent(
                    code -> {
                      if (meanings.add(code.id()) && evidence.size() < MOST) {
                        evidence.add(pod + ": " + PlainText.atMost(LONGEST, line));
                      }
                    });
          }
        });
    evidence.addAll(unseen);
    return List.of(
        Finding.of(
            (meanings.isEmpty()
                    ? Check.pass(
                        ID,
                        CheckCategory.MANAGER,
                        "nothing in the last "
                            + PlainText.count(lines, "line")
                            + " of the manager's log is known to mean trouble")
                    : Check.warn(
                        ID,
                        CheckCategory.MANAGER,
                        "the manager's log tells of trouble: " + String.join(", ", meanings),
                        "Look whether it goes on: kubectl -n %s logs, and diagnose() for its cause."
                            .formatted(scene.live().location().namespace())))
                .seen(evidence)));
  }
}
