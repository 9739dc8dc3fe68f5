package io.github.kruiseinstaller.testkit.internal.http;

import static io.github.kruiseinstaller.testkit.internal.http.ClusterFixture.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.Test;

/** Objects in protobuf, written by hand as Go writes them. */
final class ProtobufBodyTest {
  /** A message that is being written. */
  private static final class Message {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Message number(int field, long value) {
      varint((long) field << 3);
      varint(value);
      return this;
    }

    Message bytes(int field, byte[] value) {
      varint((long) field << 3 | 2);
      varint(value.length);
      bytes.writeBytes(value);
      return this;
    }

    Message text(int field, String value) {
      return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    Message message(int field, Message value) {
      return bytes(field, value.bytes.toByteArray());
    }

    Message fixed(int field, int wire, int length) {
      varint((long) field << 3 | wire);
      bytes.writeBytes(new byte[length]);
      return this;
    }

    private void varint(long value) {
      long rest = value;
      while ((rest & ~0x7fL) != 0) {
        bytes.write((int) (rest & 0x7f | 0x80));
        rest >>>= 7;
      }
      bytes.write((int) rest);
    }
  }

  private static Message message() {
    return new Message();
  }

  private static byte[] wrapped(String apiVersion, String kind, Message object) {
    Message envelope =
        message()
            .message(1, message().text(1, apiVersion).text(2, kind))
            .message(2, object)
            .text(3, "")
            .text(4, "");
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(new byte[] {'k', '8', 's', 0});
    all.writeBytes(envelope.bytes.toByteArray());
    return all.toByteArray();
  }

  private static JsonNode read(String apiVersion, String kind, Message object) {
    return Json.parse(ProtobufBody.json(wrapped(apiVersion, kind, object)).orElseThrow());
  }

  @Test
  void deployment_withoutWhatIsNotMeant() {
    Message metadata =
        message()
            .text(1, "web")
            .text(2, "")
            .message(8, message())
            .number(7, 0)
            .message(11, message().text(1, "app").text(2, "web"))
            .text(14, "one")
            .text(14, "two");
    Message container =
        message()
            .text(1, "c")
            .text(2, "nginx")
            .message(
                8,
                message().message(1, message().text(1, "cpu").message(2, message().text(1, "1"))))
            .message(
                11,
                message()
                    .message(
                        1,
                        message()
                            .message(
                                2,
                                message()
                                    .text(1, "/healthz")
                                    .message(
                                        2, message().number(1, 1).number(2, 0).text(3, "http")))))
            .number(16, 0);
    Message spec =
        message()
            .number(1, 0)
            .message(2, message().message(1, message().text(1, "app").text(2, "web")))
            .message(3, message().message(1, message()).message(2, message().message(2, container)))
            .message(4, message())
            .number(5, 0)
            .number(7, 1);

    assertThat(
            read(
                "apps/v1",
                "Deployment",
                message().message(1, metadata).message(2, spec).message(3, message())))
        .isEqualTo(
            json(
                "{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'web',"
                    + "'labels':{'app':'web'},'finalizers':['one','two']},'spec':{'replicas':0,"
                    + "'selector':{'matchLabels':{'app':'web'}},'template':{'spec':{'containers':["
                    + "{'name':'c','image':'nginx','resources':{'limits':{'cpu':'1'}},"
                    + "'readinessProbe':{'httpGet':{'path':'/healthz','port':'http'}}}]}},"
                    + "'paused':true}}"));
  }

  @Test
  void secretLeaseAndOptions() {
    assertThat(
            read(
                    "v1",
                    "Secret",
                    message().message(2, message().text(1, "k").bytes(2, new byte[] {1, 2})))
                .at("/data/k")
                .asText())
        .isEqualTo("AQI=");
    assertThat(
            read(
                    "coordination.k8s.io/v1",
                    "Lease",
                    message()
                        .message(
                            2,
                            message()
                                .text(1, "me")
                                .message(4, message().number(1, 1_740_830_400).number(2, 5_000))))
                .at("/spec/renewTime")
                .asText())
        .isEqualTo("2025-03-01T12:00:00.000005Z");
    assertThat(
            read(
                "v1",
                "DeleteOptions",
                message().number(1, 0).number(3, 0).text(4, "Orphan").text(5, "All")))
        .isEqualTo(
            json(
                "{'apiVersion':'v1','kind':'DeleteOptions','gracePeriodSeconds':0,"
                    + "'orphanDependents':false,'propagationPolicy':'Orphan','dryRun':['All']}"));
  }

