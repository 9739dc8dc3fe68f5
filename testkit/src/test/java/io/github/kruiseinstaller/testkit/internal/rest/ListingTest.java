package io.github.kruiseinstaller.testkit.internal.rest;

import static io.github.kruiseinstaller.testkit.internal.rest.Refusals.refusal;
import static io.github.kruiseinstaller.testkit.internal.rest.Refusals.text;
import static io.github.kruiseinstaller.testkit.internal.rest.RestFixture.ALICE;
import static io.github.kruiseinstaller.testkit.internal.rest.RestFixture.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Resources.Page;
import io.github.kruiseinstaller.testkit.internal.rest.Resources.Selection;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.store.Change;
import io.github.kruiseinstaller.testkit.internal.store.Subscription;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ListingTest {
  private final RestFixture api = new RestFixture();
  private final Resource configMaps = api.kind("", "v1", "configmaps");

  @BeforeEach
  void objects() {
    api.namespace("a");
    api.namespace("b");
    map("b", "x");
    map("a", "z");
    map("a", "y");
    map("b", "w");
  }

  private void map(String namespace, String name) {
    api.create(
        configMaps,
        namespace,
        "{'metadata':{'name':'" + name + "','labels':{'name':'" + name + "'}}}");
  }

  private static Selection limit(int limit, String token) {
    return new Selection("", "", limit, token, "", "");
  }

  private static Selection version(String version, String match, int limit) {
    return new Selection("", "", limit, "", version, match);
  }

  private static List<String> names(Page page) {
    return page.items().stream()
        .map(item -> Nodes.namespace(item) + "/" + Nodes.name(item))
        .toList();
  }

  private Page list(String namespace, Selection selection) {
    return api.service.list(configMaps, namespace, selection);
  }

  @Test
  void list_isOrderedByNamespaceAndName() {
    Page page = list("", Selection.ALL);

    assertThat(names(page)).containsExactly("a/y", "a/z", "b/w", "b/x");
    assertThat(page.resourceVersion()).isEqualTo(Long.toString(api.store.revision()));
    assertThat(page.continueToken()).isEmpty();
    assertThat(names(list("b", Selection.ALL))).containsExactly("b/w", "b/x");
    assertThat(names(list("c", Selection.ALL))).isEmpty();
  }

  /** An event can be read a moment before the write that it tells of is over. */
  @Test
  void list_atTheVersionOfAnEvent_isNeverRefused() throws Exception {
    int events = 20_000;
    try (Subscription told = api.store.follow("others", api.store.revision())) {
      CompletableFuture<Void> writing =
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; i < events; i++) {
                  api.store.create("others", "", "o" + i, json("{'metadata':{}}"));
                }
              });
      for (int seen = 0; seen < events; ) {
        Optional<Change> change = told.next(Duration.ZERO);
        if (change.isPresent()) {
          seen++;
          list("c", version(Long.toString(change.get().revision()), "NotOlderThan", 0));
        }
      }
      writing.get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void list_inPages_showsOneMoment() {
    Page first = list("", limit(2, ""));
    map("a", "zz");
    api.service.delete(ALICE, configMaps, "b", "x", Resources.Delete.NOW);
    Page second = list("", limit(1, first.continueToken()));
    Page third = list("", limit(1, second.continueToken()));

    assertThat(names(first)).containsExactly("a/y", "a/z");
    assertThat(first.remaining()).isEqualTo(2);
    assertThat(names(second)).containsExactly("b/w");
    assertThat(second.remaining()).isEqualTo(1);
    assertThat(second.resourceVersion()).isEqualTo(first.resourceVersion());
    assertThat(names(third)).containsExactly("b/x");
    assertThat(third.continueToken()).isEmpty();
    assertThat(third.remaining()).isZero();
  }

  @Test
  void list_inPagesOfOneNamespace_leavesItOutOfTheToken() {
    Page first = list("b", limit(1, ""));

    assertThat(
            new String(
                Base64.getUrlDecoder().decode(first.continueToken()), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"v\":\"meta.k8s.io/v1\",\"rv\":"
                + api.store.revision()
                + ",\"start\":\"w\\u0000\"}");
    assertThat(names(list("b", limit(5, first.continueToken())))).containsExactly("b/x");
  }

  @Test
  void list_inPagesWithASelector_doesNotSayHowManyRemain() {
    Selection selection = new Selection("name in (y,w)", "", 1, "", "", "");

    Page page = list("", selection);

    assertThat(names(page)).containsExactly("a/y");
    assertThat(page.remaining()).isZero();
    assertThat(names(list("", new Selection("name in (y,w)", "", 5, page.continueToken(), "", ""))))
        .containsExactly("b/w");
  }

  @Test
  void list_withAForgottenToken_is410WithATokenThatGoesOn() {
    Page first = list("", limit(1, ""));
    map("b", "aa");
    api.store.compact(api.store.revision());

    StatusException refusal = refusal(() -> list("", limit(9, first.continueToken())));

    assertThat(refusal.code()).isEqualTo(410);
    assertThat(refusal.reason()).isEqualTo("Expired");
    assertThat(refusal)
        .hasMessageStartingWith(
            "The provided continue parameter is too old to display a consistent")
        .hasMessageEndingWith("and now may show up in the list.");
    String token = refusal.body().path("metadata").path("continue").asText();
    Page rest = list("", limit(9, token));
    assertThat(names(rest)).containsExactly("a/z", "b/aa", "b/w", "b/x");
    assertThat(rest.resourceVersion()).isEqualTo(Long.toString(api.store.revision()));
  }

  @Test
  void list_withAVersionAndAToken_is400() {
    String token = list("", limit(1, "")).continueToken();

    assertThat(text(() -> list("", new Selection("", "", 1, token, "5", ""))))
        .isEqualTo("400 BadRequest specifying resource version is not allowed when using continue");
    assertThat(names(list("", new Selection("", "", 1, token, "0", "")))).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'v':'v9','rv':5,'start':'a'}|server does not recognize this encoded version v9",
        "{'v':'meta.k8s.io/v1','start':'a'}|incorrect encoded start resourceVersion (version"
            + " meta.k8s.io/v1)",
        "{'v':'meta.k8s.io/v1','rv':5}|encoded start key empty (version meta.k8s.io/v1)"
      })
  void list_withABrokenToken_is400(String token, String why) {
    String encoded = Base64.getUrlEncoder().encodeToString(RestFixture.bytes(token));

    assertThat(text(() -> list("", limit(1, encoded))))
        .isEqualTo("400 BadRequest invalid continue token: continue key is not valid: " + why);
    assertThat(refusal(() -> list("", limit(1, "%%%"))))
        .hasMessageStartingWith("invalid continue token: continue key is not valid: ");
  }

  @Test
  void list_atAVersion() {
    String then = Long.toString(api.store.revision());
    map("a", "later");

    assertThat(names(list("a", version(then, "Exact", 0)))).containsExactly("a/y", "a/z");
    assertThat(list("a", version(then, "Exact", 0)).resourceVersion()).isEqualTo(then);
    assertThat(names(list("a", version(then, "", 1)))).containsExactly("a/y");
    assertThat(list("a", version(then, "", 1)).resourceVersion()).isEqualTo(then);
    assertThat(names(list("a", version(then, "NotOlderThan", 0)))).contains("a/later");
    assertThat(names(list("a", version(then, "", 0)))).contains("a/later");
    assertThat(names(list("a", version("0", "", 1)))).hasSize(3);
  }

  @Test
  void list_atAForgottenVersion_is410() {
    String then = Long.toString(api.store.revision());
    map("a", "later");
    api.store.compact(api.store.revision());

    assertThat(text(() -> list("", version(then, "Exact", 0))))
        .isEqualTo("410 Expired The resourceVersion for the provided list is too old.");
  }

  @Test
  void list_atAVersionOfTheFuture_is504() {
    long now = api.store.revision();

    StatusException refusal = refusal(() -> list("", version("99999", "", 0)));

    assertThat(refusal.body())
        .isEqualTo(
            json(
                "{'kind':'Status','apiVersion':'v1','metadata':{},'status':'Failure','message':"
                    + "'Timeout: Too large resource version: 99999, current: "
                    + now
                    + "','reason':'Timeout','details':{'causes':[{'reason':'ResourceVersionTooLarge','message':'Too"
                    + " large resource version'}],'retryAfterSeconds':1},'code':504}"));
  }

  @Test
  void list_atWhatIsNoVersion_is400() {
    assertThat(text(() -> list("", version("x", "", 0))))
        .isEqualTo(
            "400 BadRequest invalid resource version: resourceVersion: Invalid value: \"x\":"
                + " strconv.ParseUint: parsing \"x\": invalid syntax");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "metadata.name=w|b/w",
        "metadata.name==w|b/w",
        "metadata.name!=w,metadata.namespace=b|b/x",
        "metadata.namespace=a|a/y a/z",
        "metadata.name=|",
        ",|a/y a/z b/w b/x"
      })
  void list_byFields(String selector, String expected) {
    Page page = list("", new Selection("", selector, 0, "", "", ""));

    assertThat(String.join(" ", names(page))).isEqualTo(expected == null ? "" : expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "\"\"|pods|spec.nodeName=n|p",
        "\"\"|pods|spec.host=n|p",
        "\"\"|pods|status.phase=Pending,spec.hostNetwork=false|p",
        "\"\"|pods|status.podIPs=10.0.0.1|",
        "\"\"|services|spec.type=ClusterIP|p",
        "\"\"|secrets|type=Opaque|p",
        "\"\"|nodes|spec.unschedulable=false|p",
        "\"\"|namespaces|status.phase=Active|a b p",
        "\"\"|events|involvedObject.kind=Pod,source=kubelet,reason=Started,type=Normal|p",
        "\"\"|replicationcontrollers|status.replicas=0|p",
        "batch|jobs|status.successful=0|p"
      })
  void list_byFieldsOfTheKind(String group, String plural, String selector, String expected) {
    Resource resource = api.kind(group, "v1", plural);
    api.create(
        resource,
        "a",
        "{'metadata':{'name':'p'},'spec':{'nodeName':'n','type':'ClusterIP'},'type':'"
            + (plural.equals("events") ? "Normal" : "Opaque")
            + "','involvedObject':{'kind':'Pod'},'source':{'component':'kubelet'},"
            + "'reason':'Started'}");

    Page page = api.service.list(resource, "", new Selection("", selector, 0, "", "", ""));

    assertThat(String.join(" ", page.items().stream().map(Nodes::name).toList()))
        .isEqualTo(expected == null ? "" : expected);
  }

  @Test
  void list_byFieldsOfEventsOfTheNewerGroup() {
    Resource events = api.kind("events.k8s.io", "v1", "events");
    api.create(events, "a", "{'metadata':{'name':'e'},'regarding':{'name':'pod-1'}}");

    assertThat(
            api.service
                .list(events, "", new Selection("", "regarding.name=pod-1", 0, "", "", ""))
                .items())
        .hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "\"\"|pods|spec.x=1|field label not supported: spec.x",
        "\"\"|namespaces|metadata.namespace=x|field label not supported: metadata.namespace",
        "batch|jobs|spec.x=1|field label ~spec.x~ not supported for Job",
        "\"\"|events|regarding.name=x|field label not supported: regarding.name",
        "apps|deployments|spec.x=1|~spec.x~ is not a known field selector: only"
            + " ~metadata.name~, ~metadata.namespace~",
        "\"\"|pods|spec.nodeName|invalid selector: 'spec.nodeName'; can't understand"
            + " 'spec.nodeName'",
        "\"\"|pods|metadata.name=a\\b|invalid field selector: invalid escape sequence: \\b",
        "\"\"|pods|metadata.name=a\\|invalid field selector: invalid escape sequence: \\",
        "\"\"|pods|metadata.name=a=b|invalid field selector: unescaped character in value: 61"
      })
  void list_byFieldsThatCannotBe_is400(
      String group, String plural, String selector, String message) {
    assertThat(
            text(
                () ->
                    api.service.list(
                        api.kind(group, "v1", plural),
                        "",
                        new Selection("", selector, 0, "", "", ""))))
        .isEqualTo("400 BadRequest " + message.replace('~', '"'));
  }

  @Test
  void list_byFieldsWithEscapes() {
    Resource secrets = api.kind("", "v1", "secrets");
    api.create(secrets, "a", "{'metadata':{'name':'s'},'type':'a,b=c\\\\d'}");

    assertThat(
            api.service
                .list(secrets, "", new Selection("", "type=a\\,b\\=c\\\\d", 0, "", "", ""))
                .items())
        .hasSize(1);
  }

  @Test
  void get_ofWhatIsNotThere_is404() {
    assertThat(text(() -> api.service.get(configMaps, "a", "nothing")))
        .isEqualTo("404 NotFound configmaps \"nothing\" not found");
    assertThat(api.service.stored()).containsExactlyInAnyOrder("configmaps", "namespaces");
  }
}
