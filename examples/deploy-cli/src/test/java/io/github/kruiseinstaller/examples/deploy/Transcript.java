package io.github.kruiseinstaller.examples.deploy;

import java.io.StringWriter;
import java.util.List;

/** What was printed. Something can be made to happen the moment that something is said. */
final class Transcript extends StringWriter {
  private String awaited = "";
  private Runnable action = () -> {};

  /** When these words are printed for the first time, this happens before anything else does. */
  void whenSaid(String words, Runnable happens) {
    awaited = words;
    action = happens;
  }

  @Override
  public void write(String text, int offset, int length) {
    super.write(text, offset, length);
    if (!awaited.isEmpty() && text.substring(offset, offset + length).contains(awaited)) {
      awaited = "";
      action.run();
    }
  }

  List<String> lines() {
    return toString().lines().toList();
  }
}
