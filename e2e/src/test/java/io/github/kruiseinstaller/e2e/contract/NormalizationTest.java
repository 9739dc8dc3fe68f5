package io.github.kruiseinstaller.e2e.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import org.junit.jupiter.api.Test;

/** What differs from run to run goes, everything else stays. */
class NormalizationTest {
  private final Normalization normalization = new Normalization();

  @Test
  void resourceVersions_keepWhetherTheyAreTheSame() {
    assertThat(tree("{'a':{'resourceVersion':'812'},'b':{'resourceVersion':'815'}}"))
        .isEqualTo(parsed("{'a':{'resourceVersion':'rv-1'},'b':{'resourceVersion':'rv-2'}}"));
    assertThat(tree("{'resourceVersion':'812'}")).isEqualTo(parsed("{'resourceVersion':'rv-1'}"));
  }

  @Test
  void resourceVersions_thatAreNoneStay() {
    assertThat(tree("{'resourceVersion':''}")).isEqualTo(parsed("{'resourceVersion':''}"));
    assertThat(tree("{'resourceVersion':'0'}")).isEqualTo(parsed("{'resourceVersion':'0'}"));
  }

  @Test
  void listMetadata_isNotNumbered() {
    assertThat(tree("{'items':[],'metadata':{'resourceVersion':'9','continue':'abc'}}"))
        .isEqualTo(
            parsed("{'items':[],'metadata':{'resourceVersion':'RV','continue':'CONTINUE'}}"));
    assertThat(tree("{'items':[],'metadata':{'resourceVersion':'9','continue':''}}"))
        .isEqualTo(parsed("{'items':[],'metadata':{'resourceVersion':'RV','continue':''}}"));
  }

  @Test
  void uids_areNumberedAlsoInTexts() {
    tree("{'uid':'6fa459ea-ee8a-3ca4-894e-db77e160355e'}");

    assertThat(normalization.text("no 6fa459ea-ee8a-3ca4-894e-db77e160355e here"))
        .isEqualTo("no uid-1 here");
    assertThat(normalization.text("7fa459ea-ee8a-3ca4-894e-db77e160355e")).isEqualTo("uid-2");
  }

  @Test
  void times_loseTheirValueNotTheirPrecision() {
    assertThat(normalization.text("2025-01-02T03:04:05Z 2025-01-02T03:04:05.123456Z"))
        .isEqualTo("TIME MICROTIME");
  }

  @Test
  void addresses_keepOnlyWellKnownPorts() {
    assertThat(normalization.text("dial tcp 10.96.1.2:443: x 127.0.0.1:40123 0.0.0.0"))
        .isEqualTo("dial tcp IP:443: x IP:PORT 0.0.0.0");
  }

  @Test
  void clusterAddresses_arePlaceholdersUnlessThereIsNone() {
    assertThat(tree("{'clusterIP':'10.0.0.9','clusterIPs':['10.0.0.9']}"))
        .isEqualTo(parsed("{'clusterIP':'CLUSTER-IP','clusterIPs':['CLUSTER-IP']}"));
    assertThat(tree("{'clusterIP':'None'}")).isEqualTo(parsed("{'clusterIP':'None'}"));
  }

  @Test
  void madeUpNames_loseTheirSuffixEverywhere() {
    assertThat(tree("{'metadata':{'name':'a-x7k2p','generateName':'a-'},'m':'of a-x7k2p'}"))
        .isEqualTo(parsed("{'metadata':{'name':'a-XXXXX','generateName':'a-'},'m':'of a-XXXXX'}"));
  }

  @Test
  void managedFields_areInOneOrderWithFieldsOnALine() {
    assertThat(
            tree(
                "{'managedFields':[{'manager':'b','fieldsV1':{'f:y':{},'f:x':{}}},{'manager':'a'}]}"))
        .isEqualTo(
            parsed(
                "{'managedFields':[{'manager':'a'},"
                    + "{'manager':'b','fieldsV1':'{\\\"f:x\\\":{},\\\"f:y\\\":{}}'}]}"));
  }

  @Test
  void messages_nameKnownResourceVersions() {
    tree("{'resourceVersion':'812'}");

    assertThat(
            tree("{'message':'the ResourceVersion in the precondition (1) is not that of (812)'}"))
        .isEqualTo(
            parsed(
                "{'message':'the ResourceVersion in the precondition (1) is not that of (812)'}"));
    assertThat(tree("{'message':'ResourceVersion in record (812)'}"))
        .isEqualTo(parsed("{'message':'ResourceVersion in record (rv-1)'}"));
    assertThat(tree("{'message':'too old resource version: 1 (812)'}"))
        .isEqualTo(parsed("{'message':'too old resource version: 1 (RV)'}"));
    assertThat(tree("{'message':'{\\\"resourceVersion\\\":\\\"77\\\"}'}"))
        .isEqualTo(parsed("{'message':'{\\\"resourceVersion\\\":\\\"rv-2\\\"}'}"));
  }

  @Test
  void literals_areReplacedLongestFirst() {
    normalization.replace("ct-1", "short");
    normalization.replace("ct-1-more", "long");

    assertThat(normalization.text("ct-1-more ct-1")).isEqualTo("long short");
  }

  @Test
  void theOriginal_staysAsItIs() {
    JsonElement original = parsed("{'items':[],'metadata':{'resourceVersion':'9'}}");

    normalization.tree(original);

    assertThat(original).isEqualTo(parsed("{'items':[],'metadata':{'resourceVersion':'9'}}"));
  }

  private JsonElement tree(String json) {
    return normalization.tree(parsed(json));
  }

  private static JsonElement parsed(String json) {
    return JsonParser.parseString(json.replace('\'', '"'));
  }
}
