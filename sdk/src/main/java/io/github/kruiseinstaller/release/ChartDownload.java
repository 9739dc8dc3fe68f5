package io.github.kruiseinstaller.release;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.model.Stage;
import java.io.IOException;
import java.net.Authenticator;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fetches the archive of an official chart from the cache or the network, its digest checked. */
final class ChartDownload {
  private static final Logger LOG = LoggerFactory.getLogger(ChartDownload.class);
  private static final int MAX_BYTES = 16 * 1024 * 1024;
  private static final int OK = 200;

  private final DownloadOptions options;

  ChartDownload(DownloadOptions options) {
    this.options = options;
  }

  /**
   * The archive's bytes, which have the digest that the catalogue names.
   *
   * @throws InstallException when they cannot be had, or are others
   */
  byte[] archive(OfficialChart chart) {
    Path file = file(chart);
    byte[] cached = read(file);
    if (cached != null && ReleaseDigest.of(cached).equals(chart.sha256())) {
      return cached;
    }
    URI address = chart.address(options.baseUri());
    byte[] fetched = fetch(chart, address, file);
    String digest = ReleaseDigest.of(fetched);
    if (!digest.equals(chart.sha256())) {
      throw new InstallException(
          Failure.of(
                  FailureCode.RELEASE_INVALID,
                  "what " + address + " answers is not the official chart " + chart.version(),
                  "Look for a proxy or mirror that answers in its place. "
                      + byHand(chart, address, file))
              .in(Stage.LOAD)
              .seen(
                  List.of(
                      "expected SHA-256 " + chart.sha256(),
                      "received SHA-256 " + digest + ", " + fetched.length + " bytes")));
    }
    save(fetched, file);
    return fetched;
  }

  /** Where people find the archive: in the cache, or where it could not be kept, its address. */
  String origin(OfficialChart chart) {
    Path file = file(chart);
    return Files.isRegularFile(file)
        ? file.toString()
        : chart.address(options.baseUri()).toString();
  }

  private Path file(OfficialChart chart) {
    return options.cacheDirectory().resolve(chart.fileName()).toAbsolutePath();
  }

  private byte[] fetch(OfficialChart chart, URI address, Path file) {
    ExecutorService workers = Executors.newCachedThreadPool(ChartDownload::daemonThread);
    try {
      HttpResponse<byte[]> response = get(address, workers);
      if (response.statusCode() == OK) {
        return response.body();
      }
      throw unavailable(chart, address, file, "HTTP status " + response.statusCode(), null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Interruption.cancelled(address.toString(), e);
    } catch (TimeoutException e) {
      String late = "no complete answer within " + options.timeout().toMillis() + " ms";
      throw unavailable(chart, address, file, late, e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw unavailable(chart, address, file, cause.toString(), cause);
    } finally {
      workers.shutdownNow();
    }
  }

  private HttpResponse<byte[]> get(URI address, ExecutorService workers)
      throws InterruptedException, ExecutionException, TimeoutException {
    HttpClient.Builder builder =
        HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).executor(workers);
    if (options.proxy() != null) {
      builder.proxy(options.proxy());
    }
    Authenticator authenticator = Authenticator.getDefault();
    if (authenticator != null) {
      builder.authenticator(authenticator);
    }
    HttpRequest request = HttpRequest.newBuilder(address).build();
    CompletableFuture<HttpResponse<byte[]>> answer =
        builder.build().sendAsync(request, info -> new LimitedBody(MAX_BYTES));
    try {
      return answer.get(options.timeout().toMillis(), TimeUnit.MILLISECONDS);
    } finally {
      answer.cancel(true);
    }
  }

  private static InstallException unavailable(
      OfficialChart chart, URI address, Path file, String why, @Nullable Throwable cause) {
    return new InstallException(
        Failure.of(
                FailureCode.RELEASE_UNAVAILABLE,
                "the chart of OpenKruise " + chart.version() + " cannot be fetched: " + why,
                byHand(chart, address, file))
            .in(Stage.LOAD)
            .seen(List.of("address " + address, "not in the cache: " + file)),
        cause);
  }

  private static String byHand(OfficialChart chart, URI address, Path file) {
    return "Without a network, put the file "
        + address
        + " with SHA-256 "
        + chart.sha256()
        + " at "
        + file
        + "; or give it to ReleaseSource.chart.";
  }

  private static byte @Nullable [] read(Path file) {
    try {
      return Files.isRegularFile(file) && Files.size(file) <= MAX_BYTES
          ? Files.readAllBytes(file)
          : null;
    } catch (IOException e) {
      LOG.debug("cannot read {} from the cache", file, e);
      return null;
    }
  }

  /** Writes beside and moves, so that nobody ever sees half a file. */
  private static void save(byte[] archive, Path file) {
    Path part = null;
    try {
      Path folder = Files.createDirectories(file.resolveSibling(""));
      // A temporary file would be this user's alone, and others may share the cache.
      part = folder.resolve(file.getFileName() + "." + UUID.randomUUID() + ".part");
      Files.write(part, archive, StandardOpenOption.CREATE_NEW);
      moveInto(part, file);
    } catch (IOException e) {
      // The archive is here and right; only the next run has to fetch it again.
      LOG.warn("cannot keep the chart in the cache as {}: {}", file, e.toString());
      discard(part);
    }
  }

  private static void moveInto(Path part, Path file) throws IOException {
    try {
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static void discard(@Nullable Path part) {
    try {
      if (part != null) {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      LOG.debug("cannot delete {}", part, e);
    }
  }

  private static Thread daemonThread(Runnable work) {
    Thread thread = new Thread(work, "kruise-installer-download");
    thread.setDaemon(true);
    return thread;
  }
}
