package io.github.kruiseinstaller.e2e;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonSyntaxException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** What an API server has been asked, as it says itself. */
public final class AuditLog {
  private static final Set<String> WRITES =
      Set.of("create", "update", "patch", "delete", "deletecollection");

  /** Kinds that only answer a question, although they are asked by "create". */
  private static final Set<String> QUESTIONS =
      Set.of("selfsubjectaccessreviews", "selfsubjectrulesreviews", "selfsubjectreviews");

  private final Path file;

  AuditLog(Path file) {
    this.file = file;
  }

  /** Where the log ends now, for {@link #since}. */
  public long position() {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * One request that is over.
   *
   * @param userAgent who, as the client calls itself
   * @param verb such as {@code patch}
   * @param uri path and query
   * @param resource such as {@code pods}, empty when it was not about a resource
   * @param status the HTTP status
   */
  public record Request(String userAgent, String verb, String uri, String resource, int status) {
    /** Whether it asked to store something: no dry run, and no mere question. */
    public boolean isWrite() {
      return WRITES.contains(verb) && !uri.contains("dryRun=All") && !QUESTIONS.contains(resource);
    }
  }

  /** The requests since a position whose client calls itself something that begins so. */
  public List<Request> since(long position, String userAgentPrefix) {
    return lines(position).stream()
        .map(AuditLog::parse)
        .filter(request -> request.userAgent().startsWith(userAgentPrefix))
        .toList();
  }

  private List<String> lines(long position) {
    try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
      log.seek(position);
      byte[] bytes = new byte[Math.toIntExact(log.length() - position)];
      log.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8)
          .lines()
          .filter(AuditLog::isComplete)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isComplete(String line) {
    try {
      JsonElement event = JsonParser.parseString(line);
      return event.isJsonObject()
          && "ResponseComplete".equals(text(event.getAsJsonObject(), "stage"));
    } catch (JsonSyntaxException beingWritten) {
      return false;
    }
  }

  private static Request parse(String line) {
    JsonObject event = JsonParser.parseString(line).getAsJsonObject();
    JsonObject object = event.getAsJsonObject("objectRef");
    JsonObject response = event.getAsJsonObject("responseStatus");
    return new Request(
        text(event, "userAgent"),
        text(event, "verb"),
        text(event, "requestURI"),
        object == null ? "" : text(object, "resource"),
        response == null || response.get("code") == null ? 0 : response.get("code").getAsInt());
  }

  private static String text(JsonObject object, String key) {
    JsonElement value = object.get(key);
    return value == null ? "" : value.getAsString();
  }
}
