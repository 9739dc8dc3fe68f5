package io.github.kruiseinstaller.e2e;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Somebody who creates Pods, in dry run, that must get a sidecar, all the time. */
final class SidecarWatch {
  static final String SIDECAR_SET =
      """
      {"apiVersion": "apps.kruise.io/v1alpha1", "kind": "SidecarSet",
       "metadata": {"name": "side"},
       "spec": {"selector": {"matchLabels": {"side": "car"}},
                "updateStrategy": {"type": "NotUpdate"},
                "containers": [{"name": "sidecar", "image": "app:1"}]}}
      """;

  private static final String PODS = "/api/v1/namespaces/default/pods?dryRun=All";
  private static final String POD =
      """
      {"apiVersion": "v1", "kind": "Pod",
       "metadata": {"generateName": "with-sidecar-", "labels": {"side": "car"}},
       "spec": {"containers": [{"name": "main", "image": "app:1"}]}}
      """;

  private static final Duration PAUSE = Duration.ofMillis(40);
  private static final Duration LAST_ANSWER = Duration.ofSeconds(30);

  private final KubeApi api;
  private final Thread thread;
  private final List<String> missed = new CopyOnWriteArrayList<>();
  private final AtomicInteger asked = new AtomicInteger();
  private volatile boolean over;

  private SidecarWatch(KubeApi api) {
    this.api = api;
    this.thread = new Thread(this::watch, "sidecar-watch");
    thread.setDaemon(true);
  }

  static SidecarWatch begin(KubeApi api) {
    SidecarWatch watch = new SidecarWatch(api);
    watch.thread.start();
    return watch;
  }

  /** Whether a Pod gets its sidecar now. */
  static boolean injects(KubeApi api) {
    return hasSidecar(api.ask("POST", PODS, POD));
  }

  void end() throws InterruptedException {
    over = true;
    thread.join(LAST_ANSWER.toMillis());
    if (thread.isAlive()) {
      missed.add(Instant.now() + " no answer to the last one");
    }
  }

  /** When a Pod did not get it, and what was answered. */
  List<String> missed() {
    return List.copyOf(missed);
  }

  int asked() {
    return asked.get();
  }

  private void watch() {
    try {
      while (!over) {
        ask();
        Thread.sleep(PAUSE.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void ask() {
    try {
      KubeApi.Answer answer = api.ask("POST", PODS, POD);
      asked.incrementAndGet();
      if (!hasSidecar(answer)) {
        missed.add(Instant.now() + " " + answer.status() + " " + answer.message());
      }
    } catch (RuntimeException noAnswer) {
      missed.add(Instant.now() + " " + noAnswer);
    }
  }

  private static boolean hasSidecar(KubeApi.Answer answer) {
    return answer.status() / 100 == 2
        && answer.json().getAsJsonObject("spec").getAsJsonArray("containers").asList().stream()
            .anyMatch(
                container ->
                    container.getAsJsonObject().get("name").getAsString().equals("sidecar"));
  }

  @Override
  public String toString() {
    return asked + " Pods with a sidecar asked for, " + missed.size() + " without";
  }
}
