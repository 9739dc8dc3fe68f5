package io.github.kruiseinstaller.e2e.contract;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The order of causes is chance in two answers: conflicts of an apply with several managers, and
 * what the schema of a custom resource refuses.
 */
final class CauseOrder {
  private static final String CUSTOM_GROUP = "example.com";

  private CauseOrder() {}

  /** Sorts the causes of such a Status, and names them in its message in that order. */
  static void settle(JsonObject status) {
    String group = Pointers.text(status, "/details/group");
    boolean custom = group != null && group.endsWith(CUSTOM_GROUP);
    if (!(Pointers.find(status, "/details/causes") instanceof JsonArray causes)
        || !(custom || "Conflict".equals(Pointers.text(status, "/reason")))) {
      return;
    }
    List<JsonElement> sorted = new ArrayList<>(causes.asList());
    sorted.sort(Comparator.comparing(CauseOrder::text));
    JsonArray settled = new JsonArray();
    sorted.forEach(settled::add);
    status.getAsJsonObject("details").add("causes", settled);
    String message = Pointers.text(status, "/message");
    String all = sorted.stream().map(CauseOrder::text).collect(Collectors.joining(", ", "[", "]"));
    int list = message == null ? -1 : message.length() - all.length();
    if (custom && message != null && list > 0 && message.charAt(list) == '[') {
      status.addProperty("message", message.substring(0, list) + all);
    }
  }

  private static String text(JsonElement cause) {
    return Pointers.text(cause, "/field") + ": " + Pointers.text(cause, "/message");
  }
}
