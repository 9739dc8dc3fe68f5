package io.github.kruiseinstaller.internal.wait;

import io.github.kruiseinstaller.model.Manifest;
import org.jspecify.annotations.Nullable;

/** A custom resource definition whose names are accepted and whose objects are served. */
public final class CrdEstablished implements Waiter.Condition {
  @Override
  public Waiter.State of(@Nullable Manifest live) {
    if (live == null) {
      return Waiter.State.pending("does not exist");
    }
    if (live.at("metadata", "deletionTimestamp") != null) {
      return Waiter.State.pending("is being deleted");
    }
    if (Conditions.has(live, "NamesAccepted", "False")) {
      return Waiter.State.pending(
          "names not accepted: " + Conditions.explain(live, "NamesAccepted"));
    }
    if (Conditions.isTrue(live, "Established") && Conditions.isTrue(live, "NamesAccepted")) {
      return Waiter.State.reached("Established");
    }
    String schema =
        Conditions.isTrue(live, "NonStructuralSchema")
            ? ", " + Conditions.explain(live, "NonStructuralSchema")
            : "";
    String why = Conditions.explain(live, "Established");
    return Waiter.State.pending("not Established" + (why.isEmpty() ? "" : ", " + why) + schema);
  }

  /**
   * Whether a definition in the cluster is on its way to be served, and needs nobody: the API
   * server has not got to it yet. A manifest that is not of a cluster never is.
   */
  public boolean isUnderWay(Manifest live) {
    return live.at("metadata", "creationTimestamp") != null
        && live.at("metadata", "deletionTimestamp") == null
        && !Conditions.has(live, "NamesAccepted", "False")
        && !Conditions.isTrue(live, "NonStructuralSchema")
        && !of(live).done();
  }
}
