package io.github.kruiseinstaller.testkit.internal.http;

import static io.github.kruiseinstaller.testkit.internal.http.WorkloadPrinters.age;
import static io.github.kruiseinstaller.testkit.internal.http.WorkloadPrinters.cell;
import static io.github.kruiseinstaller.testkit.internal.http.WorkloadPrinters.name;
import static io.github.kruiseinstaller.testkit.internal.http.WorkloadPrinters.orNone;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Everything but workloads, as rows. */
final class CorePrinters {
  private static final String ROLE_PREFIX = "node-role.kubernetes.io/";

  private CorePrinters() {}

  /** By group resource. */
  static Map<String, Printer> all() {
    Map<String, Printer> printers = new HashMap<>();
    printers.put(
        "namespaces",
        simple(Column.text("Status", "The state of the namespace."), at("status", "phase")));
    printers.put("services", ServicePrinters.services());
    printers.put("endpoints", ServicePrinters.endpoints());
    printers.put("endpointslices.discovery.k8s.io", ServicePrinters.slices());
    printers.put("nodes", nodes());
    printers.put("events", events());
    printers.put("events.events.k8s.io", events());
    printers.put("secrets", secrets());
    printers.put(
        "configmaps",
        simple(
            Column.text("Data", "How many entries there are."),
            map -> size(map, "data") + size(map, "binaryData")));
    printers.put(
        "serviceaccounts",
        simple(Column.text("Secrets", "How many secrets it names."), map -> size(map, "secrets")));
    printers.put("rolebindings.rbac.authorization.k8s.io", bindings());
    printers.put("clusterrolebindings.rbac.authorization.k8s.io", bindings());
    for (String plural : List.of("mutating", "validating")) {
      printers.put(
          plural + "webhookconfigurations.admissionregistration.k8s.io",
          simple(
              Column.number("Webhooks", "How many webhooks it has."),
              configuration -> size(configuration, "webhooks")));
    }
    printers.put(
        "leases.coordination.k8s.io",
        simple(Column.text("Holder", "Who holds it."), at("spec", "holderIdentity")));
    printers.put("poddisruptionbudgets.policy", budgets());
    return printers;
  }

  private static Function<JsonNode, Object> at(String... path) {
    return object -> Nodes.textOrEmpty(object, path);
  }

  private static Printer simple(Column column, Function<JsonNode, Object> value) {
    return Printer.of(name(), cell(column, (object, now) -> value.apply(object)), age());
  }

  private static long size(JsonNode object, String... path) {
    return Nodes.at(object, path).size();
  }

  private static Printer secrets() {
    return Printer.of(
        name(),
        cell(
            Column.text("Type", "What it is for."),
            (object, now) -> Nodes.textOrEmpty(object, "type")),
        cell(
            Column.text("Data", "How many entries there are."),
            (object, now) -> size(object, "data")),
        age());
  }

  private static Printer budgets() {
    return Printer.of(
        name(),
        cell(
            Column.text("Min Available", "How many pods must be left."),
            (object, now) -> Nodes.at(object, "spec", "minAvailable").asText("N/A")),
        cell(
            Column.text("Max Unavailable", "How many pods may be missing."),
            (object, now) -> Nodes.at(object, "spec", "maxUnavailable").asText("N/A")),
        cell(
            Column.number("Allowed Disruptions", "How many pods may go now."),
            (object, now) -> Nodes.number(0, object, "status", "disruptionsAllowed")),
        age());
  }

  private static Printer bindings() {
    return Printer.of(
        name(),
        cell(
            Column.text("Role", "What it grants."),
            (object, now) ->
                Nodes.textOrEmpty(object, "roleRef", "kind")
                    + "/"
                    + Nodes.textOrEmpty(object, "roleRef", "name")),
        age(),
        cell(Column.text("Users", "To which users.").wide(), subjects("User")),
        cell(Column.text("Groups", "To which groups.").wide(), subjects("Group")),
        cell(
            Column.text("ServiceAccounts", "To which ServiceAccounts.").wide(),
            subjects("ServiceAccount")));
  }

  private static java.util.function.BiFunction<JsonNode, Instant, Object> subjects(String kind) {
    return (object, now) ->
        Nodes.list(object, "subjects").stream()
            .filter(subject -> Nodes.textOrEmpty(subject, "kind").equals(kind))
            .map(
                subject ->
                    (kind.equals("ServiceAccount")
                            ? Nodes.textOrEmpty(subject, "namespace") + "/"
                            : "")
                        + Nodes.textOrEmpty(subject, "name"))
            .collect(Collectors.joining(", "));
  }

