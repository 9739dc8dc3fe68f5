package io.github.kruiseinstaller.testkit.internal.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.kruiseinstaller.testkit.internal.kind.ParsedBody;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/** The bodies of requests. */
final class Body {
  private static final int MOST = 3 * 1024 * 1024;
  private static final JsonFactory FACTORY = new JsonFactory();

  private Body() {}

  /**
   * All of it.
   *
   * @throws io.github.kruiseinstaller.testkit.internal.status.StatusException 413 when it is too
   *     large
   */
  static byte[] read(Request request) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    byte[] buffer = new byte[16 * 1024];
    boolean large = false;
    try (InputStream in = Content.Source.asInputStream(request)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        large |= body.size() + n > MOST;
        if (!large) {
          body.write(buffer, 0, n);
        }
      }
    }
    if (large) {
      throw Refusals.tooLarge(MOST);
    }
    return body.toByteArray();
  }

  /** {@code metadata.name} of an object, or empty. */
  static String name(byte[] body, String contentType) {
    return contentType.contains("yaml") ? nameInYaml(body) : nameInJson(body);
  }

  private static String nameInYaml(byte[] body) {
    try {
      return Nodes.name(ParsedBody.yaml(body).tree());
    } catch (IllegalArgumentException e) {
      // Whoever decodes it says what is wrong with it.
      return "";
    }
  }

  /** Without reading more than needed. */
  private static String nameInJson(byte[] body) {
    try (JsonParser parser = FACTORY.createParser(body)) {
      if (parser.nextToken() != JsonToken.START_OBJECT || !enter(parser, "metadata")) {
        return "";
      }
      return parser.currentToken() == JsonToken.START_OBJECT
              && enter(parser, "name")
              && parser.currentToken() == JsonToken.VALUE_STRING
          ? parser.getText()
          : "";
    } catch (IOException e) {
      // Whoever decodes it says what is wrong with it.
      return "";
    }
  }

  /** Goes to the value of a field of the object that has just begun. */
  private static boolean enter(JsonParser parser, String field) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      boolean here = parser.currentName().equals(field);
      parser.nextToken();
      if (here) {
        return true;
      }
      parser.skipChildren();
    }
    return false;
  }

  /** Whether the options of a delete ask for a dry run. */
  static boolean asksForDryRun(byte[] deleteOptions) {
    String text = new String(deleteOptions, StandardCharsets.UTF_8);
    return text.contains("dryRun") && text.contains("All");
  }
}
