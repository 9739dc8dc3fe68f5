package io.github.kruiseinstaller.testkit.internal.kruise;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a manager is told by its arguments and its environment.
 *
 * @param version of the image
 * @param gates its feature gates
 * @param namespace of its Service and its Secret
 * @param serviceName of the webhook Service
 * @param secretName of the Secret with the certificates
 * @param webhookPort where it serves webhooks
 * @param initializeTimeout how long it waits for the first sync
 * @param leaderElection whether one leader is elected, or each replica is one
 * @param leaseNamespace where the Lease is
 * @param leaseName the Lease
 */
record ManagerSettings(
    ManagerVersion version,
    FeatureGates gates,
    String namespace,
    String serviceName,
    String secretName,
    int webhookPort,
    Duration initializeTimeout,
    boolean leaderElection,
    String leaseNamespace,
    String leaseName) {
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");
  private static final int DEFAULT_PORT = 9876;

  /** Reads them from a container. */
  static ManagerSettings of(ManagerVersion version, ObjectNode pod, JsonNode container) {
    Optional<Duration> timeout =
        version.initializeTimeoutIsAFlag()
            ? argument(container, "webhook-initialize-timeout").flatMap(ManagerSettings::duration)
            : Optional.empty();
    return new ManagerSettings(
        version,
        FeatureGates.parse(argument(container, "feature-gates").orElse(""), version),
        variable(pod, container, "POD_NAMESPACE").orElse("kruise-system"),
        variable(pod, container, "SERVICE_NAME").orElse("kruise-webhook-service"),
        variable(pod, container, "SECRET_NAME").orElse("kruise-webhook-certs"),
        variable(pod, container, "WEBHOOK_PORT").map(ManagerSettings::port).orElse(DEFAULT_PORT),
        timeout.orElse(version.initializeTimeout()),
        !argument(container, "enable-leader-election").orElse("true").equals("false"),
        argument(container, "leader-election-namespace").orElse("kruise-system"),
        argument(container, "leader-election-id").orElse("kruise-manager"));
  }

  /** The host name in the server's certificate. */
  String hostName() {
    return serviceName + "." + namespace + ".svc";
  }

  /**
   * The value of a flag, in one of the forms {@code --name=value}, {@code --name value} and {@code
   * --name}, the last of which means true; the last one given counts.
   */
  static Optional<String> argument(JsonNode container, String name) {
    Optional<String> found = Optional.empty();
    String pending = "";
    for (String key : new String[] {"command", "args"}) {
      for (JsonNode element : Nodes.list(container, key)) {
        String text = element.asText();
        if (text.startsWith("-")) {
          String flag = text.replaceFirst("^--?", "");
          int equals = flag.indexOf('=');
          pending = equals < 0 ? flag : "";
          if ((equals < 0 ? flag : flag.substring(0, equals)).equals(name)) {
            found = Optional.of(equals < 0 ? "true" : flag.substring(equals + 1));
          }
        } else if (pending.equals(name)) {
          found = Optional.of(text);
          pending = "";
        }
      }
    }
    return found;
  }

  /** The value of a variable, if it is set and not empty. */
  static Optional<String> variable(ObjectNode pod, JsonNode container, String name) {
    for (JsonNode variable : Nodes.list(container, "env")) {
      if (name.equals(Nodes.textOrEmpty(variable, "name"))) {
        String field = Nodes.textOrEmpty(variable, "valueFrom", "fieldRef", "fieldPath");
        String value =
            field.isEmpty()
                ? Nodes.textOrEmpty(variable, "value")
                : Nodes.textOrEmpty(pod, field.split("\\."));
        return value.isEmpty() ? Optional.empty() : Optional.of(value);
      }
    }
    return Optional.empty();
  }

  private static int port(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return DEFAULT_PORT;
    }
  }

  private static Optional<Duration> duration(String text) {
    Matcher matcher = DURATION.matcher(text);
    Duration sum = Duration.ZERO;
    int end = 0;
    while (matcher.find() && matcher.start() == end) {
      long amount = Long.parseLong(matcher.group(1));
      sum =
          sum.plus(
              switch (matcher.group(2)) {
                case "ms" -> Duration.ofMillis(amount);
                case "s" -> Duration.ofSeconds(amount);
                case "m" -> Duration.ofMinutes(amount);
                default -> Duration.ofHours(amount);
              });
      end = matcher.end();
    }
    return end > 0 && end == text.length() ? Optional.of(sum) : Optional.empty();
  }
}
