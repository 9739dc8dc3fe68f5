package io.github.kruiseinstaller.testkit.internal.patch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What strict field validation has against a JSON text that a parser accepts. */
final class StrictJson {
  private static final String END = "unexpected end of JSON input";
  private static final JsonFactory FACTORY = new JsonFactory();

  /** Where Jackson names the character, or the token that begins with it. */
  private static final Pattern OFFENDER = Pattern.compile("(?:token|character \\() ?'(.)");

  private final List<String> duplicates = new ArrayList<>();

  private StrictJson() {}

  /** Such as {@code duplicate field "spec.replicas"}, in the order of the text, each once. */
  static List<String> duplicates(byte[] json) {
    StrictJson strict = new StrictJson();
    try (JsonParser parser = FACTORY.createParser(json)) {
      parser.nextToken();
      strict.value(parser, "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return strict.duplicates;
  }

  /** What Go's parser says of a text that is no JSON. */
  static String syntaxError(byte[] json) {
    try (JsonParser parser = FACTORY.createParser(json)) {
      while (parser.nextToken() != null) {
        // Only the end, or the error, matters.
      }
      return END;
    } catch (JsonEOFException e) {
      return END;
    } catch (JsonParseException e) {
      Matcher offender = OFFENDER.matcher(e.getOriginalMessage());
      return offender.find()
          ? "invalid character '" + offender.group(1) + "' looking for beginning of value"
          : END;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void value(JsonParser parser, String path) throws IOException {
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      Set<String> names = new HashSet<>();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        String below = path.isEmpty() ? name : path + "." + name;
        String complaint = "duplicate field \"" + below + "\"";
        if (!names.add(name) && !duplicates.contains(complaint)) {
          duplicates.add(complaint);
        }
        parser.nextToken();
        value(parser, below);
      }
    } else if (parser.currentToken() == JsonToken.START_ARRAY) {
      for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
        value(parser, path + "[" + i + "]");
      }
    }
  }
}
