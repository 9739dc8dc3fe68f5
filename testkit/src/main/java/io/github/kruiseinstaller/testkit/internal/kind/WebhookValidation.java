package io.github.kruiseinstaller.testkit.internal.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Webhook configurations, and how webhooks are reached. */
final class WebhookValidation {
  private static final List<String> SIDE_EFFECTS = List.of("None", "NoneOnDryRun");
  private static final List<String> OPERATIONS =
      List.of("*", "CONNECT", "CREATE", "DELETE", "UPDATE");
  private static final String URL_FORM = "; desired format: https://host[/path]";

  private final FieldErrors errors;

  WebhookValidation(FieldErrors errors) {
    this.errors = errors;
  }

  /** A configuration of either kind. */
  void configuration(ObjectNode configuration) {
    Set<String> names = new HashSet<>();
    int i = 0;
    for (JsonNode webhook : Nodes.list(configuration, "webhooks")) {
      String at = "webhooks[" + i++ + "]";
      webhook(at, webhook);
      reviewVersions(
          at + ".admissionReviewVersions",
          texts(webhook, "admissionReviewVersions"),
          "must specify one of v1, v1beta1");
      String name = Nodes.textOrEmpty(webhook, "name");
      if (!name.isEmpty() && !names.add(name)) {
        errors.duplicate(at + ".name", Json.text(name));
      }
    }
  }

  private static List<String> texts(JsonNode object, String field) {
    return Nodes.list(object, field).stream().map(JsonNode::asText).toList();
  }

  private void webhook(String at, JsonNode webhook) {
    fullName(at + ".name", Nodes.textOrEmpty(webhook, "name"));
    int i = 0;
    for (JsonNode rule : Nodes.list(webhook, "rules")) {
      rule(at + ".rules[" + i++ + "]", rule);
    }
    errors.oneOf(at + ".failurePolicy", webhook.path("failurePolicy"), List.of("Fail", "Ignore"));
    errors.oneOf(at + ".matchPolicy", webhook.path("matchPolicy"), List.of("Equivalent", "Exact"));
    if (!webhook.hasNonNull("sideEffects")) {
      errors.required(at + ".sideEffects", "must specify one of None, NoneOnDryRun");
    } else {
      errors.oneOf(at + ".sideEffects", webhook.path("sideEffects"), SIDE_EFFECTS);
    }
    long timeout = webhook.path("timeoutSeconds").asLong(1);
    if (timeout < 1 || timeout > 30) {
      errors.invalid(
          at + ".timeoutSeconds",
          Json.of(timeout),
          "the timeout value must be between 1 and 30 seconds");
    }
    for (String selector : List.of("namespaceSelector", "objectSelector")) {
      MetaValidation.selector(errors, at + "." + selector, webhook.path(selector));
    }
    errors.oneOf(
        at + ".reinvocationPolicy",
        webhook.path("reinvocationPolicy"),
        List.of("IfNeeded", "Never"));
    client(at + ".clientConfig", webhook.path("clientConfig"));
  }

  private void fullName(String field, String name) {
    if (name.isEmpty()) {
      errors.required(field);
      return;
    }
    List<String> wrong = Names.subdomain(name);
    if (!wrong.isEmpty()) {
      errors.invalid(field, name, String.join(",", wrong));
    } else if (name.split("\\.", -1).length < 3) {
      errors.invalid(
          field, name, "should be a domain with at least three segments separated by dots");
    }
  }

  private void rule(String at, JsonNode rule) {
    List<String> operations = texts(rule, "operations");
    if (operations.isEmpty()) {
      errors.required(at + ".operations");
    }
    if (operations.size() > 1 && operations.contains("*")) {
      errors.invalid(
          at + ".operations",
          rule.path("operations"),
          "if '*' is present, must not specify other operations");
    }
    for (int i = 0; i < operations.size(); i++) {
      errors.oneOf(at + ".operations[" + i + "]", Json.text(operations.get(i)), OPERATIONS);
    }
    groupsOrVersions(at + ".apiGroups", rule.path("apiGroups"), "API groups");
    groupsOrVersions(at + ".apiVersions", rule.path("apiVersions"), "API versions");
    List<String> versions = texts(rule, "apiVersions");
    for (int i = 0; i < versions.size(); i++) {
      if (versions.get(i).isEmpty()) {
        errors.required(at + ".apiVersions[" + i + "]");
      }
    }
    resources(at + ".resources", texts(rule, "resources"), rule.path("resources"));
    errors.oneOf(at + ".scope", rule.path("scope"), List.of("*", "Cluster", "Namespaced"));
  }

  private void groupsOrVersions(String field, JsonNode list, String what) {
    if (list.isEmpty()) {
      errors.required(field);
    }
    boolean all = false;
    for (JsonNode one : list) {
      all |= one.asText().equals("*");
    }
    if (list.size() > 1 && all) {
      errors.invalid(field, list, "if '*' is present, must not specify other " + what);
    }
  }

