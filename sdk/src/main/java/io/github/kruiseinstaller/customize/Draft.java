package io.github.kruiseinstaller.customize;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.release.Release;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** A release under change by one option. Finds objects, and says what is missing. */
final class Draft {
  private static final String MANAGER_CONTAINER = "manager";
  private static final String DAEMON_CONTAINER = "daemon";
  private static final String CHECK =
      "Check that the option fits this release; a function passed to an option must not throw.";

  private final String option;
  private final Release original;
  private final List<Manifest> manifests;

  Draft(String option, Release release) {
    this.option = option;
    this.original = release;
    this.manifests = new ArrayList<>(release.manifests());
  }

  static boolean isWebhookConfiguration(Manifest manifest) {
    return manifest.isKind("MutatingWebhookConfiguration")
        || manifest.isKind("ValidatingWebhookConfiguration");
  }

  static Predicate<Manifest> named(String kind, String name) {
    return manifest -> manifest.isKind(kind) && manifest.name().equals(name);
  }

  /** The release as it was before the option. */
  Release before() {
    return original;
  }

  boolean has(Predicate<Manifest> which) {
    return manifests.stream().anyMatch(which);
  }

  List<ObjectRef> refs() {
    return manifests.stream().map(Manifest::ref).toList();
  }

  /**
   * Replaces every object that matches. Whatever the change throws is reported about the object.
   */
  void replace(Predicate<Manifest> which, UnaryOperator<Manifest> change) {
    manifests.replaceAll(manifest -> which.test(manifest) ? changed(manifest, change) : manifest);
  }

  /** Alters every object that matches. */
  void edit(Predicate<Manifest> which, Consumer<Node> change) {
    replace(which, manifest -> manifest.edit(tree -> change.accept(new Node(tree))));
  }

  /** Alters the objects that match, of which there must be one at least. */
  void editSome(Predicate<Manifest> which, String what, Consumer<Node> change) {
    if (!has(which)) {
      throw invalid(
          "the release has no " + what, "Leave the option out, or use a release that has it.");
    }
    edit(which, change);
  }

  void manager(Consumer<Workload> change) {
    edit(
        is(original.managerDeployment()),
        root -> change.accept(new Workload(root, MANAGER_CONTAINER)));
  }

  void daemon(Consumer<Workload> change) {
    editSome(
        this::isDaemon,
        "DaemonSet kruise-daemon (the feature gate KruiseDaemon=false takes it out)",
        root -> change.accept(new Workload(root, DAEMON_CONTAINER)));
  }

  /** The manager, and the daemon where the release has it. */
  void workloads(Consumer<Workload> change) {
    manager(change);
    edit(this::isDaemon, root -> change.accept(new Workload(root, DAEMON_CONTAINER)));
  }

  void service(Consumer<Node> change) {
    edit(is(original.webhookService()), change);
  }

  boolean isDaemon(Manifest manifest) {
    return original.daemon().filter(is(manifest)).isPresent();
  }

  boolean isCertificate(Manifest manifest) {
    return original.certificateSecret().filter(is(manifest)).isPresent();
  }

  void drop(Predicate<Manifest> which) {
    manifests.removeIf(which);
  }

  InstallException invalid(String problem, String remedy) {
    return new InstallException(failure(problem, remedy));
  }

  /** The changed release, validated once more. */
  Release release() {
    if (manifests.equals(original.manifests())) {
      return original;
    }
    try {
      return original.with(manifests);
    } catch (InstallException e) {
      throw new InstallException(
          failure(
                  "the result is no valid release: " + e.failure().message(),
                  "Change the option. " + e.failure().remedy())
              .about(e.failure().object())
              .seen(e.failure().evidence()),
          e);
    }
  }

  private static Predicate<Manifest> is(Manifest one) {
    return other -> other.ref().equals(one.ref());
  }

  private Manifest changed(Manifest manifest, UnaryOperator<Manifest> change) {
    try {
      return change.apply(manifest);
    } catch (InstallException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new InstallException(
          failure(
                  "the change cannot be made: " + e.getMessage(),
                  e instanceof PortTaken ? PortTaken.REMEDY : CHECK)
              .about(manifest.ref()),
          e);
    }
  }

  private Failure failure(String problem, String remedy) {
    return Failure.of(FailureCode.OPTION_INVALID, option + ": " + problem + ".", remedy)
        .in(Stage.LOAD);
  }
}
