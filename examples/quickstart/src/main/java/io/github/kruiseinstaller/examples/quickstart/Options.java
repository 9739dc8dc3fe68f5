package io.github.kruiseinstaller.examples.quickstart;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.release.ReleaseSource;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What the command line says about the installer. */
final class Options {
  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description = "the cluster; without: as kubectl finds it")
  private @Nullable Path kubeconfig;

  @Option(
      names = "--namespace",
      paramLabel = "NAME",
      description = "the manager's namespace; without: the release's own, kruise-system")
  private @Nullable String namespace;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = ShortDuration.class,
      description = "when to give up, such as 90s, 5m or 1h; without: 5m")
  private @Nullable Duration timeout;

  @ArgGroup private @Nullable Source source;

  /** At most one of them. */
  private static final class Source {
    @Option(
        names = "--release-version",
        paramLabel = "V",
        description = "a released version, fetched and checked; without: 1.8.3")
    private @Nullable String version;

    @Option(
        names = "--chart",
        paramLabel = "FILE",
        description = "a kruise chart, folder or .tgz; needs helm on the PATH")
    private @Nullable Path chart;

    @Option(names = "--manifests", paramLabel = "FILE", description = "a rendered release")
    private @Nullable Path manifests;

    private @Nullable ReleaseSource release() {
      if (chart != null) {
        return ReleaseSource.chart(chart);
      }
      if (manifests != null) {
        return ReleaseSource.manifests(manifests);
      }
      return version == null ? null : ReleaseSource.version(version);
    }
  }

  /** Sets what was given and leaves the rest as it is. */
  void applyTo(OpenKruiseInstaller.Builder builder) {
    if (kubeconfig != null) {
      builder.kubeconfig(kubeconfig);
    }
    if (namespace != null) {
      builder.namespace(namespace);
    }
    if (timeout != null) {
      builder.timeout(timeout);
    }
    ReleaseSource release = source == null ? null : source.release();
    if (release != null) {
      builder.release(release);
    }
  }

  /** Reads {@code 90s}, {@code 5m}, {@code 1h30m}. */
  static final class ShortDuration implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      try {
        Duration duration = Duration.parse("PT" + text);
        if (duration.isZero() || duration.isNegative()) {
          throw new TypeConversionException("'" + text + "' is not more than nothing");
        }
        return duration;
      } catch (DateTimeParseException e) {
        throw new TypeConversionException("'" + text + "' is not a time such as 90s, 5m or 1h");
      }
    }
  }
}
