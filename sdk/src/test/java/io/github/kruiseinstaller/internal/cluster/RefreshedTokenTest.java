package io.github.kruiseinstaller.internal.cluster;

import static io.github.kruiseinstaller.internal.cluster.StubServer.json;
import static io.github.kruiseinstaller.internal.cluster.StubServer.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.cluster.Cluster.Write;
import io.github.kruiseinstaller.model.ObjectRef;
import io.kubernetes.client.openapi.ApiClient;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RefreshedTokenTest {
  private static final ObjectRef NS = ObjectRef.cluster("v1", "Namespace", "ns");
  private static final String GET = "GET /api/v1/namespaces/ns";

  private final TestRun run = new TestRun();
  private final AtomicInteger runs = new AtomicInteger();
  private final AtomicReference<@Nullable Thread> thread = new AtomicReference<>();
  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);
  private StubServer server;

  @BeforeEach
  void start() throws IOException {
    server = StubServer.http();
    server.on(GET, json(200, "{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'ns'}}"));
  }

  @AfterEach
  void stop() {
    released.countDown();
    server.close();
  }

  @Test
  void request_whenThePluginHangs_endsWithTheCancel() throws InterruptedException {
    Cluster cluster = cluster(needed -> hanging());
    CompletableFuture<Throwable> outcome = outcome(cluster);
    asked.await();
    run.cancellation.cancel();
    assertThat(outcome.join()).isInstanceOf(CancellationException.class);
    assertThat(server.seen()).isEmpty();
  }

  @Test
  void request_whenThePluginHangs_endsWithAnInterruptAndKeepsIt() throws InterruptedException {
    Cluster cluster = cluster(needed -> hanging());
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    AtomicReference<@Nullable Throwable> outcome = new AtomicReference<>();
    Thread asking =
        new Thread(
            () -> {
              outcome.set(catchThrowable(() -> cluster.get(NS)));
              interrupted.complete(Thread.currentThread().isInterrupted());
            });
    asking.start();
    asked.await();
    asking.interrupt();
    assertThat(interrupted.join()).isTrue();
    assertThat(outcome.get()).isInstanceOf(CancellationException.class);
  }

  @Test
  void request_whenThePluginHangs_endsWithTheDeadlineAndNamesThePlugin() {
    Cluster cluster = cluster(needed -> hanging()).within(Duration.ofMillis(200));
    assertThat(catchThrowable(() -> cluster.get(NS)))
        .isInstanceOf(DeadlineException.class)
        .hasMessageContaining("the credential plugin login has not answered yet");
  }

  @Test
  void otherRequests_whileThePluginHangs_goOnWithTheTokenThereIs() throws InterruptedException {
    Cluster cluster = cluster(needed -> runs.get() == 0 ? token() : hanging());
    assertThat(cluster.get(NS)).isPresent();
    server.once(GET, refusal(401, "Unauthorized", "expired"));
    CompletableFuture<Boolean> refused =
        CompletableFuture.supplyAsync(() -> cluster.get(NS).isPresent());
    asked.await();
    assertThat(cluster.get(NS)).isPresent();
    assertThat(server.last().header("Authorization")).isEqualTo("Bearer t1");
    released.countDown();
    assertThat(refused.join()).isTrue();
    assertThat(server.last().header("Authorization")).isEqualTo("Bearer t2");
  }

  @Test
  void request_whenThePluginGivesNoNewerToken_saysSoAndTheTokenIsKept() {
    Cluster cluster =
        cluster(
            needed -> {
              if (runs.get() == 0) {
                return token();
              }
              throw failed("gave no answer within 1 min 00 s");
            });
    assertThat(cluster.get(NS)).isPresent();
    server.once(GET, refusal(401, "Unauthorized", "expired"));
    ClusterException e = catchThrowableOfType(ClusterException.class, () -> cluster.get(NS));
    assertThat(e.status()).isEqualTo(401);
    assertThat(e.answer().message())
        .isEqualTo(
            "the token is no longer taken, and the credential plugin login gave no answer within 1"
                + " min 00 s");
    assertThat(cluster.get(NS)).isPresent();
    assertThat(server.last().header("Authorization")).isEqualTo("Bearer t1");
  }

  @Test
  void guardedWrite_whenTheLockIsLostWhileThePluginRuns_isNotSentAgain() {
    AtomicBoolean lost = new AtomicBoolean();
    Cluster cluster =
        cluster(
            needed -> {
              lost.set(runs.get() > 0);
              return token();
            });
    InstallException reason =
        new InstallException(Failure.of(FailureCode.LOCK_LOST, "it is lost", "Run again."));
    server.once("PATCH ", refusal(401, "Unauthorized", "expired"));
    Cluster guarded =
        cluster.guarded(
            () -> {
              if (lost.get()) {
                throw reason;
              }
            });

    assertThat(catchThrowable(() -> guarded.mergePatch(NS, Map.of(), Write.PERSIST)))
        .isSameAs(reason);
    assertThat(server.seen()).hasSize(1);
    assertThat(server.last().method()).isEqualTo("PATCH");
  }

  @Test
  void requests_whenThePluginNeverGaveAnything_failWithoutAskingItAgain() {
    Cluster cluster =
        cluster(
            needed -> {
              runs.incrementAndGet();
              throw failed("gave no answer within 1 min 00 s");
            });
    for (int i = 0; i < 3; i++) {
      InstallException e = catchThrowableOfType(InstallException.class, () -> cluster.get(NS));
      assertThat(e.failure().code()).isEqualTo(FailureCode.UNAUTHENTICATED);
      assertThat(e).hasMessageContaining("the credential plugin login gave no answer");
    }
    assertThat(runs).hasValue(1);
    assertThat(server.seen()).isEmpty();
  }

  @Test
  void plugin_whenTheThreadOfTheRunEnds_isNoLongerNeededAndItsThreadEnds()
      throws InterruptedException {
    Thread owner = new Thread(this::awaitRelease);
    owner.start();
    Cluster cluster =
        cluster(
            needed -> {
              thread.set(Thread.currentThread());
              asked.countDown();
              while (needed.getAsBoolean()) {
                Thread.onSpinWait();
              }
              throw failed("is no longer needed");
            },
            owner);
    CompletableFuture<Throwable> outcome = outcome(cluster);
    asked.await();
    released.countDown();
    assertThat(outcome.join()).hasMessageContaining("is no longer needed");
    Thread ended = Objects.requireNonNull(thread.get());
    ended.join();
    assertThat(ended.getName()).startsWith("kruise-installer");
    assertThat(ended.isDaemon()).isTrue();
  }

  private PluginCredential token() {
    return new PluginCredential("t" + runs.incrementAndGet(), null);
  }

  private PluginCredential hanging() {
    asked.countDown();
    awaitRelease();
    return token();
  }

  private void awaitRelease() {
    try {
      released.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static InstallException failed(String what) {
    return new InstallException(
        Failure.of(FailureCode.UNAUTHENTICATED, "the credential plugin login " + what, "Log in."));
  }

  private static CompletableFuture<Throwable> outcome(Cluster cluster) {
    return CompletableFuture.supplyAsync(() -> catchThrowable(() -> cluster.get(NS)));
  }

  private Cluster cluster(Plugin plugin) {
    return cluster(plugin, Thread.currentThread());
  }

  private Cluster cluster(Plugin plugin, Thread owner) {
    RefreshedToken token = new RefreshedToken("login", plugin::run, owner);
    ApiClient client = new ApiClient().setBasePath(server.url());
    client.setHttpClient(client.getHttpClient().newBuilder().addInterceptor(token).build());
    return Connection.over(client).bind(run.control, "tester");
  }

  /** What a plugin does. */
  @FunctionalInterface
  private interface Plugin {
    PluginCredential run(BooleanSupplier needed);
  }
}
