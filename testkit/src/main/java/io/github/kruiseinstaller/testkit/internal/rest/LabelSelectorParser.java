package io.github.kruiseinstaller.testkit.internal.rest;

import io.github.kruiseinstaller.testkit.internal.rest.LabelSelector.Operator;
import io.github.kruiseinstaller.testkit.internal.rest.LabelSelector.Requirement;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** Reads {@code a=b,c!=d,e in (f,g),!h} and complains as the API server does. */
final class LabelSelectorParser {
  private static final Map<String, Operator> BINARY =
      Map.of(
          "=", Operator.EQUALS,
          "==", Operator.DOUBLE_EQUALS,
          "!=", Operator.NOT_EQUALS,
          "in", Operator.IN,
          "notin", Operator.NOT_IN,
          ">", Operator.GREATER,
          "<", Operator.LESS);

  private final List<Token> tokens;
  private int position;

  LabelSelectorParser(String text) {
    this.tokens = LabelSelectorTokens.of(text);
  }

  /** What a piece of text is. */
  enum Sort {
    IDENTIFIER,
    COMMA,
    NOT,
    OPEN,
    CLOSED,
    /** Any operator between a key and values. */
    OPERATOR,
    UNKNOWN,
    END
  }

  /** A piece of the text. */
  record Token(Sort sort, String text) {
    /** Where a value may stand, {@code in} and {@code notin} are just words. */
    Sort asValue() {
      return text.equals("in") || text.equals("notin") ? Sort.IDENTIFIER : sort;
    }
  }

  List<Requirement> parse() {
    List<Requirement> requirements = new ArrayList<>();
    while (true) {
      Token token = peek();
      switch (token.asValue()) {
        case IDENTIFIER, NOT -> requirements.add(requirement());
        case END -> {
          return requirements;
        }
        default ->
            throw refusal(
                "found '" + token.text + "', expected: !, identifier, or 'end of string'");
      }
      Token after = take();
      if (after.sort == Sort.END) {
        return requirements;
      }
      if (after.sort != Sort.COMMA) {
        throw refusal("found '" + after.text + "', expected: ',' or 'end of string'");
      }
      Sort next = peek().asValue();
      if (next != Sort.IDENTIFIER && next != Sort.NOT) {
        throw refusal("found '" + peek().text + "', expected: identifier after ','");
      }
    }
  }

  private Requirement requirement() {
    boolean absent = peek().sort == Sort.NOT;
    if (absent) {
      take();
    }
    Token key = take();
    if (key.asValue() != Sort.IDENTIFIER) {
      throw requirementRefusal("found '" + key.text + "', expected: identifier");
    }
    checkKey(key.text);
    if (absent) {
      return new Requirement(key.text, Operator.DOES_NOT_EXIST, List.of());
    }
    Sort next = peek().sort;
    if (next == Sort.END || next == Sort.COMMA) {
      return new Requirement(key.text, Operator.EXISTS, List.of());
    }
    Token sign = take();
    Operator operator = BINARY.get(sign.text);
    if (operator == null) {
      throw requirementRefusal("found '" + sign.text + "', expected: in, notin, =, ==, !=, gt, lt");
    }
    boolean several = operator == Operator.IN || operator == Operator.NOT_IN;
    List<String> values = List.copyOf(several ? values() : exactValue());
    checkValues(key.text, operator, values);
    return new Requirement(key.text, operator, values);
  }

  private SortedSet<String> exactValue() {
    Sort next = peek().sort;
    if (next == Sort.END || next == Sort.COMMA) {
      return new TreeSet<>(List.of(""));
    }
    Token value = take();
    if (value.asValue() != Sort.IDENTIFIER) {
      throw requirementRefusal("found '" + value.text + "', expected: identifier");
    }
    return new TreeSet<>(List.of(value.text));
  }

  private SortedSet<String> values() {
    Token open = take();
    if (open.sort != Sort.OPEN) {
      throw requirementRefusal("found '" + open.text + "' expected: '('");
    }
    Token first = peek();
    switch (first.asValue()) {
      case IDENTIFIER, COMMA -> {
        SortedSet<String> values = identifiers();
        take();
        return values;
      }
      case CLOSED -> {
        take();
        return new TreeSet<>(List.of(""));
      }
      default ->
          throw requirementRefusal("found '" + first.text + "', expected: ',', ')' or identifier");
    }
  }

  /** Stands before the closing parenthesis when it returns. */
  private SortedSet<String> identifiers() {
    SortedSet<String> values = new TreeSet<>();
    while (true) {
      Token token = take();
      switch (token.asValue()) {
        case IDENTIFIER -> {
          values.add(token.text);
          Token next = peek();
          if (next.sort == Sort.CLOSED) {
            return values;
          }
          if (next.sort != Sort.COMMA) {
            throw requirementRefusal("found '" + next.text + "', expected: ',' or ')'");
          }
        }
        case COMMA -> {
          if (values.isEmpty()) {
            values.add("");
          }
          if (peek().sort == Sort.CLOSED) {
            values.add("");
            return values;
          }
          if (peek().sort == Sort.COMMA) {
            take();
            values.add("");
          }
        }
        default ->
            throw requirementRefusal("found '" + token.text + "', expected: ',', or identifier");
      }
    }
  }

  private static void checkKey(String key) {
    List<String> complaints = LabelSyntax.key(key);
    if (!complaints.isEmpty()) {
      throw requirementRefusal(invalid("<nil>", key, String.join("; ", complaints)));
    }
  }

  private static void checkValues(String key, Operator operator, List<String> values) {
    List<String> complaints = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      String value = values.get(i);
      String path = "values[" + i + "]";
      boolean number = operator == Operator.GREATER || operator == Operator.LESS;
      if (number && !value.matches("[+-]?\\d{1,18}")) {
        complaints.add(
            invalid(path, value, "for 'Gt', 'Lt' operators, the value must be an integer"));
      }
      List<String> ofSyntax = LabelSyntax.value(value);
      if (!ofSyntax.isEmpty()) {
        complaints.add(invalid(path + "[" + key + "]", value, String.join("; ", ofSyntax)));
      }
    }
    if (!complaints.isEmpty()) {
      String all = String.join(", ", complaints);
      throw requirementRefusal(complaints.size() > 1 ? "[" + all + "]" : all);
    }
  }

  private static String invalid(String path, String value, String why) {
    return path + ": Invalid value: \"" + value + "\": " + why;
  }

  private static StatusException requirementRefusal(String why) {
    return refusal("unable to parse requirement: " + why);
  }

  private static StatusException refusal(String why) {
    return Statuses.badRequest(why);
  }

  private Token peek() {
    return tokens.get(Math.min(position, tokens.size() - 1));
  }

  private Token take() {
    Token token = peek();
    position++;
    return token;
  }
}
