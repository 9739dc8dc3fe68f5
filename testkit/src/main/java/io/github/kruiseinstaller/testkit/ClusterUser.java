package io.github.kruiseinstaller.testkit;

/**
 * Somebody who may ask the API server.
 *
 * @param name the user's name, as roles are bound to it
 * @param token for the {@code Authorization: Bearer} header
 * @param kubeconfig the text of a kubeconfig with that token
 */
public record ClusterUser(String name, String token, String kubeconfig) {
  /** Leaves the token out. */
  @Override
  public String toString() {
    return "ClusterUser[" + name + "]";
  }
}
