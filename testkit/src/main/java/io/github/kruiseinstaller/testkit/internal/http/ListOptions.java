package io.github.kruiseinstaller.testkit.internal.http;

import io.github.kruiseinstaller.testkit.internal.rest.Resources;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;

/** The parameters of lists and watches. */
final class ListOptions {
  private static final String EXACT = "Exact";
  private static final String NOT_OLDER = "NotOlderThan";
  private static final String MATCH = "resourceVersionMatch";
  private static final String INITIAL = "sendInitialEvents";

  private ListOptions() {}

  /** As little as is needed to learn the present resourceVersion. */
  static Resources.Selection one() {
    return new Resources.Selection("", "", 1, "", "", "");
  }

  /**
   * Which objects.
   *
   * @throws io.github.kruiseinstaller.testkit.internal.status.StatusException 400 or 422
   */
  static Resources.Selection selection(Call call) {
    Parameters query = call.query();
    long limit = query.number("limit").orElse(0L);
    query.number("timeoutSeconds");
    Causes causes = new Causes();
    if (call.path().verb().equals("watch")) {
      checkWatch(query, causes);
    } else {
      checkList(query, causes);
    }
    causes.refuse("meta.k8s.io", "ListOptions", "");
    return new Resources.Selection(
        query.text("labelSelector"),
        fieldSelector(call),
        (int) Math.max(0, Math.min(limit, Integer.MAX_VALUE)),
        query.text("continue"),
        query.text("resourceVersion"),
        query.text(MATCH));
  }

  /** A name in the path of a watch, the old way, is a field selector. */
  private static String fieldSelector(Call call) {
    String selector = call.query().text("fieldSelector");
    String name = call.path().name();
    if (name.isEmpty()) {
      return selector;
    }
    String byName = "metadata.name=" + name;
    if (!selector.isEmpty() && !selector.equals(byName)) {
      throw Statuses.badRequest("fieldSelector metadata.name doesn't match requested name");
    }
    return byName;
  }

  private static void checkList(Parameters query, Causes causes) {
    String match = query.text(MATCH);
    String version = query.text("resourceVersion");
    if (!match.isEmpty()) {
      if (version.isEmpty()) {
        causes.forbidden(
            MATCH, "resourceVersionMatch is forbidden unless resourceVersion is provided");
      }
      checkNoContinue(query, causes);
      if (!match.equals(EXACT) && !match.equals(NOT_OLDER)) {
        causes.unsupported(MATCH, match, EXACT, NOT_OLDER, "");
      }
      if (match.equals(EXACT) && version.equals("0")) {
        causes.forbidden(
            MATCH, "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"");
      }
    }
    if (query.has(INITIAL)) {
      causes.forbidden(INITIAL, "sendInitialEvents is forbidden for list");
    }
  }

  private static void checkWatch(Parameters query, Causes causes) {
    String match = query.text(MATCH);
    if (query.has(INITIAL) && !match.equals(NOT_OLDER)) {
      causes.forbidden(
          MATCH, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
    }
    if (!match.isEmpty()) {
      if (!query.has(INITIAL)) {
        causes.forbidden(
            MATCH,
            "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
      }
      if (!match.equals(NOT_OLDER)) {
        causes.unsupported(MATCH, match, NOT_OLDER);
      }
      checkNoContinue(query, causes);
    }
  }

  private static void checkNoContinue(Parameters query, Causes causes) {
    if (!query.text("continue").isEmpty()) {
      causes.forbidden(MATCH, "resourceVersionMatch is forbidden when continue is provided");
    }
  }
}
