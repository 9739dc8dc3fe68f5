package io.github.kruiseinstaller.internal.stage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.cluster.FakeCluster;
import io.github.kruiseinstaller.internal.retry.TestControl;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.release.Release;
import io.github.kruiseinstaller.release.ReleaseRequest;
import io.github.kruiseinstaller.release.ReleaseSource;
import io.github.kruiseinstaller.testkit.SmallRelease;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RediallingTest {
  private static final String CA = "ca-cert.pem";
  private static final Release RELEASE =
      ReleaseSource.manifests(SmallRelease.yaml(), "small").load(new ReleaseRequest(null, null));
  private static final ObjectRef SECRET = RELEASE.certificateSecretRef();

  private final FakeCluster cluster = new FakeCluster();

  @ParameterizedTest
  @CsvSource({
    "PEM, PEM|",
    "PEM|, PEM||",
    "ONE|TWO|, ONE|TWO||",
    "PEM|||||||, PEM",
    "PEM||||||||||, PEM|||"
  })
  void touched_hasAnotherNumberOfNewlinesAtItsEnd(String before, String after) {
    assertThat(Redialling.touched(encoded(before))).isEqualTo(encoded(after));
  }

  @Test
  void touched_comesBackToTheSameBytesOnlyAfterManyTouches() {
    Set<String> seen = new HashSet<>();
    String bundle = encoded("PEM|");
    while (seen.add(bundle)) {
      bundle = Redialling.touched(bundle);
    }

    assertThat(seen).hasSizeGreaterThanOrEqualTo(8);
  }

  @Test
  void run_whenOthersWriteTheSecretInBetween_triesAgain() {
    there(10);

    redialling().run();

    assertThat(cluster.peek(SECRET).orElseThrow().text("data", CA)).isEqualTo(encoded("PEM||"));
  }

  @Test
  void run_whenTheSecretChangesAllTheTime_isAConflict() {
    there(Integer.MAX_VALUE);

    InstallException failure =
        catchThrowableOfType(InstallException.class, () -> redialling().run());

    assertThat(failure.failure().code()).isEqualTo(FailureCode.CONFLICT);
    assertThat(failure.failure().object()).isEqualTo(SECRET);
  }

  @Test
  void run_whenTheSecretIsGone_saysSo() {
    InstallException failure =
        catchThrowableOfType(InstallException.class, () -> redialling().run());

    assertThat(failure.failure().code()).isEqualTo(FailureCode.CERTIFICATE_UNUSABLE);
    assertThat(failure).hasMessageContaining("is gone");
  }

  /** A Secret of which so many replacements come too late, in a cluster without configurations. */
  private void there(int stale) {
    AtomicInteger left = new AtomicInteger(stale);
    cluster.put(FakeCluster.namespaceManifest(SECRET.namespace()));
    cluster.put(
        Manifest.of(
            Map.of(
                "apiVersion",
                "v1",
                "kind",
                "Secret",
                "metadata",
                Map.of("name", SECRET.name(), "namespace", SECRET.namespace()),
                "data",
                Map.of(CA, encoded("PEM|")))));
    cluster.onRequest(
        (verb, ref, body, dryRun) -> {
          if (verb.equals("replace") && ref.equals(SECRET) && left.getAndDecrement() > 0) {
            throw FakeCluster.refusal(verb, ref, 409, "Conflict", "the object has been modified");
          }
          return Optional.empty();
        });
  }

  private Redialling redialling() {
    return new Redialling(
        cluster, TestControl.within(Duration.ofMinutes(5), cluster.time()), RELEASE);
  }

  private static String encoded(String lines) {
    return Base64.getEncoder().encodeToString(lines.replace('|', '\n').getBytes(UTF_8));
  }
}
