package io.github.kruiseinstaller.examples.deploy;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.model.TakeOver;
import io.github.kruiseinstaller.release.ReleaseSource;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What the command line says about an installation, the same for every cluster. */
final class Options {
  @ArgGroup private @Nullable Source source;

  @Option(
      names = "--namespace",
      paramLabel = "NAME",
      description = "the manager's namespace; without: the release's own, kruise-system")
  private @Nullable String namespace;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = ShortDuration.class,
      description = "when to give up on a cluster, such as 90s, 5m or 1h; without: 5m")
  private @Nullable Duration timeout;

  @Option(
      names = "--take-over",
      paramLabel = "keep|remove",
      converter = TakeOverName.class,
      description =
          "install over what Helm, kubectl or another tool installed, and keep Helm's record of it"
              + " or remove it; without: that stands in the way")
  private @Nullable TakeOver takeOver;

  /** At most one of them. */
  private static final class Source {
    @Option(
        names = "--release-version",
        paramLabel = "V",
        description = "a released version, fetched once and checked")
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

  /** The release; null when none was given. */
  @Nullable ReleaseSource release() {
    return source == null ? null : source.release();
  }

  /** Sets what was given and leaves the rest as it is. */
  void applyTo(OpenKruiseInstaller.Builder builder) {
    if (namespace != null) {
      builder.namespace(namespace);
    }
    if (timeout != null) {
      builder.timeout(timeout);
    }
    if (takeOver != null) {
      builder.takeOver(takeOver);
    }
  }

  /** Reads {@code keep} and {@code remove}. */
  static final class TakeOverName implements ITypeConverter<TakeOver> {
    @Override
    public TakeOver convert(String text) {
      return switch (text) {
        case "keep" -> TakeOver.KEEP_HELM_RECORD;
        case "remove" -> TakeOver.REMOVE_HELM_RECORD;
        default -> throw new TypeConversionException("'" + text + "' is neither keep nor remove");
      };
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
