package io.github.kruiseinstaller.internal.uninstall;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.Cluster.Query;
import io.github.kruiseinstaller.internal.cluster.KindNames;
import io.github.kruiseinstaller.internal.live.Seen;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.internal.wait.PodReasons;
import io.github.kruiseinstaller.internal.wait.WaitTimeoutException;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Explains deletions that do not come to their end, with the command that ends them. */
final class StuckDeletion {
  private static final Duration LOOK = Duration.ofSeconds(3);
  private static final String FOREGROUND = "foregroundDeletion";
  private static final int NAMED = 10;
  private static final String AGAIN = " Then run again: a run continues where the last one ended.";

  private StuckDeletion() {}

  /** The explanation of custom resources that only a manager that is not there would let go. */
  static InstallException withoutManager(Collection<Manifest> stuck) {
    return new InstallException(
        Failure.of(
                FailureCode.FINALIZERS_STUCK,
                "custom resources have finalizers that only the manager takes off, and no manager"
                    + " is ready; nothing was written",
                "Bring the manager back with repair() and run again; or, where what it cleans up"
                    + " does not matter any more, take the finalizers off by hand with the commands"
                    + " above, and run again.")
            .about(stuck.iterator().next().ref())
            .seen(stuck.stream().map(StuckDeletion::line).toList()));
  }

  /** What became of a wait for deletions that ended without success. */
  static RuntimeException explained(Cluster cluster, WaitTimeoutException timeout) {
    ObjectRef ref = timeout.object();
    Optional<Manifest> live = Seen.by(() -> cluster.within(LOOK).get(ref)).orElse(Optional.empty());
    if (live.isEmpty()) {
      return timeout;
    }
    if (ref.kind().equals("Namespace")) {
      return namespace(live.get(), timeout);
    }
    if (live.get().list("metadata", "finalizers").isEmpty()) {
      return ref.kind().equals("Pod") ? pod(ref, timeout) : timeout;
    }
    if (live.get().list("metadata", "finalizers").equals(List.of(FOREGROUND))) {
      return owner(cluster, live.get(), timeout);
    }
    boolean definition = ref.kind().equals("CustomResourceDefinition");
    return new InstallException(
        Failure.of(
                FailureCode.FINALIZERS_STUCK,
                "the deadline passed while " + ref + " was being deleted: " + timeout.state(),
                (definition
                        ? "The definition goes once its last custom resource has: look which ones"
                            + " have finalizers, with kubectl get "
                            + ref.name()
                            + " -A -o yaml, and mend who should take them off."
                        : "Look at the log of who should take the finalizer off. Where what it"
                            + " cleans up does not matter any more, take it off by hand with the"
                            + " command above.")
                    + AGAIN)
            .about(ref)
            .seen(definition ? List.of(timeout.state()) : List.of(line(live.get()))),
        timeout);
  }

  private static InstallException namespace(Manifest live, WaitTimeoutException timeout) {
    List<String> evidence = new ArrayList<>();
    live.maps("status", "conditions").stream()
        .filter(condition -> "True".equals(Trees.text(condition, "status")))
        .map(condition -> Trees.text(condition, "type") + ": " + Trees.text(condition, "message"))
        .forEach(evidence::add);
    return new InstallException(
        Failure.of(
                FailureCode.NAMESPACE_TERMINATING,
                "the deadline passed while namespace " + live.name() + " was being deleted",
                "Remove what is left in it, as named above; kubectl get namespace "
                    + live.name()
                    + " -o jsonpath='{.status.conditions}' shows it anew. An object that waits for"
                    + " a finalizer is let go with kubectl -n "
                    + live.name()
                    + " patch KIND NAME --type=merge -p '{\"metadata\":{\"finalizers\":null}}'."
                    + AGAIN)
            .about(live.ref())
            .seen(evidence.isEmpty() ? List.of(timeout.state()) : evidence),
        timeout);
  }

  /** An object that goes once what it owns is gone. */
  private static InstallException owner(
      Cluster cluster, Manifest live, WaitTimeoutException timeout) {
    ObjectRef ref = live.ref();
    List<String> owned = owned(cluster, live);
    return new InstallException(
        Failure.of(
                FailureCode.FINALIZERS_STUCK,
                "the deadline passed while " + ref + " waited for what it owns to be deleted",
                "Look why the Pods do not end, and whether their nodes answer: of a node that is"
                    + " lost for good, remove them with kubectl delete pod --force"
                    + " --grace-period=0. Where no Pod is left, look at the log of"
                    + " kube-controller-manager, which collects garbage."
                    + AGAIN)
            .about(ref)
            .seen(owned.isEmpty() ? List.of(timeout.state()) : owned),
        timeout);
  }

  private static List<String> owned(Cluster cluster, Manifest owner) {
    return Seen.by(
            () -> cluster.within(LOOK).list(Query.all("v1", "Pod", owner.namespace())).items())
        .orElse(List.of())
        .stream()
        .filter(pod -> PodReasons.isOwned(pod, owner))
        .limit(NAMED)
        .map(StuckDeletion::ending)
        .toList();
  }

  private static String ending(Manifest pod) {
    String since = pod.text("metadata", "deletionTimestamp");
    String node = pod.text("spec", "nodeName");
    return pod.ref()
        + (node == null ? "" : " on node " + node)
        + (since == null ? " is not being deleted" : " should have ended by " + since)
        + (pod.list("metadata", "finalizers").isEmpty()
            ? ""
            : ", waits for " + pod.list("metadata", "finalizers"));
  }

  private static InstallException pod(ObjectRef ref, WaitTimeoutException timeout) {
    return new InstallException(
        Failure.of(
                FailureCode.TIMEOUT,
                "the deadline passed while " + ref + " was being deleted: " + timeout.state(),
                "Look whether its node answers. Of a node that is lost for good, remove it with"
                    + " kubectl -n "
                    + ref.namespace()
                    + " delete pod "
                    + ref.name()
                    + " --force --grace-period=0."
                    + AGAIN)
            .about(ref)
            .seen(List.of(timeout.state())),
        timeout);
  }

  private static String line(Manifest object) {
    ObjectRef ref = object.ref();
    return ref
        + " waits for "
        + object.list("metadata", "finalizers")
        + ": kubectl"
        + (ref.namespace() == null ? "" : " -n " + ref.namespace())
        + " patch "
        + KindNames.plural(ref.apiVersion(), ref.kind())
        + (ref.group().isEmpty() ? "" : "." + ref.group())
        + " "
        + ref.name()
        + " --type=merge -p '{\"metadata\":{\"finalizers\":null}}'";
  }
}
