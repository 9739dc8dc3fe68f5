package io.github.kruiseinstaller.testkit.internal.controller;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The small functions that controllers share. */
class RulesOfThumbTest {
  @ParameterizedTest
  @CsvSource({
    "100m, 0.1",
    "2, 2",
    "1Gi, 1073741824",
    "5k, 5000",
    "1.5, 1.5",
    "x, 0",
    "3Q, 0",
    "'', 0"
  })
  void quantity_isParsed(String text, String value) {
    assertThat(ResourceAmounts.parse(Json.text(text))).isEqualByComparingTo(value);
  }

  @Test
  void request_isThatOfAllContainersOrOfTheLargestInitContainer() {
    ObjectNode pod =
        World.json(
            "{'spec':{'initContainers':[{'resources':{'requests':{'cpu':'3'}}}],'containers':["
                + "{'resources':{'requests':{'cpu':'1'}}},{'resources':{'limits':{'cpu':'500m'}}}]}}");
    assertThat(ResourceAmounts.requested(pod, "cpu")).isEqualByComparingTo("3");
    ((ObjectNode) pod.path("spec")).remove("initContainers");
    assertThat(ResourceAmounts.requested(pod, "cpu")).isEqualByComparingTo("1.5");
    assertThat(ResourceAmounts.requested(pod, "memory")).isEqualByComparingTo("0");
  }

  @ParameterizedTest
  @CsvSource({
    "25%, 4, true, 1",
    "25%, 5, true, 2",
    "25%, 5, false, 1",
    "x%, 5, true, 7",
    "'', 5, true, 7"
  })
  void share_isRounded(String text, long total, boolean up, long expected) {
    assertThat(Numbers.share(Json.text(text), 7, total, up)).isEqualTo(expected);
  }

