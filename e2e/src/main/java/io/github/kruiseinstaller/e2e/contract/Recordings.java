package io.github.kruiseinstaller.e2e.contract;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files with what a real API server answered, one for each theme. */
public final class Recordings {
  /** The version that they are of. */
  public static final String KUBERNETES = "1.34.0";

  /** Where they are, seen from the module. */
  public static final Path FOLDER =
      Path.of("src/test/resources/io/github/kruiseinstaller/e2e/contract");

  private static final Gson GSON =
      new GsonBuilder().serializeNulls().setPrettyPrinting().disableHtmlEscaping().create();

  private final Path folder;

  /** Those in a folder. */
  public Recordings(Path folder) {
    this.folder = folder;
  }

  /** The answers to a theme, by scenario. */
  public JsonObject read(Theme theme) {
    try (Reader reader = Files.newBufferedReader(file(theme.name()))) {
      return JsonParser.parseReader(reader).getAsJsonObject();
    } catch (IOException e) {
      throw new UncheckedIOException("no recording of " + theme.name(), e);
    }
  }

  /** Replaces the answers to a theme. */
  public void write(String theme, JsonObject answers) {
    try {
      Files.createDirectories(folder);
      Files.writeString(file(theme), GSON.toJson(answers) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the recording of " + theme, e);
    }
  }

  private Path file(String theme) {
    return folder.resolve(theme + ".json");
  }
}