  private static Printer nodes() {
    return Printer.of(
        name(),
        cell(Column.text("Status", "The state of the node."), (node, now) -> nodeStatus(node)),
        cell(Column.text("Roles", "The roles of the node."), (node, now) -> roles(node)),
        age(),
        cell(
            Column.text("Version", "The version of its kubelet."),
            (node, now) -> info(node, "kubeletVersion", "")),
        cell(
            Column.text("Internal-IP", "Its address inside.").wide(),
            (node, now) -> address(node, "InternalIP")),
        cell(
            Column.text("External-IP", "Its address outside.").wide(),
            (node, now) -> address(node, "ExternalIP")),
        cell(
            Column.text("OS-Image", "Its operating system.").wide(),
            (node, now) -> info(node, "osImage", "<unknown>")),
        cell(
            Column.text("Kernel-Version", "Its kernel.").wide(),
            (node, now) -> info(node, "kernelVersion", "<unknown>")),
        cell(
            Column.text("Container-Runtime", "Its container runtime.").wide(),
            (node, now) -> info(node, "containerRuntimeVersion", "<unknown>")));
  }

  private static String info(JsonNode node, String field, String absent) {
    return Nodes.text(node, "status", "nodeInfo", field)
        .filter(text -> !text.isEmpty())
        .orElse(absent);
  }

  private static String nodeStatus(JsonNode node) {
    String status =
        Nodes.list(node, "status", "conditions").stream()
            .filter(condition -> Nodes.textOrEmpty(condition, "type").equals("Ready"))
            .map(
                condition ->
                    Nodes.textOrEmpty(condition, "status").equals("True") ? "Ready" : "NotReady")
            .reduce("Unknown", (first, second) -> second);
    return Nodes.at(node, "spec", "unschedulable").asBoolean()
        ? status + ",SchedulingDisabled"
        : status;
  }

  private static String roles(JsonNode node) {
    TreeSet<String> roles = new TreeSet<>();
    Nodes.labels(node)
        .forEach(
            (key, value) -> {
              if (key.startsWith(ROLE_PREFIX) && key.length() > ROLE_PREFIX.length()) {
                roles.add(key.substring(ROLE_PREFIX.length()));
              } else if (key.equals("kubernetes.io/role") && !value.isEmpty()) {
                roles.add(value);
              }
            });
    return orNone(String.join(",", roles));
  }

  private static String address(JsonNode node, String type) {
    return Nodes.list(node, "status", "addresses").stream()
        .filter(address -> Nodes.textOrEmpty(address, "type").equals(type))
        .map(address -> Nodes.textOrEmpty(address, "address"))
        .findFirst()
        .orElse("<none>");
  }

  private static Printer events() {
    return Printer.of(
        cell(Column.text("Last Seen", "When it was seen last."), CorePrinters::lastSeen),
        cell(Column.text("Type", "Normal or Warning."), (event, now) -> text(event, "type")),
        cell(Column.text("Reason", "Why, in a word."), (event, now) -> text(event, "reason")),
        cell(Column.text("Object", "What it is about."), (event, now) -> target(event)),
        cell(
            Column.text("Subobject", "What part of it.").wide(),
            (event, now) -> Nodes.textOrEmpty(involved(event), "fieldPath")),
        cell(Column.text("Source", "Who says so.").wide(), (event, now) -> source(event)),
        cell(
            Column.text("Message", "What has happened."),
            (event, now) -> first(text(event, "message"), text(event, "note")).strip()),
        cell(Column.text("First Seen", "When it was seen first.").wide(), CorePrinters::firstSeen),
        cell(
            new Column("Count", "string", "", "How often it was seen.", 1),
            (event, now) -> count(event)),
        cell(
            new Column("Name", "string", "name", "The object's name.", 1),
            (event, now) -> Nodes.name(event)));
  }

  private static JsonNode involved(JsonNode event) {
    return event.has("involvedObject") ? event.path("involvedObject") : event.path("regarding");
  }

  private static String target(JsonNode event) {
    JsonNode involved = involved(event);
    String kind = Nodes.textOrEmpty(involved, "kind").toLowerCase(Locale.ROOT);
    String name = Nodes.textOrEmpty(involved, "name");
    return name.isEmpty() ? kind : kind + "/" + name;
  }

  private static String source(JsonNode event) {
    String component =
        first(Nodes.textOrEmpty(event, "source", "component"), text(event, "reportingComponent"));
    String host =
        first(Nodes.textOrEmpty(event, "source", "host"), text(event, "reportingInstance"));
    return host.isEmpty() ? component : component + ", " + host;
  }

  private static String firstSeen(JsonNode event, Instant now) {
    return Ages.since(first(text(event, "firstTimestamp"), text(event, "eventTime")), now);
  }

  private static String lastSeen(JsonNode event, Instant now) {
    String series = Nodes.textOrEmpty(event, "series", "lastObservedTime");
    String last = first(series, text(event, "lastTimestamp"));
    return last.isEmpty() ? firstSeen(event, now) : Ages.since(last, now);
  }

  private static long count(JsonNode event) {
    long count = Nodes.number(Nodes.number(0, event, "count"), event, "series", "count");
    return count == 0 ? 1 : count;
  }

  private static String text(JsonNode event, String field) {
    return Nodes.textOrEmpty(event, field);
  }

  private static String first(String one, String other) {
    return one.isEmpty() ? other : one;
  }
}
