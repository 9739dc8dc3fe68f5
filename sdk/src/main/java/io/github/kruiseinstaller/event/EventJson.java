package io.github.kruiseinstaller.event;

import io.github.kruiseinstaller.model.ObjectRef;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The JSON form of events, as maps and lists. Its schema is install-event.schema.json. */
final class EventJson {
  /** Rises only when a type or a key goes away or changes its meaning. */
  private static final long SCHEMA_VERSION = 1;

  private EventJson() {}

  static String type(InstallEvent event) {
    if (event instanceof InstallEvent.Planned) {
      return "planned";
    } else if (event instanceof InstallEvent.StageStarted) {
      return "stage-started";
    } else if (event instanceof InstallEvent.ObjectWritten) {
      return "object-written";
    } else if (event instanceof InstallEvent.Waiting) {
      return "waiting";
    } else if (event instanceof InstallEvent.Retrying) {
      return "retrying";
    } else if (event instanceof InstallEvent.Proving) {
      return "proving";
    } else if (event instanceof InstallEvent.ArmingChanged) {
      return "arming-changed";
    } else if (event instanceof InstallEvent.StageEnded) {
      return "stage-ended";
    } else if (event instanceof InstallEvent.Succeeded) {
      return "succeeded";
    }
    return "failed";
  }

  static Map<String, @Nullable Object> event(InstallEvent event) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("schemaVersion", SCHEMA_VERSION);
    map.put("type", type(event));
    content(event, map);
    return Collections.unmodifiableMap(map);
  }

  private static void content(InstallEvent event, Map<String, @Nullable Object> map) {
    if (event instanceof InstallEvent.Planned planned) {
      map.put("plan", planned.plan().toMap());
    } else if (event instanceof InstallEvent.StageStarted started) {
      map.put("stage", started.stage().id());
      map.put("why", started.why());
    } else if (event instanceof InstallEvent.ObjectWritten written) {
      map.put("stage", written.stage().id());
      map.put("change", written.change().toMap());
    } else if (event instanceof InstallEvent.Waiting waiting) {
      waiting(waiting, map);
    } else if (event instanceof InstallEvent.Retrying retrying) {
      retrying(retrying, map);
    } else if (event instanceof InstallEvent.Proving proving) {
      map.put("answer", proving.answer());
      map.put("passed", (long) proving.passed());
      map.put("needed", (long) proving.needed());
    } else if (event instanceof InstallEvent.ArmingChanged changed) {
      map.put("configuration", changed.configuration().toMap());
      map.put("armed", changed.armed());
      map.put("webhooks", (long) changed.webhooks());
    } else if (event instanceof InstallEvent.StageEnded ended) {
      map.put("outcome", ended.outcome().toMap());
    } else if (event instanceof InstallEvent.Succeeded succeeded) {
      map.put("report", succeeded.report().toMap());
    } else if (event instanceof InstallEvent.Failed failed) {
      map.put("report", failed.report().toMap());
    }
  }

  private static void waiting(InstallEvent.Waiting event, Map<String, @Nullable Object> map) {
    map.put("stage", event.stage().id());
    map.put("object", event.object().toMap());
    map.put("state", event.state());
    map.put("waitedMillis", event.waited().toMillis());
  }

  private static void retrying(InstallEvent.Retrying event, Map<String, @Nullable Object> map) {
    ObjectRef object = event.object();
    map.put("stage", event.stage().id());
    map.put("object", object == null ? null : object.toMap());
    map.put("cause", event.cause());
    map.put("attempt", (long) event.attempt());
    map.put("delayMillis", event.delay().toMillis());
  }
}
