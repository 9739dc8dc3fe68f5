package io.github.kruiseinstaller.testkit.internal.rest;

import io.github.kruiseinstaller.testkit.internal.rest.LabelSelectorParser.Sort;
import io.github.kruiseinstaller.testkit.internal.rest.LabelSelectorParser.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Cuts a selector into words and signs, as the API server does: signs are as long as possible. */
final class LabelSelectorTokens {
  private static final Map<String, Sort> SIGNS =
      Map.of(
          ")", Sort.CLOSED,
          ",", Sort.COMMA,
          "!", Sort.NOT,
          "==", Sort.OPERATOR,
          "=", Sort.OPERATOR,
          ">", Sort.OPERATOR,
          "<", Sort.OPERATOR,
          "!=", Sort.OPERATOR,
          "(", Sort.OPEN);

  private final String text;
  private int position;

  private LabelSelectorTokens(String text) {
    this.text = text;
  }

  static List<Token> of(String text) {
    LabelSelectorTokens scanner = new LabelSelectorTokens(text);
    List<Token> tokens = new ArrayList<>();
    do {
      tokens.add(scanner.next());
    } while (tokens.get(tokens.size() - 1).sort() != Sort.END);
    return tokens;
  }

  private Token next() {
    while (position < text.length() && isBlank(text.charAt(position))) {
      position++;
    }
    if (position == text.length()) {
      return new Token(Sort.END, "");
    }
    return isSign(text.charAt(position)) ? sign() : word();
  }

  private Token word() {
    int start = position;
    while (position < text.length()
        && !isSign(text.charAt(position))
        && !isBlank(text.charAt(position))) {
      position++;
    }
    String word = text.substring(start, position);
    boolean operator = word.equals("in") || word.equals("notin");
    return new Token(operator ? Sort.OPERATOR : Sort.IDENTIFIER, word);
  }

  private Token sign() {
    int start = position;
    int end = start;
    Token longest = new Token(Sort.UNKNOWN, "");
    while (end < text.length() && isSign(text.charAt(end))) {
      end++;
      String candidate = text.substring(start, end);
      Sort sort = SIGNS.get(candidate);
      if (sort != null) {
        longest = new Token(sort, candidate);
      } else if (longest.sort() != Sort.UNKNOWN) {
        end--;
        break;
      }
    }
    position = end;
    return longest;
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
  }

  private static boolean isSign(char c) {
    return "=!(),><".indexOf(c) >= 0;
  }
}
