package io.github.kruiseinstaller.internal.planner;

import io.github.kruiseinstaller.plan.ExistingInstallation;
import io.github.kruiseinstaller.plan.InstallPlan;
import io.github.kruiseinstaller.plan.PlannedChange;
import io.github.kruiseinstaller.plan.PlannedStage;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** SHA-256 over everything in a plan that decides writes. */
public final class Fingerprint {
  private final MessageDigest digest;

  private Fingerprint() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** A plan with its fingerprint in place of the one that it carries. */
  public static InstallPlan in(InstallPlan plan) {
    return new InstallPlan(
        plan.version(),
        plan.namespace(),
        plan.server(),
        plan.kubernetesVersion(),
        plan.releaseDigest(),
        plan.stages(),
        plan.blastRadius(),
        plan.warnings(),
        of(plan),
        plan.existingInstallation());
  }

  /** The fingerprint of texts, in their order. */
  public static String of(List<String> texts) {
    Fingerprint fingerprint = new Fingerprint();
    texts.forEach(fingerprint::add);
    return HexFormat.of().formatHex(fingerprint.digest.digest());
  }

  /** The fingerprint of a plan; the one that it carries does not count. */
  static String of(InstallPlan plan) {
    Fingerprint fingerprint = new Fingerprint();
    fingerprint.add(plan.version());
    fingerprint.add(plan.namespace());
    fingerprint.add(plan.server());
    fingerprint.add(plan.releaseDigest());
    for (PlannedStage stage : plan.stages()) {
      fingerprint.add(stage.stage().id());
      for (PlannedChange change : stage.changes()) {
        fingerprint.add(change.toString());
      }
    }
    ExistingInstallation there = plan.existingInstallation();
    if (there != null) {
      fingerprint.add(String.valueOf(there.takeOver()));
    }
    return HexFormat.of().formatHex(fingerprint.digest.digest());
  }

  private void add(String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
  }
}
