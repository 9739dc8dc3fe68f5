package io.github.kruiseinstaller.internal.cluster;

import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.tree.Json;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import javax.net.ssl.X509KeyManager;
import okhttp3.Call;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.jspecify.annotations.Nullable;

/**
 * Carries the token of a credential plugin, which is run for the first request, and again when the
 * API server no longer takes the token, as kubectl does. Tokens of cloud providers live for
 * minutes, an installer may live for days.
 *
 * <p>The plugin runs on a thread of its own. A request waits for it as long as it may take itself:
 * until it is cancelled, its time or that of its run is up, or its thread is interrupted. Who does
 * not need a new token does not wait. The thread ends with the plugin, and both end with the thread
 * that the client was made for.
 */
final class RefreshedToken implements Interceptor {
  private static final int UNAUTHORIZED = 401;
  private static final long GLANCE_MILLIS = 20;

  private final String name;
  private final Function<BooleanSupplier, PluginCredential> plugin;
  private final Thread owner;
  private @Nullable PluginCredential held;
  private @Nullable CompletableFuture<PluginCredential> run;

  /**
   * A token that is yet to be made.
   *
   * @param name the plugin, for messages
   * @param plugin runs it, for as long as what it is given says that it is needed
   * @param owner the thread of the run, with which it is no longer needed
   */
  RefreshedToken(String name, Function<BooleanSupplier, PluginCredential> plugin, Thread owner) {
    this.name = name;
    this.plugin = plugin;
    this.owner = owner;
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    PluginCredential used = current();
    if (used == null) {
      used = await(newerThan(null), chain.call());
    }
    Response response = chain.proceed(bearing(chain.request(), used));
    if (response.code() != UNAUTHORIZED || used.token() == null) {
      return response;
    }
    return again(chain, used, response);
  }

  private Response again(Chain chain, PluginCredential used, Response refused) throws IOException {
    PluginCredential newer;
    try {
      newer = await(newerThan(used), chain.call());
    } catch (InstallException e) {
      // Not thrown on: somebody else may have a token that is still taken, and ask again.
      return explained(refused, e.failure().message());
    } catch (IOException | RuntimeException e) {
      refused.close();
      throw e;
    }
    if (Objects.equals(newer.token(), used.token())) {
      return refused;
    }
    refused.close();
    return chain.proceed(bearing(chain.request(), newer));
  }

  /** The client certificate, where the plugin gave one. */
  synchronized @Nullable X509KeyManager keys() {
    return held == null ? null : held.keys();
  }

  private synchronized @Nullable PluginCredential current() {
    return held;
  }

  /**
   * Another one than {@code used}: the plugin runs unless it does so already. One that never gave
   * anything is not asked twice, or every request of a run that must fail would wait for it.
   */
  private synchronized CompletableFuture<PluginCredential> newerThan(
      @Nullable PluginCredential used) {
    if (held != null && !held.equals(used)) {
      return CompletableFuture.completedFuture(held);
    }
    CompletableFuture<PluginCredential> running = run;
    if (running == null || (held != null && running.isDone())) {
      running = new CompletableFuture<>();
      run = running;
      start(running);
    }
    return running;
  }

  private void start(CompletableFuture<PluginCredential> outcome) {
    Thread thread = new Thread(() -> complete(outcome), "kruise-installer-credential-plugin");
    thread.setDaemon(true);
    thread.start();
  }

  private void complete(CompletableFuture<PluginCredential> outcome) {
    try {
      PluginCredential made = plugin.apply(owner::isAlive);
      keep(made);
      outcome.complete(made);
    } catch (Throwable failure) { // whoever waits must learn of Errors too
      outcome.completeExceptionally(failure);
    }
  }

  private synchronized void keep(PluginCredential made) {
    held = made;
  }

  private PluginCredential await(CompletableFuture<PluginCredential> outcome, Call call)
      throws IOException {
    while (true) {
      try {
        return outcome.get(GLANCE_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        // A call that is cancelled, or whose time is up, wakes nobody who is not reading or
        // writing.
        if (call.isCanceled()) {
          throw new PluginSilentException(name);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted");
      } catch (ExecutionException e) {
        throw e.getCause() instanceof InstallException failed
            ? new InstallException(failed.failure(), failed)
            : new IllegalStateException("the credential plugin cannot be run", e.getCause());
      }
    }
  }

  private static Request bearing(Request request, PluginCredential credential) {
    String token = credential.token();
    return token == null
        ? request
        : request.newBuilder().header("Authorization", "Bearer " + token).build();
  }

  /** The refusal, with why there is no newer token in place of what the server said. */
  private static Response explained(Response refused, String why) {
    refused.close();
    String status =
        Json.compact(
            Map.of(
                "kind",
                "Status",
                "reason",
                "Unauthorized",
                "message",
                "the token is no longer taken, and " + why,
                "code",
                UNAUTHORIZED));
    return refused
        .newBuilder()
        .body(ResponseBody.create(status, MediaType.get("application/json")))
        .build();
  }
}
