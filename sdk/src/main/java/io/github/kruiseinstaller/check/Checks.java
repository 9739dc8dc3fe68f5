package io.github.kruiseinstaller.check;

import io.github.kruiseinstaller.internal.text.PlainText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The checks of a report, by category.
 *
 * @param all every check, in the order of the categories, and within one as they were made
 */
public record Checks(List<Check> all) {
  /** Copies and orders. */
  public Checks {
    all = all.stream().sorted(Comparator.comparing(Check::category)).toList();
  }

  /** The checks that ended so. */
  public List<Check> with(CheckStatus status) {
    return all.stream().filter(check -> check.status() == status).toList();
  }

  /** Whether none failed. */
  public boolean passed() {
    return with(CheckStatus.FAIL).isEmpty();
  }

  /** How many ended how: {@code 12 passed, 1 skipped, 1 warning, 2 failed}. */
  public String summary() {
    List<String> parts = new ArrayList<>();
    parts.add(with(CheckStatus.PASS).size() + " passed");
    addCount(parts, CheckStatus.SKIPPED, "skipped");
    int warnings = with(CheckStatus.WARN).size();
    if (warnings > 0) {
      parts.add(PlainText.count(warnings, "warning"));
    }
    addCount(parts, CheckStatus.FAIL, "failed");
    return String.join(", ", parts);
  }

  /**
   * For people, in lines of plain ASCII layout without colour: a line per check, under its
   * category, with what was seen and what to do where something is the matter.
   */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    CheckCategory category = null;
    for (Check check : all) {
      if (check.category() != category) {
        category = check.category();
        lines.add(category.id());
      }
      line(check).forEach(lines::add);
    }
    return lines;
  }

  private static Stream<String> line(Check check) {
    String mark =
        switch (check.status()) {
          case PASS -> "ok  ";
          case SKIPPED -> "-   ";
          case WARN -> "warn";
          case FAIL -> "FAIL";
        };
    List<String> lines = new ArrayList<>();
    lines.add("  " + mark + "  " + PlainText.oneLine(check.summary()) + "  [" + check.id() + "]");
    if (check.status() == CheckStatus.WARN || check.status() == CheckStatus.FAIL) {
      check.evidence().forEach(seen -> lines.add("        seen:   " + PlainText.oneLine(seen)));
      if (!check.remedy().isEmpty()) {
        lines.add("        remedy: " + PlainText.oneLine(check.remedy()));
      }
    }
    return lines.stream();
  }

  private void addCount(List<String> parts, CheckStatus status, String word) {
    int count = with(status).size();
    if (count > 0) {
      parts.add(count + " " + word);
    }
  }
}
