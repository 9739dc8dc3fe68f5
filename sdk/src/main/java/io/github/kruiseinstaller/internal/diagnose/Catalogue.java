package io.github.kruiseinstaller.internal.diagnose;

import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.internal.yaml.YamlDocument;
import io.github.kruiseinstaller.internal.yaml.YamlReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The texts about everything that can be the matter: the one source of what reports say and of the
 * troubleshooting pages. An entry is known by the id of a cause, of a failure or of a check.
 */
public final class Catalogue {
  private static final String FOLDER = "/io/github/kruiseinstaller/catalogue/";

  private final Map<String, Entry> entries;

  private Catalogue(Map<String, Entry> entries) {
    this.entries = Collections.unmodifiableMap(entries);
  }

  /** What an entry is about; each is a file in each language. */
  public enum Group {
    /** What a diagnosis finds about the webhooks and their manager. */
    CAUSES,
    /** What a diagnosis finds beside that. */
    DAEMON,
    /** How a run ends that fails. */
    FAILURES,
    /** What Helm says. */
    HELM,
    /** What is checked. */
    CHECKS
  }

  /** The languages of the texts. */
  public enum Language {
    /** English. */
    EN,
    /** Chinese. */
    ZH
  }

  /**
   * Reads the texts of one language. Symptoms and commands are the same in each.
   *
   * @throws IllegalStateException when a resource of this library is missing or malformed
   */
  public static Catalogue read(Language language) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (Group group : Group.values()) {
      Map<String, Map<String, @Nullable Object>> shared = documents("en", group);
      Map<String, Map<String, @Nullable Object>> texts =
          language == Language.EN ? shared : documents("zh", group);
      shared.forEach(
          (id, entry) -> {
            if (entries.put(id, entry(group, id, entry, texts.get(id))) != null) {
              throw new IllegalStateException(id + " is twice in the catalogue");
            }
          });
    }
    return new Catalogue(entries);
  }

  /** All entries, in the order of the files. */
  public List<Entry> entries() {
    return List.copyOf(entries.values());
  }

  /** The entry of an id. */
  public Optional<Entry> find(String id) {
    return Optional.ofNullable(entries.get(id));
  }

  /**
   * The entry of an id.
   *
   * @throws IllegalStateException when there is none
   */
  public Entry get(String id) {
    return find(id).orElseThrow(() -> new IllegalStateException("the catalogue lacks " + id));
  }

  private static Entry entry(
      Group group,
      String id,
      Map<String, @Nullable Object> shared,
      @Nullable Map<String, @Nullable Object> texts) {
    return new Entry(
        group,
        id,
        text(texts, "title"),
        Trees.list(shared, "symptoms").stream().map(String::valueOf).toList(),
        text(texts, "cause"),
        text(texts, "remedy"),
        Trees.list(shared, "commands").stream().map(String::valueOf).toList(),
        text(texts, "sdk"));
  }

  private static String text(@Nullable Map<String, @Nullable Object> texts, String key) {
    String text = texts == null ? null : Trees.text(texts, key);
    return text == null ? "" : text.strip();
  }

  private static Map<String, Map<String, @Nullable Object>> documents(
      String language, Group group) {
    Map<String, Map<String, @Nullable Object>> all = new LinkedHashMap<>();
    String resource = FOLDER + language + "/" + group.name().toLowerCase(Locale.ROOT) + ".yaml";
    for (YamlDocument document : YamlReader.read(resource, bytes(resource))) {
      document.tree().forEach((id, entry) -> all.put(id, Trees.map(entry)));
    }
    return all;
  }

  private static byte[] bytes(String resource) {
    try (InputStream in = Catalogue.class.getResourceAsStream(resource)) {
      return Objects.requireNonNull(in, resource).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The texts about one cause, failure or check. Texts may hold placeholders such as {@code
   * {namespace}}.
   *
   * @param group what it is about
   * @param id its id, which is the anchor of its section in the pages
   * @param title what it is, in a few words
   * @param symptoms what people see and paste: error texts, states
   * @param cause why it is so
   * @param remedy what to do by hand, in words
   * @param commands the commands for that
   * @param sdk what to do with this library, where the standard text does not fit; else empty
   */
  public record Entry(
      Group group,
      String id,
      String title,
      List<String> symptoms,
      String cause,
      String remedy,
      List<String> commands,
      String sdk) {
    /** Copies the lists. */
    public Entry {
      symptoms = List.copyOf(symptoms);
      commands = List.copyOf(commands);
    }

    /** The remedy by hand with its commands, one a line, the placeholders filled in. */
    public String byHand(Map<String, String> values) {
      List<String> lines = new ArrayList<>();
      lines.add(remedy);
      lines.addAll(commands);
      return Placeholders.fill(String.join("\n", lines), values);
    }
  }
}
