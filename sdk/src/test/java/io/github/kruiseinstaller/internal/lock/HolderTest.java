package io.github.kruiseinstaller.internal.lock;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HolderTest {
  private static final ProcessTable NOBODYS = new ProcessTable(Path.of("/no/such/place"), 1);

  @Test
  void identity_isReadBackAsItWasWritten() {
    Holder holder = new Holder("ci-7.example", 4242, "ab12cd34", "0123456789abcdef", 987654321);

    assertThat(holder.identity())
        .isEqualTo("ci-7.example_4242_ab12cd34_0123456789abcdef.987654321");
    assertThat(Holder.parse(holder.identity())).contains(holder);
  }

  @Test
  void identity_whereNoTableIsKnown_isReadBackToo() {
    Holder holder = new Holder("mac", 1, "ab12cd34", "", 0);

    assertThat(Holder.parse(holder.identity())).contains(holder);
    assertThat(holder.isGone(NOBODYS)).isFalse();
  }

  @Test
  void ofThisProcess_namesThisProcessAndReadsBack() {
    Holder holder = Holder.ofThisProcess("ab12cd34", ProcessTable.ofThisMachine());

    assertThat(holder.pid()).isEqualTo(ProcessHandle.current().pid());
    assertThat(Holder.parse(holder.identity())).contains(holder);
    assertThat(holder.isGone(ProcessTable.ofThisMachine())).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "somebody",
        "a_b_c_d",
        "_1_r_-",
        "h_99999999999999999999_r_-",
        "h_1_r_",
        "h_1_R_-"
      })
  void parse_ofWhatWeHaveNotWritten_isEmptyAndTold(String identity) {
    assertThat(Holder.parse(identity)).isEmpty();
    assertThat(Holder.describe(identity)).isEqualTo("'" + identity + "'");
  }
}
