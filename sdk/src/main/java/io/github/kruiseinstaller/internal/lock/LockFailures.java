package io.github.kruiseinstaller.internal.lock;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.text.PlainText;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a run says that has not got the lock, or has got it no longer. */
final class LockFailures {
  private LockFailures() {}

  /** Somebody else holds it. */
  static InstallException locked(ObjectRef lease, LeaseRecord record, Duration waited) {
    return new InstallException(
        Failure.of(
                FailureCode.LOCKED,
                "another installer is at work in namespace "
                    + lease.namespace()
                    + ": "
                    + Holder.describe(record.holder())
                    + "; nothing was written",
                "Wait until it has finished and run again, or give more time with"
                    + " waitForLock(...). See whether it still renews: "
                    + look(lease)
                    + ". Delete the Lease only when you know that its holder is dead; a dead"
                    + " holder is replaced "
                    + PlainText.duration(record.duration())
                    + " after its last renewal anyway.")
            .about(lease)
            .seen(
                List.of(
                    "held since " + record.acquireTime() + ", by the holder's clock",
                    "held until " + record.until() + " unless renewed, by the holder's clock",
                    "waited " + PlainText.duration(waited))));
  }

  /** It is free time and again, and never for us. */
  static InstallException contended(ObjectRef lease, int tries) {
    return new InstallException(
        Failure.of(
                FailureCode.CONFLICT,
                "the lock of the installation changes all the time: "
                    + tries
                    + " tries to take it found a newer one; nothing was written",
                "Look who writes it (metadata.managedFields): "
                    + look(lease)
                    + " --show-managed-fields. Stop that and run again.")
            .about(lease));
  }

  /**
   * It was ours, and is no longer.
   *
   * @param live the Lease as it is now, or null when it is gone
   */
  static InstallException lost(ObjectRef lease, String own, @Nullable Manifest live) {
    LeaseRecord record = live == null ? null : LeaseRecord.of(live);
    String now =
        record == null
            ? "somebody has deleted it"
            : record.isFree()
                ? "somebody has taken it away, and nobody holds it"
                : Holder.describe(record.holder()) + " holds it";
    return new InstallException(
        Failure.of(
                FailureCode.LOCK_LOST,
                "this run no longer holds the lock of the installation: "
                    + now
                    + "; nothing was written since that was seen",
                "Look whether another installer is at work: "
                    + look(lease)
                    + ". Run again once it has finished: a run continues where the last one"
                    + " ended. Where no other is at work, find out what deletes or edits the Lease,"
                    + " or what keeps this process or its network from renewing it.")
            .about(lease)
            .seen(List.of("it was held by " + Holder.describe(own))));
  }

  /** How a person looks at the Lease. */
  private static String look(ObjectRef lease) {
    return "kubectl -n " + lease.namespace() + " get lease " + lease.name() + " -o yaml";
  }
}
