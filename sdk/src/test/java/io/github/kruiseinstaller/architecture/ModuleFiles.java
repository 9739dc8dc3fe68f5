package io.github.kruiseinstaller.architecture;

import java.net.URISyntaxException;
import java.nio.file.Path;

/** Where the module under test is, however the tests were started. */
final class ModuleFiles {

  private ModuleFiles() {}

  /** The module's directory: the compiled tests are in {@code target/test-classes} below it. */
  static Path directory() {
    try {
      Path testClasses =
          Path.of(ModuleFiles.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return testClasses.resolve("../..").normalize();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
