package io.github.kruiseinstaller.internal.lock;

import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a Lease says. Its times are by the clock of whoever wrote them and for people only.
 *
 * @param holder who holds it; empty when nobody does
 * @param duration for how long without renewal he does; {@link InstallationLock#DURATION} when the
 *     Lease does not say
 * @param acquireTime since when, or null
 * @param renewTime when he last said so, or null
 * @param transitions how often it has changed hands
 */
record LeaseRecord(
    String holder,
    Duration duration,
    @Nullable String acquireTime,
    @Nullable String renewTime,
    long transitions) {
  private static final DateTimeFormatter MICRO_TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /** Reads a Lease. */
  static LeaseRecord of(Manifest lease) {
    String holder = lease.text("spec", "holderIdentity");
    long seconds = lease.number(0, "spec", "leaseDurationSeconds");
    return new LeaseRecord(
        holder == null ? "" : holder,
        seconds > 0 ? Duration.ofSeconds(seconds) : InstallationLock.DURATION,
        lease.text("spec", "acquireTime"),
        lease.text("spec", "renewTime"),
        lease.number(0, "spec", "leaseTransitions"));
  }

  /** Nobody holds it. */
  boolean isFree() {
    return holder.isEmpty();
  }

  /** What it says once somebody has taken it, now by his clock. */
  LeaseRecord taken(String by, Instant now) {
    String text = MICRO_TIME.format(now);
    return new LeaseRecord(by, InstallationLock.DURATION, text, text, transitions + 1);
  }

  /** What it says of somebody who is the first to hold it. */
  static LeaseRecord first(String by, Instant now) {
    String text = MICRO_TIME.format(now);
    return new LeaseRecord(by, InstallationLock.DURATION, text, text, 0);
  }

  /** What it says when its holder has said again that he is there. */
  LeaseRecord renewed(Instant now) {
    return new LeaseRecord(
        holder, InstallationLock.DURATION, acquireTime, MICRO_TIME.format(now), transitions);
  }

  /** What it says when its holder has given it back. */
  LeaseRecord released(Instant now) {
    return new LeaseRecord("", duration, acquireTime, MICRO_TIME.format(now), transitions);
  }

  /** Until when its holder holds it, by his clock, for people. */
  String until() {
    if (renewTime == null) {
      return "an unknown time";
    }
    try {
      return MICRO_TIME.format(Instant.parse(renewTime).plus(duration));
    } catch (DateTimeParseException e) {
      return duration.toSeconds() + " s after " + renewTime;
    }
  }

  /** A new Lease that says this. */
  Manifest lease(ObjectRef ref) {
    Map<String, @Nullable Object> root = new LinkedHashMap<>();
    root.put("apiVersion", ref.apiVersion());
    root.put("kind", ref.kind());
    Map<String, @Nullable Object> metadata = Trees.child(root, "metadata");
    metadata.put("name", ref.name());
    metadata.put("namespace", ref.namespace());
    write(Trees.child(root, "spec"));
    return Manifest.of(root);
  }

  /** A live Lease changed so that it says this, for a replacement of just this version. */
  Manifest in(Manifest live) {
    return live.edit(root -> write(Trees.child(root, "spec")));
  }

  private void write(Map<String, @Nullable Object> spec) {
    spec.put("holderIdentity", holder);
    spec.put("leaseDurationSeconds", duration.toSeconds());
    spec.put("acquireTime", acquireTime);
    spec.put("renewTime", renewTime);
    spec.put("leaseTransitions", transitions);
  }
}
