package io.github.kruiseinstaller.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Two processes install at the same time: one works, the other waits for it or says clearly that it
 * does not. System properties: {@code e2e.races}, {@code e2e.races.seed}.
 */
class RaceE2e extends InstallTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration NEVER = Duration.ZERO;
  private static final int HEAD_START_MILLIS = 1_500;
  private static final String WROTE = "ObjectWritten";
  private static final String LOCKED = "locked";

  @Test
  void oneWorksAtATime() throws Exception {
    Random random = random("e2e.races.seed");
    for (int race = 0; race < Integer.getInteger("e2e.races", 2); race++) {
      if (race > 0) {
        reset();
      }
      bystander();
      Duration headStart = Duration.ofMillis(random.nextInt(HEAD_START_MILLIS));
      race(headStart, race % 2 == 0 ? PATIENCE : NEVER);
      assertInstalled();
      nobodyWasRefused();
      endBystander();
    }
  }

  private static void race(Duration headStart, Duration waitForLock) throws InterruptedException {
    Path kubeconfig = cluster().kubeconfig();
    Path manifests = chart("kruise-" + VERSION + ".yaml");
    try (InstallerChild one = InstallerChild.start(kubeconfig, manifests, PATIENCE, waitForLock)) {
      one.goOnFor(headStart);
      try (InstallerChild two =
          InstallerChild.start(kubeconfig, manifests, PATIENCE, waitForLock)) {
        List<Integer> codes = List.of(one.exitCode(PATIENCE), two.exitCode(PATIENCE));
        Work first = Work.of(one.rest());
        Work second = Work.of(two.rest());
        System.out.printf(
            "   head start %d ms, lock waited for %d s: %s; %s%n",
            headStart.toMillis(), waitForLock.toSeconds(), first, second);

        assertThat(first.overlaps(second)).as("both wrote at the same time").isFalse();
        assertThat(codes).as("one installs").contains(0);
        if (codes.contains(1)) {
          assertThat(waitForLock).as("who waits gets its turn").isEqualTo(NEVER);
          Work loser = codes.get(0) == 1 ? first : second;
          assertThat(loser.last()).isEqualTo(LOCKED);
          assertThat(loser.writes()).as("the loser has written").isZero();
        }
      }
    }
  }

  /**
   * What one of them did.
   *
   * @param begin when it wrote first
   * @param end when it wrote last
   * @param writes how many writes it told of
   * @param last the last line that it printed
   */
  private record Work(Instant begin, Instant end, int writes, String last) {
    static Work of(List<InstallerChild.Line> lines) {
      List<Instant> writes =
          lines.stream()
              .filter(line -> line.text().startsWith(WROTE))
              .map(InstallerChild.Line::at)
              .toList();
      return new Work(
          writes.isEmpty() ? Instant.EPOCH : writes.get(0),
          writes.isEmpty() ? Instant.EPOCH : writes.get(writes.size() - 1),
          writes.size(),
          lines.isEmpty() ? "" : lines.get(lines.size() - 1).text());
    }

    boolean overlaps(Work other) {
      return writes > 0
          && other.writes > 0
          && begin.isBefore(other.end)
          && other.begin.isBefore(end);
    }

    @Override
    public String toString() {
      return writes + " writes, ended with " + last.split(" ", 2)[0];
    }
  }
}
