package io.github.kruiseinstaller.customize;

import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Hands objects to a function of the caller.
 *
 * @param what which objects, for messages
 * @param which which objects
 * @param kind the kind that is looked for, or null; narrows the candidates that a refusal lists
 * @param change the caller's function
 */
record ManifestFunction(
    String what, Predicate<ObjectRef> which, @Nullable String kind, UnaryOperator<Manifest> change)
    implements Consumer<Draft> {
  private static final int MOST_CANDIDATES = 40;

  Customizer named(String option) {
    return new Option(option, this);
  }

  @Override
  public void accept(Draft draft) {
    Predicate<Manifest> matches = manifest -> which.test(manifest.ref());
    if (!draft.has(matches)) {
      throw draft.invalid(
          "no object of the release is " + what,
          "Choose one of: " + candidates(draft.refs()) + ".");
    }
    draft.replace(matches, this::call);
  }

  private Manifest call(Manifest manifest) {
    Manifest changed = change.apply(manifest);
    if (!isSame(changed, manifest)) {
      throw new IllegalArgumentException(
          "the function returned "
              + (changed == null ? "null" : "another object, " + changed.ref())
              + "; it must return the same object, changed");
    }
    return changed;
  }

  /** A caller's function may return null in spite of its signature. */
  private static boolean isSame(@Nullable Manifest changed, Manifest manifest) {
    return changed != null && changed.ref().equals(manifest.ref());
  }

  private String candidates(List<ObjectRef> refs) {
    List<ObjectRef> close =
        refs.stream().filter(ref -> kind == null || ref.kind().equals(kind)).sorted().toList();
    List<ObjectRef> listed = close.isEmpty() ? refs.stream().sorted().toList() : close;
    String text =
        listed.stream()
            .limit(MOST_CANDIDATES)
            .map(ObjectRef::toString)
            .collect(Collectors.joining(", "));
    int more = listed.size() - MOST_CANDIDATES;
    return more > 0 ? text + " and " + more + " more" : text;
  }
}
