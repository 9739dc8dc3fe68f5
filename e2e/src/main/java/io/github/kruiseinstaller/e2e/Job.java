package io.github.kruiseinstaller.e2e;

import java.util.Arrays;
import java.util.Locale;

/** What a benchmark has done by turns. */
enum Job {
  /** Into a fresh cluster. */
  INSTALL("usable after (s)") {
    @Override
    void prepare(Contender contender, TestCluster cluster, Contender.Step step) {}

    @Override
    Contender.Words run(Contender contender, TestCluster cluster, Contender.Step step)
        throws InterruptedException {
      return contender.install(cluster, step.to());
    }
  },

  /** Over an older version that the same tool has installed. */
  UPGRADE("upgraded after (s)") {
    @Override
    void prepare(Contender contender, TestCluster cluster, Contender.Step step)
        throws InterruptedException {
      contender.install(cluster, step.from());
    }

    @Override
    Contender.Words run(Contender contender, TestCluster cluster, Contender.Step step)
        throws InterruptedException {
      return contender.upgrade(cluster, step.to());
    }
  },

  /** Of what the same tool has installed, with definitions and namespaces. */
  UNINSTALL("gone after (s)") {
    @Override
    void prepare(Contender contender, TestCluster cluster, Contender.Step step)
        throws InterruptedException {
      contender.install(cluster, step.to());
    }

    @Override
    Contender.Words run(Contender contender, TestCluster cluster, Contender.Step step)
        throws InterruptedException {
      return contender.uninstall(cluster, step.to());
    }
  };

  private final String doneAfter;

  Job(String doneAfter) {
    this.doneAfter = doneAfter;
  }

  /** How the column of its result is called. */
  String doneAfter() {
    return doneAfter;
  }

  /** Brings a fresh cluster into the state that it starts from; not measured. */
  abstract void prepare(Contender contender, TestCluster cluster, Contender.Step step)
      throws InterruptedException;

  /** What is measured. */
  abstract Contender.Words run(Contender contender, TestCluster cluster, Contender.Step step)
      throws InterruptedException;

  /**
   * By its name in small letters.
   *
   * @throws IllegalArgumentException when there is none
   */
  static Job of(String name) {
    return Arrays.stream(values())
        .filter(job -> job.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "cannot use job '" + name + "'; jobs: " + Arrays.toString(values())));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
