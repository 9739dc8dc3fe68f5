package io.github.kruiseinstaller.internal.lock;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ProcessTableTest {
  private static final String STAT = " (a) name (1)) S 1 1 1 0 -1 4 1 0 0 0 5 5 0 0 20 0 9 0 ";

  @TempDir Path proc;

  @Test
  void aProcessThatIsThere_isNotGone() throws IOException {
    ProcessTable table = table("rw,nosuid");
    process(7, 4711);

    assertThat(table.id()).matches("[0-9a-f]{16}");
    assertThat(table.startOf(7)).hasValue(4711);
    assertThat(table.isGone(7, 4711)).isFalse();
  }

  @Test
  void aProcessThatIsNotThere_isGone() throws IOException {
    assertThat(table("rw,nosuid").isGone(7, 4711)).isTrue();
  }

  @Test
  void aProcessWhoseNumberSomebodyElseHas_isGone() throws IOException {
    ProcessTable table = table("rw,nosuid");
    process(7, 4712);

    assertThat(table.isGone(7, 4711)).isTrue();
  }

  @Test
  void whereProcessesAreHidden_nobodyIsProvenToBeGone() throws IOException {
    ProcessTable table = table("rw,nosuid,hidepid=invisible");

    assertThat(table.id()).isEmpty();
    assertThat(table.isGone(7, 4711)).isFalse();
  }

  @Test
  void whereTheTableIsOfOtherProcesses_nobodyIsProvenToBeGone() throws IOException {
    table("rw,nosuid");

    assertThat(new ProcessTable(proc, 43).id()).isEmpty();
  }

  @Test
  void whereThereIsNoSuchTable_nobodyIsProvenToBeGone() {
    ProcessTable table = new ProcessTable(proc.resolve("nowhere"), 42);

    assertThat(table.id()).isEmpty();
    assertThat(table.isGone(7, 4711)).isFalse();
    assertThat(table.startOf(7)).isEmpty();
  }

  @Test
  void anotherContainer_hasAnotherTable() throws IOException {
    String id = table("rw,nosuid").id();
    Files.delete(proc.resolve("self-target/ns/pid"));
    Files.createSymbolicLink(proc.resolve("self-target/ns/pid"), Path.of("pid:[2]"));

    assertThat(new ProcessTable(proc, 42).id()).isNotEqualTo(id).isNotEmpty();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aHolderOnThisMachine_isGoneOnceItsProcessHasEnded() throws Exception {
    ProcessTable table = ProcessTable.ofThisMachine();
    Process child = new ProcessBuilder("sleep", "600").start();
    try {
      Holder holder =
          new Holder("here", child.pid(), "a1", table.id(), table.startOf(child.pid()).orElse(0));
      assertThat(holder.isGone(table)).isFalse();

      child.destroyForcibly();
      assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();

      assertThat(holder.isGone(table)).isEqualTo(!table.id().isEmpty());
    } finally {
      child.destroyForcibly();
    }
  }

  private ProcessTable table(String options) throws IOException {
    Files.createDirectories(proc.resolve("sys/kernel/random"));
    Files.writeString(proc.resolve("sys/kernel/random/boot_id"), "b007\n");
    Files.createDirectories(proc.resolve("self-target/ns"));
    Files.createSymbolicLink(proc.resolve("self-target/ns/pid"), Path.of("pid:[1]"));
    Files.createSymbolicLink(proc.resolve("42"), Path.of("self-target"));
    Files.createSymbolicLink(proc.resolve("self"), Path.of("42"));
    Files.writeString(proc.resolve("mounts"), "proc /proc proc " + options + " 0 0\n");
    return new ProcessTable(proc, 42);
  }

  private void process(long pid, long start) throws IOException {
    Path directory = Files.createDirectories(proc.resolve(Long.toString(pid)));
    Files.writeString(directory.resolve("stat"), pid + STAT + start + " 0 0\n");
  }
}
