package io.github.kruiseinstaller.testkit.internal.rest;

import static io.github.kruiseinstaller.testkit.internal.rest.Refusals.text;
import static io.github.kruiseinstaller.testkit.internal.rest.RestFixture.ALICE;
import static io.github.kruiseinstaller.testkit.internal.rest.RestFixture.bytes;
import static io.github.kruiseinstaller.testkit.internal.rest.RestFixture.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Resources.Delete;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.store.Stored;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import io.github.kruiseinstaller.testkit.internal.tree.Overheard;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceAddressesTest {
  private final RestFixture api = new RestFixture();
  private final Resource services = api.kind("", "v1", "services");

  @BeforeEach
  void namespace() {
    api.namespace("default");
  }

  private ObjectNode service(String name, String spec) {
    return api.create(
        services, "default", "{'metadata':{'name':'" + name + "'},'spec':" + spec + "}");
  }

  private static String address(ObjectNode service) {
    return Nodes.textOrEmpty(service, "spec", "clusterIP");
  }

  private ObjectNode patch(String name, String patch) {
    return api.service
        .patch(
            ALICE,
            services,
            "default",
            name,
            "",
            "application/merge-patch+json",
            bytes(patch),
            api.write())
        .object();
  }

  @Test
  void create_givesOneAddressAfterTheOther() {
    ObjectNode first = service("a", "{'type':'ClusterIP'}");
    ObjectNode second = service("b", "{}");

    assertThat(first.get("spec"))
        .isEqualTo(
            json(
                "{'type':'ClusterIP','clusterIP':'10.96.0.2','clusterIPs':['10.96.0.2'],"
                    + "'ipFamilies':['IPv4'],'ipFamilyPolicy':'SingleStack'}"));
    assertThat(address(second)).isEqualTo("10.96.0.3");
  }

  @Test
  void create_withAnAddress_keepsItAndGivesItToNobodyElse() {
    assertThat(address(service("kubernetes", "{'clusterIP':'10.96.0.1'}"))).isEqualTo("10.96.0.1");
    service("a", "{'clusterIP':'10.96.0.2'}");

    assertThat(address(service("b", "{}"))).isEqualTo("10.96.0.3");
    assertThat(text(() -> service("c", "{'clusterIP':'10.96.0.1'}")))
        .isEqualTo(
            "422 Invalid Service \"c\" is invalid: spec.clusterIPs: Invalid value:"
                + " [\"10.96.0.1\"]: failed to allocate IP 10.96.0.1: provided IP is already"
                + " allocated");
  }

  @ParameterizedTest
  @CsvSource({"192.168.0.1", "10.112.0.0", "10.95.255.255"})
  void create_withAnAddressFromElsewhere_is422(String address) {
    assertThat(text(() -> service("a", "{'clusterIP':'" + address + "'}")))
        .endsWith(
            "failed to allocate IP "
                + address
                + ": the provided network does not match the current range");
  }

  @Test
  void create_withAnAddressThatIsNone_is422() {
    assertThat(text(() -> service("a", "{'clusterIP':'nonsense'}")))
        .isEqualTo(
            "422 Invalid Service \"a\" is invalid: spec.clusterIPs[0]: Invalid value:"
                + " \"nonsense\": must be a valid IP address, (e.g. 10.9.8.7 or"
                + " 2001:db8::ffff)");
  }

  /** Makes another Service at the address as soon as the store has the first no more. */
  private void replaceWhenGone(String name, String spec) {
    Stored stored = api.store.find("services", "default", name).orElseThrow();
    api.store.replace(
        "services",
        stored,
        new Overheard(
            stored.tree(),
            field -> {
              if (api.store.find("services", "default", name).isEmpty()
                  && api.store.find("services", "default", "next").isEmpty()) {
                service("next", spec);
              }
            }));
  }

  @Test
  void delete_freesAddressAndPortsBeforeAnybodyHearsOfIt() {
    String spec =
        "{'type':'NodePort','clusterIP':'10.96.0.7','ports':[{'port':80,'nodePort':30001}]}";
    service("a", spec);
    replaceWhenGone("a", spec);

    api.service.delete(ALICE, services, "default", "a", Delete.NOW);

    assertThat(address(api.service.get(services, "default", "next"))).isEqualTo("10.96.0.7");
  }

  @Test
  void update_thatTakesTheLastFinalizer_freesTheAddressBeforeAnybodyHearsOfIt() {
    api.create(
        services,
        "default",
        "{'metadata':{'name':'a','finalizers':['x/y']},'spec':{'clusterIP':'10.96.0.7'}}");
    api.service.delete(ALICE, services, "default", "a", Delete.NOW);
    replaceWhenGone("a", "{'clusterIP':'10.96.0.7'}");

    patch("a", "{'metadata':{'finalizers':null}}");

    assertThat(address(api.service.get(services, "default", "next"))).isEqualTo("10.96.0.7");
  }

  @Test
  void create_withoutNeedForAnAddress_givesNone() {
    ObjectNode headless = service("a", "{'clusterIP':'None','selector':{'a':'b'}}");
    ObjectNode external = service("b", "{'type':'ExternalName'}");

    assertThat(headless.get("spec"))
        .isEqualTo(
            json(
                "{'clusterIP':'None','selector':{'a':'b'},'clusterIPs':['None'],"
                    + "'ipFamilies':['IPv4'],'ipFamilyPolicy':'SingleStack'}"));
    assertThat(external.get("spec")).isEqualTo(json("{'type':'ExternalName'}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{}|RequireDualStack|IPv4 IPv6",
        "{'selector':{'a':'b'}}|SingleStack|IPv4",
        "{'ipFamilyPolicy':'SingleStack'}|SingleStack|IPv4",
        "{'ipFamilyPolicy':'PreferDualStack','ipFamilies':['IPv6']}|PreferDualStack|IPv6 IPv4",
        "{'ipFamilyPolicy':'PreferDualStack','ipFamilies':['IPv6','IPv4']}|PreferDualStack|IPv6"
            + " IPv4"
      })
  void create_ofAHeadlessService_choosesItsFamilies(String spec, String policy, String families) {
    ObjectNode headless =
        service("a", spec.equals("{}") ? "{'clusterIP':'None'}" : withoutAddress(spec));

    assertThat(Nodes.textOrEmpty(headless, "spec", "ipFamilyPolicy")).isEqualTo(policy);
    assertThat(
            String.join(
                " ",
                Nodes.list(headless, "spec", "ipFamilies").stream().map(JsonNode::asText).toList()))
        .isEqualTo(families);
  }

  private static String withoutAddress(String spec) {
    return spec.substring(0, spec.length() - 1) + ",'clusterIP':'None'}";
  }

  @Test
  void create_inDryRun_givesTheAddressOfTheNetwork() {
    ObjectNode dry =
        api.service.create(
            ALICE, services, "default", json("{'metadata':{'name':'a'},'spec':{}}"), api.dryRun());
    api.service.create(
        ALICE,
        services,
        "default",
        json("{'metadata':{'name':'a'},'spec':{'clusterIP':'10.96.0.9'}}"),
        api.dryRun());

    assertThat(address(dry)).isEqualTo("10.96.0.0");
    assertThat(address(service("a", "{}"))).isEqualTo("10.96.0.2");
    assertThat(address(service("b", "{'clusterIP':'10.96.0.9'}"))).isEqualTo("10.96.0.9");
  }

  @Test
  void create_thatFails_givesItsAddressBack() {
    api.admission.veto =
        request -> {
          throw new StatusException(403, "Forbidden", "no", null);
        };
    assertThat(text(() -> service("a", "{'clusterIP':'10.96.0.7'}"))).isEqualTo("403 Forbidden no");
    api.admission.veto = request -> {};

    assertThat(address(service("a", "{'clusterIP':'10.96.0.7'}"))).isEqualTo("10.96.0.7");
  }

  @Test
  void delete_givesTheAddressBack() {
    service("a", "{'clusterIP':'10.96.0.7'}");
    api.service.delete(ALICE, services, "default", "a", Delete.NOW);

    assertThat(address(service("b", "{'clusterIP':'10.96.0.7'}"))).isEqualTo("10.96.0.7");
  }

  @Test
  void replace_withoutAddress_keepsIt() {
    service("a", "{'type':'ClusterIP'}");

    ObjectNode replaced =
        api.replace(
                services,
                "default",
                "a",
                json("{'metadata':{'name':'a'},'spec':{'type':'ClusterIP','selector':{'a':'b'}}}"))
            .object();

    assertThat(replaced.get("spec"))
        .isEqualTo(
            json(
                "{'type':'ClusterIP','selector':{'a':'b'},'clusterIP':'10.96.0.2',"
                    + "'clusterIPs':['10.96.0.2'],'ipFamilies':['IPv4'],"
                    + "'ipFamilyPolicy':'SingleStack'}"));
  }

  @Test
  void patch_ofTheType_givesAndTakesTheAddress() {
    service("a", "{'clusterIP':'10.96.0.7'}");

    ObjectNode external = patch("a", "{'spec':{'type':'ExternalName','externalName':'x.io'}}");
    assertThat(external.get("spec"))
        .isEqualTo(json("{'type':'ExternalName','externalName':'x.io'}"));
    assertThat(address(service("b", "{'clusterIP':'10.96.0.7'}"))).isEqualTo("10.96.0.7");

    assertThat(address(patch("a", "{'spec':{'type':'ClusterIP'}}"))).isEqualTo("10.96.0.2");
  }

  @Test
  void patch_ofTheTypeInDryRun_takesNoAddress() {
    service("a", "{'type':'ExternalName'}");
    api.service.patch(
        ALICE,
        services,
        "default",
        "a",
        "",
        "application/merge-patch+json",
        bytes("{'spec':{'type':'ClusterIP'}}"),
        api.dryRun());

    assertThat(address(service("b", "{}"))).isEqualTo("10.96.0.2");
  }

  @Test
  void update_thatTakesTheLastFinalizerAway_givesTheAddressBack() {
    api.create(
        services,
        "default",
        "{'metadata':{'name':'a','finalizers':['x.io/f']},'spec':{'clusterIP':'10.96.0.7'}}");
    api.service.delete(ALICE, services, "default", "a", Delete.NOW);
    patch("a", "{'metadata':{'finalizers':null}}");

    assertThat(address(service("b", "{'clusterIP':'10.96.0.7'}"))).isEqualTo("10.96.0.7");
  }
}
