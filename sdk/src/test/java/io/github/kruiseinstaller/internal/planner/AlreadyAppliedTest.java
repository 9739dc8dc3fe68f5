package io.github.kruiseinstaller.internal.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.model.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlreadyAppliedTest {
  private static final String SPEC =
      "{'replicas':2,'names':['a','b'],'atomic':[{'x':1}],"
          + "'ports':[{'port':80,'protocol':'TCP','name':'web'}]}";
  private static final String OWNED =
      "{'f:metadata':{'f:labels':{'f:app':{}}},"
          + "'f:spec':{'f:replicas':{},'f:names':{'v:\\\"a\\\"':{},'v:\\\"b\\\"':{}},'f:atomic':{},"
          + "'f:ports':{'k:{\\\"port\\\":80,\\\"protocol\\\":\\\"TCP\\\"}':"
          + "{'.':{},'f:port':{},'f:protocol':{},'f:name':{}}}}}";

  private final AlreadyApplied alreadyApplied = new AlreadyApplied("kruise-installer");

  @Test
  void isCertain_whenWeOwnExactlyTheseFieldsAndNoneHasChanged_holds() {
    assertThat(alreadyApplied.isCertain(wanted(SPEC), live(SPEC, OWNED))).isTrue();
  }

  @Test
  void isCertain_whenTheLiveObjectHasDefaultsBeside_holds() {
    String live = SPEC.replace("'replicas':2", "'replicas':2,'defaulted':true");

    assertThat(alreadyApplied.isCertain(wanted(SPEC), live(live, OWNED))).isTrue();
  }

  @ParameterizedTest(name = "live {0} -> {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          'replicas':2       | 'replicas':3
          'replicas':2,      |
          ['a','b']          | ['a']
          'atomic':[{'x':1}] | 'atomic':[{'x':1,'y':2}]
          'name':'web'       | 'name':'other'
          'port':80          | 'port':81
          """)
  void isCertain_whenALiveValueDiffers_doesNotHold(String from, String to) {
    String live = SPEC.replace(from, to == null ? "" : to);

    assertThat(live).isNotEqualTo(SPEC);
    assertThat(alreadyApplied.isCertain(wanted(SPEC), live(live, OWNED))).isFalse();
  }

  @Test
  void isCertain_whenAFieldThatWeAppliedIsNoLongerWanted_doesNotHold() {
    String fewer = SPEC.replace("'replicas':2,", "");

    assertThat(alreadyApplied.isCertain(wanted(fewer), live(SPEC, OWNED))).isFalse();
  }

  @Test
  void isCertain_whenAnItemThatWeAppliedIsNoLongerWanted_doesNotHold() {
    String fewer = SPEC.replace("['a','b']", "['a']");

    assertThat(alreadyApplied.isCertain(wanted(fewer), live(SPEC, OWNED))).isFalse();
  }

  @Test
  void isCertain_whenAWantedFieldIsNotOursYet_doesNotHold() {
    String less = OWNED.replace("'f:replicas':{},", "");

    assertThat(alreadyApplied.isCertain(wanted(SPEC), live(SPEC, less))).isFalse();
  }

  @Test
  void isCertain_whenSomebodyElseAppliedIt_doesNotHold() {
    Manifest live =
        Manifest.parseJson(live(SPEC, OWNED).toJson().replace("kruise-installer", "helm"));

    assertThat(alreadyApplied.isCertain(wanted(SPEC), live)).isFalse();
  }

  private static Manifest wanted(String spec) {
    return json(
        "{'apiVersion':'v1','kind':'Thing','metadata':{'name':'t','labels':{'app':'x'}},'spec':"
            + spec
            + "}");
  }

  private static Manifest live(String spec, String owned) {
    return json(
        "{'apiVersion':'v1','kind':'Thing','metadata':{'name':'t','uid':'u','labels':{'app':'x'},"
            + "'managedFields':[{'manager':'kube','operation':'Update','apiVersion':'v1',"
            + "'fieldsV1':{'f:status':{}}},{'manager':'kruise-installer','operation':'Apply',"
            + "'apiVersion':'v1','fieldsV1':"
            + owned
            + "}]},'spec':"
            + spec
            + "}");
  }

  private static Manifest json(String text) {
    return Manifest.parseJson(text.replace('\'', '"'));
  }
}
