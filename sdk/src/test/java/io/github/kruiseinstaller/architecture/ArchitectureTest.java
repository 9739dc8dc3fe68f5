package io.github.kruiseinstaller.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The classes of the SDK keep every rule. */
class ArchitectureTest {

  private static final JavaClasses SDK =
      new ClassFileImporter().importPath(ModuleFiles.directory().resolve("target/classes"));

  static List<ArchRule> rules() {
    return new ArchitectureRules("io.github.kruiseinstaller").every();
  }

  @ParameterizedTest
  @MethodSource("rules")
  void sdk_keepsTheRule(ArchRule rule) {
    rule.check(SDK);
  }
}
