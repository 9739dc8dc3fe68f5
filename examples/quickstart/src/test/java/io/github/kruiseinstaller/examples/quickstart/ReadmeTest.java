package io.github.kruiseinstaller.examples.quickstart;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.permission.ClusterRoles;
import io.github.kruiseinstaller.release.Release;
import io.github.kruiseinstaller.release.ReleaseRequest;
import io.github.kruiseinstaller.release.ReleaseSource;
import io.github.kruiseinstaller.testkit.SmallRelease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the README shows is what compiles and what is there. */
class ReadmeTest {
  private static final Path ROOT = Path.of("..", "..");
  private static final List<String> VERBS =
      List.of("get", "list", "watch", "create", "update", "patch", "delete", "bind", "escalate");
  private static final String PACKAGE = "java/io/github/kruiseinstaller/examples/quickstart/";
  private static final Pattern JAVA_BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)\\)");

  @Test
  void firstExample_isTheClassOfTheQuickStartAndComesEarly() throws IOException {
    String source = read("examples/quickstart/src/main/" + PACKAGE + "Quickstart.java");
    String type = source.substring(source.indexOf("/** All that"));
    String readme = read("README.md");

    assertThat(javaBlocks().get(0)).isEqualTo(type);
    assertThat(type.lines()).hasSizeLessThan(40);
    assertThat(readme.substring(0, readme.indexOf("```java")).lines()).hasSizeLessThan(20);
  }

  @Test
  void otherExamples_arePartsOfCodeThatCompiles() throws IOException {
    String tests = "examples/quickstart/src/test/" + PACKAGE;
    String source =
        flat(read(tests + "ReadmeSnippets.java") + read(tests + "ProvisioningTest.java"));

    assertThat(javaBlocks().stream().skip(1)).isNotEmpty().allMatch(b -> source.contains(flat(b)));
  }

  @Test
  void errorTable_hasEveryCodeWithTheMeaningOfItsJavadoc() throws IOException {
    String source = read("sdk/src/main/java/io/github/kruiseinstaller/error/FailureCode.java");
    String table =
        Arrays.stream(FailureCode.values())
            .map(code -> "| `" + code.id() + "` | " + meaning(source, code) + " |\n")
            .collect(joining());

    assertThat(read("README.md")).contains("| code | meaning |\n|---|---|\n" + table + "\n");
  }

  @Test
  void permissions_areThoseOfTheRole() throws IOException {
    Release small =
        ReleaseSource.manifests(SmallRelease.yaml(), "small").load(new ReleaseRequest(null, null));
    StringBuilder table = new StringBuilder("| verb | on any | on the release's own, by name |\n");
    table.append("|---|---|---|\n");
    for (String verb : VERBS) {
      table.append("| ").append(verb).append(" | ");
      table.append(resources(ClusterRoles.installing(small), verb, false)).append(" | ");
      table.append(resources(ClusterRoles.installing(small), verb, true)).append(" |\n");
    }

    assertThat(read("README.md")).contains(table);
  }

  private static String resources(Manifest role, String verb, boolean named) {
    return role.maps("rules").stream()
        .filter(rule -> rule.containsKey("resourceNames") == named)
        .filter(rule -> ((List<?>) rule.get("verbs")).contains(verb))
        .flatMap(rule -> ((List<?>) rule.get("resources")).stream())
        .map(String::valueOf)
        .distinct()
        .sorted()
        .collect(joining(", "));
  }

  @Test
  void links_leadToFiles() throws IOException {
    assertThat(LINK.matcher(read("README.md")).results().map(link -> link.group(1)))
        .isNotEmpty()
        .allMatch(file -> Files.exists(ROOT.resolve(file)));
  }

  private static String meaning(String source, FailureCode code) {
    MatchResult found =
        Pattern.compile("/\\*\\*((?:(?!\\*/).)*)\\*/\\s+" + code.name() + "[,;]", Pattern.DOTALL)
            .matcher(source)
            .results()
            .findFirst()
            .orElseThrow();
    return flat(found.group(1).replaceAll("\\n\\s*\\*", " "));
  }

  private static List<String> javaBlocks() throws IOException {
    return JAVA_BLOCK.matcher(read("README.md")).results().map(block -> block.group(1)).toList();
  }

  private static String flat(String text) {
    return text.strip().replaceAll("\\s+", " ");
  }

  private static String read(String file) throws IOException {
    return Files.readString(ROOT.resolve(file));
  }
}
