package io.github.kruiseinstaller.examples.provisioning;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the command line takes; none of these starts a service. */
class CommandLineTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "--clusters .",
        "--manifests a",
        "--clusters no-such-folder --manifests a",
        "--clusters pom.xml --manifests a",
        "--clusters . --manifests a --chart b",
        "--clusters . --manifests a --listen 8080",
        "--clusters . --manifests a --listen :8080",
        "--clusters . --manifests a --listen 127.0.0.1:http",
        "--clusters . --manifests a --listen 127.0.0.1:65536",
        "--clusters . --manifests a --timeout 5",
        "--clusters . --manifests a --timeout 0s",
        "--clusters . --manifests a --token secret",
        "--clusters . --manifests a east"
      })
  void badArguments_endWithStatus2AndTheUsage(String arguments) {
    StringWriter err = new StringWriter();

    int status =
        Main.commandLine().setErr(new PrintWriter(err)).execute(arguments.strip().split(" +"));

    assertThat(status).isEqualTo(2);
    assertThat(err.toString()).contains("Usage: run").doesNotContain("\tat ");
  }

  @Test
  void anAddressThatIsTaken_endsWithStatus2(@TempDir Path folder) throws Exception {
    StringWriter err = new StringWriter();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + taken.getLocalPort();

      int status =
          Main.commandLine()
              .setErr(new PrintWriter(err))
              .execute("--clusters", folder.toString(), "--manifests", "a", "--listen", address);

      assertThat(status).isEqualTo(2);
      assertThat(err.toString()).contains("cannot listen on").contains(address);
    }
  }

  @Test
  void help_endsWithStatus0() {
    StringWriter out = new StringWriter();

    assertThat(Main.commandLine().setOut(new PrintWriter(out)).execute("--help")).isZero();
    assertThat(out.toString()).contains("127.0.0.1:8080").contains("Exit status");
  }
}
