package io.github.kruiseinstaller.examples.quickstart;

import java.util.Locale;

/** What to do. */
enum Verb {
  INSTALL("install, or finish what a killed run began; the default"),
  PLAN("show what installing would do"),
  PREFLIGHT("look whether it can be installed"),
  VERIFY("look whether what is installed works, whoever installed it"),
  DIAGNOSE("find out why it does not work, or refuses Pods"),
  REPAIR("mend it: Pods are admitted first, then the cause is mended, then it is armed again"),
  UNINSTALL("remove it, whoever installed it: the webhooks are switched off first"),
  ROLE("print the ClusterRole that a real cluster asks for all of this but uninstall");

  private final String sentence;

  Verb(String sentence) {
    this.sentence = sentence;
  }

  /** Whether it is about an installation that is there already, and needs no release. */
  boolean needsAnInstallation() {
    return this == VERIFY || this == DIAGNOSE || this == REPAIR || this == UNINSTALL;
  }

  /** For the command line's help. */
  String line() {
    return String.format(Locale.ROOT, "  %-10s %s", this, sentence);
  }

  /** As it is written on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
