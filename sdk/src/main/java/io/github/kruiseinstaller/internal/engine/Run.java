package io.github.kruiseinstaller.internal.engine;

import io.github.kruiseinstaller.internal.retry.Cancellation;
import io.github.kruiseinstaller.model.Stage;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One run: its id, how it is cancelled, and where it is. Thread-safe. */
public final class Run {
  private static final int ID_BYTES = 4;

  private final String id;
  private final Cancellation cancellation = new Cancellation();
  private volatile @Nullable Stage currentStage;

  /** A run with a random id. */
  public Run() {
    byte[] bytes = new byte[ID_BYTES];
    new SecureRandom().nextBytes(bytes);
    this.id = HexFormat.of().formatHex(bytes);
  }

  /** A random id, fit for object names. */
  public String id() {
    return id;
  }

  /** How the run is cancelled. */
  public Cancellation cancellation() {
    return cancellation;
  }

  /** The stage that the run is in. */
  public Optional<Stage> currentStage() {
    return Optional.ofNullable(currentStage);
  }

  void enter(Stage stage) {
    currentStage = stage;
  }
}
