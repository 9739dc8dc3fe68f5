package io.github.kruiseinstaller.internal.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.internal.tree.Json;
import io.github.kruiseinstaller.internal.tree.Trees;
import java.math.BigDecimal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodDemandTest {
  @ParameterizedTest
  @CsvSource({
    // Init containers run one by one, and before the others.
    "'', 3",
    "'4', 4",
    "'2,1', 3",
    // A sidecar stays beside all that starts after it.
    "'1+', 4",
    "'1+,4', 5",
    "'4,1+', 4",
    "'1+,1+', 5",
  })
  void requests_whenThereAreInitContainers_areWhatTheSchedulerCounts(String first, int expected) {
    StringBuilder initial = new StringBuilder();
    for (String each : first.isEmpty() ? new String[0] : first.split(",", -1)) {
      initial
          .append(initial.isEmpty() ? "" : ",")
          .append(container(each.replace("+", ""), each.endsWith("+")));
    }
    String spec =
        "{\"initContainers\":[%s],\"containers\":[%s,%s]}"
            .formatted(initial, container("1", false), container("2", false));

    assertThat(PodDemand.requests(Trees.map(Json.parse(spec)), "cpu"))
        .isEqualByComparingTo(BigDecimal.valueOf(expected));
  }

  private static String container(String cpu, boolean sidecar) {
    return "{\"resources\":{\"requests\":{\"cpu\":\"%s\"}}%s}"
        .formatted(cpu, sidecar ? ",\"restartPolicy\":\"Always\"" : "");
  }
}
