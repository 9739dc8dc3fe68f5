package io.github.kruiseinstaller.internal.diagnose;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.diagnosis.DiagnosisCode;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.internal.diagnose.Catalogue.Entry;
import io.github.kruiseinstaller.internal.diagnose.Catalogue.Language;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The troubleshooting pages are what the catalogue makes of them; {@code
 * -Dtroubleshooting.write=true} writes them anew.
 */
class TroubleshootingPageTest {
  private static final Path ROOT = Path.of("..");

  @ParameterizedTest
  @EnumSource(Language.class)
  void page_isWhatTheCatalogueMakesOfIt(Language language) throws IOException {
    String name = language == Language.EN ? "troubleshooting.md" : "troubleshooting.zh.md";
    Path file = ROOT.resolve("docs").resolve(name);
    String page = TroubleshootingPage.of(language);
    if (Boolean.getBoolean("troubleshooting.write")) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, page);
    }

    assertThat(file).hasContent(page);
  }

  @ParameterizedTest
  @EnumSource(Language.class)
  void everyCode_hasASectionWhoseAnchorIsItsId(Language language) {
    List<String> headings =
        TroubleshootingPage.of(language)
            .lines()
            .filter(line -> line.startsWith("### "))
            .map(line -> line.substring(4))
            .toList();

    assertThat(headings).doesNotHaveDuplicates();
    assertThat(headings)
        .containsAll(Arrays.stream(DiagnosisCode.values()).map(DiagnosisCode::id).toList())
        .containsAll(Arrays.stream(FailureCode.values()).map(FailureCode::id).toList());
  }

  @ParameterizedTest
  @EnumSource(Language.class)
  void everyEntry_hasAllItsTexts(Language language) {
    assertThat(Catalogue.read(language).entries())
        .allSatisfy(
            entry ->
                assertThat(List.of(entry.title(), entry.cause(), entry.remedy()))
                    .as(entry.id())
                    .noneMatch(String::isBlank));
  }

  @Test
  void everyCauseAndFailure_hasSymptomsThatPeoplePaste() {
    assertThat(Catalogue.read(Language.EN).entries())
        .filteredOn(entry -> entry.group() != Catalogue.Group.CHECKS)
        .allSatisfy(entry -> assertThat(entry.symptoms()).as(entry.id()).isNotEmpty());
  }

  @Test
  void everyFailureThatIsNoCause_saysWhatToDoWithTheLibrary() {
    Catalogue catalogue = Catalogue.read(Language.EN);
    List<String> causes = Arrays.stream(DiagnosisCode.values()).map(DiagnosisCode::id).toList();

    assertThat(
            Arrays.stream(FailureCode.values())
                .map(FailureCode::id)
                .filter(id -> !causes.contains(id))
                .map(catalogue::get))
        .allSatisfy(entry -> assertThat(entry.sdk()).as(entry.id()).isNotBlank());
  }

  @Test
  void chinese_isChinese() {
    List<Entry> english = Catalogue.read(Language.EN).entries();
    List<Entry> chinese = Catalogue.read(Language.ZH).entries();

    assertThat(chinese.stream().map(Entry::id)).isEqualTo(english.stream().map(Entry::id).toList());
    assertThat(chinese)
        .flatExtracting(entry -> List.of(entry.title(), entry.cause(), entry.remedy()))
        .allMatch(text -> text.codePoints().anyMatch(each -> isHan(each)));
  }

  private static boolean isHan(int character) {
    return Character.UnicodeScript.of(character) == Character.UnicodeScript.HAN;
  }

  @Test
  void remedy_isFilledInWithTheNamesOfTheCluster() {
    Entry entry = Catalogue.read(Language.EN).get("service-missing");

    assertThat(
            entry.byHand(Map.of("namespace", "other", "service", "hooks", "deployment", "manager")))
        .contains("kubectl -n other expose deployment manager --name=hooks");
    assertThat(entry.byHand(Map.of())).contains("kubectl -n kruise-system expose deployment");
  }

  @Test
  void placeholders_areAllKnown() {
    assertThat(
            Stream.of(Language.values())
                .flatMap(language -> Catalogue.read(language).entries().stream())
                .map(entry -> entry.byHand(Map.of()) + Placeholders.fill(entry.cause(), Map.of())))
        .noneMatch(text -> text.matches("(?s).*[^$]\\{[a-z]+}.*"));
  }

  @Test
  void readme_leadsToThePage() throws IOException {
    assertThat(Files.readString(ROOT.resolve("README.md"))).contains("docs/troubleshooting.md");
  }
}
