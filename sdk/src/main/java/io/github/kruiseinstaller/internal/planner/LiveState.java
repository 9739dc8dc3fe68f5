package io.github.kruiseinstaller.internal.planner;

import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.plan.PlannedChange;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the cluster has, as far as the release is concerned, and in what it differs from it.
 *
 * @param namespaces all live namespaces
 * @param objects the live objects that the release also has
 * @param serving whether the armed webhooks are answered
 * @param changes what applying the release would change, by object
 * @param retries what makes controllers try again whose Pods were refused
 */
public record LiveState(
    List<Manifest> namespaces,
    Map<ObjectRef, Manifest> objects,
    WebhookService serving,
    Map<ObjectRef, PlannedChange> changes,
    List<PlannedChange> retries) {
  /** Copies. */
  public LiveState {
    namespaces = List.copyOf(namespaces);
    objects = Map.copyOf(objects);
    changes = Map.copyOf(changes);
    retries = List.copyOf(retries);
  }

  /** A live object that the release also has. */
  public Optional<Manifest> object(ObjectRef ref) {
    return Optional.ofNullable(objects.get(ref));
  }

  /** A live namespace. */
  public Optional<Manifest> namespace(String name) {
    return namespaces.stream().filter(namespace -> namespace.name().equals(name)).findFirst();
  }

  /**
   * Whether somebody answers the webhook Service.
   *
   * @param answering whether requests are answered; true when nothing is armed and nobody asked
   * @param evidence why not, for people; empty when answering
   */
  public record WebhookService(boolean answering, String evidence) {
    /** It is answered. */
    public static final WebhookService ANSWERING = new WebhookService(true, "");

    /** It is not answered. */
    public static WebhookService dead(String evidence) {
      return new WebhookService(false, evidence);
    }
  }
}
