package io.github.kruiseinstaller.internal.cluster;

import com.google.gson.JsonParseException;
import io.github.kruiseinstaller.internal.text.PlainText;
import io.github.kruiseinstaller.internal.tree.Json;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.ObjectRef;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** Turns an HTTP answer that is not a success into a {@link ClusterException}. */
final class Refusals {
  private static final int LONGEST_FOREIGN_TEXT = 300;
  private static final Duration LONGEST_RETRY_AFTER = Duration.ofDays(1);

  /**
   * What the server puts before a quotation of what was sent: of the bytes around a decoding error,
   * and of a value that has another type than the schema of server-side apply says.
   */
  private static final List<String> BEFORE_DATA =
      List.of("...|", ", error found in", ": expected ", ", got ");

  private Refusals() {}

  /**
   * The exception for an answer.
   *
   * @param now the wall clock, for a Retry-After that names a date
   */
  static ClusterException of(Ask ask, Response response, String body, Instant now) {
    Object status = parsed(body);
    boolean own = "Status".equals(Trees.text(status, "kind"));
    String message = own ? Trees.text(status, "message") : null;
    String reason = own ? Trees.text(status, "reason") : null;
    return new ClusterException(
        new ClusterException.Answer(
            ask.verb(),
            ask.object(),
            response.code(),
            reason == null ? (own ? "" : response.message()) : reason,
            message == null ? foreign(body) : withoutData(message, ask.object()),
            own ? causes(status, ask.object()) : List.of(),
            retryAfter(response, status, now)),
        null);
  }

  private static @Nullable Object parsed(String body) {
    try {
      return Json.parse(body);
    } catch (JsonParseException e) {
      return null;
    }
  }

  /** What something between us and the API server had to say: a proxy, a gateway, a login page. */
  private static String foreign(String body) {
    return body.isBlank() ? "the answer has no text" : PlainText.atMost(LONGEST_FOREIGN_TEXT, body);
  }

  private static List<ClusterException.Cause> causes(
      @Nullable Object status, @Nullable ObjectRef object) {
    List<ClusterException.Cause> causes = new ArrayList<>();
    for (Map<String, @Nullable Object> cause : Trees.maps(status, "details", "causes")) {
      causes.add(
          new ClusterException.Cause(
              orEmpty(Trees.text(cause, "reason")),
              orEmpty(Trees.text(cause, "field")),
              withoutData(orEmpty(Trees.text(cause, "message")), object)));
    }
    return causes;
  }

  /** Without what the server quotes, which in a Secret is the secret: places and paths stay. */
  private static String withoutData(String message, @Nullable ObjectRef object) {
    if (object == null || !object.kind().equals("Secret")) {
      return message;
    }
    int end =
        BEFORE_DATA.stream()
            .mapToInt(message::indexOf)
            .filter(index -> index >= 0)
            .min()
            .orElse(message.length());
    return end == message.length() ? message : message.substring(0, end) + " (content left out)";
  }

  private static @Nullable Duration retryAfter(
      Response response, @Nullable Object status, Instant now) {
    String header = response.header("Retry-After");
    if (header != null) {
      Duration asked = header(header.strip(), now);
      if (asked != null) {
        return asked.compareTo(LONGEST_RETRY_AFTER) < 0 ? asked : LONGEST_RETRY_AFTER;
      }
    }
    long seconds = Trees.number(0, status, "details", "retryAfterSeconds");
    return seconds > 0 ? Duration.ofSeconds(seconds) : null;
  }

  private static @Nullable Duration header(String value, Instant now) {
    try {
      if (!value.isEmpty() && value.chars().allMatch(c -> c >= '0' && c <= '9')) {
        return Duration.ofSeconds(Long.parseLong(value));
      }
      Instant date = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return date.isAfter(now) ? Duration.between(now, date) : Duration.ZERO;
    } catch (DateTimeParseException | NumberFormatException e) {
      return null;
    }
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