  private void resources(String field, List<String> resources, JsonNode list) {
    if (resources.isEmpty()) {
      errors.required(field);
    }
    Set<String> allOf = new HashSet<>();
    Set<String> everywhere = new HashSet<>();
    boolean plain = false;
    for (int i = 0; i < resources.size(); i++) {
      String resource = resources.get(i);
      int slash = resource.indexOf('/');
      if (resource.isEmpty()) {
        errors.required(field + "[" + i + "]");
      } else if (slash < 0) {
        plain = !resource.equals("*");
      } else {
        subresource(field + "[" + i + "]", resource, allOf, everywhere);
      }
    }
    if (resources.size() > 1 && resources.contains("*/*")) {
      errors.invalid(field, list, "if '*/*' is present, must not specify other resources");
    }
    if (resources.contains("*") && plain) {
      errors.invalid(
          field, list, "if '*' is present, must not specify other resources without subresources");
    }
  }

  private void subresource(
      String field, String resource, Set<String> allOf, Set<String> everywhere) {
    int slash = resource.indexOf('/');
    String parent = resource.substring(0, slash);
    String sub = resource.substring(slash + 1);
    if (allOf.contains(parent)) {
      errors.invalid(
          field, resource, "if '" + parent + "/*' is present, must not specify " + resource);
    }
    if (everywhere.contains(sub)) {
      errors.invalid(
          field, resource, "if '*/" + sub + "' is present, must not specify " + resource);
    }
    if (sub.equals("*")) {
      allOf.add(parent);
    }
    if (parent.equals("*")) {
      everywhere.add(sub);
    }
  }

  /** Versions of a review. */
  void reviewVersions(String field, List<String> versions, String whenNone) {
    if (versions.isEmpty()) {
      errors.required(field, whenNone);
      return;
    }
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < versions.size(); i++) {
      String version = versions.get(i);
      if (!seen.add(version)) {
        errors.invalid(field + "[" + i + "]", version, "duplicate version");
      } else {
        errors.invalid(field + "[" + i + "]", version, Names.dns1035(version));
      }
    }
    if (!seen.contains("v1") && !seen.contains("v1beta1")) {
      errors.invalid(field, Json.of(versions), "must include at least one of v1, v1beta1");
    }
  }

  /** A client configuration: an address or a Service. */
  void client(String at, JsonNode client) {
    boolean url = client.hasNonNull("url");
    boolean service = client.hasNonNull("service");
    if (url == service) {
      errors.required(at, "exactly one of url or service is required");
    } else if (url) {
      url(at + ".url", Nodes.textOrEmpty(client, "url"));
    } else {
      service(at + ".service", client.path("service"));
    }
  }

  private void url(String field, String text) {
    URI uri;
    try {
      uri = URI.create(text);
    } catch (IllegalArgumentException e) {
      errors.required(field, "url must be a valid URL: " + e.getMessage() + URL_FORM);
      return;
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme();
    if (!scheme.equals("https")) {
      errors.invalid(field, scheme, "'https' is the only allowed URL scheme" + URL_FORM);
    }
    if (uri.getHost() == null) {
      errors.invalid(field, "", "host must be specified" + URL_FORM);
    }
    if (uri.getUserInfo() != null) {
      errors.invalid(field, uri.getUserInfo(), "user information is not permitted in the URL");
    }
    if (uri.getFragment() != null) {
      errors.invalid(field, uri.getFragment(), "fragments are not permitted in the URL");
    }
    if (uri.getRawQuery() != null) {
      errors.invalid(field, uri.getRawQuery(), "query parameters are not permitted in the URL");
    }
  }

  private void service(String at, JsonNode service) {
    // The real server mixes the two names up in its order, too.
    if (Nodes.textOrEmpty(service, "namespace").isEmpty()) {
      errors.required(at + ".name");
    }
    if (Nodes.textOrEmpty(service, "name").isEmpty()) {
      errors.required(at + ".namespace");
    }
    long port = service.path("port").asLong();
    for (String wrong : Names.port(port)) {
      errors.invalid(at + ".port", Json.of(port), "port is not valid: " + wrong);
    }
    path(at + ".path", Nodes.textOrEmpty(service, "path"));
  }

  private void path(String field, String path) {
    if (path.isEmpty() || path.equals("/")) {
      return;
    }
    if (path.equals("//")) {
      errors.invalid(field, path, "segment[0] may not be empty");
      return;
    }
    if (!path.startsWith("/")) {
      errors.invalid(field, path, "must start with a '/'");
    }
    String steps = path.substring(1);
    if (steps.endsWith("/")) {
      steps = steps.substring(0, steps.length() - 1);
    }
    int i = 0;
    for (String step : steps.split("/", -1)) {
      String segment = "segment[" + i++ + "]";
      if (step.isEmpty()) {
        errors.invalid(field, path, segment + " may not be empty");
      } else {
        for (String wrong : Names.subdomain(step)) {
          errors.invalid(field, path, segment + ": " + wrong);
        }
      }
    }
  }
}
