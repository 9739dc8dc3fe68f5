package io.github.kruiseinstaller.testkit.internal.admission;

import static io.github.kruiseinstaller.testkit.internal.admission.PodSecurityResult.containers;
import static io.github.kruiseinstaller.testkit.internal.admission.PodSecurityResult.plural;
import static io.github.kruiseinstaller.testkit.internal.admission.PodSecurityResult.quoted;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The main checks of the baseline standard. */
final class BaselineChecks {
  private static final Set<String> CAPABILITIES =
      Set.of(
          "AUDIT_WRITE",
          "CHOWN",
          "DAC_OVERRIDE",
          "FOWNER",
          "FSETID",
          "KILL",
          "MKNOD",
          "NET_BIND_SERVICE",
          "SETFCAP",
          "SETGID",
          "SETPCAP",
          "SETUID",
          "SYS_CHROOT");

  private BaselineChecks() {}

  static Optional<PodSecurityResult> capabilities(JsonNode spec) {
    List<String> bad = new ArrayList<>();
    TreeSet<String> added = new TreeSet<>();
    for (JsonNode container : Containers.all(spec)) {
      boolean valid = true;
      for (JsonNode add : Nodes.list(container, "securityContext", "capabilities", "add")) {
        if (!CAPABILITIES.contains(add.asText())) {
          valid = false;
          added.add(add.asText());
        }
      }
      if (!valid) {
        bad.add(Nodes.textOrEmpty(container, "name"));
      }
    }
    return bad.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new PodSecurityResult(
                "non-default capabilities",
                containers(bad)
                    + " must not include "
                    + quoted(added)
                    + " in securityContext.capabilities.add"));
  }

  static Optional<PodSecurityResult> hostNamespaces(JsonNode spec) {
    List<String> used = new ArrayList<>();
    for (String field : List.of("hostNetwork", "hostPID", "hostIPC")) {
      if (Nodes.at(spec, field).asBoolean()) {
        used.add(field + "=true");
      }
    }
    return used.isEmpty()
        ? Optional.empty()
        : Optional.of(new PodSecurityResult("host namespaces", String.join(", ", used)));
  }

  static Optional<PodSecurityResult> hostPaths(JsonNode spec) {
    List<String> volumes = new ArrayList<>();
    for (JsonNode volume : Nodes.list(spec, "volumes")) {
      if (volume.hasNonNull("hostPath")) {
        volumes.add(Nodes.textOrEmpty(volume, "name"));
      }
    }
    return volumes.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new PodSecurityResult(
                "hostPath volumes", plural("volume", volumes) + " " + quoted(volumes)));
  }

  static Optional<PodSecurityResult> hostPorts(JsonNode spec) {
    List<String> bad = new ArrayList<>();
    TreeSet<String> ports = new TreeSet<>();
    for (JsonNode container : Containers.all(spec)) {
      boolean valid = true;
      for (JsonNode port : Nodes.list(container, "ports")) {
        long number = Nodes.number(0, port, "hostPort");
        if (number != 0) {
          valid = false;
          ports.add(String.valueOf(number));
        }
      }
      if (!valid) {
        bad.add(Nodes.textOrEmpty(container, "name"));
      }
    }
    return bad.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new PodSecurityResult(
                "hostPort",
                containers(bad)
                    + (bad.size() == 1 ? " uses " : " use ")
                    + plural("hostPort", ports)
                    + " "
                    + String.join(", ", ports)));
  }

  static Optional<PodSecurityResult> privileged(JsonNode spec) {
    List<String> bad = new ArrayList<>();
    for (JsonNode container : Containers.all(spec)) {
      if (Nodes.at(container, "securityContext", "privileged").asBoolean()) {
        bad.add(Nodes.textOrEmpty(container, "name"));
      }
    }
    return bad.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new PodSecurityResult(
                "privileged", containers(bad) + " must not set securityContext.privileged=true"));
  }
}