  @Test
  void timesNumbersAndManagedFields() {
    Message entry =
        message()
            .text(1, "m")
            .message(4, message().number(1, 1_740_830_400))
            .message(7, message().text(1, "{\"f:data\":{}}"));
    JsonNode map = read("v1", "ConfigMap", message().message(1, message().message(17, entry)));

    assertThat(map.at("/metadata/managedFields/0"))
        .isEqualTo(json("{'manager':'m','time':'2025-03-01T12:00:00Z','fieldsV1':{'f:data':{}}}"));
    Message port = message().number(3, 80).message(4, message().number(1, 0).number(2, 8080));
    assertThat(
            read("v1", "Service", message().message(2, message().message(1, port)))
                .at("/spec/ports/0"))
        .isEqualTo(json("{'port':80,'targetPort':8080}"));
    Message extra = message().text(1, "k").message(2, message().text(1, "v"));
    Message status = message().number(1, 1).message(2, message().text(1, "u").message(4, extra));
    assertThat(
            read("authentication.k8s.io/v1", "TokenReview", message().message(3, status))
                .path("status"))
        .isEqualTo(json("{'authenticated':true,'user':{'username':'u','extra':{'k':['v']}}}"));
  }

  @Test
  void unknownFields_arePassedOver() {
    assertThat(
            read(
                "v1",
                "ConfigMap",
                message()
                    .number(90, 300)
                    .text(91, "x")
                    .fixed(92, 1, 8)
                    .fixed(93, 5, 4)
                    .message(1, message().text(1, "n"))))
        .isEqualTo(json("{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'n'}}"));
  }

  @Test
  void unknownKinds_areEmpty() {
    assertThat(ProtobufBody.json(wrapped("example.com/v1", "Widget", message()))).isEmpty();
  }

  @Test
  void nonsense_isRefused() {
    byte[] whole = wrapped("v1", "ConfigMap", message().message(1, message().text(1, "name")));

    assertThatThrownBy(() -> ProtobufBody.json("{}".getBytes(StandardCharsets.UTF_8)))
        .hasMessageStartingWith("provided data does not appear to be a protobuf message");
    assertThatThrownBy(() -> ProtobufBody.json(Arrays.copyOf(whole, whole.length - 6)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ProtobufBody.json(wrapped("v1", "ConfigMap", message().number(1, 5))))
        .hasMessage("proto: wrong wireType = 0 for field 1");
    assertThatThrownBy(
            () -> ProtobufBody.json(wrapped("v1", "ConfigMap", message().fixed(99, 3, 0))))
        .hasMessage("proto: illegal wireType 3");
    assertThatThrownBy(
            () ->
                ProtobufBody.json(
                    wrapped("v1", "ConfigMap", message().fixed(99, 0, 0).bytes(31, new byte[0]))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void overHttp_itIsAnsweredInJson() throws Exception {
    try (ClusterFixture cluster = new ClusterFixture()) {
      assertThat(
              post(
                  cluster,
                  wrapped("v1", "Namespace", message().message(1, message().text(1, "team")))))
          .contains("\"name\":\"team\"");
      assertThat(post(cluster, new byte[] {1})).contains("expected prefix [107 56 115 0]");
      assertThat(post(cluster, wrapped("example.com/v1", "Widget", message())))
          .contains("the body of the request was in an unknown format");
    }
  }

  private static String post(ClusterFixture cluster, byte[] body) throws Exception {
    Request request =
        cluster
            .request(cluster.server.adminToken(), "POST", "/api/v1/namespaces", "")
            .newBuilder()
            .post(RequestBody.create(body, MediaType.parse(ProtobufBody.TYPE)))
            .build();
    try (Response response = cluster.client.newCall(request).execute()) {
      return response.body().string();
    }
  }
}
