package io.github.kruiseinstaller.internal.cluster;

import com.google.gson.JsonParseException;
import io.github.kruiseinstaller.internal.tree.Json;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import org.jspecify.annotations.Nullable;

/** Reads one line of a watch. */
final class WatchLines {
  private WatchLines() {}

  /**
   * The event in a line, or null for one without news.
   *
   * @throws WatchStream.WatchEndedException when the line ends the watch
   */
  static WatchStream.@Nullable Event read(String line) throws WatchStream.WatchEndedException {
    Object tree;
    try {
      tree = Json.parse(line);
    } catch (JsonParseException e) {
      throw new WatchStream.WatchEndedException("a line of the watch was cut off");
    }
    String type = Trees.text(tree, "type");
    if (type == null) {
      throw new WatchStream.WatchEndedException("a line of the watch was not an event");
    }
    return switch (type) {
      case "ADDED" -> event(WatchStream.Type.ADDED, tree);
      case "MODIFIED" -> event(WatchStream.Type.MODIFIED, tree);
      case "DELETED" -> event(WatchStream.Type.DELETED, tree);
      case "ERROR" -> throw new WatchStream.WatchEndedException(error(tree));
      default -> null;
    };
  }

  private static WatchStream.Event event(WatchStream.Type type, @Nullable Object tree)
      throws WatchStream.WatchEndedException {
    try {
      return new WatchStream.Event(type, Manifest.of(Trees.map(tree, "object")));
    } catch (IllegalArgumentException e) {
      throw new WatchStream.WatchEndedException(
          "an event of the watch held no object: " + e.getMessage());
    }
  }

  private static String error(@Nullable Object tree) {
    return (Trees.number(0, tree, "object", "code")
            + " "
            + Trees.text(tree, "object", "reason")
            + ": "
            + Trees.text(tree, "object", "message"))
        .strip();
  }
}
