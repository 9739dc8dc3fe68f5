package io.github.kruiseinstaller.e2e.contract;

import java.util.List;

/**
 * Rewrites the recordings from the real cluster of {@code KUBECONFIG}: {@code java-main
 * contract.RecordContract [THEME...]}.
 */
public final class RecordContract {
  private RecordContract() {}

  /** Arguments: which themes, else all. */
  public static void main(String[] arguments) throws InterruptedException {
    Target target = Target.ofEnvironment();
    List<Theme> themes = Contract.themes(List.of(arguments));
    Recordings recordings = new Recordings(Recordings.FOLDER);
    new ContractSuite(target, Patience.REAL).run(themes).forEach(recordings::write);
    System.err.printf(
        "%d scenarios of %d themes%n",
        themes.stream().mapToInt(theme -> theme.scenarios().size()).sum(), themes.size());
  }
}
