package io.github.kruiseinstaller.release;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.yaml.YamlProblem;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong with a release, so that a person mends it in one go. Not thread-safe. */
final class ReleaseProblems {
  /** More than this helps nobody. */
  private static final int MAX_REPORTED = 50;

  private final List<Problem> problems = new ArrayList<>();

  /** Something is wrong with one object. */
  void add(LoadedObject object, String what, String remedy) {
    ObjectRef ref = object.manifest().ref();
    problems.add(new Problem(object.where(), ref, ref + " " + what, remedy));
  }

  /** Something is wrong at a place where no object could be read. */
  void add(String where, String what, String remedy) {
    problems.add(new Problem(where, null, what, remedy));
  }

  /** Documents could not be read. */
  void addAll(List<YamlProblem> unreadable) {
    unreadable.forEach(
        problem -> add(problem.origin().toString(), problem.what(), problem.remedy()));
  }

  boolean isEmpty() {
    return problems.isEmpty();
  }

  /** Throws when there are problems: the first is the message, the others are the evidence. */
  void throwIfAny() {
    if (problems.isEmpty()) {
      return;
    }
    Problem first = problems.get(0);
    List<String> evidence = new ArrayList<>();
    for (Problem problem : problems.subList(1, Math.min(problems.size(), MAX_REPORTED))) {
      evidence.add("also " + problem + " (" + problem.remedy() + ")");
    }
    if (problems.size() > MAX_REPORTED) {
      evidence.add("and " + (problems.size() - MAX_REPORTED) + " more problems");
    }
    throw new InstallException(
        new Failure(
            FailureCode.RELEASE_INVALID,
            Stage.LOAD,
            first.object(),
            first.toString(),
            evidence,
            first.remedy()));
  }

  private record Problem(String where, @Nullable ObjectRef object, String what, String remedy) {
    @Override
    public String toString() {
      return where + ": " + what;
    }
  }
}
