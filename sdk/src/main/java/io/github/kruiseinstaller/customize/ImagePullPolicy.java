package io.github.kruiseinstaller.customize;

/** When a node fetches an image. */
public enum ImagePullPolicy {
  /** Asks the registry at every start of a container. */
  ALWAYS("Always"),
  /** Fetches an image that the node does not have. */
  IF_NOT_PRESENT("IfNotPresent"),
  /** Never fetches: the image must be on the node. */
  NEVER("Never");

  private final String text;

  ImagePullPolicy(String text) {
    this.text = text;
  }

  /** As Kubernetes writes it. */
  @Override
  public String toString() {
    return text;
  }
}
