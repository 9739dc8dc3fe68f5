package io.github.kruiseinstaller.internal.cluster;

import io.github.kruiseinstaller.internal.retry.Cancellation;
import io.github.kruiseinstaller.internal.retry.RunControl;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import okhttp3.Call;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * A watch that a thread of its own reads, so that waiting for an event can end without ending the
 * stream. The thread ends with the stream; closing or cancelling ends the stream.
 */
final class LineWatch implements WatchStream {
  private static final int READ_AHEAD = 256;
  private static final int GONE = 410;

  private final Call call;
  private final Ask ask;
  private final RunControl control;
  private final BlockingQueue<Item> items = new ArrayBlockingQueue<>(READ_AHEAD);
  private final CompletableFuture<Boolean> opened = new CompletableFuture<>();
  private final Cancellation.Registration onCancel;
  private final Thread reader;
  private @Nullable String ended;

  private LineWatch(Call call, Ask ask, RunControl control) {
    this.call = call;
    this.ask = ask;
    this.control = control;
    this.reader = new Thread(this::read, "kruise-installer-watch");
    reader.setDaemon(true);
    this.onCancel = control.cancellation().onCancel(call::cancel);
  }

  /**
   * Opens a watch and waits until the server has accepted it.
   *
   * @throws ClusterException when it does not
   */
  static LineWatch open(Call call, Ask ask, RunControl control) {
    control.cancellation().check();
    Duration bound = control.deadline().atMost(Gateway.REQUEST_TIMEOUT);
    if (bound.isZero()) {
      throw new DeadlineException("the deadline passed before " + ask.verb(), null);
    }
    LineWatch watch = new LineWatch(call, ask, control);
    watch.reader.start();
    boolean accepted = false;
    try {
      watch.awaitOpened(bound);
      accepted = true;
      return watch;
    } finally {
      if (!accepted) {
        watch.close();
      }
    }
  }

  @Override
  public Optional<Event> next(Duration timeout) throws WatchEndedException {
    control.cancellation().check();
    if (ended != null) {
      throw new WatchEndedException(ended);
    }
    Item item;
    try {
      item = items.poll(Math.max(0, timeout.toNanos()), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      throw interrupted();
    }
    if (item == null) {
      return Optional.empty();
    }
    if (item.event() == null) {
      control.cancellation().check();
      ended = item.end();
      throw new WatchEndedException(ended);
    }
    return Optional.of(item.event());
  }

  @Override
  public void close() {
    onCancel.close();
    call.cancel();
    // Only ever blocked on a full queue that nobody empties any more.
    reader.interrupt();
  }

  private void awaitOpened(Duration bound) {
    try {
      opened.get(bound.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      throw interrupted();
    } catch (TimeoutException e) {
      IOException silent = new SocketTimeoutException("the watch was not answered");
      throw new Exchange(control).failed(ask, silent);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      throw cause instanceof ClusterException refused
          ? refused
          : new Exchange(control).failed(ask, cause == null ? e : cause);
    }
  }

  private void read() {
    try (Response response = call.execute()) {
      if (response.code() == GONE) {
        opened.complete(true);
        put(Item.end("410 Gone"));
        return;
      }
      if (!response.isSuccessful()) {
        throw Refusals.of(ask, response, response.body().string(), control.time().now());
      }
      opened.complete(true);
      readLines(new BufferedReader(response.body().charStream()));
      put(Item.end("the server ended the watch"));
    } catch (WatchEndedException e) {
      put(Item.end(String.valueOf(e.getMessage())));
    } catch (Exception e) {
      // Also what OkHttp throws undeclared when close() interrupts this thread.
      if (!opened.completeExceptionally(e)) {
        put(Item.end(NetworkErrors.describe(e)));
      }
    }
  }

  private void readLines(BufferedReader lines) throws IOException, WatchEndedException {
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      Event event = line.isBlank() ? null : WatchLines.read(line);
      if (event != null) {
        put(new Item(event, ""));
      }
    }
  }

  private void put(Item item) {
    try {
      items.put(item);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static CancellationException interrupted() {
    Thread.currentThread().interrupt();
    return new CancellationException("the thread of the run was interrupted");
  }

  /** An event, or the end of the stream with its reason. */
  private record Item(@Nullable Event event, String end) {
    static Item end(String why) {
      return new Item(null, why);
    }
  }
}
