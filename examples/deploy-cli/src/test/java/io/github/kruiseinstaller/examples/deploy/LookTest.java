package io.github.kruiseinstaller.examples.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.Strictness;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verbs that only read, and the form for programs. */
class LookTest {
  private static final Gson STRICT = new GsonBuilder().setStrictness(Strictness.STRICT).create();

  @TempDir private Path folder;

  @Test
  void plan_showsARowForEachClusterAndWritesNothing() throws IOException {
    try (SimulatedFleet fleet = new SimulatedFleet(folder, "a", "b")) {
      assertThat(fleet.run(null, "plan")).isZero();

      assertThat(fleet.out.lines())
          .anyMatch(line -> line.matches("cluster +state +installed +release +objects +.*"))
          .anyMatch(line -> line.matches(".*/a +planned +none +1\\.8\\.3 +21 +5 +7 webhooks.*"))
          .anyMatch(line -> line.matches(".*/b +planned +none +1\\.8\\.3 +21 +5 +7 webhooks.*"))
          .anyMatch(line -> line.startsWith(fleet.prefix("a") + "warning: "));
      assertThat(fleet.writes("a")).isEmpty();
      assertThat(fleet.writes("b")).isEmpty();
    }
  }

  @Test
  void status_whenOneDoesNotWork_endsWith1() throws IOException {
    try (SimulatedFleet fleet = new SimulatedFleet(folder, "a", "b")) {
      assertThat(fleet.run(null, "status", "no-such-file")).isEqualTo(1);

      assertThat(fleet.out.lines())
          .anyMatch(line -> line.matches(".*/a +not-working +none +not-installed"))
          .anyMatch(line -> line.matches(".*/no-such-file +not-working +cluster-unreachable"));
    }
  }

  @Test
  void json_isALineForEachClusterAndOneForTheFleet() throws IOException {
    try (SimulatedFleet fleet = new SimulatedFleet(folder, "a", "b")) {
      assertThat(fleet.run(null, "apply --yes --json", "no-such-file")).isEqualTo(1);
      assertThat(fleet.run(null, "apply --yes --json")).isZero();

      List<JsonObject> lines =
          fleet.out.lines().stream().map(line -> STRICT.fromJson(line, JsonObject.class)).toList();
      assertThat(lines)
          .extracting(LookTest::brief)
          .containsExactly(
              fleet.file("a") + " not-begun",
              fleet.file("b") + " not-begun",
              fleet.file("no-such-file") + " blocked",
              "{\"blocked\":1,\"not-begun\":2} 1",
              fleet.file("a") + " done",
              fleet.file("b") + " done",
              "{\"done\":2} 0");
      assertThat(lines.get(2).getAsJsonArray("because").get(0).getAsJsonObject().keySet())
          .containsExactly("code", "what", "remedy");
      assertThat(lines.get(4).getAsJsonObject("report").get("planFingerprint"))
          .isEqualTo(lines.get(4).getAsJsonObject("plan").get("fingerprint"));
      assertThat(fleet.err.toString()).contains(fleet.prefix("a") + "park: done");
    }
  }

  private static String brief(JsonObject line) {
    return line.has("fleet")
        ? line.get("states") + " " + line.get("status")
        : line.get("cluster").getAsString() + " " + line.get("state").getAsString();
  }
}
