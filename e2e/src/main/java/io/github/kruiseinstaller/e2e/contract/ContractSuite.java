package io.github.kruiseinstaller.e2e.contract;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs many themes against one API server, several scenarios at once: none knows of another. */
public final class ContractSuite {
  private final Target target;
  private final Patience patience;

  /** A suite for one server. */
  public ContractSuite(Target target, Patience patience) {
    this.target = target;
    this.patience = patience;
  }

  /** The answers to themes, by the theme's name, then by scenario. */
  public Map<String, JsonObject> run(List<Theme> themes) throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(patience.atOnce());
    try {
      Map<String, List<Future<JsonObject>>> parts = new LinkedHashMap<>();
      for (Theme theme : themes) {
        List<Future<JsonObject>> scenarios = new ArrayList<>();
        for (Scenario scenario : theme.scenarios()) {
          scenarios.add(threads.submit(() -> answers(theme, scenario)));
        }
        parts.put(theme.name(), scenarios);
      }
      Map<String, JsonObject> answers = new LinkedHashMap<>();
      for (Map.Entry<String, List<Future<JsonObject>>> theme : parts.entrySet()) {
        JsonObject all = new JsonObject();
        for (Future<JsonObject> scenario : theme.getValue()) {
          scenario.get().entrySet().forEach(entry -> all.add(entry.getKey(), entry.getValue()));
        }
        answers.put(theme.getKey(), all);
      }
      return answers;
    } catch (ExecutionException e) {
      throw new IllegalStateException("a scenario could not be run", e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  private JsonObject answers(Theme theme, Scenario scenario) throws InterruptedException {
    try (ContractRunner runner = new ContractRunner(target, patience)) {
      JsonObject answer = new JsonObject();
      answer.add(scenario.name(), ContractRunner.toJson(runner.run(scenario)));
      return answer;
    } catch (RuntimeException e) {
      throw new IllegalStateException(theme.name() + " / " + scenario.name(), e);
    }
  }
}
