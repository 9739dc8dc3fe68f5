package io.github.kruiseinstaller.testkit.internal.http;

import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Observer;

/**
 * Finds out what a request has done to the store: the part of a cluster's wiring that hears of
 * every write, asked by the thread that carries the request out.
 */
public final class EffectMeter implements Observer {
  private final ThreadLocal<Effect> effect = ThreadLocal.withInitial(() -> Effect.NONE);

  @Override
  public void wrote(String verb, Resource resource, String namespace, String name, Effect written) {
    // Of several writes, such as those of a deletecollection, the last that did something counts.
    if (written != Effect.NONE) {
      effect.set(written);
    }
  }

  /** A request begins in this thread. */
  void begin() {
    effect.remove();
  }

  /** What has been written in this thread since, in the words of the record. */
  io.github.kruiseinstaller.testkit.fault.Effect end() {
    Effect written = effect.get();
    effect.remove();
    return switch (written) {
      case NONE -> io.github.kruiseinstaller.testkit.fault.Effect.NONE;
      case CREATED -> io.github.kruiseinstaller.testkit.fault.Effect.CREATED;
      case CHANGED -> io.github.kruiseinstaller.testkit.fault.Effect.CHANGED;
      case DELETED -> io.github.kruiseinstaller.testkit.fault.Effect.DELETED;
    };
  }
}
