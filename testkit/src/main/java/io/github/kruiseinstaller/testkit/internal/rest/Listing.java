package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Resources.Page;
import io.github.kruiseinstaller.testkit.internal.rest.Resources.Selection;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.status.StatusException.Cause;
import io.github.kruiseinstaller.testkit.internal.status.StatusException.Details;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.store.CompactedException;
import io.github.kruiseinstaller.testkit.internal.store.ObjectStore;
import io.github.kruiseinstaller.testkit.internal.store.Snapshot;
import io.github.kruiseinstaller.testkit.internal.store.Stored;
import java.util.ArrayList;
import java.util.List;

/** GET of a collection: the newest state, an exact one, or page by page. */
final class Listing {
  private static final String EXPIRED = "The resourceVersion for the provided list is too old.";
  private static final String INCONSISTENT =
      "The provided continue parameter is too old to display a consistent list result. You can"
          + " start a new list without the continue parameter, or use the continue token in this"
          + " response to retrieve the remainder of the results. Continuing with the provided"
          + " token results in an inconsistent list - objects that were created, modified, or"
          + " deleted between the time the first chunk was returned and now may show up in the"
          + " list.";

  private final ObjectStore store;
  private final Versions versions;

  Listing(ObjectStore store, Versions versions) {
    this.store = store;
    this.versions = versions;
  }

  Page list(Resource resource, String namespace, Selection selection) {
    Matching matching = Matching.of(resource, selection, versions.selectableFields(resource));
    String where = matching.namespace(namespace);
    Snapshot snapshot;
    List<Stored> candidates;
    if (selection.continueToken().isEmpty()) {
      snapshot = snapshot(resource, where, selection);
      candidates = snapshot.items();
    } else {
      ContinueToken token = ContinueToken.decode(selection.continueToken());
      refuseVersionWithToken(selection);
      snapshot = snapshot(resource, where, token);
      candidates =
          snapshot.items().stream()
              .filter(item -> key(item, where).compareTo(token.start()) >= 0)
              .toList();
    }
    int limit = selection.resourceVersion().equals("0") ? 0 : selection.limit();
    return page(resource, where, matching, new Snapshot(candidates, snapshot.revision()), limit);
  }

  /** All that are selected as they are now, to look at only. */
  List<ObjectNode> views(Resource resource, String namespace, Selection selection) {
    Matching matching = Matching.of(resource, selection, versions.selectableFields(resource));
    List<Stored> selected =
        store.list(resource.groupResource(), matching.namespace(namespace)).items().stream()
            .filter(item -> matching.matches(item.tree()))
            .toList();
    return versions.viewAll(resource, selected);
  }

  private Page page(
      Resource resource, String namespace, Matching matching, Snapshot from, int limit) {
    List<Stored> selected = new ArrayList<>();
    List<Stored> items = from.items();
    for (int i = 0; i < items.size(); i++) {
      Stored item = items.get(i);
      if (matching.matches(item.tree())) {
        selected.add(item);
        if (selected.size() == limit && i < items.size() - 1) {
          String token = ContinueToken.after(key(item, namespace), from.revision()).encode();
          long remaining = matching.isEverything() ? items.size() - limit : 0;
          return page(resource, selected, from.revision(), token, remaining);
        }
      }
    }
    return page(resource, selected, from.revision(), "", 0);
  }

  private Page page(
      Resource resource, List<Stored> selected, long revision, String token, long remaining) {
    return new Page(
        versions.readAll(resource, selected), Long.toString(revision), token, remaining);
  }

  private Snapshot snapshot(Resource resource, String namespace, Selection selection) {
    String version = selection.resourceVersion();
    if (version.isEmpty() || version.equals("0")) {
      return store.list(resource.groupResource(), namespace);
    }
    long revision = parse(version);
    refuseFuture(revision);
    boolean exact =
        selection.resourceVersionMatch().equals("Exact")
            || (selection.resourceVersionMatch().isEmpty() && selection.limit() > 0);
    if (!exact) {
      return store.list(resource.groupResource(), namespace);
    }
    try {
      return store.list(resource.groupResource(), namespace, revision);
    } catch (CompactedException e) {
      throw Statuses.expired(EXPIRED);
    }
  }

  private Snapshot snapshot(Resource resource, String namespace, ContinueToken token) {
    if (token.revision() < 0) {
      return store.list(resource.groupResource(), namespace);
    }
    refuseFuture(token.revision());
    try {
      return store.list(resource.groupResource(), namespace, token.revision());
    } catch (CompactedException e) {
      String anyway = new ContinueToken(ContinueToken.LATEST, token.start()).encode();
      throw new StatusException(410, "Expired", INCONSISTENT, null, anyway);
    }
  }

  private static void refuseVersionWithToken(Selection selection) {
    String version = selection.resourceVersion();
    if (!version.isEmpty() && !version.equals("0")) {
      throw Statuses.badRequest("specifying resource version is not allowed when using continue");
    }
  }

  private static long parse(String version) {
    try {
      return Long.parseUnsignedLong(version);
    } catch (NumberFormatException e) {
      throw Statuses.badRequest(
          "invalid resource version: resourceVersion: Invalid value: \""
              + version
              + "\": strconv.ParseUint: parsing \""
              + version
              + "\": invalid syntax");
    }
  }

  /**
   * A real API server waits three seconds for it to come. Here nothing can be ahead of it but the
   * event of a write that is not over.
   */
  private void refuseFuture(long revision) {
    long now = store.exclusively(store::revision);
    if (revision > now) {
      throw new StatusException(
          504,
          "Timeout",
          "Timeout: Too large resource version: " + revision + ", current: " + now,
          new Details(
              "",
              "",
              "",
              "",
              List.of(new Cause("ResourceVersionTooLarge", "Too large resource version", "")),
              1));
    }
  }

  /** Within one namespace a token does not name it. */
  private static String key(Stored item, String namespace) {
    return namespace.isEmpty() && !item.namespace().isEmpty()
        ? item.namespace() + "/" + item.name()
        : item.name();
  }
}