  @Test
  void fenceposts_areNeverBothZero() {
    ObjectNode deployment =
        World.json(
            "{'spec':{'replicas':1,'strategy':{'type':'RollingUpdate','rollingUpdate':{'maxSurge':0,'maxUnavailable':'25%'}}}}");
    assertThat(DeploymentSpec.maxUnavailable(deployment)).isEqualTo(1);
    Nodes.object(deployment, "spec").put("replicas", 0);
    assertThat(DeploymentSpec.maxUnavailable(deployment)).isZero();
    Nodes.object(deployment, "spec").put("replicas", 2);
    Nodes.object(deployment, "spec", "strategy", "rollingUpdate").put("maxUnavailable", 9);
    assertThat(DeploymentSpec.maxUnavailable(deployment)).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          {}                                                                     | true
          {'matchLabels':{'a':'1'}}                                              | true
          {'matchLabels':{'a':'2'}}                                              | false
          {'matchExpressions':[{'key':'n','operator':'Gt','values':['4']}]}      | true
          {'matchExpressions':[{'key':'n','operator':'Lt','values':['4']}]}      | false
          {'matchExpressions':[{'key':'n','operator':'Lt','values':['x']}]}      | false
          {'matchExpressions':[{'key':'n','operator':'Lt','values':['6','7']}]}  | false
          {'matchExpressions':[{'key':'z','operator':'Gt','values':['1']}]}      | false
          {'matchExpressions':[{'key':'z','operator':'NotIn','values':['1']}]}   | true
          {'matchExpressions':[{'key':'z','operator':'Strange'}]}                | false
          """)
  void selector_matches(String selector, boolean expected) {
    assertThat(Selectors.matches(World.json(selector), Map.of("a", "1", "n", "5")))
        .isEqualTo(expected);
  }

  @Test
  void missingSelector_matchesNothing() {
    assertThat(Selectors.matches(Json.object().path("selector"), Map.of())).isFalse();
  }

  @Test
  void templateHash_dependsOnTheTemplateOnly() {
    JsonNode one = World.json("{'metadata':{'labels':{'a':'1','b':'2'}},'spec':{'x':[1]}}");
    JsonNode same =
        World.json(
            "{'spec':{'x':[1]},'metadata':{'creationTimestamp':null,'labels':{'b':'2','a':'1'},'annotations':{}}}");
    JsonNode other = World.json("{'metadata':{'labels':{'a':'1','b':'2'}},'spec':{'x':[2]}}");
    JsonNode labelled =
        World.json(
            "{'metadata':{'labels':{'a':'1','b':'2','pod-template-hash':'z'}},'spec':{'x':[1]}}");
    assertThat(PodTemplates.hash(one, 0)).isEqualTo(PodTemplates.hash(same, 0));
    assertThat(PodTemplates.hash(one, 0)).isNotEqualTo(PodTemplates.hash(other, 0));
    assertThat(PodTemplates.hash(one, 0)).isNotEqualTo(PodTemplates.hash(one, 1));
    assertThat(PodTemplates.same(one, labelled)).isTrue();
    assertThat(PodTemplates.same(one, other)).isFalse();
    assertThat(PodTemplates.hash(one, 0)).matches("[bcdfghjklmnpqrstvwxz2456789]+");
  }

  @Test
  void condition_keepsItsTransitionWhileItsStatusStays() {
    ObjectNode status = Json.object();
    assertThat(Conditions.set(status, Conditions.of("A", "True", "R", ""), "t1")).isTrue();
    assertThat(Conditions.set(status, Conditions.of("A", "True", "R", ""), "t2")).isFalse();
    assertThat(Conditions.set(status, Conditions.of("A", "True", "S", "m"), "t3")).isTrue();
    assertThat(Conditions.find(status, "A").orElseThrow().path("lastTransitionTime").asText())
        .isEqualTo("t1");
    assertThat(Conditions.set(status, Conditions.of("A", "False", "S", "m"), "t4")).isTrue();
    assertThat(Conditions.find(status, "A").orElseThrow().path("lastTransitionTime").asText())
        .isEqualTo("t4");
    assertThat(Conditions.remove(status, "B")).isFalse();
    assertThat(Conditions.remove(status, "A")).isTrue();
    assertThat(status.has("conditions")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"0, 10", "1, 20", "4, 160", "5, 300", "60, 300"})
  void backOff_doublesUpToFiveMinutes(int waits, long seconds) {
    assertThat(BackOff.after(waits)).isEqualTo(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @CsvSource({"10, 10s", "80, 1m20s", "300, 5m0s"})
  void duration_isPrintedAsGoDoes(long seconds, String text) {
    assertThat(BackOff.text(Duration.ofSeconds(seconds))).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "'{}', gpu, yes, NoSchedule, false",
    "'{\"operator\":\"Exists\"}', gpu, yes, NoSchedule, true",
    "'{\"key\":\"gpu\",\"value\":\"yes\"}', gpu, yes, NoExecute, true",
    "'{\"key\":\"gpu\",\"value\":\"no\"}', gpu, yes, NoSchedule, false",
    "'{\"key\":\"gpu\",\"operator\":\"Exists\",\"effect\":\"NoExecute\"}', gpu, yes, NoSchedule,"
        + " false",
    "'{\"key\":\"other\",\"operator\":\"Exists\"}', gpu, yes, NoSchedule, false"
  })
  void toleration_matches(
      String toleration, String key, String value, String effect, boolean expected) {
    ObjectNode pod = World.json("{'spec':{'tolerations':[" + toleration + "]}}");
    assertThat(NodeFit.tolerates(pod, key, value, effect)).isEqualTo(expected);
  }

  @Test
  void log_dropsItsOldestLines() {
    ContainerLog log = new ContainerLog();
    for (int i = 0; i < 10_001; i++) {
      log.add(java.time.Instant.EPOCH, "line " + i);
    }
    log.end();
    log.add(java.time.Instant.EPOCH, "late");
    assertThat(log.read().lines()).hasSize(10_000).first().extracting("text").isEqualTo("line 1");
    assertThat(log.read().ended()).isTrue();
  }
}
