package io.github.kruiseinstaller.testkit.internal.store;

/** The history no longer reaches back to a revision. */
public final class CompactedException extends Exception {
  private static final long serialVersionUID = 1;

  private final long oldest;

  /** Says up to which revision the history is lost. */
  public CompactedException(long revision, long oldest) {
    super("revision " + revision + " is older than " + oldest);
    this.oldest = oldest;
  }

  /** The oldest revision that can still be asked for. */
  public long oldest() {
    return oldest;
  }
}
