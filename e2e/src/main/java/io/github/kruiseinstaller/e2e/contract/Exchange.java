package io.github.kruiseinstaller.e2e.contract;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a server answered, as it came.
 *
 * @param status the HTTP status
 * @param contentType without parameters, empty when there was none
 * @param warnings the texts of the Warning headers
 * @param retryAfter the header, or null
 * @param text the body
 */
public record Exchange(
    int status,
    String contentType,
    List<String> warnings,
    @Nullable String retryAfter,
    String text) {
  /** Copies the list. */
  public Exchange {
    warnings = List.copyOf(warnings);
  }

  /** The body as a JSON object, or JSON null when it is something else. */
  JsonElement json() {
    if (!text.startsWith("{")) {
      return JsonNull.INSTANCE;
    }
    try {
      return JsonParser.parseString(text);
    } catch (JsonParseException e) {
      return JsonNull.INSTANCE;
    }
  }

  boolean ok() {
    return status >= 200 && status < 300;
  }
}
