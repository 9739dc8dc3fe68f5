package io.github.kruiseinstaller.examples.provisioning;

import io.github.kruiseinstaller.release.ReleaseSource;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The command line of the service. */
@Command(
    name = "run",
    sortOptions = false,
    description = "Installs OpenKruise into the clusters of a folder, on requests over HTTP.",
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:ended because it was told to",
      "1:a run did not end in time when it was told to end",
      "2:bad arguments, or the address is taken"
    })
final class Main implements Callable<Integer> {
  /** How long a client may take to send a request. */
  private static final int REQUEST_SECONDS = 30;

  /** How much longer than the longest run an answer may take. */
  private static final int ANSWER_SECONDS = 60;

  @Option(
      names = "--clusters",
      paramLabel = "DIR",
      required = true,
      description = "the folder of kubeconfig files, each named as its cluster")
  private Path clusters = Path.of("");

  @ArgGroup(multiplicity = "1")
  private Source source = new Source();

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:8080",
      description = "where; port 0 is any that is free; without: ${DEFAULT-VALUE}")
  private InetSocketAddress listen = new InetSocketAddress(0);

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      defaultValue = "5m",
      description = "how long a run may take, such as 90s, 5m or 1h; without: ${DEFAULT-VALUE}")
  private Duration timeout = Duration.ZERO;

  @Spec private CommandSpec spec = CommandSpec.create(); // picocli's own takes its place

  @Option(names = "--help", usageHelp = true, description = "this text")
  private boolean unusedHelp;

  /** What is installed; exactly one of them. */
  private static final class Source {
    @Option(
        names = "--release-version",
        paramLabel = "V",
        description = "a released version, fetched and checked; needs helm on the PATH")
    private @Nullable String version;

    @Option(
        names = "--chart",
        paramLabel = "FILE",
        description = "a kruise chart, folder or .tgz; needs helm on the PATH")
    private @Nullable Path chart;

    @Option(names = "--manifests", paramLabel = "FILE", description = "a rendered release")
    private @Nullable Path manifests;

    private ReleaseSource release() {
      if (chart != null) {
        return ReleaseSource.chart(chart);
      }
      return manifests != null
          ? ReleaseSource.manifests(manifests)
          : ReleaseSource.version(Objects.requireNonNull(version, "one of the group is given"));
    }
  }

  /** Starts the service, whose own threads keep the process from then on. */
  public static void main(String[] args) {
    int status = commandLine().execute(args);
    if (status != 0) {
      System.exit(status);
    }
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .registerConverter(InetSocketAddress.class, Main::address)
        .registerConverter(Duration.class, Main::duration);
  }

  @Override
  public Integer call() {
    if (!Files.isDirectory(clusters)) {
      throw wrong("there is no folder " + clusters);
    }
    ReleaseSource release = source.release();
    boundRequests();
    ProvisioningService service;
    try {
      service =
          ProvisioningService.start(
              listen,
              new ClusterCatalogue(clusters),
              builder -> builder.release(release).timeout(timeout));
    } catch (IOException e) {
      throw wrong("cannot listen on " + listen + ": " + e.getMessage());
    }
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(service), "stop"));
    spec.commandLine().getOut().println("listening on " + service.address());
    return 0;
  }

  /** The signal alone would make it another exit status than 0. */
  private static void end(ProvisioningService service) {
    Runtime.getRuntime().halt(service.stop() ? 0 : 1);
  }

  /**
   * So that no client holds a thread for ever by sending or reading nothing. The JDK's server knows
   * such limits as properties only, in seconds.
   */
  private void boundRequests() {
    String prefix = "sun.net.httpserver.";
    System.setProperty(prefix + "maxReqTime", String.valueOf(REQUEST_SECONDS));
    System.setProperty(prefix + "maxRspTime", String.valueOf(timeout.toSeconds() + ANSWER_SECONDS));
    System.setProperty(prefix + "nodelay", "true"); // events are small, and wanted at once
  }

  private ParameterException wrong(String what) {
    return new ParameterException(spec.commandLine(), what);
  }

  /** Reads {@code 127.0.0.1:8080}. */
  private static InetSocketAddress address(String text) {
    int colon = text.lastIndexOf(':');
    if (colon > 0) {
      int port = Integer.parseInt(text.substring(colon + 1));
      InetSocketAddress address = new InetSocketAddress(text.substring(0, colon), port);
      if (!address.isUnresolved()) {
        return address;
      }
    }
    throw new TypeConversionException("'" + text + "' is not an address such as 127.0.0.1:8080");
  }

  /** Reads {@code 90s}, {@code 5m}, {@code 1h30m}. */
  private static Duration duration(String text) {
    Duration duration = Duration.parse("PT" + text);
    if (duration.isZero() || duration.isNegative()) {
      throw new TypeConversionException("'" + text + "' is not more than nothing");
    }
    return duration;
  }
}
