package io.github.kruiseinstaller.examples.quickstart;

import io.github.kruiseinstaller.report.StageStatus;
import java.nio.charset.Charset;

/**
 * What the screen can do. The start script knows and tells; without it the output is plain.
 *
 * @param live whether the last line can be drawn anew
 * @param colour whether colours are wanted
 * @param columns how wide a line may be
 * @param charset how text is written
 */
record Terminal(boolean live, boolean colour, int columns, Charset charset) {
  private static final int USUAL_COLUMNS = 80;
  private static final int GREEN = 32;
  private static final int YELLOW = 33;
  private static final int RED = 31;

  static Terminal detect() {
    boolean live = Boolean.getBoolean("quickstart.live");
    String noColour = System.getenv("NO_COLOR");
    return new Terminal(
        live,
        live && (noColour == null || noColour.isEmpty()),
        Integer.getInteger("quickstart.columns", USUAL_COLUMNS),
        Charset.forName(System.getProperty("native.encoding", "UTF-8")));
  }

  String mark(StageStatus status) {
    return switch (status) {
      case DONE -> coloured(GREEN, "\u2713", "ok");
      case DEGRADED -> coloured(YELLOW, "!", "! ");
      case FAILED -> coloured(RED, "\u2717", "x ");
      case SKIPPED -> coloured(YELLOW, "-", "- ");
    };
  }

  private String coloured(int colourCode, String sign, String asciiSign) {
    String text = charset.newEncoder().canEncode("\u2713\u2717") ? sign : asciiSign;
    return colour ? "\u001b[" + colourCode + "m" + text + "\u001b[0m" : text;
  }
}
