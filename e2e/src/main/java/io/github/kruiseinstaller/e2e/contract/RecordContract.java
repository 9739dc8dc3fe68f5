package io.github.kruiseinstaller.e2e.contract;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Rewrites the recordings from the real cluster of {@code KUBECONFIG}: {@code java-main
 * contract.RecordContract [FOLDER [THEME...]]}.
 */
public final class RecordContract {
  private static final Path FOLDER =
      Path.of("src/test/resources/io/github/kruiseinstaller/e2e/contract");

  private RecordContract() {}

  /** Arguments: the folder of the files, and which themes, else all. */
  public static void main(String[] arguments) throws InterruptedException {
    String kubeconfig = System.getenv("KUBECONFIG");
    if (kubeconfig == null) {
      throw new IllegalStateException("KUBECONFIG names no cluster");
    }
    Path folder = arguments.length > 0 ? Path.of(arguments[0]) : FOLDER;
    List<String> chosen = List.of(arguments).subList(Math.min(1, arguments.length), arguments.length);
    Recordings recordings = new Recordings(folder);
    try (ContractRunner runner =
        new ContractRunner(Target.of(Path.of(kubeconfig)), Duration.ofMillis(50))) {
      System.err.println("Kubernetes " + runner.kubernetesVersion());
      for (Theme theme : Contract.themes()) {
        if (chosen.isEmpty() || chosen.contains(theme.name())) {
          long begun = System.nanoTime();
          recordings.write(theme, runner.record(theme));
          System.err.printf(
              "%-14s %3d scenarios, %.1f s%n",
              theme.name(), theme.scenarios().size(), (System.nanoTime() - begun) / 1e9);
        }
      }
    }
  }
}
