package io.github.kruiseinstaller.testkit.internal.kruise;

import io.github.kruiseinstaller.testkit.internal.workload.Program;
import java.util.function.Supplier;

/** kruise-manager, as a container runs it. */
final class ManagerProgram implements Program {
  private final Surroundings surroundings;
  private final Supplier<KruiseBehavior> behavior;
  private final ManagerVersion version;
  private final CertificateCheck check;

  ManagerProgram(
      Surroundings surroundings,
      Supplier<KruiseBehavior> behavior,
      ManagerVersion version,
      CertificateCheck check) {
    this.surroundings = surroundings;
    this.behavior = behavior;
    this.version = version;
    this.check = check;
  }

  @Override
  public Running start(Container container) {
    Manager manager =
        new Manager(
            surroundings,
            behavior.get(),
            ManagerSettings.of(version, container.pod(), container.spec()),
            container,
            check);
    manager.start();
    return manager;
  }
}
