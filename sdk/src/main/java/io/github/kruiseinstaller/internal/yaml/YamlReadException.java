package io.github.kruiseinstaller.internal.yaml;

import java.util.List;

/** Documents cannot be read; carries every problem that was found, at least one. */
public final class YamlReadException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<YamlProblem> problems;
  private final transient List<YamlDocument> documents;

  YamlReadException(List<YamlProblem> problems, List<YamlDocument> documents) {
    super(problems.get(0).toString());
    this.problems = List.copyOf(problems);
    this.documents = List.copyOf(documents);
  }

  YamlReadException(Origin origin, String what, String remedy) {
    this(List.of(new YamlProblem(origin, what, remedy)), List.of());
  }

  /** The problems in the order of the text. */
  public List<YamlProblem> problems() {
    return problems;
  }

  /** The documents that could be read all the same, so that they can be checked as well. */
  public List<YamlDocument> documents() {
    return documents;
  }
}
