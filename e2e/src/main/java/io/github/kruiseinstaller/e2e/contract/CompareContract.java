package io.github.kruiseinstaller.e2e.contract;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Prints where the API server of {@code KUBECONFIG} differs from the recordings: {@code java-main
 * contract.CompareContract [THEME...]}.
 */
public final class CompareContract {
  private CompareContract() {}

  /** Arguments: which themes, else all. */
  public static void main(String[] arguments) throws InterruptedException {
    List<Theme> themes = Contract.themes(List.of(arguments));
    Map<String, JsonObject> answers =
        new ContractSuite(Target.ofEnvironment(), Patience.REAL).run(themes);
    Recordings recordings = new Recordings(Recordings.FOLDER);
    List<Difference> differences = new ArrayList<>();
    for (Theme theme : themes) {
      JsonObject actual = answers.getOrDefault(theme.name(), new JsonObject());
      differences.addAll(Comparison.of(theme, recordings.read(theme), actual));
    }
    List<Difference> unexplained = KnownDifferences.unexplained(differences);
    unexplained.forEach(System.out::println);
    System.out.printf(
        "%d differences, %d of them known%n",
        differences.size(), differences.size() - unexplained.size());
  }
}
