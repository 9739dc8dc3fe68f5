package io.github.kruiseinstaller.event;

import io.github.kruiseinstaller.internal.text.PlainText;
import io.github.kruiseinstaller.internal.tree.Json;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.InstallPlan;
import io.github.kruiseinstaller.plan.PlannedChange;
import io.github.kruiseinstaller.report.InstallReport;
import io.github.kruiseinstaller.report.StageOutcome;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened in a run. {@link Planned} comes once the whole plan is known, after the
 * stages that only read and before anything of it is carried out (a run that fails earlier has
 * none); {@link Succeeded} or {@link Failed} comes last, exactly one of the two. Never holds Secret
 * data.
 */
public sealed interface InstallEvent {
  /** One line for people. */
  @Override
  String toString();

  /**
   * The stable discriminator in JSON: the record's name with hyphens, such as {@code
   * stage-started}.
   */
  default String type() {
    return EventJson.type(this);
  }

  /**
   * The event as one line of JSON, so that a run is a file of JSON lines; the schema is the
   * resource {@code io/github/kruiseinstaller/schema/install-event.schema.json}. Durations are
   * whole milliseconds, values that are absent are null.
   */
  default String toJson() {
    return Json.compact(toMap());
  }

  /** What {@link #toJson()} prints, as maps and lists for a JSON library of the caller's. */
  default Map<String, @Nullable Object> toMap() {
    return EventJson.event(this);
  }

  /**
   * The whole plan is known.
   *
   * @param plan what will be done
   */
  record Planned(InstallPlan plan) implements InstallEvent {
    @Override
    public String toString() {
      return plan.toString();
    }
  }

  /**
   * A stage began.
   *
   * @param stage which
   * @param why why it is there
   */
  record StageStarted(Stage stage, String why) implements InstallEvent {
    @Override
    public String toString() {
      return stage.id() + ": " + why;
    }
  }

  /**
   * An object was written.
   *
   * @param stage in which stage
   * @param change what was done to it
   */
  record ObjectWritten(Stage stage, PlannedChange change) implements InstallEvent {
    @Override
    public String toString() {
      return stage.id() + ": " + change.action().id() + " " + change.object();
    }
  }

  /**
   * A wait goes on, and its state or reason has changed.
   *
   * @param stage in which stage
   * @param object what is waited for
   * @param state its last known state and why it is not there yet
   * @param waited for how long so far
   */
  record Waiting(Stage stage, ObjectRef object, String state, Duration waited)
      implements InstallEvent {
    @Override
    public String toString() {
      return stage.id() + ": waiting for " + object + ": " + PlainText.oneLine(state);
    }
  }

  /**
   * A request failed and will be tried again.
   *
   * @param stage in which stage
   * @param object the object of the request, or null
   * @param cause why it failed
   * @param attempt how many tries have failed so far
   * @param delay when it is tried again
   */
  record Retrying(
      Stage stage, @Nullable ObjectRef object, String cause, int attempt, Duration delay)
      implements InstallEvent {
    @Override
    public String toString() {
      return stage.id()
          + ": "
          + (object == null ? "request" : object)
          + " failed ("
          + PlainText.oneLine(cause)
          + "), try "
          + (attempt + 1)
          + " in "
          + PlainText.duration(delay);
    }
  }

  /**
   * A step of the proof through the API server.
   *
   * @param answer what the API server answered, classified
   * @param passed how many proofs in a row have passed
   * @param needed how many are needed
   */
  record Proving(String answer, int passed, int needed) implements InstallEvent {
    @Override
    public String toString() {
      return "prove: " + PlainText.oneLine(answer) + " (" + passed + " of " + needed + ")";
    }
  }

  /**
   * A webhook configuration was armed or disarmed.
   *
   * @param configuration which
   * @param armed true when it now intercepts requests
   * @param webhooks how many webhooks it holds
   */
  record ArmingChanged(ObjectRef configuration, boolean armed, int webhooks)
      implements InstallEvent {
    @Override
    public String toString() {
      return configuration
          + (armed ? " armed with " + webhooks + " webhooks" : " disarmed: matches nothing");
    }
  }

  /**
   * A stage ended.
   *
   * @param outcome how
   */
  record StageEnded(StageOutcome outcome) implements InstallEvent {
    @Override
    public String toString() {
      return outcome.stage().id()
          + ": "
          + outcome.status().id()
          + " in "
          + PlainText.duration(outcome.took());
    }
  }

  /**
   * The run reached its end. The last event.
   *
   * @param report what was done
   */
  record Succeeded(InstallReport report) implements InstallEvent {
    @Override
    public String toString() {
      return report.toString();
    }
  }

  /**
   * The run failed, timed out or was cancelled. The last event.
   *
   * @param report what was and was not done, and the failure
   */
  record Failed(InstallReport report) implements InstallEvent {
    @Override
    public String toString() {
      return report.toString();
    }
  }
}
