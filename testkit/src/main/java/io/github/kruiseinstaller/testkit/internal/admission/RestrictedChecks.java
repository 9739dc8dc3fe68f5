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

/** The checks that the restricted standard adds. */
final class RestrictedChecks {
  private static final Set<String> VOLUMES =
      Set.of(
          "configMap",
          "csi",
          "downwardAPI",
          "emptyDir",
          "ephemeral",
          "image",
          "persistentVolumeClaim",
          "projected",
          "secret");

  private RestrictedChecks() {}

  static Optional<PodSecurityResult> privilegeEscalation(JsonNode spec) {
    List<String> bad = new ArrayList<>();
    for (JsonNode container : Containers.all(spec)) {
      if (Nodes.at(container, "securityContext", "allowPrivilegeEscalation").asBoolean(true)) {
        bad.add(Nodes.textOrEmpty(container, "name"));
      }
    }
    return bad.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new PodSecurityResult(
                "allowPrivilegeEscalation != false",
                containers(bad) + " must set securityContext.allowPrivilegeEscalation=false"));
  }

  static Optional<PodSecurityResult> capabilities(JsonNode spec) {
    List<String> keeping = new ArrayList<>();
    List<String> adding = new ArrayList<>();
    TreeSet<String> added = new TreeSet<>();
    for (JsonNode container : Containers.all(spec)) {
      String name = Nodes.textOrEmpty(container, "name");
      List<JsonNode> drop = Nodes.list(container, "securityContext", "capabilities", "drop");
      if (drop.stream().noneMatch(each -> each.asText().equals("ALL"))) {
        keeping.add(name);
      }
      boolean valid = true;
      for (JsonNode add : Nodes.list(container, "securityContext", "capabilities", "add")) {
        if (!add.asText().equals("NET_BIND_SERVICE")) {
          valid = false;
          added.add(add.asText());
        }
      }
      if (!valid) {
        adding.add(name);
      }
    }
    List<String> details = new ArrayList<>();
    if (!keeping.isEmpty()) {
      details.add(containers(keeping) + " must set securityContext.capabilities.drop=[\"ALL\"]");
    }
    if (!adding.isEmpty()) {
      details.add(
          containers(adding)
              + " must not include "
              + quoted(added)
              + " in securityContext.capabilities.add");
    }
    return details.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new PodSecurityResult("unrestricted capabilities", String.join("; ", details)));
  }

  static Optional<PodSecurityResult> volumes(JsonNode spec) {
    List<String> bad = new ArrayList<>();
    TreeSet<String> types = new TreeSet<>();
    for (JsonNode volume : Nodes.list(spec, "volumes")) {
      List<String> sources = new ArrayList<>();
      volume.fieldNames().forEachRemaining(sources::add);
      sources.remove("name");
      if (sources.stream().noneMatch(VOLUMES::contains)) {
        bad.add(Nodes.textOrEmpty(volume, "name"));
        types.add(sources.isEmpty() ? "unknown" : sources.get(0));
      }
    }
    return bad.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new PodSecurityResult(
                "restricted volume types",
                plural("volume", bad)
                    + " "
                    + quoted(bad)
                    + (bad.size() == 1 ? " uses " : " use ")
                    + plural("restricted volume type", types)
                    + " "
                    + quoted(types)));
  }

  static Optional<PodSecurityResult> runAsNonRoot(JsonNode spec) {
    JsonNode ofPod = Nodes.at(spec, "securityContext", "runAsNonRoot");
    List<String> explicit = new ArrayList<>();
    List<String> implicit = new ArrayList<>();
    for (JsonNode container : Containers.all(spec)) {
      JsonNode own = Nodes.at(container, "securityContext", "runAsNonRoot");
      String name = Nodes.textOrEmpty(container, "name");
      if (own.isBoolean() && !own.asBoolean()) {
        explicit.add(name);
      } else if (own.isMissingNode() && !ofPod.asBoolean()) {
        implicit.add(name);
      }
    }
    List<String> setters = setters(ofPod.isBoolean() && !ofPod.asBoolean(), explicit);
    if (!setters.isEmpty()) {
      return Optional.of(
          new PodSecurityResult(
              "runAsNonRoot != true",
              String.join(" and ", setters) + " must not set securityContext.runAsNonRoot=false"));
    }
    return implicit.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new PodSecurityResult(
                "runAsNonRoot != true",
                "pod or " + containers(implicit) + " must set securityContext.runAsNonRoot=true"));
  }

  static Optional<PodSecurityResult> runAsUser(JsonNode spec) {
    List<String> explicit = new ArrayList<>();
    for (JsonNode container : Containers.all(spec)) {
      if (Nodes.number(-1, container, "securityContext", "runAsUser") == 0) {
        explicit.add(Nodes.textOrEmpty(container, "name"));
      }
    }
    List<String> setters =
        setters(Nodes.number(-1, spec, "securityContext", "runAsUser") == 0, explicit);
    return setters.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new PodSecurityResult(
                "runAsUser=0", String.join(" and ", setters) + " must not set runAsUser=0"));
  }

  /** The profile is valid where it is given; whether it must be given is the level's matter. */
  static Optional<PodSecurityResult> seccomp(JsonNode spec, boolean required) {
    JsonNode ofPod = Nodes.at(spec, "securityContext", "seccompProfile", "type");
    TreeSet<String> values = new TreeSet<>();
    boolean badPod = isBad(ofPod, values);
    List<String> explicit = new ArrayList<>();
    List<String> implicit = new ArrayList<>();
    for (JsonNode container : Containers.all(spec)) {
      JsonNode own = Nodes.at(container, "securityContext", "seccompProfile", "type");
      if (isBad(own, values)) {
        explicit.add(Nodes.textOrEmpty(container, "name"));
      } else if (own.isMissingNode() && (badPod || ofPod.isMissingNode())) {
        implicit.add(Nodes.textOrEmpty(container, "name"));
      }
    }
    List<String> setters = setters(badPod, explicit);
    if (!setters.isEmpty()) {
      return Optional.of(
          new PodSecurityResult(
              "seccompProfile",
              String.join(" and ", setters)
                  + " must not set securityContext.seccompProfile.type to "
                  + quoted(values)));
    }
    return implicit.isEmpty() || !required
        ? Optional.empty()
        : Optional.of(
            new PodSecurityResult(
                "seccompProfile",
                "pod or "
                    + containers(implicit)
                    + " must set securityContext.seccompProfile.type to \"RuntimeDefault\" or"
                    + " \"Localhost\""));
  }

  private static boolean isBad(JsonNode profile, Set<String> values) {
    boolean bad =
        !profile.isMissingNode()
            && !profile.asText().equals("RuntimeDefault")
            && !profile.asText().equals("Localhost");
    if (bad) {
      values.add(profile.asText());
    }
    return bad;
  }

  private static List<String> setters(boolean pod, List<String> containers) {
    List<String> setters = new ArrayList<>();
    if (pod) {
      setters.add("pod");
    }
    if (!containers.isEmpty()) {
      setters.add(containers(containers));
    }
    return setters;
  }
}
