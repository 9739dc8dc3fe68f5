package io.github.kruiseinstaller.customize;

import io.github.kruiseinstaller.release.Release;
import java.util.function.Consumer;

/**
 * A customizer with a name for messages.
 *
 * @param name the option with its value, as a caller writes it
 * @param change what it does to a release
 */
record Option(String name, Consumer<Draft> change) implements Customizer {
  @Override
  public Release customize(Release release) {
    Draft draft = new Draft(name, release);
    change.accept(draft);
    return draft.release();
  }

  @Override
  public String toString() {
    return name;
  }
}
