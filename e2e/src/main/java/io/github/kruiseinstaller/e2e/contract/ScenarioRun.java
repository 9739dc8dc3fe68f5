package io.github.kruiseinstaller.e2e.contract;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One run of one scenario: its variables, its open watches, and what it has created. */
final class ScenarioRun implements AutoCloseable {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+)}");
  private static final String NAMESPACES = "/api/v1/namespaces";
  private static final String DELETE_NOW =
      "{\"propagationPolicy\":\"Background\",\"gracePeriodSeconds\":0}";

  private final HttpClient http;
  private final Map<String, String> variables;
  private final Normalization normalization;
  private final Patience patience;
  private final Map<String, OpenStream> watches = new HashMap<>();
  private final Deque<String> created = new ArrayDeque<>();

  ScenarioRun(
      HttpClient http,
      Map<String, String> variables,
      Normalization normalization,
      Patience patience) {
    this.http = http;
    this.variables = variables;
    this.normalization = normalization;
    this.patience = patience;
  }

  /** Creates the scenario's namespace. */
  void prepare() {
    Exchange namespace =
        http.send(
            "POST",
            NAMESPACES,
            Map.of("Content-Type", "application/json"),
            resolve(
                "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"${id}\"}}"));
    if (!namespace.ok()) {
      throw new IllegalStateException(
          "no namespace for the scenario: " + namespace.status() + " " + namespace.text());
    }
  }

  /** Takes a step and gives its normalised answer. */
  JsonObject take(Step step) throws InterruptedException {
    if (step instanceof Request request) {
      return ask(request);
    }
    return step instanceof Step.OpenWatch open ? open(open) : read((Step.ReadWatch) step);
  }

  private JsonObject ask(Request request) throws InterruptedException {
    long deadline = System.nanoTime() + patience.longest().toNanos();
    Request.Until until = request.until();
    Exchange answer = send(request);
    boolean met = until == null || until.holds().test(answer);
    while (!met && System.nanoTime() < deadline) {
      TimeUnit.NANOSECONDS.sleep(patience.poll().toNanos());
      answer = send(request);
      met = until == null || until.holds().test(answer);
    }
    JsonObject content = content(answer, request);
    if (!met) {
      content.addProperty("never", until == null ? "" : until.text());
    }
    return content;
  }

  private Exchange send(Request request) {
    Map<String, String> headers = new HashMap<>();
    request.headers().forEach((name, value) -> headers.put(name, resolve(value)));
    String path = resolve(request.path());
    String body = request.body() == null ? null : resolve(request.body());
    Exchange answer = http.send(request.method(), path, headers, body);
    JsonElement json = answer.json();
    request
        .captures()
        .forEach(
            (variable, pointer) -> {
              String value = Pointers.text(json, pointer);
              variables.put(variable, value == null ? "" : value);
            });
    remember(request.method(), path, answer);
    return answer;
  }

  private JsonObject content(Exchange answer, Request request) {
    JsonObject content = new JsonObject();
    content.addProperty("status", answer.status());
    if (answer.retryAfter() != null) {
      content.addProperty("retryAfter", answer.retryAfter());
    }
    if (!answer.warnings().isEmpty()) {
      JsonArray warnings = new JsonArray();
      answer.warnings().forEach(text -> warnings.add(normalization.text(text)));
      content.add("warnings", warnings);
    }
    if (!answer.contentType().equals("application/json")) {
      content.addProperty("contentType", answer.contentType());
    }
    JsonElement json = answer.json();
    if (json.isJsonNull()) {
      content.add("body", new JsonPrimitive(normalization.text(answer.text())));
    } else {
      JsonElement body = Pointers.keep(picked(json, request.pick()), request.only()).deepCopy();
      Pointers.drop(body, request.without());
      content.add("body", normalization.tree(body));
    }
    return content;
  }

  private JsonElement picked(JsonElement json, Request.@Nullable Pick pick) {
    if (pick == null || !(Pointers.find(json, pick.list()) instanceof JsonArray items)) {
      return json;
    }
    List<String> values = pick.values().stream().map(this::resolve).toList();
    for (Iterator<JsonElement> each = items.iterator(); each.hasNext(); ) {
      if (!values.contains(Pointers.text(each.next(), pick.key()))) {
        each.remove();
      }
    }
    return json;
  }

  private JsonObject open(Step.OpenWatch open) {
    try {
      OpenStream.Opened opened = OpenStream.open(http.watch(resolve(open.path()), Map.of()));
      if (opened.stream() != null) {
        watches.put(open.name(), opened.stream());
        JsonObject content = new JsonObject();
        content.addProperty("status", 200);
        return content;
      }
      return content(opened.answer(), Steps.get(open.path()));
    } catch (IOException e) {
      throw new UncheckedIOException(open.describe(), e);
    }
  }

  private JsonObject read(Step.ReadWatch read) throws InterruptedException {
    JsonObject content = new JsonObject();
    OpenStream stream = watches.remove(read.name());
    if (stream == null) {
      content.addProperty("then", "was never open");
      return content;
    }
    try (stream) {
      OpenStream.Events events = stream.read(read.events(), patience.longest());
      JsonArray array = new JsonArray();
      events.events().forEach(event -> array.add(normalization.tree(event(event, read))));
      content.add("events", array);
      content.addProperty("then", events.then());
    }
    return content;
  }

  private static JsonElement event(JsonElement event, Step.ReadWatch read) {
    String type = Pointers.text(event, "/type");
    JsonObject copy = event.getAsJsonObject().deepCopy();
    if ("BOOKMARK".equals(type)) {
      copy.getAsJsonObject("object")
          .getAsJsonObject("metadata")
          .addProperty("resourceVersion", "RV");
    } else if (!"ERROR".equals(type)) {
      copy.add("object", Pointers.keep(copy.get("object"), read.only()));
    }
    return copy;
  }

  /** Notes what has to be deleted beside the namespace and what is in it. */
  private void remember(String method, String path, Exchange answer) {
    if (!answer.ok()
        || path.contains("dryRun=")
        || method.equals("GET")
        || method.equals("DELETE")) {
      return;
    }
    JsonElement json = answer.json();
    String name = Pointers.text(json, "/metadata/name");
    if (name == null) {
      return;
    }
    String plain = path.replaceFirst("\\?.*", "").replaceFirst("/(status|scale)$", "");
    boolean inNamespace =
        Objects.equals(variables.get("id"), Pointers.text(json, "/metadata/namespace"));
    boolean held = Pointers.find(json, "/metadata/finalizers") != null;
    String item = method.equals("POST") ? plain + "/" + name : plain;
    if ((!inNamespace || held) && !created.contains(item)) {
      created.push(item);
    }
  }

  private String resolve(String text) {
    Matcher matcher = VARIABLE.matcher(text);
    return matcher.replaceAll(
        match -> {
          @Nullable String value = variables.get(match.group(1));
          if (value == null) {
            throw new IllegalStateException("no variable " + match.group());
          }
          return Matcher.quoteReplacement(value);
        });
  }

  @Override
  public void close() {
    watches.values().forEach(OpenStream::close);
    for (String path : created) {
      delete(path);
    }
    delete(NAMESPACES + "/" + variables.get("id"));
  }

  private void delete(String path) {
    Map<String, String> json = Map.of("Content-Type", "application/json");
    Exchange left = http.send("DELETE", path, json, DELETE_NOW);
    if (left.ok() && Pointers.find(left.json(), "/metadata/finalizers") != null) {
      http.send(
          "PATCH",
          path,
          Map.of("Content-Type", "application/merge-patch+json"),
          "{\"metadata\":{\"finalizers\":null}}");
    }
  }
}
