package io.github.kruiseinstaller.internal.live;

import io.github.kruiseinstaller.internal.cluster.ClusterException;
import io.github.kruiseinstaller.internal.cluster.DeadlineException;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What was looked at: its value, or why it could not be seen. Something that is not there has been
 * seen; something that may not be read has not.
 *
 * @param value the value, or null when it was not seen
 * @param unseen why it was not seen; empty when it was
 */
public record Seen<T>(@Nullable T value, String unseen) {
  /** Something that was seen. */
  public static <T> Seen<T> of(T value) {
    return new Seen<>(value, "");
  }

  /** Something that was not seen. */
  public static <T> Seen<T> not(String why) {
    return new Seen<>(null, why);
  }

  /** What a request to the cluster gives; one that is refused or not answered sees nothing. */
  public static <T> Seen<T> by(Supplier<T> request) {
    try {
      return of(request.get());
    } catch (ClusterException e) {
      return not(
          e.status() == 403 ? "may not be read: " + e.answer().message() : e.answer().message());
    } catch (DeadlineException e) {
      return not(String.valueOf(e.getMessage()));
    }
  }

  /** Whether it was seen. */
  public boolean isSeen() {
    return value != null;
  }

  /** The value, or {@code other} when it was not seen. */
  public T orElse(T other) {
    return value == null ? other : value;
  }

  /** The value, or empty when it was not seen. */
  public Optional<T> toOptional() {
    return Optional.ofNullable(value);
  }

  /** Something about the value. */
  public <R> Seen<R> map(Function<? super T, ? extends R> function) {
    return value == null ? not(unseen) : of(function.apply(value));
  }
}
