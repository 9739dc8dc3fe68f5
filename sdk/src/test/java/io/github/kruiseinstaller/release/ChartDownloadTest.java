package io.github.kruiseinstaller.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Isolated("looks at all that the JVM does")
class ChartDownloadTest {
  private static final byte[] ARCHIVE = "the archive".getBytes(StandardCharsets.UTF_8);
  private static final OfficialChart CHART = new OfficialChart("1.8.3", ReleaseDigest.of(ARCHIVE));
  private static final String PATH = "/releases/kruise-1.8.3/kruise-1.8.3.tgz";

  @TempDir private Path folder;
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch testIsOver = new CountDownLatch(1);
  private final ExecutorService handlers = Executors.newCachedThreadPool();
  private HttpServer server;

  @BeforeEach
  void startServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(handlers);
    server.start();
  }

  @AfterEach
  void stopServer() {
    Thread.interrupted();
    testIsOver.countDown();
    server.stop(0);
    handlers.shutdownNow();
  }

  @Test
  void archive_whenServed_fetchedOnceAndKept() throws IOException {
    serve(PATH, exchange -> answer(exchange, 200, ARCHIVE));

    assertThat(download().archive(CHART)).isEqualTo(ARCHIVE);
    assertThat(download().archive(CHART)).isEqualTo(ARCHIVE);

    assertThat(requests).containsExactly("GET " + PATH);
    assertThat(files()).containsExactly("kruise-1.8.3.tgz");
    assertThat(download().origin(CHART)).isEqualTo(cache().resolve("kruise-1.8.3.tgz").toString());
  }

  @Test
  void archive_whenRedirected_followed() throws IOException {
    serve(
        PATH,
        exchange -> {
          exchange.getResponseHeaders().add("Location", "/elsewhere");
          answer(exchange, 302, new byte[0]);
        });
    serve("/elsewhere", exchange -> answer(exchange, 200, ARCHIVE));

    assertThat(download().archive(CHART)).isEqualTo(ARCHIVE);
    assertThat(requests).containsExactly("GET " + PATH, "GET /elsewhere");
  }

  @Test
  void archive_whenAlreadyInCache_noRequest() throws IOException {
    Files.write(Files.createDirectories(cache()).resolve("kruise-1.8.3.tgz"), ARCHIVE);

    assertThat(download().archive(CHART)).isEqualTo(ARCHIVE);
    assertThat(requests).isEmpty();
  }

  @Test
  void archive_whenCachedFileIsDamaged_fetchedAgain() throws IOException {
    Path cached = Files.createDirectories(cache()).resolve("kruise-1.8.3.tgz");
    Files.writeString(cached, "damaged");
    serve(PATH, exchange -> answer(exchange, 200, ARCHIVE));

    assertThat(download().archive(CHART)).isEqualTo(ARCHIVE);
    assertThat(cached).hasBinaryContent(ARCHIVE);
  }

  @Test
  void archive_whenDigestIsAnother_refusedAndNotKept() throws IOException {
    serve(PATH, exchange -> answer(exchange, 200, "log in here".getBytes(StandardCharsets.UTF_8)));

    Failure failure = failure(options());

    assertThat(failure.code()).isEqualTo(FailureCode.RELEASE_INVALID);
    assertThat(failure.evidence()).first().asString().contains(CHART.sha256());
    assertThat(failure.remedy()).contains("proxy or mirror");
    assertThat(cache()).doesNotExist();
  }

  @Test
  void archive_whenAbsent_saysWhichFileToPutWhere() throws IOException {
    serve(PATH, exchange -> answer(exchange, 404, ARCHIVE));

    Failure failure = failure(options());

    assertThat(failure.code()).isEqualTo(FailureCode.RELEASE_UNAVAILABLE);
    assertThat(failure.message())
        .isEqualTo("the chart of OpenKruise 1.8.3 cannot be fetched: HTTP status 404");
    assertThat(failure.remedy())
        .contains(options().baseUri() + "kruise-1.8.3/kruise-1.8.3.tgz")
        .contains(CHART.sha256())
        .contains(cache().resolve("kruise-1.8.3.tgz").toString())
        .contains("ReleaseSource.chart");
  }

  @Test
  void archive_whenOffline_saysWhichFileToPutWhere() throws IOException {
    // Nobody listens there, and as long as it is bound nobody else can.
    try (Socket taken = new Socket()) {
      taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      URI nobody = URI.create("http://127.0.0.1:" + taken.getLocalPort() + "/releases");
      Failure failure = failure(options().withBaseUri(nobody));

      assertThat(failure.code()).isEqualTo(FailureCode.RELEASE_UNAVAILABLE);
      assertThat(failure.message()).contains("ConnectException");
      assertThat(failure.remedy()).contains("/releases/kruise-1.8.3/kruise-1.8.3.tgz");
    }
  }

  @Test
  void archive_whenBodyIsTruncated_unavailable() throws IOException {
    serve(
        PATH,
        exchange -> {
          exchange.sendResponseHeaders(200, 1000);
          exchange.getResponseBody().write(ARCHIVE);
          exchange.getResponseBody().flush();
          exchange.close();
        });

    assertThat(failure(options()).code()).isEqualTo(FailureCode.RELEASE_UNAVAILABLE);
    assertThat(cache()).doesNotExist();
  }

  @Test
  void archive_whenBodyNeverEnds_unavailable() throws IOException {
    serve(
        PATH,
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          try (OutputStream body = exchange.getResponseBody()) {
            byte[] block = new byte[1024 * 1024];
            for (int count = 0; count < 64; count++) {
              body.write(block);
            }
          }
        });

    assertThat(failure(options()).message()).contains("is longer than");
  }

  @Test
  void archive_whenServerDoesNotAnswer_timesOut() throws IOException {
    serve(PATH, exchange -> await());

    Failure failure = failure(options().withTimeout(Duration.ofMillis(100)));

    assertThat(failure.code()).isEqualTo(FailureCode.RELEASE_UNAVAILABLE);
    assertThat(failure.message()).contains("no complete answer within 100 ms");
  }

  @Test
  void archive_whenBodyStalls_timesOut() throws IOException {
    serve(
        PATH,
        exchange -> {
          exchange.sendResponseHeaders(200, 1000);
          exchange.getResponseBody().write(ARCHIVE);
          exchange.getResponseBody().flush();
          await();
        });

    assertThat(failure(options().withTimeout(Duration.ofSeconds(1))).code())
        .isEqualTo(FailureCode.RELEASE_UNAVAILABLE);
  }

  @Test
  void archive_whenInterrupted_cancelledAndFlagStays() throws IOException {
    serve(PATH, exchange -> await());
    Thread.currentThread().interrupt();

    assertThat(failure(options()).code()).isEqualTo(FailureCode.CANCELLED);
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
  }

  @Test
  void archive_whenProxyIsGiven_fetchedThroughIt() throws IOException {
    serve("/", exchange -> answer(exchange, 200, ARCHIVE));
    DownloadOptions options =
        options()
            .withBaseUri(URI.create("http://charts.invalid/releases/"))
            .withProxy(ProxySelector.of(server.getAddress()));

    assertThat(new ChartDownload(options).archive(CHART)).isEqualTo(ARCHIVE);
    assertThat(requests)
        .containsExactly("GET http://charts.invalid/releases/kruise-1.8.3/kruise-1.8.3.tgz");
  }

  @Test
  void archive_whenCacheCannotBeWritten_stillFetched() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "not a folder");
    serve(PATH, exchange -> answer(exchange, 200, ARCHIVE));

    ChartDownload download = new ChartDownload(options().withCacheDirectory(file));
    assertThat(download.archive(CHART)).isEqualTo(ARCHIVE);
    assertThat(download.origin(CHART)).isEqualTo(CHART.address(options().baseUri()).toString());
  }

  @Test
  void archive_whenDone_noWorkerThreadIsLeft() throws IOException {
    serve(PATH, exchange -> answer(exchange, 200, ARCHIVE));
    download().archive(CHART);

    // Interrupted workers end on their own; none may still be able to take work.
    assertThat(Thread.getAllStackTraces().keySet())
        .filteredOn(thread -> thread.getName().equals("kruise-installer-download"))
        .allSatisfy(thread -> thread.join(10_000))
        .noneMatch(Thread::isAlive);
  }

  @Test
  void load_whenHelmIsAbsent_nothingIsFetched() {
    HelmOptions helm = HelmOptions.defaults().withExecutable(folder.resolve("none"));

    assertThatThrownBy(
            () ->
                ReleaseSource.version("1.8.3", options(), helm)
                    .load(new ReleaseRequest(null, null)))
        .isInstanceOf(InstallException.class)
        .hasMessageContaining("is not an executable file");
    assertThat(requests).isEmpty();
  }

  @Test
  void version_whenUnknown_knownOnesAreListed() {
    InstallException exception =
        catchThrowableOfType(
            InstallException.class,
            () -> ReleaseSource.version("0.0.1").load(new ReleaseRequest(null, null)));

    assertThat(exception.failure().code()).isEqualTo(FailureCode.RELEASE_UNAVAILABLE);
    assertThat(exception.failure().message()).contains("'0.0.1'");
    assertThat(exception.failure().remedy()).contains("1.5.0, 1.5.1").contains("1.8.3");
  }

  @Test
  void catalogue_whenRead_everyDigestIsWhole() {
    assertThat(OfficialChart.all())
        .hasSizeGreaterThan(20)
        .allSatisfy(chart -> assertThat(chart.sha256()).matches("[0-9a-f]{64}"))
        .extracting(OfficialChart::version)
        .doesNotHaveDuplicates()
        .isEqualTo(ReleaseSource.officialVersions());
    assertThat(OfficialChart.of("v1.8.3")).isEqualTo(OfficialChart.of("1.8.3"));
  }

  @Test
  void userCache_whenSystemsDiffer_theirOwnFolders() {
    assertThat(DownloadOptions.userCache("Linux", "/home/a", name -> null))
        .isEqualTo(Path.of("/home/a/.cache"));
    assertThat(DownloadOptions.userCache("Linux", "/home/a", Map.of("XDG_CACHE_HOME", "/c")::get))
        .isEqualTo(Path.of("/c"));
    assertThat(DownloadOptions.userCache("Linux", "/home/a", Map.of("XDG_CACHE_HOME", "c")::get))
        .isEqualTo(Path.of("/home/a/.cache"));
    assertThat(DownloadOptions.userCache("Mac OS X", "/Users/a", name -> null))
        .isEqualTo(Path.of("/Users/a/Library/Caches"));
    assertThat(DownloadOptions.userCache("Windows 11", "/users/a", name -> null))
        .isEqualTo(Path.of("/users/a/AppData/Local"));
    assertThat(DownloadOptions.userCache("Linux", "/root", Map.of("HOME", "/github/home")::get))
        .isEqualTo(Path.of("/github/home/.cache"));
    assertThat(DownloadOptions.userCache("Mac OS X", "/Users/a", Map.of("HOME", "/h")::get))
        .isEqualTo(Path.of("/h/Library/Caches"));
    assertThat(DownloadOptions.userCache("Windows 11", "/users/a", Map.of("HOME", "/h")::get))
        .isEqualTo(Path.of("/users/a/AppData/Local"));
    assertThat(DownloadOptions.userCache("Linux", "/home/a", Map.of("HOME", "h")::get))
        .isEqualTo(Path.of("/home/a/.cache"));
    assertThat(DownloadOptions.userCache("Linux", "?", name -> null))
        .isEqualTo(Path.of(System.getProperty("java.io.tmpdir")));
  }

  @Test
  void downloadOptions_whenImpossible_refused() {
    assertThatThrownBy(() -> options().withTimeout(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> options().withBaseUri(URI.create("file:///etc/")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://ci:s3cret@artifactory.example.com/charts/",
        "https://ci:s3cret@under_score.example.com/charts/",
        "https://artifactory.example.com/charts/?token=s3cret",
        "https://artifactory.example.com/charts/#s3cret",
        "ftp://ci:s3cret@artifactory.example.com/charts/",
        "mailto:s3cret"
      })
  void downloadOptions_whenTheAddressHoldsASecret_refusedWithoutQuotingIt(String address) {
    assertThatThrownBy(() -> options().withBaseUri(URI.create(address)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("baseUri")
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void downloadOptions_whenTheAddressHoldsASecret_saysWhereItBelongs() {
    URI address = URI.create("https://ci:s3cret@artifactory.example.com/charts/");

    assertThatThrownBy(() -> options().withBaseUri(address))
        .hasMessageContaining("java.net.Authenticator")
        .hasMessageContaining("cache folder");
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "permissions are those of POSIX")
  void archive_whenKept_readableByWhoeverMayReadNewFiles() throws IOException {
    serve(PATH, exchange -> answer(exchange, 200, ARCHIVE));
    download().archive(CHART);

    Path anyNewFile = Files.writeString(folder.resolve("new"), "any");
    assertThat(Files.getPosixFilePermissions(cache().resolve("kruise-1.8.3.tgz")))
        .isEqualTo(Files.getPosixFilePermissions(anyNewFile));
  }

  private void serve(String path, HttpHandler handler) {
    server.createContext(
        path,
        exchange -> {
          requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
          handler.handle(exchange);
        });
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    try (OutputStream stream = exchange.getResponseBody()) {
      stream.write(body);
    }
  }

  private void await() {
    try {
      testIsOver.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private ChartDownload download() {
    return new ChartDownload(options());
  }

  private Path cache() {
    return folder.resolve("cache");
  }

  private DownloadOptions options() {
    URI base = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/releases/");
    return DownloadOptions.defaults()
        .withBaseUri(base)
        .withCacheDirectory(cache())
        .withProxy(ProxySelector.of(null));
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(cache())) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private static Failure failure(DownloadOptions options) {
    InstallException exception =
        catchThrowableOfType(
            InstallException.class, () -> new ChartDownload(options).archive(CHART));
    assertThat(exception).isNotNull();
    return exception.failure();
  }
}
