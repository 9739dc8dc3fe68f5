package io.github.kruiseinstaller.internal.uninstall;

import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.uninstall.KeptObject;
import io.github.kruiseinstaller.uninstall.UninstallOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which namespaces go, and why the others stay.
 *
 * @param removed those that go
 * @param staying those that stay
 */
record NamespacePlan(List<Manifest> removed, List<KeptObject> staying) {
  private static final int MOST_NAMED = 5;

  NamespacePlan {
    removed = List.copyOf(removed);
    staying = List.copyOf(staying);
  }

  static NamespacePlan of(Survey survey, UninstallOptions options) {
    List<Manifest> removed = new ArrayList<>();
    List<KeptObject> staying = new ArrayList<>();
    for (Survey.LiveNamespace namespace : survey.namespaces()) {
      Optional<String> why = why(namespace, options);
      if (why.isPresent()) {
        staying.add(new KeptObject(namespace.manifest().ref(), why.get()));
      } else {
        removed.add(namespace.manifest());
      }
    }
    return new NamespacePlan(removed, staying);
  }

  /** What stays: namespaces, and what else is in them. */
  List<KeptObject> kept(List<KeptObject> others) {
    List<KeptObject> all = new ArrayList<>(staying);
    all.addAll(others);
    return all;
  }

  private static Optional<String> why(Survey.LiveNamespace namespace, UninstallOptions options) {
    Manifest live = namespace.manifest();
    if (!options.removesNamespaces()) {
      return Optional.of(
          live.at("metadata", "deletionTimestamp") == null
              ? "namespaces stay unless removeNamespaces() asks for it"
              : "somebody is deleting it: kubectl get namespace "
                  + live.name()
                  + " -o jsonpath='{.status.conditions}' says what it waits for");
    }
    if (live.labels().containsKey(Protection.LABEL)) {
      return Optional.of(
          "it is protected from deletion; to allow it: " + Protection.command(live.ref()));
    }
    Optional<String> other = NamespaceOrigin.foreign(live);
    if (other.isPresent()) {
      return Optional.of(
          "it was made by " + other.get() + "; by hand: kubectl delete namespace " + live.name());
    }
    return held(namespace.foreign(), namespace.unread());
  }

  /**
   * Why a namespace cannot go: what others have in it, or may have.
   *
   * @param unread which kinds could not be listed, and why
   */
  static Optional<String> held(List<Manifest> others, List<String> unread) {
    if (!others.isEmpty()) {
      return Optional.of("it holds " + named(others));
    }
    return unread.isEmpty()
        ? Optional.empty()
        : Optional.of("it may hold what was not seen: " + first(unread));
  }

  /** The first few of what else is in a namespace. */
  private static String named(List<Manifest> others) {
    return first(others.stream().map(each -> each.ref().toString()).toList());
  }

  private static String first(List<String> all) {
    String first = String.join(", ", all.stream().limit(MOST_NAMED).toList());
    int more = all.size() - MOST_NAMED;
    return more > 0 ? first + " and " + more + " more" : first;
  }
}
