package io.github.kruiseinstaller.e2e.contract;

import com.google.gson.JsonElement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP request, and what of its answer counts. Path, headers and body may name variables as
 * {@code ${name}}: {@code ${id}} is the scenario's own namespace and prefix, the others are
 * captured from answers.
 *
 * @param method the HTTP method
 * @param path with its query
 * @param headers beside those that every request has
 * @param body or null
 * @param captures variables to fill, each with a JSON pointer into the answer
 * @param only JSON pointers into the answer; none for all of it
 * @param without JSON pointers that do not count
 * @param until asks again until this holds, or null for once
 * @param pick which items of a list count, or null for all
 */
public record Request(
    String method,
    String path,
    Map<String, String> headers,
    @Nullable String body,
    Map<String, String> captures,
    List<String> only,
    List<String> without,
    @Nullable Until until,
    @Nullable Pick pick)
    implements Step {

  /**
   * A condition on an answer.
   *
   * @param text for people
   * @param holds whether an answer meets it
   */
  public record Until(String text, Predicate<Exchange> holds) {}

  /**
   * Items of a list.
   *
   * @param list a JSON pointer to the list
   * @param key a JSON pointer from an item to what it is known by
   * @param values the items that count
   */
  public record Pick(String list, String key, List<String> values) {
    /** Copies the list. */
    public Pick {
      values = List.copyOf(values);
    }
  }

  /** Copies the collections. */
  public Request {
    headers = Map.copyOf(headers);
    captures = Map.copyOf(captures);
    only = List.copyOf(only);
    without = List.copyOf(without);
  }

  static Request of(
      String method, String path, @Nullable String contentType, @Nullable String body) {
    return new Request(
        method,
        path,
        contentType == null ? Map.of() : Map.of("Content-Type", contentType),
        body,
        Map.of(),
        List.of(),
        List.of(),
        null,
        null);
  }

  @Override
  public String describe() {
    return method + " " + path + (until == null ? "" : " until " + until.text());
  }

  /** The same with another header. */
  Request header(String name, String value) {
    return new Request(
        method, path, with(headers, name, value), body, captures, only, without, until, pick);
  }

  /** The same, sent by whom a token stands for. */
  Request as(String token) {
    return header("Authorization", "Bearer " + token);
  }

  /** The same, keeping a field of the answer for later steps. */
  Request capture(String variable, String pointer) {
    return new Request(
        method, path, headers, body, with(captures, variable, pointer), only, without, until, pick);
  }

  /** The same, comparing these fields only. */
  Request only(String... pointers) {
    return new Request(
        method, path, headers, body, captures, with(only, pointers), without, until, pick);
  }

  /** The same, comparing nothing of the body but these fields of a refusal. */
  Request onlyStatus() {
    return only("/kind", "/message", "/reason", "/details");
  }

  /** The same, not comparing these fields. */
  Request without(String... pointers) {
    return new Request(
        method, path, headers, body, captures, only, with(without, pointers), until, pick);
  }

  /** The same, comparing only these items of a list. */
  Request pick(String list, String key, String... values) {
    return new Request(
        method,
        path,
        headers,
        body,
        captures,
        only,
        without,
        until,
        new Pick(list, key, List.of(values)));
  }

  /** The same, again and again until the answer has this status. */
  Request untilStatus(int status) {
    return until("status " + status, answer -> answer.status() == status);
  }

  /** The same, again and again until it is refused. */
  Request untilRefused() {
    return until("refused", answer -> !answer.ok());
  }

  /** The same, again and again until there are warnings. */
  Request untilWarned() {
    return until("warned", answer -> !answer.warnings().isEmpty());
  }

  /** The same, again and again until the body contains a text. */
  Request untilText(String text) {
    return until("'" + text + "'", answer -> answer.text().contains(text));
  }

  /** The same, again and again until fields have values, given as pointer, value and so on. */
  Request untilFields(String... pointersAndValues) {
    List<String> terms = new ArrayList<>();
    for (int i = 0; i < pointersAndValues.length; i += 2) {
      terms.add(pointersAndValues[i] + " is " + pointersAndValues[i + 1]);
    }
    return until(
        String.join(" and ", terms),
        answer -> {
          JsonElement json = answer.json();
          for (int i = 0; i < pointersAndValues.length; i += 2) {
            if (!pointersAndValues[i + 1].equals(Pointers.text(json, pointersAndValues[i]))) {
              return false;
            }
          }
          return true;
        });
  }

  private Request until(String text, Predicate<Exchange> holds) {
    return new Request(
        method, path, headers, body, captures, only, without, new Until(text, holds), pick);
  }

  private static Map<String, String> with(Map<String, String> map, String key, String value) {
    Map<String, String> more = new LinkedHashMap<>(map);
    more.put(key, value);
    return more;
  }

  private static List<String> with(List<String> list, String... values) {
    List<String> more = new ArrayList<>(list);
    more.addAll(List.of(values));
    return more;
  }
}
