package io.github.kruiseinstaller.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The classes of SDK and testkit keep every rule of theirs. */
class ArchitectureTest {

  private static final JavaClasses SDK =
      new ClassFileImporter().importPath(ModuleFiles.directory().resolve("target/classes"));

  private static final JavaClasses TESTKIT =
      new ClassFileImporter().importPackages("io.github.kruiseinstaller.testkit");

  static List<ArchRule> rules() {
    return new ArchitectureRules("io.github.kruiseinstaller").every();
  }

  static List<ArchRule> testkitRules() {
    ArchitectureRules rules = ArchitectureRules.testkit("io.github.kruiseinstaller.testkit");
    return Stream.concat(
            rules.ofAnyModule().stream(),
            Stream.of(rules.usesNothingElseOf("io.github.kruiseinstaller")))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("rules")
  void sdk_keepsTheRule(ArchRule rule) {
    rule.check(SDK);
  }

  @ParameterizedTest
  @MethodSource("testkitRules")
  void testkit_keepsTheRule(ArchRule rule) {
    assertThat(TESTKIT).isNotEmpty();
    rule.check(TESTKIT);
  }
}
