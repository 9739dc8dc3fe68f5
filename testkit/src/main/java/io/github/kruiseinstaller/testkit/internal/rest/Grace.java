package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The time that a pod gets to end. Other kinds get none.
 *
 * @param sort what the deletion comes to
 * @param seconds how long, when graceful
 */
record Grace(Sort sort, long seconds) {
  /** What a deletion comes to. */
  enum Sort {
    /** The object knows no grace, or had it. */
    NONE,
    /** It ends already, and no later than is asked for now. */
    PENDING,
    /** It gets {@link Grace#seconds}; with none, it is marked and then removed at once. */
    GRACEFUL
  }

  private static final Grace NONE = new Grace(Sort.NONE, 0);
  private static final Grace PENDING = new Grace(Sort.PENDING, 0);

  /**
   * Marks a pod for deletion.
   *
   * @param object changed when graceful
   * @param wanted in seconds, or null for the pod's own
   */
  static Grace mark(ObjectNode object, boolean pod, @Nullable Long wanted, Instant now) {
    if (!pod) {
      return NONE;
    }
    Long asked = wanted == null || wanted >= 0 ? wanted : Long.valueOf(1);
    return Metadata.isDeleting(object) ? shorten(object, asked, now) : begin(object, asked, now);
  }

  private static Grace begin(ObjectNode pod, @Nullable Long asked, Instant now) {
    long own = Nodes.number(0, pod, "spec", "terminationGracePeriodSeconds");
    long seconds = Math.max(0, asked != null ? asked : own);
    boolean scheduled = !Nodes.textOrEmpty(pod, "spec", "nodeName").isEmpty();
    boolean ended =
        Set.of("Failed", "Succeeded").contains(Nodes.textOrEmpty(pod, "status", "phase"));
    if (!scheduled || ended) {
      seconds = 0;
    }
    put(pod, now.plusSeconds(seconds), seconds);
    growGeneration(pod);
    return new Grace(Sort.GRACEFUL, seconds);
  }

  private static Grace shorten(ObjectNode pod, @Nullable Long asked, Instant now) {
    long given = Nodes.number(0, pod, "metadata", "deletionGracePeriodSeconds");
    if (given == 0) {
      return NONE;
    }
    if (asked == null || asked >= given) {
      return PENDING;
    }
    long seconds = asked;
    Instant end =
        Instant.parse(Nodes.textOrEmpty(pod, "metadata", "deletionTimestamp"))
            .minusSeconds(given)
            .plusSeconds(seconds);
    if (end.isBefore(now.truncatedTo(ChronoUnit.SECONDS))) {
      end = now;
      seconds = seconds == 0 ? 0 : 1;
    }
    put(pod, end, seconds);
    return new Grace(Sort.GRACEFUL, seconds);
  }

  private static void put(ObjectNode object, Instant end, long seconds) {
    Metadata.of(object)
        .put("deletionTimestamp", Metadata.text(end))
        .put("deletionGracePeriodSeconds", seconds);
  }

  /** Marks an object without grace that finalizers keep. */
  static void markHeld(ObjectNode object, Instant now) {
    if (!Metadata.isDeleting(object)) {
      growGeneration(object);
      Metadata.of(object).put("deletionTimestamp", Metadata.text(now));
    } else if (Instant.parse(Nodes.textOrEmpty(object, "metadata", "deletionTimestamp"))
        .isAfter(now)) {
      Metadata.of(object).put("deletionTimestamp", Metadata.text(now));
    }
    Metadata.of(object).put("deletionGracePeriodSeconds", 0L);
  }

  private static void growGeneration(ObjectNode object) {
    long generation = Nodes.number(0, object, "metadata", "generation");
    if (generation > 0) {
      Metadata.of(object).put("generation", generation + 1);
    }
  }
}
