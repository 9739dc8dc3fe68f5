package io.github.kruiseinstaller.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.report.InstallReport;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What README says the cluster must allow is enough, and nothing more is asked for. */
class PermissionE2e extends InstallTest {
  private static final String DOCUMENTED =
      """
      [
        {"verbs": ["get", "list", "watch", "create", "update", "patch", "delete"],
         "apiGroups": [""], "resources": ["namespaces", "services", "secrets", "serviceaccounts"]},
        {"verbs": ["get", "list", "watch", "create", "update", "patch", "delete"],
         "apiGroups": ["apps"], "resources": ["deployments", "daemonsets"]},
        {"verbs": ["get", "list", "watch", "create", "update", "patch", "delete"],
         "apiGroups": ["apiextensions.k8s.io"], "resources": ["customresourcedefinitions"]},
        {"verbs": ["get", "list", "watch", "create", "update", "patch", "delete",
                   "escalate", "bind"],
         "apiGroups": ["rbac.authorization.k8s.io"],
         "resources": ["roles", "rolebindings", "clusterroles", "clusterrolebindings"]},
        {"verbs": ["get", "list", "watch", "create", "update", "patch", "delete"],
         "apiGroups": ["admissionregistration.k8s.io"],
         "resources": ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"]},
        {"verbs": ["get", "list", "watch"], "apiGroups": [""],
         "resources": ["pods", "pods/log", "events", "nodes"]},
        {"verbs": ["get", "list", "watch", "patch"], "apiGroups": ["apps"],
         "resources": ["replicasets"]},
        {"verbs": ["get", "list", "watch"], "apiGroups": ["discovery.k8s.io"],
         "resources": ["endpointslices"]},
        {"verbs": ["create"], "apiGroups": [""], "resources": ["pods"]},
        {"verbs": ["create"], "apiGroups": ["apps.kruise.io"], "resources": ["clonesets"]}
      ]
      """;

  @Test
  void thoseThatTheReadmeListsAreEnough(@TempDir Path folder) throws Exception {
    bystander();
    Path installerUser = RestrictedUser.create(cluster(), "e2e-documented", DOCUMENTED, folder);

    InstallReport first = installs(installer().kubeconfig(installerUser));
    InstallReport second = installs(installer().kubeconfig(installerUser));

    assertThat(first.stages())
        .flatExtracting(stage -> stage.notes())
        .contains("an invalid CloneSet is denied by vcloneset.kb.io")
        .noneMatch(note -> note.contains("not shown"))
        .noneMatch(note -> note.contains("weaker"));
    assertThat(second.writes()).isZero();
    nobodyWasRefused();
  }
}
