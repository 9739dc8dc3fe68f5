package io.github.kruiseinstaller.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.e2e.AuditLog.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuditLogTest {
  @TempDir Path folder;

  @Test
  void since_readsCompleteRequestsOfOneClient() throws IOException {
    Path file = folder.resolve("audit.log");
    Files.writeString(file, line("installer/1", "patch", "/before", "ResponseComplete") + "\n");
    AuditLog audit = new AuditLog(file);
    long position = audit.position();
    String more =
        line("installer/1", "patch", "/after", "ResponseComplete")
            + "\n"
            + line("installer/1", "patch", "/after", "RequestReceived")
            + "\n"
            + line("kubelet/1", "patch", "/other", "ResponseComplete")
            + "\n{\"stage\":\"ResponseCom";
    Files.writeString(file, more, StandardOpenOption.APPEND);

    assertThat(audit.since(position, "installer"))
        .containsExactly(new Request("installer/1", "patch", "/after", "pods", 200));
  }

  @ParameterizedTest
  @CsvSource({
    "create, /api/v1/pods, pods, true",
    "patch, /api/v1/pods/a?fieldManager=x, pods, true",
    "update, /api/v1/pods/a, pods, true",
    "delete, /api/v1/pods/a, pods, true",
    "create, /api/v1/pods?dryRun=All, pods, false",
    "get, /api/v1/pods, pods, false",
    "create, /apis/authorization.k8s.io/v1/selfsubjectaccessreviews, selfsubjectaccessreviews,"
        + " false"
  })
  void isWrite_meansThatSomethingWasToBeStored(
      String verb, String uri, String resource, boolean expected) {
    assertThat(new Request("installer/1", verb, uri, resource, 200).isWrite()).isEqualTo(expected);
  }

  private static String line(String agent, String verb, String uri, String stage) {
    return "{\"stage\":\"%s\",\"userAgent\":\"%s\",\"verb\":\"%s\",\"requestURI\":\"%s\","
            .formatted(stage, agent, verb, uri)
        + "\"objectRef\":{\"resource\":\"pods\"},\"responseStatus\":{\"code\":200}}";
  }
}
