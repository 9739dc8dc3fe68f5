package io.github.kruiseinstaller.e2e.contract;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Runs scenarios against one API server. Whatever a scenario creates has a name of this run in it
 * and is deleted when the scenario ends. Used by one thread.
 */
public final class ContractRunner implements AutoCloseable {
  private static final String LETTERS = "bcdfghjklmnpqrstvwxz";
  private static final int RUN_LENGTH = 5;

  private final Target target;
  private final HttpClient http;
  private final ReviewServer reviews;
  private final Map<String, String> common;
  private final Patience patience;
  private final String run;
  private int scenarios;

  /** A runner for one server. */
  public ContractRunner(Target target, Patience patience) {
    this.target = target;
    this.http = new HttpClient(target);
    this.reviews = ReviewServer.start(addressTowards(target.server()));
    this.patience = patience;
    this.run = randomLetters();
    this.common =
        Map.of(
            "callback", reviews.address(),
            "callbackCa", reviews.caBundle(),
            "foreignCa", ReviewServer.foreignCaBundle(),
            "clusterCa",
                Base64.getEncoder()
                    .encodeToString(target.caPem().getBytes(StandardCharsets.UTF_8)));
  }

  /** Runs a scenario and gives an answer for each step. */
  public List<Answer> run(Scenario scenario) throws InterruptedException {
    Map<String, String> variables = new TreeMap<>(common);
    String id = "ct-%s-%03d".formatted(run, ++scenarios);
    variables.put("id", id);
    Normalization normalization = new Normalization();
    common.forEach((name, value) -> normalization.replace(value, name.toUpperCase(Locale.ROOT)));
    normalization.replace(id, "contract");
    normalization.replace(URI.create(target.server()).getAuthority(), "SERVER");
    List<Answer> answers = new ArrayList<>();
    try (ScenarioRun steps = new ScenarioRun(http, variables, normalization, patience)) {
      steps.prepare();
      for (Step step : scenario.steps()) {
        answers.add(new Answer(step.describe(), steps.take(step)));
      }
    }
    return answers;
  }

  /** Which Kubernetes answers, such as {@code 1.34.0}. */
  public String kubernetesVersion() {
    String version =
        Pointers.text(http.send("GET", "/version", Map.of(), null).json(), "/gitVersion");
    return version == null ? "unknown" : version.replaceFirst("^v", "");
  }

  /** The answers as they are recorded. */
  public static JsonArray toJson(List<Answer> answers) {
    JsonArray array = new JsonArray();
    for (Answer answer : answers) {
      JsonObject item = new JsonObject();
      item.addProperty("step", answer.step());
      answer.content().entrySet().forEach(field -> item.add(field.getKey(), field.getValue()));
      array.add(item);
    }
    return array;
  }

  /** The address of this machine that a server on the other end of the line most likely reaches. */
  private static String addressTowards(String server) {
    URI uri = URI.create(server);
    int port = uri.getPort() < 0 ? 443 : uri.getPort();
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(uri.getHost(), port), 10_000);
      return socket.getLocalAddress().getHostAddress();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot connect to " + server, e);
    }
  }

  private static String randomLetters() {
    SecureRandom random = new SecureRandom();
    StringBuilder letters = new StringBuilder();
    for (int i = 0; i < RUN_LENGTH; i++) {
      letters.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return letters.toString();
  }

  @Override
  public void close() {
    reviews.close();
    http.close();
  }
}
