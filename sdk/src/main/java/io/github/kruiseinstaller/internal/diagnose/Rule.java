package io.github.kruiseinstaller.internal.diagnose;

import java.util.List;

/** Looks for one kind of trouble. Stateless; says something only on evidence that it quotes. */
@FunctionalInterface
interface Rule {
  /** What it finds; nothing when all is well, or nothing of the kind could be seen. */
  List<Finding> find(Evidence evidence);
}
