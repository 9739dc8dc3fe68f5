package io.github.kruiseinstaller.customize;

/** A port that the same container has already. */
final class PortTaken extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** What to do about it. */
  static final String REMEDY =
      "Choose another port. Where pprof has it, Customizer.manifest can move pprof with the flag"
          + " --pprof-addr, or switch it off with --enable-pprof=false, before this option.";

  /**
   * Says who has it.
   *
   * @param by the name of the port, or of what listens
   */
  PortTaken(int port, String by) {
    super("the port " + port + " is already taken by '" + by + "'");
  }
}
