package io.github.kruiseinstaller.e2e;

import java.util.Locale;

/** What a bystander asks of the API server about a Pod. */
public enum PodVerb {
  /** Creates a Pod. */
  CREATE,
  /** Changes an annotation of a Pod. */
  UPDATE,
  /** Deletes a Pod. */
  DELETE,
  /** Evicts a Pod, as a drain does. */
  EVICT;

  /** The name in reports: lower case. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
