package io.github.kruiseinstaller.release;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.tree.Json;
import io.github.kruiseinstaller.internal.yaml.YamlReader;
import io.github.kruiseinstaller.model.Stage;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Runs {@code helm template} as a process, without a shell. */
final class HelmCommand {
  private static final boolean WINDOWS = File.separatorChar == '\\';
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");
  private static final Pattern SPECIAL_IN_CSV = Pattern.compile("[,\"\r\n]");
  private static final int MAX_ERROR_LINES = 20;
  private static final int MAX_ERROR_BYTES = 64 * 1024;
  private static final String INSTALL_HELM =
      "Install Helm 3.8 or later on the PATH, or name it with HelmOptions.withExecutable, or render"
          + " the chart elsewhere with 'helm template --no-hooks' and use"
          + " ReleaseSource.manifests.";

  private final HelmOptions options;
  private final Map<String, String> environment;

  HelmCommand(HelmOptions options) {
    this(options, System.getenv());
  }

  /**
   * For tests.
   *
   * @param environment where the PATH is looked up
   */
  HelmCommand(HelmOptions options, Map<String, String> environment) {
    this.options = options;
    this.environment = environment;
  }

  /**
   * Where helm is.
   *
   * @throws InstallException when it is nowhere
   */
  Path executable() {
    Path configured = options.executable();
    if (configured != null) {
      if (!Files.isRegularFile(configured) || !Files.isExecutable(configured)) {
        throw failed(
            configured.toAbsolutePath() + " is not an executable file", List.of(), INSTALL_HELM);
      }
      return configured.toAbsolutePath();
    }
    return new SearchPath(environment, WINDOWS)
        .program("helm")
        .orElseThrow(() -> failed("there is no helm on the PATH", List.of(), INSTALL_HELM));
  }

  /** Renders a chart to documents. */
  byte[] template(Rendering rendering) {
    try (TemporaryFolder folder = new TemporaryFolder()) {
      List<String> command = command(rendering, rendering.chart().toAbsolutePath().toString());
      if (!rendering.lowestValues().isEmpty()) {
        addValues(command, write(folder, "namespace.json", rendering.lowestValues()));
      }
      options.valueFiles().forEach(file -> addValues(command, escaped(listed(file))));
      addValues(command, write(folder, "values.json", options.values()));
      return run(command, shown(rendering), folder.path());
    } catch (IOException e) {
      throw new InstallException(failure("cannot run helm: " + e, List.of(), INSTALL_HELM), e);
    }
  }

  private List<String> command(Rendering rendering, String chart) {
    List<String> command = new ArrayList<>();
    command.add(executable().toString());
    command.addAll(List.of("template", "kruise", chart));
    command.addAll(List.of("--namespace", rendering.namespace(), "--no-hooks", "--include-crds"));
    String kubernetesVersion = rendering.request().kubernetesVersion();
    if (kubernetesVersion != null) {
      command.addAll(List.of("--kube-version", kubernetesVersion));
    }
    return command;
  }

  /** The bare name: helm runs in that folder, whose path may hold what {@link #listed} is for. */
  private static String write(TemporaryFolder folder, String name, Map<String, ?> values)
      throws IOException {
    Files.writeString(folder.path().resolve(name), Json.compact(values));
    return name;
  }

  private static void addValues(List<String> command, String file) {
    command.addAll(List.of("--values", file));
  }

  /** Helm reads the option as a line of CSV, and takes what commas part for several files. */
  private static String listed(Path file) {
    String path = file.toAbsolutePath().toString();
    return SPECIAL_IN_CSV.matcher(path).find() ? "\"" + path.replace("\"", "\"\"") + "\"" : path;
  }

  /** Windows has one line of all arguments, in which Java takes quotes for those of the shell. */
  private static String escaped(String argument) {
    return WINDOWS ? argument.replace("\"", "\\\"") : argument;
  }

  /** The command as people can run it, when the temporary files are gone; it shows no values. */
  private String shown(Rendering rendering) {
    List<String> command = command(rendering, rendering.origin());
    String namespace = rendering.request().namespace();
    if (namespace != null) {
      command.addAll(List.of("--set", Rendering.NAMESPACE + "=" + namespace));
    }
    options.valueFiles().forEach(file -> addValues(command, listed(file)));
    String values = options.values().isEmpty() ? "" : " and the values of HelmOptions";
    return command.stream().map(HelmCommand::quoted).collect(Collectors.joining(" ")) + values;
  }

  private static String quoted(String word) {
    if (WINDOWS) {
      return word.contains(" ") || word.contains("\"") ? "\"" + escaped(word) + "\"" : word;
    }
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  /** Output goes to files, so that no reader threads are needed and no full pipe can block helm. */
  private byte[] run(List<String> command, String shown, Path folder) throws IOException {
    Path output = folder.resolve("output.yaml");
    Path errors = folder.resolve("errors.txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile());
    isolate(builder.environment(), folder);
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      if (!process.waitFor(options.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
        throw failed(
            "helm did not finish within " + options.timeout().toSeconds() + " s",
            tail(errors),
            "Run it by hand to see what it waits for: "
                + shown
                + "; or allow it more time with HelmOptions.withTimeout.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Interruption.cancelled("the chart with helm", e);
    } finally {
      kill(process);
    }
    if (process.exitValue() != 0) {
      throw exited(process.exitValue(), shown, tail(errors));
    }
    try (InputStream stream = Files.newInputStream(output)) {
      return stream.readNBytes(YamlReader.MAX_CHARACTERS + 1);
    }
  }

  private static InstallException exited(int status, String shown, List<String> errors) {
    String first = errors.isEmpty() ? "it wrote no error" : errors.get(0);
    return failed(
        "helm ended with status " + status + ": " + first,
        errors,
        "Correct the chart or its values until this works: " + shown);
  }

  /** Keeps away what the user configured for helm elsewhere, plugins and clusters above all. */
  private static void isolate(Map<String, String> variables, Path folder) {
    variables.keySet().removeIf(name -> name.toUpperCase(Locale.ROOT).startsWith("HELM_"));
    variables.put("HELM_CACHE_HOME", folder.resolve("cache").toString());
    variables.put("HELM_CONFIG_HOME", folder.resolve("config").toString());
    variables.put("HELM_DATA_HOME", folder.resolve("data").toString());
    variables.put("HELM_PLUGINS", folder.resolve("plugins").toString());
    variables.put("HELM_NO_PLUGINS", "1");
    variables.put("KUBECONFIG", folder.resolve("no-cluster").toString());
  }

  private static void kill(Process process) {
    // Children first: they would live on, and a wrapper script is often what is called helm.
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private static List<String> tail(Path errors) throws IOException {
    if (!Files.exists(errors)) {
      return List.of();
    }
    try (InputStream stream = Files.newInputStream(errors)) {
      stream.skipNBytes(Math.max(0, Files.size(errors) - MAX_ERROR_BYTES));
      List<String> lines =
          new String(stream.readNBytes(MAX_ERROR_BYTES), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.isBlank())
              .toList();
      return lines.subList(Math.max(0, lines.size() - MAX_ERROR_LINES), lines.size());
    }
  }

  private static InstallException failed(String message, List<String> evidence, String remedy) {
    return new InstallException(failure(message, evidence, remedy));
  }

  private static Failure failure(String message, List<String> evidence, String remedy) {
    return Failure.of(FailureCode.HELM_FAILED, message, remedy).in(Stage.LOAD).seen(evidence);
  }
}
