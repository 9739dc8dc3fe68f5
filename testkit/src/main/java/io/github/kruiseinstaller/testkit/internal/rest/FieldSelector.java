package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which values some few fields of an object must have. Immutable. */
public final class FieldSelector {
  private final List<Term> terms;
  private final SelectableFields fields;

  private FieldSelector(List<Term> terms, SelectableFields fields) {
    this.terms = List.copyOf(terms);
    this.fields = fields;
  }

  private record Term(String field, boolean equal, String value) {}

  /**
   * Reads the text form.
   *
   * @throws io.github.kruiseinstaller.testkit.internal.status.StatusException 400, also for fields
   *     that the kind does not offer
   */
  static FieldSelector parse(String text, Resource resource, List<String> ofDefinition) {
    SelectableFields fields = SelectableFields.of(resource, ofDefinition);
    List<Term> terms = terms(text);
    // As Go does: everything is read before the kind is asked.
    terms.forEach(term -> fields.require(term.field()));
    return new FieldSelector(terms, fields);
  }

  /**
   * The one name that an object must have to be selected by a text; empty when it may have several,
   * when the name could not stand in a path, or when the text is no selector.
   */
  public static Optional<String> requiredName(String text) {
    try {
      return terms(text).stream()
          .filter(term -> term.equal() && term.field().equals("metadata.name"))
          .map(Term::value)
          .findFirst()
          .filter(FieldSelector::fitsInPath);
    } catch (StatusException e) {
      return Optional.empty();
    }
  }

  private static boolean fitsInPath(String name) {
    return !name.equals(".")
        && !name.equals("..")
        && name.indexOf('/') < 0
        && name.indexOf('%') < 0;
  }

  private static List<Term> terms(String text) {
    List<Term> terms = new ArrayList<>();
    List<String> parts = new ArrayList<>(split(text));
    parts.sort(null);
    for (String part : parts) {
      if (!part.isEmpty()) {
        terms.add(term(text, part));
      }
    }
    return terms;
  }

  private static Term term(String whole, String part) {
    for (int i = 0; i < part.length(); i++) {
      if (part.startsWith("!=", i)) {
        return new Term(part.substring(0, i), false, unescape(part.substring(i + 2)));
      }
      if (part.startsWith("==", i)) {
        return new Term(part.substring(0, i), true, unescape(part.substring(i + 2)));
      }
      if (part.startsWith("=", i)) {
        return new Term(part.substring(0, i), true, unescape(part.substring(i + 1)));
      }
    }
    throw Statuses.badRequest("invalid selector: '" + whole + "'; can't understand '" + part + "'");
  }

  private static List<String> split(String text) {
    List<String> parts = new ArrayList<>();
    int start = 0;
    boolean escaped = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (escaped) {
        escaped = false;
      } else if (c == '\\') {
        escaped = true;
      } else if (c == ',') {
        parts.add(text.substring(start, i));
        start = i + 1;
      }
    }
    parts.add(text.substring(start));
    return parts;
  }

  private static String unescape(String value) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '\\') {
        i++;
        if (i == value.length() || "\\,=".indexOf(value.charAt(i)) < 0) {
          throw Statuses.badRequest(
              "invalid field selector: invalid escape sequence: "
                  + value.substring(i - 1, Math.min(i + 1, value.length())));
        }
        plain.append(value.charAt(i));
      } else if (c == '=' || c == ',') {
        throw Statuses.badRequest(
            "invalid field selector: unescaped character in value: " + (int) c);
      } else {
        plain.append(c);
      }
    }
    return plain.toString();
  }

  boolean matches(ObjectNode object) {
    for (Term term : terms) {
      if (fields.value(term.field(), object).equals(term.value()) != term.equal()) {
        return false;
      }
    }
    return true;
  }

  boolean isEverything() {
    return terms.isEmpty();
  }

  /** The one namespace that is asked for, if it is one. */
  Optional<String> namespace() {
    return terms.stream()
        .filter(term -> term.equal() && term.field().equals("metadata.namespace"))
        .map(Term::value)
        .filter(value -> !value.isEmpty())
        .findFirst();
  }
}
