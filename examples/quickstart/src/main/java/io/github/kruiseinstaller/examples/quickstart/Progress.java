package io.github.kruiseinstaller.examples.quickstart;

import io.github.kruiseinstaller.event.InstallListener;

/** What a person watches while a run goes on. */
interface Progress extends InstallListener, AutoCloseable {
  /** A line for people that is no event. */
  void note(String text);

  /** Leaves the screen tidy. May be called more than once. */
  @Override
  void close();
}
