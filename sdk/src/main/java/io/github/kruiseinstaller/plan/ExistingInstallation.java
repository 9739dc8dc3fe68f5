package io.github.kruiseinstaller.plan;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.model.TakeOver;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An installation that somebody else made, or part of one, in the place of the planned one; or one
 * in another namespace, whoever made it, which is refused.
 *
 * @param madeBy what made it
 * @param helm the release it is, for Helm only
 * @param fieldManagers the names under which it was written, for a tool that leaves any
 * @param evidence what tells, one line an object
 * @param takeOver what the options say of it, or null when they say nothing
 * @param refusal why installing is refused before anything is written, and how it can be allowed;
 *     null when it is not. The plan then shows what would happen if it were, with {@link
 *     TakeOver#KEEP_HELM_RECORD}
 */
public record ExistingInstallation(
    InstallationMaker madeBy,
    @Nullable HelmRelease helm,
    List<String> fieldManagers,
    List<String> evidence,
    @Nullable TakeOver takeOver,
    @Nullable Failure refusal) {
  /** Copies the lists. */
  public ExistingInstallation {
    fieldManagers = List.copyOf(fieldManagers);
    evidence = List.copyOf(evidence);
  }

  /** Who made it, for people: {@code the Helm release kruise in default (revision 1)}. */
  public String owner() {
    return switch (madeBy) {
      case HELM -> helm == null ? "Helm" : helm.toString();
      case KUBECTL_APPLY -> "kubectl apply";
      case KUBECTL_SERVER_SIDE_APPLY -> "kubectl apply --server-side";
      case OTHER ->
          fieldManagers.isEmpty() ? "a tool that leaves no name" : String.join(", ", fieldManagers);
    };
  }

  /** The same installation, refused. */
  public ExistingInstallation refused(Failure why) {
    return new ExistingInstallation(madeBy, helm, fieldManagers, evidence, takeOver, why);
  }

  /** The JSON form as maps and lists; the key {@code existingInstallation} of a plan. */
  public Map<String, @Nullable Object> toMap() {
    return PlanJson.existing(this);
  }
}
