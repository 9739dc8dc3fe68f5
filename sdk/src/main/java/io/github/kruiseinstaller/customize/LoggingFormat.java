package io.github.kruiseinstaller.customize;

/** How the manager writes its log. */
public enum LoggingFormat {
  /** Plain lines. */
  TEXT("text"),
  /** One JSON object per line. */
  JSON("json");

  private final String text;

  LoggingFormat(String text) {
    this.text = text;
  }

  /** As the manager's flag takes it. */
  @Override
  public String toString() {
    return text;
  }
}
