package io.github.kruiseinstaller.internal.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.internal.tree.Json;
import io.github.kruiseinstaller.testing.Charts;
import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.DocumentEndEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingEndEvent;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceEndEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;

/**
 * Nothing of an official chart is lost, added or changed on the way from YAML to JSON. The other
 * reading walks the parser's events, and shares neither composer nor resolver with the reader.
 */
class YamlLosslessTest {
  static List<String> versions() {
    return Charts.versions();
  }

  @ParameterizedTest
  @MethodSource("versions")
  void read_whenOfficialChart_everyFieldSurvivesAndNoneIsAdded(String version) {
    String text = Charts.rendered(version);
    List<List<String>> written = new ArrayList<>();
    for (YamlDocument document : YamlReader.read("chart", text)) {
      // Through JSON text, because that is what goes to the API server.
      List<String> lines = new ArrayList<>();
      flatten("", Json.parse(Json.compact(document.tree())), lines);
      written.add(lines);
    }
    assertThat(written).hasSizeGreaterThan(30).isEqualTo(new EventWalk(text).documents());
  }

  private static void flatten(String path, Object value, List<String> lines) {
    if (value instanceof Map<?, ?> map) {
      lines.add(path + " {");
      map.forEach((key, child) -> flatten(path + "/" + key, child, lines));
    } else if (value instanceof List<?> list) {
      lines.add(path + " [");
      for (int index = 0; index < list.size(); index++) {
        flatten(path + "/" + index, list.get(index), lines);
      }
    } else {
      String type = value instanceof String ? "text" : "plain";
      lines.add(path + " " + type + " " + value);
    }
  }

  /** Reads events; an unquoted scalar is a text unless it is spelt as JSON spells other values. */
  private static final class EventWalk {
    private final List<List<String>> documents = new ArrayList<>();
    private final Deque<Level> levels = new ArrayDeque<>();
    private List<String> lines = new ArrayList<>();

    EventWalk(String text) {
      LoaderOptions options = new LoaderOptions();
      options.setNestingDepthLimit(200);
      for (Event event : new Yaml(options).parse(new StringReader(text))) {
        accept(event);
      }
    }

    List<List<String>> documents() {
      return documents;
    }

    private void accept(Event event) {
      if (event instanceof MappingStartEvent) {
        String path = next();
        lines.add(path + " {");
        levels.push(new Level(path, true));
      } else if (event instanceof SequenceStartEvent) {
        String path = next();
        lines.add(path + " [");
        levels.push(new Level(path, false));
      } else if (event instanceof MappingEndEvent || event instanceof SequenceEndEvent) {
        levels.pop();
      } else if (event instanceof ScalarEvent scalar) {
        accept(scalar);
      } else if (event instanceof DocumentEndEvent) {
        if (!lines.equals(List.of(" plain null"))) {
          documents.add(lines);
        }
        lines = new ArrayList<>();
      } else {
        assertThat(event).isNotInstanceOf(AliasEvent.class);
      }
    }

    private void accept(ScalarEvent scalar) {
      Level level = levels.peek();
      if (level != null && level.map && level.key == null) {
        level.key = scalar.getValue();
        return;
      }
      lines.add(next() + " " + describe(scalar));
    }

    private static String describe(ScalarEvent scalar) {
      String value = scalar.getValue();
      boolean json =
          scalar.isPlain() && value.matches("true|false|null|-?(0|[1-9][0-9]*)(\\.[0-9]+)?|");
      if (!json) {
        return "text " + value;
      }
      return "plain " + (value.isEmpty() ? "null" : value);
    }

    private String next() {
      Level level = levels.peek();
      if (level == null) {
        return "";
      }
      if (!level.map) {
        return level.path + "/" + level.index++;
      }
      String path = level.path + "/" + level.key;
      level.key = null;
      return path;
    }
  }

  private static final class Level {
    private final String path;
    private final boolean map;
    private String key;
    private int index;

    Level(String path, boolean map) {
      this.path = path;
      this.map = map;
    }
  }
}
