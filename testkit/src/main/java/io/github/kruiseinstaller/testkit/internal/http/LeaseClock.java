package io.github.kruiseinstaller.testkit.internal.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;

/** Shifts the times in Leases. */
public final class LeaseClock {
  private static final DateTimeFormatter MICRO =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private LeaseClock() {}

  /** Shifts a Lease, or all of a list of them; leaves anything else alone. */
  public static void shift(ObjectNode answer, Duration shift) {
    String kind = Nodes.textOrEmpty(answer, "kind");
    if (kind.equals("Lease")) {
      shiftOne(answer, shift);
    } else if (kind.equals("LeaseList")) {
      for (JsonNode item : Nodes.list(answer, "items")) {
        shiftOne(item, shift);
      }
    }
  }

  private static void shiftOne(JsonNode lease, Duration shift) {
    if (lease.get("spec") instanceof ObjectNode spec) {
      for (String field : List.of("renewTime", "acquireTime")) {
        Nodes.text(spec, field)
            .ifPresent(
                time -> {
                  try {
                    spec.put(field, MICRO.format(Instant.parse(time).plus(shift)));
                  } catch (DateTimeParseException e) {
                    // A time that is none stays what it is.
                    spec.put(field, time);
                  }
                });
      }
    }
  }
}
