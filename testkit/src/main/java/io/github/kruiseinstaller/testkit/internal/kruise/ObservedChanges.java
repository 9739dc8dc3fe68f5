package io.github.kruiseinstaller.testkit.internal.kruise;

import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Observer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

/**
 * Changes as the API server's own observer hears of them: no watch, and so no thread, is needed.
 */
public final class ObservedChanges implements Changes, Observer {
  private final Map<String, List<Interest>> interested = new ConcurrentHashMap<>();

  /** Told apart by identity, so that each subscription ends by itself. */
  private static final class Interest {
    private final BiConsumer<String, String> changed;

    private Interest(BiConsumer<String, String> changed) {
      this.changed = changed;
    }
  }

  @Override
  public Subscription subscribe(String groupResource, BiConsumer<String, String> changed) {
    List<Interest> of =
        interested.computeIfAbsent(groupResource, unused -> new CopyOnWriteArrayList<>());
    Interest one = new Interest(changed);
    of.add(one);
    return () -> of.remove(one);
  }

  @Override
  public void wrote(String verb, Resource resource, String namespace, String name, Effect effect) {
    if (effect != Effect.NONE) {
      interested
          .getOrDefault(resource.groupResource(), List.of())
          .forEach(interest -> interest.changed.accept(namespace, name));
    }
  }
}
