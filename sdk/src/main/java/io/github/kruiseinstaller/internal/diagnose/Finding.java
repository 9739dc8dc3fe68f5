package io.github.kruiseinstaller.internal.diagnose;

import io.github.kruiseinstaller.diagnosis.DiagnosisCode;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.plan.Interception;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Something that a rule has found: a cause, unless one of those that explain it is found too.
 *
 * @param code what it is
 * @param object the object that is wrong, or null
 * @param summary one sentence: what is the matter here
 * @param since since when, or null
 * @param blocks what refuses requests because of it
 * @param evidence what was seen, most telling first
 * @param effectOf the causes of which it is an effect, where they are found
 */
record Finding(
    DiagnosisCode code,
    @Nullable ObjectRef object,
    String summary,
    @Nullable Instant since,
    List<Interception> blocks,
    List<String> evidence,
    Set<DiagnosisCode> effectOf) {
  Finding {
    blocks = List.copyOf(blocks);
    evidence = List.copyOf(evidence);
    effectOf = Set.copyOf(effectOf);
  }

  /** A finding that blocks nothing, with nothing to show for it yet. */
  static Finding of(DiagnosisCode code, @Nullable ObjectRef object, String summary) {
    return new Finding(code, object, summary, null, List.of(), List.of(), Set.of());
  }

  Finding since(@Nullable Instant moment) {
    return new Finding(code, object, summary, moment, blocks, evidence, effectOf);
  }

  Finding blocking(List<Interception> rows) {
    return new Finding(code, object, summary, since, rows, evidence, effectOf);
  }

  /** This finding, with more evidence behind what it has. */
  Finding seen(Collection<String> more) {
    List<String> all = new ArrayList<>(evidence);
    more.stream().filter(each -> !all.contains(each)).forEach(all::add);
    return new Finding(code, object, summary, since, blocks, all, effectOf);
  }

  Finding seen(String... more) {
    return seen(List.of(more));
  }

  Finding effectOf(Set<DiagnosisCode> causes) {
    return new Finding(code, object, summary, since, blocks, evidence, causes);
  }
}
