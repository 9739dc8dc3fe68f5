package io.github.kruiseinstaller.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Every rule is seen to fail: each fixture package breaks one rule, and {@code tidy} none. */
class ArchitectureRulesTest {

  private static final String FIXTURES = "io.github.kruiseinstaller.architecture.fixture.";
  private static final JavaClasses ALL =
      new ClassFileImporter()
          .importPath(
              ModuleFiles.directory()
                  .resolve("target/test-classes")
                  .resolve(FIXTURES.replace('.', '/')));

  @Test
  void every_acceptsATidyTree() {
    ArchitectureRules rules = new ArchitectureRules(FIXTURES + "tidy");

    assertThat(rules.every())
        .allSatisfy(rule -> assertThat(rule.evaluate(classes("tidy")).hasViolation()).isFalse());
  }

  @Test
  void every_acceptsThatPackagesAreMissing() {
    ArchitectureRules rules = new ArchitectureRules(FIXTURES + "nothing");

    assertThat(rules.every())
        .allSatisfy(rule -> assertThat(rule.evaluate(classes("nothing")).hasViolation()).isFalse());
  }

  @Test
  void packagesAreListed_refusesAnUnknownPackage() {
    assertThat(broken("unlisted", ArchitectureRules::packagesAreListed))
        .anyMatch(message -> message.contains("unlisted.misc.Thing"))
        .anyMatch(message -> message.contains("unlisted.model.deeper.Value"))
        .hasSize(2);
  }

  @Test
  void importsPointDown_refusesTheWrongWay() {
    assertThat(broken("wrongway", ArchitectureRules::importsPointDown))
        .anyMatch(message -> message.contains("Value.engine"))
        .allMatch(message -> message.contains("wrongway.model.Value"));
  }

  @Test
  void usesNothingElseOf_refusesWhatIsBesideTheRoot() {
    assertThat(broken("wrongway.model", rules -> rules.usesNothingElseOf(FIXTURES + "wrongway")))
        .isNotEmpty()
        .allMatch(message -> message.contains("wrongway.internal.engine.Engine"));
  }

  @Test
  void packagesFormNoCircle_refusesACircle() {
    assertThat(broken("circle", ArchitectureRules::packagesFormNoCircle))
        .anyMatch(message -> message.contains("Cycle detected"));
  }

  @Test
  void onlyTheClusterPackageUsesTheClient_refusesItElsewhere() {
    assertThat(broken("client", ArchitectureRules::onlyTheClusterPackageUsesTheClient))
        .anyMatch(
            message -> message.contains("internal.wait.Poll") && message.contains("ApiClient"))
        .anyMatch(message -> message.contains("internal.wait.Poll") && message.contains("okhttp3"))
        .anyMatch(message -> message.contains("OpenKruiseInstaller.http"))
        .anyMatch(message -> message.contains("client.Other"))
        .noneMatch(message -> message.contains("internal.cluster.Gateway"))
        .noneMatch(message -> message.contains("OpenKruiseInstaller$Builder"));
  }

  @Test
  void onlyTheSystemClockReadsTheTime_refusesItElsewhere() {
    assertThat(broken("clock", ArchitectureRules::onlyTheSystemClockReadsTheTime))
        .anyMatch(message -> message.contains("Thread.sleep"))
        .anyMatch(message -> message.contains("TimeUnit.sleep"))
        .anyMatch(message -> message.contains("System.currentTimeMillis"))
        .anyMatch(message -> message.contains("System.nanoTime"))
        .anyMatch(message -> message.contains("Instant.now"))
        .anyMatch(message -> message.contains("Clock.systemUTC"))
        .anyMatch(message -> message.contains("java.util.Date"))
        .anyMatch(message -> message.contains("internal.retry.Backoff"))
        .noneMatch(message -> message.contains("internal.retry.SystemTime"));
  }

  @Test
  void namesSayWhatAClassIs_refusesEmptyWords() {
    assertThat(broken("names", ArchitectureRules::namesSayWhatAClassIs)).hasSize(4);
  }

  @Test
  void publicSignaturesUseOwnTypes_refusesForeignAndInternalTypes() {
    assertThat(broken("signatures", ArchitectureRules::publicSignaturesUseOwnTypes))
        .anyMatch(message -> message.contains("Leaks.parameter"))
        .anyMatch(message -> message.contains("Leaks.returned"))
        .anyMatch(message -> message.contains("Leaks.nested"))
        .anyMatch(message -> message.contains("Leaks.thrown"))
        .anyMatch(message -> message.contains("Leaks.bound"))
        .anyMatch(message -> message.contains("Leaks.array"))
        .anyMatch(message -> message.contains("Leaks.field"))
        .anyMatch(message -> message.contains("Leaks.hidden"))
        .anyMatch(message -> message.contains("Leaks.<init>"))
        .anyMatch(message -> message.contains("Leaks extends"))
        .hasSize(10);
  }

  @Test
  void staticFieldsNeverChange_refusesMutableState() {
    assertThat(broken("statics", ArchitectureRules::staticFieldsNeverChange))
        .anyMatch(message -> message.contains("assignable"))
        .anyMatch(message -> message.contains("array"))
        .anyMatch(message -> message.contains("list"))
        .anyMatch(message -> message.contains("counter"))
        .hasSize(4);
  }

  private static List<String> broken(String fixture, Function<ArchitectureRules, ArchRule> rule) {
    ArchitectureRules rules = new ArchitectureRules(FIXTURES + fixture);
    return rule.apply(rules).evaluate(classes(fixture)).getFailureReport().getDetails();
  }

  private static JavaClasses classes(String fixture) {
    return ALL.that(resideInAPackage(FIXTURES + fixture + ".."));
  }
}
