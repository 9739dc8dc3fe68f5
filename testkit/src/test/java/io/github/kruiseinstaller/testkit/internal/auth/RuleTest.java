package io.github.kruiseinstaller.testkit.internal.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RuleTest {
  private static final Caller JANE = new Caller("jane", List.of(), "");

  private static List<String> split(String text) {
    return text == null || text.isEmpty() ? List.of() : List.of(text.split(";", -1));
  }

  private static Rule rule(String verbs, String groups, String resources, String names) {
    return new Rule(
        split(verbs), List.of(groups.split(";", -1)), split(resources), split(names), List.of());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "get|''|pods||get|''|pods|''|x|true",
        "get|''|pods||list|''|pods|''|x|false",
        "*|*|*||delete|apps|deployments|scale|x|true",
        "get|''|pods||get|apps|pods|''|x|false",
        "get|''|pods||get|''|pods|log|x|false",
        "get|''|pods/log||get|''|pods|log|x|true",
        "get|''|*/log||get|''|pods|log|x|true",
        "get|''|*/log||get|''|pods|''|x|false",
        "get|''|pods|a;b|get|''|pods|''|b|true",
        "get|''|pods|a;b|get|''|pods|''|c|false",
        "get|';apps'|pods||get|apps|pods|''|c|true"
      })
  void allows_resources(
      String verbs,
      String groups,
      String resources,
      String names,
      String verb,
      String group,
      String resource,
      String subresource,
      String name,
      boolean allowed) {
    Access access = new Access(JANE, verb, group, resource, subresource, "ns", name, "");

    assertThat(rule(verbs, groups, resources, names).allows(access)).isEqualTo(allowed);
  }

  @ParameterizedTest
  @CsvSource({
    "get, *, /anything, true",
    "get, /api/*, /api/v1, true",
    "get, /api/*, /apis, false",
    "get, /api, /api, true",
    "post, /api, /api, false",
    "get, /api, /api/v1, false"
  })
  void allows_paths(String verb, String url, String path, boolean allowed) {
    assertThat(Rule.urls(List.of(verb), List.of(url)).allows(Access.toPath(JANE, "get", path)))
        .isEqualTo(allowed);
  }

  @Test
  void pathsAndResources_areKeptApart() {
    assertThat(Rule.EVERYTHING.get(0).allows(Access.toPath(JANE, "get", "/x"))).isFalse();
    assertThat(Rule.EVERYTHING.get(1).allows(new Access(JANE, "get", "", "pods", "", "", "", "")))
        .isFalse();
  }

  @Test
  void atoms_haveOneOfEach() {
    Rule rule =
        new Rule(
            List.of("get", "list"), List.of("a"), List.of("x", "y"), List.of("n"), List.of("/u"));

    assertThat(rule.atoms())
        .extracting(Rule::compact)
        .containsExactly(
            "{APIGroups:[\"a\"], Resources:[\"x\"], ResourceNames:[\"n\"], Verbs:[\"get\"]}",
            "{APIGroups:[\"a\"], Resources:[\"x\"], ResourceNames:[\"n\"], Verbs:[\"list\"]}",
            "{APIGroups:[\"a\"], Resources:[\"y\"], ResourceNames:[\"n\"], Verbs:[\"get\"]}",
            "{APIGroups:[\"a\"], Resources:[\"y\"], ResourceNames:[\"n\"], Verbs:[\"list\"]}",
            "{NonResourceURLs:[\"/u\"], Verbs:[\"get\"]}",
            "{NonResourceURLs:[\"/u\"], Verbs:[\"list\"]}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "*|*|*||get|apps|deployments||true",
        "get|apps|deployments||get|apps|deployments|n|true",
        "get|apps|deployments|n|get|apps|deployments|n|true",
        "get|apps|deployments|n|get|apps|deployments||false",
        "get|apps|deployments||get|apps|deployments/scale||false",
        "get|apps|*/scale||get|apps|deployments/scale||true",
        "get|apps|deployments||*|apps|deployments||false",
        "get|apps|deployments||get|*|deployments||false"
      })
  void covers(
      String verbs,
      String groups,
      String resources,
      String names,
      String verb,
      String group,
      String resource,
      String name,
      boolean covered) {
    assertThat(rule(verbs, groups, resources, names).covers(rule(verb, group, resource, name)))
        .isEqualTo(covered);
  }

  @Test
  void covers_paths() {
    Rule holder = Rule.urls(List.of("get"), List.of("/api/*"));

    assertThat(holder.covers(Rule.urls(List.of("get"), List.of("/api/v1")))).isTrue();
    assertThat(holder.covers(Rule.urls(List.of("get"), List.of("/metrics")))).isFalse();
  }

  @Test
  void json_andBack() {
    Rule rule = new Rule(List.of("get"), List.of(""), List.of("pods"), List.of("n"), List.of("/x"));
    var role = Json.objectOf(Map.of());
    role.putArray("rules").add(rule.json());

    assertThat(Rule.of(role)).containsExactly(rule);
  }
}
