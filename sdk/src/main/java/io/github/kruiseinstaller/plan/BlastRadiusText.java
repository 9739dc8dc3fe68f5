package io.github.kruiseinstaller.plan;

import io.github.kruiseinstaller.internal.text.PlainText;
import io.github.kruiseinstaller.internal.text.TextTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The blast radius for people: a row per webhook, those that could hurt most first. */
final class BlastRadiusText {
  private static final int WIDEST_REQUESTS = 64;
  private static final int WIDEST_SELECTOR = 40;

  private static final Comparator<Interception> WEIGHT =
      Comparator.comparing((Interception row) -> !touchesPods(row))
          .thenComparing(row -> !touchesBuiltIns(row))
          .thenComparing(row -> !row.failurePolicy().equals("Fail"))
          .thenComparing(row -> -row.namespaces().size())
          .thenComparing(Interception::webhook)
          .thenComparing(Interception::configuration);

  private final List<Interception> rows;

  private BlastRadiusText(List<Interception> rows) {
    this.rows = rows;
  }

  static BlastRadiusText of(List<Interception> rows) {
    return new BlastRadiusText(rows.stream().sorted(WEIGHT).toList());
  }

  List<String> lines() {
    if (rows.isEmpty()) {
      return List.of();
    }
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add("Intercepted once armed");
    lines.addAll(table().lines("  "));
    excluded().forEach((namespaces, webhooks) -> lines.add(exclusion(namespaces, webhooks)));
    return lines;
  }

  private TextTable table() {
    TextTable table =
        new TextTable()
            .left("webhook")
            .left("requests")
            .left("namespaces")
            .left("policy")
            .right("timeout")
            .left("only objects with");
    for (Interception row : rows) {
      table.row(
          row.webhook(),
          PlainText.atMost(WIDEST_REQUESTS, requests(row)),
          namespaces(row),
          row.failurePolicy(),
          row.timeoutSeconds() + " s",
          PlainText.atMost(WIDEST_SELECTOR, row.onlyLabelled()));
    }
    return table;
  }

  private Map<List<String>, List<String>> excluded() {
    Map<List<String>, List<String>> webhooks = new LinkedHashMap<>();
    for (Interception row : rows) {
      if (!row.excludedNamespaces().isEmpty()) {
        webhooks
            .computeIfAbsent(row.excludedNamespaces(), key -> new ArrayList<>())
            .add(row.webhook());
      }
    }
    return webhooks;
  }

  private static String exclusion(List<String> namespaces, List<String> webhooks) {
    return "  not seen by "
        + String.join(", ", webhooks)
        + ": namespaces "
        + String.join(", ", namespaces);
  }

  private static String requests(Interception row) {
    return String.join("/", row.operations()) + " " + String.join(", ", row.resources());
  }

  private static String namespaces(Interception row) {
    int all = row.namespaces().size() + row.excludedNamespaces().size();
    if (row.excludedNamespaces().isEmpty()) {
      return all == 0 ? "cluster-wide" : "all " + all;
    }
    return row.namespaces().size() + " of " + all;
  }

  private static boolean touchesPods(Interception row) {
    return row.resources().stream()
        .anyMatch(
            resource ->
                resource.startsWith("*")
                    || resource.equals("pods")
                    || resource.startsWith("pods/"));
  }

  private static boolean touchesBuiltIns(Interception row) {
    return row.resources().stream().anyMatch(resource -> !resource.endsWith(".kruise.io"));
  }
}
