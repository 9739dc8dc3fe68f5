package io.github.kruiseinstaller.testkit.internal.admission;

import java.util.HashSet;
import java.util.Set;

/** Which mutating hooks have to look at one request a second time. Used by one thread. */
final class Reinvocation {
  private final Set<String> invoked = new HashSet<>();
  private final Set<String> again = new HashSet<>();
  private boolean changed;
  private boolean second;

  /** The second round begins. */
  void begin() {
    second = true;
  }

  /** Whether a hook is asked in this round. */
  boolean asks(Hook hook) {
    return !second || again.contains(hook.id());
  }

  /** A hook changed the object: those before it that want to know are asked again. */
  void changed() {
    changed = true;
    again.addAll(invoked);
    invoked.clear();
  }

  /** The built-in plugins changed the object in the second round. */
  void changedByPlugins() {
    again.addAll(invoked);
    invoked.clear();
  }

  /** A hook was asked. */
  void asked(Hook hook) {
    if (hook.reinvocable()) {
      invoked.add(hook.id());
    }
  }

  /** Whether there is a second round. */
  boolean needed() {
    return changed;
  }
}
