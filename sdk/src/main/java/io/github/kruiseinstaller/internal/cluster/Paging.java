package io.github.kruiseinstaller.internal.cluster;

import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads a list page by page, from the start again when the server has forgotten the pages. */
final class Paging {
  private static final int PAGE = 500;
  private static final int GONE = 410;

  private final Function<Ask, Object> source;
  private final Ask ask;
  private final Cluster.Query query;

  Paging(Function<Ask, Object> source, Ask ask, Cluster.Query query) {
    this.source = source;
    this.ask = ask.with("limit", Integer.toString(PAGE));
    this.query = query;
  }

  /** All items; none when the cluster does not have the kind. */
  Cluster.Listing all() {
    List<Manifest> items = new ArrayList<>();
    String token = "";
    while (true) {
      Object page;
      try {
        page = source.apply(ask.with("continue", token));
      } catch (ClusterException e) {
        if (e.isNotFound()) {
          return new Cluster.Listing(List.of(), "");
        }
        if (e.status() != GONE || token.isEmpty()) {
          throw e;
        }
        items.clear();
        token = "";
        continue;
      }
      Trees.maps(page, "items").forEach(item -> items.add(complete(item)));
      token = orEmpty(Trees.text(page, "metadata", "continue"));
      if (token.isEmpty()) {
        return new Cluster.Listing(items, orEmpty(Trees.text(page, "metadata", "resourceVersion")));
      }
    }
  }

  /** The items of a list of built-in kinds come without what they are. */
  private Manifest complete(Map<String, @Nullable Object> item) {
    Map<String, @Nullable Object> whole = new LinkedHashMap<>();
    whole.put("apiVersion", query.apiVersion());
    whole.put("kind", query.kind());
    whole.putAll(item);
    return Manifest.of(whole);
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
