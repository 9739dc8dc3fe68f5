package io.github.kruiseinstaller.e2e.contract;

import java.util.ArrayList;
import java.util.List;

/** One step of a {@link Scenario}. */
public sealed interface Step permits Request, Step.OpenWatch, Step.ReadWatch {
  /** The step in a line, with variables unresolved. */
  String describe();

  /**
   * Opens a watch, which reads on in the background.
   *
   * @param name for {@link ReadWatch}
   * @param path with its query
   */
  record OpenWatch(String name, String path) implements Step {
    @Override
    public String describe() {
      return "open watch " + name + ": " + path;
    }
  }

  /**
   * Waits for events of a watch, then closes it.
   *
   * @param name of the watch
   * @param events how many, bookmarks not counted; -1: until the server ends the watch
   * @param only JSON pointers into the objects of the events; none for all
   */
  record ReadWatch(String name, int events, List<String> only) implements Step {
    /** Reads until the server ends the watch. */
    static final int TO_THE_END = -1;

    /** Copies the list. */
    public ReadWatch {
      only = List.copyOf(only);
    }

    /** The same, keeping only these fields of each object. */
    ReadWatch only(String... pointers) {
      List<String> more = new ArrayList<>(only);
      more.addAll(List.of(pointers));
      return new ReadWatch(name, events, more);
    }

    @Override
    public String describe() {
      return "read watch " + name;
    }
  }
}
