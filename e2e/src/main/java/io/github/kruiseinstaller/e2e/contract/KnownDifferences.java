package io.github.kruiseinstaller.e2e.contract;

import java.util.ArrayList;
import java.util.List;

/** The differences between the testkit and a real API server that are left as they are. */
public final class KnownDifferences {
  /** All of them. Each is needed: a test fails when one explains nothing. */
  public static final List<KnownDifference> ALL =
      List.of(
          new KnownDifference(
              "webhook",
              "match conditions",
              "*",
              "Match conditions are written in CEL, which the testkit does not evaluate: it refuses"
                  + " such configurations with a message that says so."),
          new KnownDifference(
              "webhook",
              "deletions, updates and evictions are asked about too",
              "/body/message",
              "The options of a deletion that a webhook is shown lack the grace period of zero that"
                  + " a Pod without a node gets."),
          new KnownDifference(
              "apply",
              "with null values",
              "/body/data/k",
              "A null in an applied map of texts is left out, and does not become an empty text."),
          new KnownDifference(
              "defaults",
              "a DaemonSet as OpenKruise's daemon",
              "/body/metadata/managedFields/0/fieldsV1",
              "The annotation that the API server itself puts on a DaemonSet is not counted among"
                  + " the fields of whoever created it."),
          new KnownDifference(
              "read",
              "page by page",
              "/body/message",
              "What is wrong in a continue token that is none is worded by the JSON parser."),
          new KnownDifference(
              "apply",
              "with an object that does not say what it is",
              "/body/message",
              "What is wrong in YAML that is none is worded by the YAML parser."),
          new KnownDifference(
              "patch",
              "JSON: operations that fail",
              "/body/message",
              "What is wrong in JSON that is none is worded by the JSON parser."));

  private KnownDifferences() {}

  /** Those that nothing explains. */
  public static List<Difference> unexplained(List<Difference> differences) {
    return differences.stream()
        .filter(found -> ALL.stream().noneMatch(known -> known.explains(found)))
        .toList();
  }

  /** The known ones that explain nothing. */
  public static List<KnownDifference> unused(List<Difference> differences) {
    return ALL.stream().filter(known -> differences.stream().noneMatch(known::explains)).toList();
  }

  /** The page of the documentation. */
  public static String markdown() {
    List<String> lines = new ArrayList<>();
    lines.add("# Where the testkit differs from a real API server");
    lines.add("");
    lines.add(
        "The contract suite (`e2e/src/main/java/io/github/kruiseinstaller/e2e/contract`) sends the"
            + " same requests to");
    lines.add(
        "the testkit and to a real API server, Kubernetes "
            + Recordings.KUBERNETES
            + ", and compares every answer: status, reason,");
    lines.add(
        "message, causes, warnings, fields, field managers, order of events. What differs, and"
            + " why:");
    lines.add("");
    if (ALL.isEmpty()) {
      lines.add("Nothing.");
    } else {
      lines.add("| theme | scenario | where | why |");
      lines.add("|---|---|---|---|");
      ALL.forEach(
          known ->
              lines.add(
                  "| %s | %s | `%s` | %s |"
                      .formatted(
                          known.theme(),
                          known.scenario().equals("*") ? "all" : known.scenario(),
                          known.path(),
                          known.reason())));
    }
    return String.join("\n", lines) + "\n";
  }
}
