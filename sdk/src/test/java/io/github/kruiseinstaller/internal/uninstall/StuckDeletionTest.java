package io.github.kruiseinstaller.internal.uninstall;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.cluster.FakeCluster;
import io.github.kruiseinstaller.internal.wait.WaitTimeoutException;
import io.github.kruiseinstaller.model.Manifest;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class StuckDeletionTest {
  private final FakeCluster cluster = new FakeCluster();

  StuckDeletionTest() {
    cluster.put(FakeCluster.namespaceManifest("shop"));
  }

  @Test
  void explained_ofAnObjectWithAFinalizer_namesItAndTheCommand() {
    Failure failure =
        explained(
            "{\"apiVersion\":\"apps.kruise.io/v1alpha1\",\"kind\":\"ImagePullJob\",\"metadata\":"
                + "{\"name\":\"one\",\"namespace\":\"shop\",\"finalizers\":[\"a/b\"]}}");

    assertThat(failure.code()).isEqualTo(FailureCode.FINALIZERS_STUCK);
    assertThat(failure.evidence())
        .containsExactly(
            "ImagePullJob shop/one waits for [a/b]: kubectl -n shop patch"
                + " imagepulljobs.apps.kruise.io one --type=merge -p"
                + " '{\"metadata\":{\"finalizers\":null}}'");
  }

  @Test
  void explained_ofADefinition_speaksOfItsCustomResources() {
    Failure failure =
        explained(
            "{\"apiVersion\":\"apiextensions.k8s.io/v1\",\"kind\":\"CustomResourceDefinition\","
                + "\"metadata\":{\"name\":\"clonesets.apps.kruise.io\",\"finalizers\":[\"c\"]}}");

    assertThat(failure.code()).isEqualTo(FailureCode.FINALIZERS_STUCK);
    assertThat(failure.remedy()).contains("kubectl get clonesets.apps.kruise.io -A");
  }

  @Test
  void explained_ofANamespace_tellsWhatIsLeftInIt() {
    Failure failure =
        explained(
            "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"gone\"},\"status\":"
                + "{\"conditions\":[{\"type\":\"NamespaceContentRemaining\",\"status\":\"True\",\"message\":\"pods."
                + " has 1\"},{\"type\":\"Other\",\"status\":\"False\"}]}}");

    assertThat(failure.code()).isEqualTo(FailureCode.NAMESPACE_TERMINATING);
    assertThat(failure.evidence()).containsExactly("NamespaceContentRemaining: pods. has 1");
  }

  @Test
  void explained_ofAPod_namesTheNodeAndTheCommand() {
    Failure failure =
        explained(
            "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"m\",\"namespace\":\"shop\"}}");

    assertThat(failure.code()).isEqualTo(FailureCode.TIMEOUT);
    assertThat(failure.remedy()).contains("kubectl -n shop delete pod m --force");
  }

  @Test
  void explained_ofWhatIsGoneByNow_isTheTimeOutItself() {
    WaitTimeoutException timeout =
        new WaitTimeoutException(
            FakeCluster.namespaceManifest("away").ref(), "being deleted", Duration.ofSeconds(1));

    assertThat(StuckDeletion.explained(cluster, timeout)).isSameAs(timeout);
  }

  private Failure explained(String json) {
    Manifest object = cluster.put(Manifest.parseJson(json));
    RuntimeException explained =
        StuckDeletion.explained(
            cluster,
            new WaitTimeoutException(object.ref(), "being deleted", Duration.ofSeconds(1)));
    assertThat(explained)
        .isInstanceOf(InstallException.class)
        .hasCauseInstanceOf(WaitTimeoutException.class);
    return ((InstallException) explained).failure();
  }
}
