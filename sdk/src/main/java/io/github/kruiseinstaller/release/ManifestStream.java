package io.github.kruiseinstaller.release;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.yaml.YamlReader;
import io.github.kruiseinstaller.model.Stage;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.Callable;

/** Rendered manifests in one stream. */
final class ManifestStream implements ReleaseSource {
  private final Callable<? extends InputStream> open;
  private final String name;

  ManifestStream(Callable<? extends InputStream> open, String name) {
    this.open = open;
    this.name = name;
  }

  @Override
  public Release load(ReleaseRequest request) {
    return ReleaseReader.forRequest(
        ReleaseReader.fromTexts(name, Map.of(name, read()), null), request);
  }

  @SuppressWarnings("NullAway") // a class loader answers null for what it does not find
  private byte[] read() {
    try (InputStream stream = open.call()) {
      if (stream == null) {
        throw unavailable("there is no " + name, null);
      }
      // One byte more than is accepted, so that the reader sees that it is too long.
      return stream.readNBytes(YamlReader.MAX_CHARACTERS + 1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Interruption.cancelled(name, e);
    } catch (InstallException e) {
      throw e;
    } catch (Exception e) {
      throw unavailable("cannot read " + name + ": " + e, e);
    }
  }

  private static InstallException unavailable(
      String message, @org.jspecify.annotations.Nullable Exception cause) {
    return new InstallException(
        Failure.of(
                FailureCode.RELEASE_UNAVAILABLE,
                message,
                "Give the manifests of a release that this program can read.")
            .in(Stage.LOAD),
        cause);
  }

  @Override
  public String toString() {
    return name;
  }
}
