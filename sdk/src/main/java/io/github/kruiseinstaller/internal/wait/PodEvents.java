package io.github.kruiseinstaller.internal.wait;

import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.text.PlainText;
import io.github.kruiseinstaller.model.Manifest;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/** What the cluster's components had to say about an object, newest first. */
final class PodEvents {
  private static final int MOST = 5;
  private static final int LONGEST = 500;

  private final Cluster cluster;

  PodEvents(Cluster cluster) {
    this.cluster = cluster;
  }

  /** The newest events about an object with one of these reasons, as {@code Reason: message}. */
  List<String> of(Manifest object, String... reasons) {
    Set<String> wanted = Set.of(reasons);
    return about(object)
        .filter(event -> wanted.contains(event.text("reason")))
        .map(PodEvents::text)
        .distinct()
        .limit(MOST)
        .toList();
  }

  /** The newest warnings about an object, as {@code Reason: message}. */
  List<String> warnings(Manifest object) {
    return about(object)
        .filter(event -> "Warning".equals(event.text("type")))
        .map(PodEvents::text)
        .distinct()
        .limit(MOST)
        .toList();
  }

  private Stream<Manifest> about(Manifest object) {
    Cluster.Query query =
        new Cluster.Query(
            "v1", "Event", object.namespace(), "", "involvedObject.name=" + object.name());
    return PodReasons.orEmpty(() -> cluster.list(query).items()).stream()
        .filter(
            event ->
                Objects.equals(event.text("involvedObject", "kind"), object.kind())
                    && (event.text("involvedObject", "uid") == null
                        || Objects.equals(event.text("involvedObject", "uid"), object.uid())))
        .sorted(Comparator.comparing(PodEvents::when).reversed());
  }

  /** RFC 3339 in UTC, which sorts as text. */
  private static String when(Manifest event) {
    return Stream.of(
            event.text("series", "lastObservedTime"),
            event.text("lastTimestamp"),
            event.text("eventTime"),
            event.text("metadata", "creationTimestamp"))
        .filter(Objects::nonNull)
        .findFirst()
        .orElse("");
  }

  private static String text(Manifest event) {
    return PlainText.atMost(LONGEST, event.text("reason") + ": " + event.text("message"));
  }
}
