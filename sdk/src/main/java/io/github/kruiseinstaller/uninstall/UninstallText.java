package io.github.kruiseinstaller.uninstall;

import io.github.kruiseinstaller.internal.text.PlainText;
import java.util.List;

/** What plans and reports of an uninstallation say to people beside the stages. */
final class UninstallText {
  private UninstallText() {}

  static void customResources(List<CustomResourceCount> counts, List<String> lines) {
    if (!counts.isEmpty()) {
      lines.add("Custom resources");
      counts.forEach(each -> lines.add("  " + PlainText.oneLine(each.toString())));
    }
  }

  static void kept(List<KeptObject> kept, List<String> lines) {
    if (!kept.isEmpty()) {
      lines.add("What stays");
      kept.forEach(each -> lines.add("  " + PlainText.oneLine(each.toString())));
    }
  }

  /** The lines after an empty one, or nothing. */
  static String block(List<String> lines) {
    return lines.isEmpty() ? "" : "\n" + String.join("\n", lines) + "\n";
  }
}
