package io.github.kruiseinstaller.examples.provisioning;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.kruiseinstaller.Operation;
import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.event.InstallListener;
import io.github.kruiseinstaller.model.Stage;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One run in one cluster: what it tells, and how it ends. Thread-safe. */
final class ClusterRun {
  private final Instant started = Instant.now();
  private final String cluster;
  private final Verb verb;
  private final EventLog events;
  private final Operation<?> operation;
  private final CompletableFuture<Outcome> outcome;

  private ClusterRun(String cluster, Verb verb, EventLog events, Operation<?> operation) {
    this.cluster = cluster;
    this.verb = verb;
    this.events = events;
    this.operation = operation;
    this.outcome = operation.result().handle(Outcome::of).toCompletableFuture();
    // In this order: whoever has read the last event may start the next run.
    var unused = outcome.whenComplete((ended, failure) -> events.end());
  }

  /**
   * Starts a run.
   *
   * @param work starts it in the SDK, with somebody who wants to be told
   */
  static ClusterRun start(String cluster, Verb verb, Function<InstallListener, Operation<?>> work) {
    EventLog events = new EventLog();
    return new ClusterRun(cluster, verb, events, work.apply(events));
  }

  /** As the SDK calls it in its report, its log and the Lease that it holds. */
  String id() {
    return operation.runId();
  }

  String cluster() {
    return cluster;
  }

  boolean hasEnded() {
    return outcome.isDone();
  }

  /** How it ends, once it does; never fails. */
  CompletableFuture<Outcome> outcome() {
    return outcome.copy();
  }

  /** Ends it within a second; what it had armed without its last check is disarmed. */
  void cancel() {
    operation.cancel();
  }

  /** What it tells; ends once {@link #hasEnded()}. */
  EventLog events() {
    return events;
  }

  /** All but the report. */
  JsonObject summary() {
    return json(outcome.getNow(null));
  }

  /** All that is known now. */
  JsonObject whole() {
    Outcome ended = outcome.getNow(null);
    JsonObject json = json(ended);
    json.add("report", parsed(ended == null ? null : ended.report()));
    return json;
  }

  private JsonObject json(@Nullable Outcome ended) {
    JsonObject json = new JsonObject();
    json.addProperty("run", id());
    json.addProperty("cluster", cluster);
    json.addProperty("verb", verb.toString());
    json.addProperty("state", ended == null ? "running" : ended.state());
    json.addProperty("stage", operation.currentStage().map(Stage::id).orElse(null));
    json.addProperty("started", text(started));
    json.addProperty("ended", ended == null ? null : text(ended.at()));
    Failure failure = ended == null ? null : ended.failure();
    json.add("failure", parsed(failure == null ? null : failure.toJson()));
    return json;
  }

  private static String text(Instant time) {
    return time.truncatedTo(ChronoUnit.MILLIS).toString();
  }

  private static JsonElement parsed(@Nullable String json) {
    return json == null ? JsonNull.INSTANCE : JsonParser.parseString(json);
  }
}
