package io.github.kruiseinstaller.testkit.internal.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What runs pods, as rows. */
final class WorkloadPrinters {
  private WorkloadPrinters() {}

  /** By group resource. */
  static Map<String, Printer> all() {
    return Map.of(
        "pods", new PodPrinter(),
        "deployments.apps", deployments(),
        "replicasets.apps", replicas(),
        "replicationcontrollers", replicas(),
        "daemonsets.apps", daemonSets(),
        "statefulsets.apps", statefulSets(),
        "jobs.batch", jobs());
  }

  private static Printer deployments() {
    return Printer.of(
        name(),
        cell(
            Column.text("Ready", "How many pods are ready, of how many."),
            (object, now) -> readyOf(object)),
        number("Up-to-date", "updatedReplicas"),
        number("Available", "availableReplicas"),
        age(),
        containers(),
        images(),
        selector(""));
  }

  private static Printer replicas() {
    return Printer.of(
        name(),
        cell(
            Column.number("Desired", "How many pods there should be."),
            (object, now) -> Nodes.number(0, object, "spec", "replicas")),
        number("Current", "replicas"),
        number("Ready", "readyReplicas"),
        age(),
        containers(),
        images(),
        selector("<none>"));
  }

  private static Printer daemonSets() {
    return Printer.of(
        name(),
        number("Desired", "desiredNumberScheduled"),
        number("Current", "currentNumberScheduled"),
        number("Ready", "numberReady"),
        number("Up-to-date", "updatedNumberScheduled"),
        number("Available", "numberAvailable"),
        cell(
            Column.text("Node Selector", "On which nodes pods run."),
            (object, now) ->
                orNone(
                    SelectorText.of(Nodes.at(object, "spec", "template", "spec", "nodeSelector")))),
        age(),
        containers(),
        images(),
        selector("<none>"));
  }

  private static Printer statefulSets() {
    return Printer.of(
        name(),
        cell(
            Column.text("Ready", "How many pods are ready, of how many."),
            (object, now) -> readyOf(object)),
        age(),
        containers(),
        images());
  }

  private static Printer jobs() {
    return Printer.of(
        name(),
        cell(Column.text("Status", "The state of the job."), (job, now) -> status(job)),
        cell(Column.text("Completions", "How many pods have ended well."), (job, now) -> done(job)),
        cell(Column.text("Duration", "How long it has taken."), WorkloadPrinters::duration),
        age(),
        containers(),
        images(),
        selector("<none>"));
  }

  private static String status(JsonNode job) {
    for (String type : List.of("Complete", "Failed")) {
      if (condition(job, type)) {
        return type;
      }
    }
    if (!Nodes.textOrEmpty(job, "metadata", "deletionTimestamp").isEmpty()) {
      return "Terminating";
    }
    for (String type : List.of("Suspended", "FailureTarget", "SuccessCriteriaMet")) {
      if (condition(job, type)) {
        return type;
      }
    }
    return "Running";
  }

  private static boolean condition(JsonNode object, String type) {
    return Nodes.list(object, "status", "conditions").stream()
        .anyMatch(
            condition ->
                Nodes.textOrEmpty(condition, "type").equals(type)
                    && Nodes.textOrEmpty(condition, "status").equals("True"));
  }

  private static String done(JsonNode job) {
    long succeeded = Nodes.number(0, job, "status", "succeeded");
    long completions = Nodes.number(-1, job, "spec", "completions");
    long parallelism = Nodes.number(0, job, "spec", "parallelism");
    if (completions >= 0) {
      return succeeded + "/" + completions;
    }
    return succeeded + "/1" + (parallelism > 1 ? " of " + parallelism : "");
  }

  private static String duration(JsonNode job, Instant now) {
    String start = Nodes.textOrEmpty(job, "status", "startTime");
    String end = Nodes.textOrEmpty(job, "status", "completionTime");
    if (start.isEmpty()) {
      return "";
    }
    try {
      Instant until = end.isEmpty() ? now : Instant.parse(end);
      return Ages.human(Duration.between(Instant.parse(start), until));
    } catch (DateTimeParseException e) {
      return "<invalid>";
    }
  }

  private static String readyOf(JsonNode object) {
    return Nodes.number(0, object, "status", "readyReplicas")
        + "/"
        + Nodes.number(0, object, "spec", "replicas");
  }

  /** The object's name. */
  static Printer.Cell name() {
    return cell(Column.NAME, (object, now) -> Nodes.name(object));
  }

  /** The object's age. */
  static Printer.Cell age() {
    return cell(Column.AGE, Ages::of);
  }

  /** A column and what stands in it. */
  static Printer.Cell cell(
      Column column, java.util.function.BiFunction<JsonNode, Instant, Object> value) {
    return new Printer.Cell(column, value);
  }

  private static Printer.Cell number(String head, String field) {
    return cell(
        Column.number(head, "The status's " + field + "."),
        (object, now) -> Nodes.number(0, object, "status", field));
  }

  private static Printer.Cell containers() {
    return cell(
        Column.text("Containers", "The names of the containers.").wide(),
        (object, now) -> joined(object, "name"));
  }

  private static Printer.Cell images() {
    return cell(
        Column.text("Images", "The images of the containers.").wide(),
        (object, now) -> joined(object, "image"));
  }

  private static String joined(JsonNode object, String field) {
    return Nodes.list(object, "spec", "template", "spec", "containers").stream()
        .map(container -> Nodes.textOrEmpty(container, field))
        .collect(Collectors.joining(","));
  }

  private static Printer.Cell selector(String absent) {
    return cell(
        Column.text("Selector", "Which pods belong to it.").wide(),
        (object, now) -> {
          String text = SelectorText.of(Nodes.at(object, "spec", "selector"));
          return text.isEmpty() ? absent : text;
        });
  }

  /** The text, or {@code <none>}. */
  static String orNone(String text) {
    return text.isEmpty() ? "<none>" : text;
  }
}
