package io.github.kruiseinstaller.internal.webhook;

import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.plan.ChangeAction;

/** Told after a webhook configuration was written. */
@FunctionalInterface
public interface ArmingListener {
  /**
   * A configuration was written.
   *
   * @param configuration which
   * @param action {@code PARK}, {@code ARM} or {@code DISARM}
   * @param webhooks how many webhooks it holds now
   */
  void written(ObjectRef configuration, ChangeAction action, int webhooks);
}
