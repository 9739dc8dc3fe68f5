package io.github.kruiseinstaller.testkit.internal.rest;

import static io.github.kruiseinstaller.testkit.internal.rest.Refusals.text;
import static io.github.kruiseinstaller.testkit.internal.rest.RestFixture.ALICE;
import static io.github.kruiseinstaller.testkit.internal.rest.RestFixture.bytes;
import static io.github.kruiseinstaller.testkit.internal.rest.RestFixture.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.KindRegistry;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Resources.Delete;
import io.github.kruiseinstaller.testkit.internal.rest.Resources.Write;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NodePortsTest {
  private static final KindRegistry KINDS = new KindRegistry();
  private static final String ONE = "{'type':'NodePort','ports':[{'port':80}]}";

  private final RestFixture api = new RestFixture(KINDS, new KindRules(KINDS), 1000);
  private final Resource services = api.kind("", "v1", "services");

  @BeforeEach
  void namespace() {
    api.namespace("default");
  }

  private ObjectNode service(String name, String spec) {
    return service(name, spec, api.write());
  }

  private ObjectNode service(String name, String spec, Write write) {
    return api.service.create(ALICE, services, "default", object(name, spec), write);
  }

  private static ObjectNode object(String name, String spec) {
    return json("{'metadata':{'name':'" + name + "'},'spec':" + spec + "}");
  }

  private ObjectNode put(String name, String spec) {
    return api.replace(services, "default", name, object(name, spec)).object();
  }

  private ObjectNode patch(String name, String patch, Write write) {
    return api.service
        .patch(
            ALICE,
            services,
            "default",
            name,
            "",
            "application/merge-patch+json",
            bytes(patch),
            write)
        .object();
  }

  private static List<Long> nodePorts(ObjectNode service) {
    return Nodes.list(service, "spec", "ports").stream()
        .map(port -> port.path("nodePort").asLong())
        .toList();
  }

  private static String fixed(long port) {
    return "{'type':'NodePort','ports':[{'port':80,'nodePort':" + port + "}]}";
  }

  @ParameterizedTest
  @ValueSource(strings = {"NodePort", "LoadBalancer"})
  void create_givesOnePortAfterTheOther(String type) {
    ObjectNode service =
        service(
            "a", "{'type':'" + type + "','ports':[{'name':'x','port':1},{'name':'y','port':2}]}");

    assertThat(nodePorts(service)).containsExactly(30086L, 30087L);
    assertThat(nodePorts(service("b", ONE))).containsExactly(30088L);
  }

  @Test
  void create_ofOtherTypes_givesNone() {
    assertThat(nodePorts(service("a", "{'ports':[{'port':80}]}"))).containsExactly(0L);
    assertThat(
            nodePorts(
                service(
                    "b",
                    "{'type':'LoadBalancer','allocateLoadBalancerNodePorts':false,"
                        + "'ports':[{'name':'x','port':1},"
                        + "{'name':'y','port':2,'nodePort':30001}]}")))
        .containsExactly(0L, 30001L);
    assertThat(text(() -> service("c", fixed(30001)))).contains("already allocated");
  }

  @Test
  void create_ofOnePortInTwoProtocols_givesOneNumber() {
    ObjectNode service =
        service(
            "a",
            "{'type':'NodePort','ports':[{'name':'x','port':53},"
                + "{'name':'y','port':53,'protocol':'UDP','nodePort':30053}]}");

    assertThat(nodePorts(service)).containsExactly(30053L, 30053L);
  }

  @ParameterizedTest
  @CsvSource({"80", "29999", "32768"})
  void create_withAPortFromElsewhere_is422(long port) {
    assertThat(text(() -> service("a", fixed(port))))
        .isEqualTo(
            "422 Invalid Service \"a\" is invalid: spec.ports[0].nodePort: Invalid value: "
                + port
                + ": provided port is not in the valid range. The range of valid ports is"
                + " 30000-32767");
  }

  @Test
  void create_withAPortOfAnother_is422AndTakesNothing() {
    service("a", fixed(30000));

    assertThat(
            text(
                () ->
                    service(
                        "b",
                        "{'type':'NodePort','clusterIP':'10.96.0.7','ports':["
                            + "{'name':'x','port':1,'nodePort':30001},"
                            + "{'name':'y','port':2,'nodePort':30000}]}")))
        .isEqualTo(
            "422 Invalid Service \"b\" is invalid: spec.ports[1].nodePort: Invalid value: 30000:"
                + " provided port is already allocated");
    assertThat(
            nodePorts(
                service(
                    "b",
                    "{'type':'NodePort','clusterIP':'10.96.0.7',"
                        + "'ports':[{'port':80,'nodePort':30001}]}")))
        .containsExactly(30001L);
  }

  @Test
  void create_thatFails_givesThePortBack() {
    api.admission.veto =
        request -> {
          throw new StatusException(403, "Forbidden", "no", null);
        };
    assertThat(text(() -> service("a", fixed(30001)))).isEqualTo("403 Forbidden no");
    api.admission.veto = request -> {};

    assertThat(nodePorts(service("a", fixed(30001)))).containsExactly(30001L);
  }

  @Test
  void create_inDryRun_takesNothing() {
    service("a", fixed(30001), api.dryRun());

    assertThat(nodePorts(service("b", ONE, api.dryRun()))).containsExactly(32769L);
    assertThat(nodePorts(service("a", fixed(30001)))).containsExactly(30001L);
    assertThat(text(() -> service("c", fixed(30001), api.dryRun()))).contains("already allocated");
    assertThat(nodePorts(service("d", ONE))).containsExactly(30086L);
  }

  @Test
  void delete_givesThePortsBack() {
    service("a", fixed(30001));
    api.service.delete(ALICE, services, "default", "a", Delete.NOW);

    assertThat(nodePorts(service("b", fixed(30001)))).containsExactly(30001L);
  }

  @Test
  void replace_withoutPorts_keepsThemByName() {
    service("a", "{'type':'NodePort','ports':[{'name':'x','port':1},{'name':'y','port':2}]}");

    ObjectNode replaced =
        put(
            "a",
            "{'type':'NodePort','ports':[{'name':'y','port':3},{'name':'x','port':1},"
                + "{'name':'z','port':4}]}");

    assertThat(nodePorts(replaced)).containsExactly(30087L, 30086L, 30088L);
  }

  @Test
  void replace_withAnotherPort_freesTheOldOne() {
    service("a", fixed(30001));
    service("b", fixed(30002));

    assertThat(text(() -> put("a", fixed(30002)))).contains("already allocated");
    assertThat(text(() -> put("a", fixed(80)))).contains("not in the valid range");
    assertThat(nodePorts(put("a", fixed(30003)))).containsExactly(30003L);
    assertThat(nodePorts(service("c", fixed(30001)))).containsExactly(30001L);
  }

  @Test
  void replace_thatFails_keepsTheOldPortAndGivesTheNewOneBack() {
    service("a", fixed(30001));
    api.admission.veto =
        request -> {
          throw new StatusException(403, "Forbidden", "no", null);
        };
    assertThat(text(() -> put("a", fixed(30002)))).isEqualTo("403 Forbidden no");
    api.admission.veto = request -> {};

    assertThat(nodePorts(service("b", fixed(30002)))).containsExactly(30002L);
    assertThat(text(() -> service("c", fixed(30001)))).contains("already allocated");
  }

  @Test
  void apply_keepsThePorts() {
    String applied =
        "{'apiVersion':'v1','kind':'Service','metadata':{'name':'a'},'spec':" + ONE + "}";
    for (String one : List.of(applied, applied.replace("'spec'", "'spec' "))) {
      ObjectNode service =
          api.service
              .patch(
                  ALICE,
                  services,
                  "default",
                  "a",
                  "",
                  "application/apply-patch+yaml",
                  bytes(one),
                  api.as("one"))
              .object();

      assertThat(nodePorts(service)).containsExactly(30086L);
    }
  }

  @Test
  void patch_ofTheType_givesAndTakesThePorts() {
    service("a", "{'type':'LoadBalancer','ports':[{'port':80,'nodePort':30001}]}");

    ObjectNode plain = patch("a", "{'spec':{'type':'ClusterIP'}}", api.write());
    assertThat(plain.path("spec").path("ports").path(0).has("nodePort")).isFalse();
    assertThat(plain.path("spec").has("allocateLoadBalancerNodePorts")).isFalse();
    assertThat(plain.path("spec").has("externalTrafficPolicy")).isFalse();
    assertThat(nodePorts(service("b", fixed(30001)))).containsExactly(30001L);

    assertThat(nodePorts(patch("a", "{'spec':{'type':'NodePort'}}", api.dryRun())))
        .containsExactly(32769L);
    assertThat(nodePorts(patch("a", "{'spec':{'type':'NodePort'}}", api.write())))
        .containsExactly(30086L);
  }

  @Test
  void patch_ofTypeAndPort_isRefused() {
    service("a", fixed(30001));

    assertThat(
            text(
                () ->
                    patch(
                        "a",
                        "{'spec':{'type':'ClusterIP','ports':[{'port':80,'nodePort':30002}]}}",
                        api.write())))
        .contains("may not be used when `type` is 'ClusterIP'");
  }

  @Test
  void update_thatTakesTheLastFinalizerAway_givesAllPortsBack() {
    api.create(
        services,
        "default",
        "{'metadata':{'name':'a','finalizers':['x.io/f']},'spec':" + fixed(30001) + "}");
    api.service.delete(ALICE, services, "default", "a", Delete.NOW);
    patch(
        "a",
        "{'metadata':{'finalizers':null},'spec':{'ports':[{'port':80,'nodePort':30002}]}}",
        api.write());

    assertThat(nodePorts(service("b", fixed(30001)))).containsExactly(30001L);
    assertThat(nodePorts(service("c", fixed(30002)))).containsExactly(30002L);
  }

  @Test
  void replace_withOneNumberTwice_is500() {
    service("a", fixed(30001));

    assertThat(
            text(
                () ->
                    put(
                        "a",
                        "{'type':'NodePort','ports':[{'name':'x','port':1,'nodePort':30001},"
                            + "{'name':'y','port':2,'nodePort':30001}]}")))
        .isEqualTo("500  duplicate nodePort: {TCP 30001}");
  }
}
