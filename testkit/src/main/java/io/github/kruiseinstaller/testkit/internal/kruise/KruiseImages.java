package io.github.kruiseinstaller.testkit.internal.kruise;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import io.github.kruiseinstaller.testkit.internal.workload.Images;
import io.github.kruiseinstaller.testkit.internal.workload.Program;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A registry that has OpenKruise's images, whatever it is called and whatever prefix they have:
 * {@code kruise-manager} (manager and daemon, told apart by the container's command), {@code
 * kruise-daemon} and {@code kruise-helm-hook}. What another registry knows to be missing, or to run
 * something else, is left as it is. Thread-safe.
 */
public final class KruiseImages implements Images {
  /** What an image without a readable tag holds. */
  private static final ManagerVersion NEWEST = new ManagerVersion(1, 8, 3);

  private final Images registry;
  private final Surroundings surroundings;
  private final CertificateCheck certificates = new CertificateCheck();
  private volatile KruiseBehavior behavior;

  /**
   * Images on top of others.
   *
   * @param registry has all images, and says how long they take to pull
   */
  public KruiseImages(Images registry, Surroundings surroundings, KruiseBehavior behavior) {
    this.registry = registry;
    this.surroundings = surroundings;
    this.behavior = behavior;
  }

  /** Containers that start from now on behave like this. */
  public synchronized void behave(KruiseBehavior newBehavior) {
    behavior = newBehavior;
  }

  /**
   * Containers that start from now on behave like this.
   *
   * @param change makes it of how they behave now, which nobody else changes meanwhile
   */
  public synchronized void change(UnaryOperator<KruiseBehavior> change) {
    behavior = change.apply(behavior);
  }

  /** How containers that start now behave. */
  public KruiseBehavior behavior() {
    return behavior;
  }

  @Override
  public Content content(String image) {
    Content content = registry.content(image);
    if (content instanceof Content.Available available && available.program() == null) {
      String name = image.replaceFirst("@.*$", "").replaceFirst(".*/", "").replaceFirst(":.*$", "");
      return switch (name) {
        case "kruise-manager" ->
            new Content.Available(
                available.pull(), byCommand(ManagerVersion.ofImage(image).orElse(NEWEST)));
        case "kruise-daemon" -> new Content.Available(available.pull(), daemon());
        case "kruise-helm-hook" ->
            new Content.Available(available.pull(), new UninstallHook(surroundings));
        default -> content;
      };
    }
    return content;
  }

  /** One image holds both; without a command it is the manager. */
  private Program byCommand(ManagerVersion version) {
    Program manager = new ManagerProgram(surroundings, this::behavior, version, certificates);
    Program daemon = daemon();
    return container -> {
      List<JsonNode> command = Nodes.list(container.spec(), "command");
      boolean isDaemon = !command.isEmpty() && command.get(0).asText().endsWith("kruise-daemon");
      return (isDaemon ? daemon : manager).start(container);
    };
  }

  private Program daemon() {
    return new DaemonProgram(surroundings.timers(), this::behavior);
  }
}
