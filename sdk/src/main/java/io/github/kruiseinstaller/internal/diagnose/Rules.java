package io.github.kruiseinstaller.internal.diagnose;

import io.github.kruiseinstaller.diagnosis.Diagnosis;
import io.github.kruiseinstaller.diagnosis.DiagnosisCode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * From evidence to causes: every rule looks, what explains another finding takes that in as
 * evidence, and the causes are put in order.
 */
final class Rules {
  private static final List<Rule> ALL =
      List.of(
          NamespaceRules::tooOld,
          NamespaceRules::terminating,
          NamespaceRules::missing,
          NamespaceRules::targetWrong,
          NamespaceRules::ownIntercepted,
          DefinitionRules::missing,
          DefinitionRules::notEstablished,
          DefinitionRules::conversionTarget,
          DefinitionRules::conversionCa,
          ConfigurationRules::missing,
          ConfigurationRules::templateBroken,
          ConfigurationRules::parked,
          ConfigurationRules::onProbation,
          ConfigurationRules::templateStale,
          ConfigurationRules::selectorsRewritten,
          ConfigurationRules::pathsOutdated,
          ManagerRules::missing,
          ManagerRules::scaledToZero,
          ManagerRules::troubled,
          ManagerRules::several,
          Refusals::foreign,
          ServiceRules::missing,
          ServiceRules::selectsNothing,
          ServiceRules::narrowed,
          ServiceRules::portWrong,
          ServiceRules::withoutEndpoints,
          CertificateRules::flawed,
          CertificateRules::bundleStale,
          CertificateRules::expiring,
          CallRules::failed,
          CallRules::unanswered,
          DaemonRules::troubled,
          DaemonRules::helmHook);

  private static final int MOST_EVIDENCE = 15;

  private final Catalogue catalogue;
  private final boolean hasRelease;

  /**
   * Rules.
   *
   * @param catalogue the texts of the remedies
   * @param hasRelease whether a repair would have a release at hand
   */
  Rules(Catalogue catalogue, boolean hasRelease) {
    this.catalogue = catalogue;
    this.hasRelease = hasRelease;
  }

  /**
   * The causes: what refuses requests now first, and then those that explain most. That a manager
   * is not Ready, and nothing says why, explains least: it may only be starting.
   */
  List<Diagnosis> causes(Evidence seen) {
    List<Finding> found = merged(ALL.stream().flatMap(rule -> rule.find(seen).stream()));
    Set<DiagnosisCode> codes = EnumSet.noneOf(DiagnosisCode.class);
    found.forEach(each -> codes.add(each.code()));
    List<Finding> effects =
        found.stream()
            .filter(each -> each.effectOf().stream().anyMatch(codes::contains))
            .map(each -> each.effectOf(deepest(each, found)))
            .toList();
    return found.stream()
        .filter(each -> each.effectOf().stream().noneMatch(codes::contains))
        .map(cause -> withEffects(cause, effects))
        .sorted(
            Comparator.comparing((Finding each) -> each.blocks().isEmpty())
                .thenComparing(each -> each.code() == DiagnosisCode.MANAGER_NOT_READY)
                .thenComparing(Finding::code))
        .map(cause -> diagnosis(seen, cause))
        .toList();
  }

  /** Findings of the same code about the same object are one. */
  private static List<Finding> merged(Stream<Finding> findings) {
    Map<List<Object>, Finding> merged = new LinkedHashMap<>();
    findings.forEach(
        each ->
            merged.merge(
                List.of(each.code(), Objects.requireNonNullElse(each.object(), "")),
                each,
                Rules::merge));
    return List.copyOf(merged.values());
  }

  private static Finding merge(Finding one, Finding other) {
    Finding all = one.seen(other.evidence());
    return (one.blocks().isEmpty() ? all.blocking(other.blocks()) : all)
        .since(one.since() == null ? other.since() : one.since());
  }

  /** What explains a finding, and what explains that. */
  private static Set<DiagnosisCode> deepest(Finding effect, List<Finding> found) {
    Set<DiagnosisCode> causes = EnumSet.noneOf(DiagnosisCode.class);
    causes.addAll(effect.effectOf());
    int before;
    do {
      before = causes.size();
      found.stream()
          .filter(each -> causes.contains(each.code()))
          .toList()
          .forEach(each -> causes.addAll(each.effectOf()));
    } while (causes.size() > before);
    return causes;
  }

  private static Finding withEffects(Finding cause, List<Finding> effects) {
    Finding all = cause;
    for (Finding effect : effects) {
      if (effect.effectOf().contains(cause.code())) {
        List<String> more = new ArrayList<>();
        more.add("follows from it: " + effect.summary());
        more.addAll(effect.evidence());
        all = all.seen(more);
        if (all.since() == null) {
          all = all.since(effect.since());
        }
        if (all.blocks().isEmpty()) {
          all = all.blocking(effect.blocks());
        }
      }
    }
    return all;
  }

  private Diagnosis diagnosis(Evidence seen, Finding cause) {
    return new Diagnosis(
        cause.code(),
        cause.object(),
        cause.summary(),
        cause.since(),
        cause.blocks(),
        cause.evidence().stream().limit(MOST_EVIDENCE).toList(),
        catalogue.get(cause.code().id()).byHand(seen.names(cause.object())),
        Repairs.of(cause.code()).mends(hasRelease));
  }
}
