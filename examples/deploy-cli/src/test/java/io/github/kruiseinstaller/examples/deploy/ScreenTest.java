package io.github.kruiseinstaller.examples.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.examples.deploy.Standing.State;
import java.io.PrintWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What people and programs get to see of what a cluster says. */
class ScreenTest {
  private static final String FOREIGN = "\u001b[2Jgone\u009b2K\u2028caf\u00e9 \ud83d\ude00";

  private final Transcript people = new Transcript();
  private final Transcript programs = new Transcript();
  private final Screen screen = new Screen(new PrintWriter(people), new PrintWriter(programs));

  @Test
  void people_areShownNothingThatMovesTheCursorOrForgesALine() {
    screen.say("a", FOREIGN + "\r\n[b] done");
    screen.table(List.of(standing(FOREIGN)));

    assertThat(people.lines())
        .startsWith("[a]  [2Jgone 2K caf\u00e9 \ud83d\ude00", "[a] [b] done")
        .allMatch(line -> line.chars().noneMatch(Character::isISOControl));
  }

  @Test
  void programs_areShownAsciiThatMeansTheSame() {
    screen.result("plan", List.of(standing(FOREIGN)), 1);

    String line = programs.lines().get(0);
    JsonObject reason =
        JsonParser.parseString(line)
            .getAsJsonObject()
            .getAsJsonArray("because")
            .get(0)
            .getAsJsonObject();
    assertThat(line).matches("[ -~]+");
    assertThat(reason.get("what").getAsString()).isEqualTo(FOREIGN);
  }

  @Test
  void table_leavesOutColumnsInWhichNothingStands() {
    screen.table(List.of(standing("it is so")));

    assertThat(people.lines())
        .containsExactly(
            "",
            "cluster  state    because",
            "a        blocked  code",
            "",
            "[a] it is so [code]",
            "[a]   remedy: mend it");
  }

  private Standing standing(String what) {
    Cluster cluster = new Cluster("a", OpenKruiseInstaller.builder().build(), new CtrlC());
    return Standing.seen(
        cluster, State.BLOCKED, null, List.of(new Reason("code", what, "mend it")));
  }
}
