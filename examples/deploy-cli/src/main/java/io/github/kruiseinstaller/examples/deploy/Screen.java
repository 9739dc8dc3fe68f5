package io.github.kruiseinstaller.examples.deploy;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.github.kruiseinstaller.error.Failure;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Shows tables and lines to people, and lines of JSON to programs. What one call prints stays
 * together when several clusters have something to say. Thread-safe.
 */
final class Screen {
  private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");
  private static final Pattern NOT_ASCII = Pattern.compile("[^ -~]");
  private static final Gson GSON =
      new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

  private final PrintWriter people;
  private final @Nullable PrintWriter programs;

  /**
   * A screen.
   *
   * @param programs null when none reads along
   */
  Screen(PrintWriter people, @Nullable PrintWriter programs) {
    this.people = people;
    this.programs = programs;
  }

  /** A line. */
  void say(String line) {
    people.println(printable(line));
  }

  /** Lines about a cluster, each behind its name. */
  void say(String cluster, String lines) {
    people.println(
        lines
            .lines()
            .map(line -> "[" + cluster + "] " + printable(line))
            .collect(Collectors.joining(System.lineSeparator())));
  }

  /** A question, with room for the answer behind it. */
  void ask(String question) {
    people.print(question + " ");
    people.flush();
  }

  /** Why a cluster has failed, what was seen, and what to do about it. */
  void explain(Standing failed) {
    Failure failure = failed.report() == null ? null : failed.report().failure();
    String what = failure == null ? String.join("\n", failed.remarks()) : failure.render();
    String why = failed.diagnosis() == null ? "" : "\n" + failed.diagnosis().render();
    say(failed.name(), what + why);
  }

  /** A row for each cluster, without the columns in which nothing stands, and remarks below. */
  void table(List<Standing> fleet) {
    List<Map<String, String>> rows = fleet.stream().map(Standing::cells).toList();
    List<String> lines = new ArrayList<>(Collections.nCopies(rows.size() + 1, ""));
    for (String title : rows.get(0).keySet()) {
      List<String> cells =
          rows.stream().map(row -> printable(row.getOrDefault(title, ""))).toList();
      if (!cells.stream().allMatch(String::isEmpty)) {
        addColumn(lines, Stream.concat(Stream.of(title), cells.stream()).toList());
      }
    }
    people.println();
    lines.forEach(line -> people.println(line.stripTrailing()));
    people.println();
    fleet.forEach(standing -> standing.remarks().forEach(text -> say(standing.name(), text)));
  }

  /** For programs, where any read along: a line for each cluster, and one for the fleet. */
  void result(String verb, List<Standing> fleet, int status) {
    if (programs != null) {
      Map<String, @Nullable Object> whole = new LinkedHashMap<>();
      whole.put("fleet", verb);
      whole.put("clusters", fleet.size());
      whole.put(
          "states",
          fleet.stream()
              .collect(
                  Collectors.groupingBy(
                      standing -> standing.state().toString(),
                      TreeMap::new,
                      Collectors.counting())));
      whole.put("status", status);
      fleet.forEach(standing -> programs.println(json(standing.toMap())));
      programs.println(json(whole));
    }
  }

  private static void addColumn(List<String> lines, List<String> cells) {
    int width = cells.stream().mapToInt(String::length).max().orElse(0) + 2;
    for (int row = 0; row < cells.size(); row++) {
      String cell = cells.get(row);
      lines.set(row, lines.get(row) + cell + " ".repeat(width - cell.length()));
    }
  }

  /** In ASCII: right in any encoding, and nothing in it moves the cursor. */
  private static String json(Map<String, @Nullable Object> map) {
    return NOT_ASCII
        .matcher(GSON.toJson(map))
        .replaceAll(
            found ->
                found
                    .group()
                    .chars()
                    .mapToObj(unit -> String.format(Locale.ROOT, "\\\\u%04x", unit))
                    .collect(Collectors.joining()));
  }

  /** What comes from a cluster must neither move the cursor nor forge a line. */
  private static String printable(String text) {
    return UNPRINTABLE.matcher(text).replaceAll(" ");
  }
}
