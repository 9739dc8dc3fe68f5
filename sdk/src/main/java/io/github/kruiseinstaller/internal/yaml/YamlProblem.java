package io.github.kruiseinstaller.internal.yaml;

/**
 * Why a document cannot be read. Never quotes a value: it may be secret.
 *
 * @param origin where
 * @param what what is wrong there
 * @param remedy what a person can do about it
 */
public record YamlProblem(Origin origin, String what, String remedy) {
  @Override
  public String toString() {
    return origin + ": " + what;
  }
}
