package io.github.kruiseinstaller.examples.deploy;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Where a cluster is.
 *
 * @param name as it is written on the command line: what the cluster is called in all output
 * @param kubeconfig a kubeconfig file
 * @param context one of its contexts; null: its current one
 */
record Target(String name, Path kubeconfig, @Nullable String context) {
  /** Tells targets apart, however the path of their file is written. */
  String place() {
    return kubeconfig.toAbsolutePath().normalize() + "#" + (context == null ? "" : context);
  }

  void applyTo(OpenKruiseInstaller.Builder builder) {
    if (context == null) {
      builder.kubeconfig(kubeconfig);
    } else {
      builder.kubeconfig(kubeconfig, context);
    }
  }

  /** Reads {@code KUBECONFIG} and {@code KUBECONFIG#CONTEXT}. */
  static final class Converter implements ITypeConverter<Target> {
    @Override
    public Target convert(String text) {
      int hash = text.lastIndexOf('#');
      String file = hash < 0 ? text : text.substring(0, hash);
      String context = hash < 0 ? null : text.substring(hash + 1);
      if (file.isEmpty() || (context != null && context.isEmpty())) {
        throw new TypeConversionException("'" + text + "' is not KUBECONFIG or KUBECONFIG#CONTEXT");
      }
      return new Target(text, Path.of(file), context);
    }
  }
}
