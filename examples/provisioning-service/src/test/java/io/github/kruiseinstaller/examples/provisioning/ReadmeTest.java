package io.github.kruiseinstaller.examples.provisioning;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.testkit.junit.SimulatedClusterExtension;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the README asks for is what the service answers. */
@ExtendWith(SimulatedClusterExtension.class)
@Timeout(180)
class ReadmeTest {
  private static final Pattern CURL =
      Pattern.compile("curl(?: -[sN])*(?: -X (\\w+))? \"?\\$here([^\"\\s]+)");

  @TempDir private Path folder;

  @Test
  void requests_inTheirOrder_areServed_andNoneIsMissing(SimulatedCluster cluster) throws Exception {
    String readme = Files.readString(Path.of("README.md"));
    List<String> served = new ArrayList<>();
    try (RunningService service = RunningService.start(folder, builder -> {})) {
      service.add("east", cluster);
      String run = "";
      for (MatchResult each : CURL.matcher(readme).results().toList()) {
        String method = Optional.ofNullable(each.group(1)).orElse("GET");
        String path = each.group(2).replace("/runs/$run", run);
        HttpResponse<String> response = service.send(method, path);
        assertThat(response.statusCode()).as(each.group()).isBetween(200, 299);
        served.add(method + " " + path.replaceFirst("[?].*", ""));
        if (method.equals("POST")) {
          run = response.headers().firstValue("Location").orElseThrow();
          RunningService.lines(service.events(run)); // the reader would wait, too
          assertThat(service.json("GET", run).get("state").getAsString()).isEqualTo("succeeded");
        }
      }
    }

    assertThat(readme.lines().filter(line -> line.contains("curl "))).hasSameSizeAs(served);
    Api api = new Api(new ClusterCatalogue(folder), new Runs(), builder -> {});
    assertThat(api.routes()).allMatch(route -> served.stream().anyMatch(each -> is(route, each)));
  }

  private static boolean is(Route route, String request) {
    String method = request.substring(0, request.indexOf(' '));
    return route.method().equals(method)
        && route.name(request.substring(method.length() + 1)).isPresent();
  }
}
