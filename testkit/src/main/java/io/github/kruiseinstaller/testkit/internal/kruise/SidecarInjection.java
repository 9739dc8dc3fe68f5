package io.github.kruiseinstaller.testkit.internal.kruise;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kruise.AdmissionHandler.Verdict.Allowed;
import io.github.kruiseinstaller.testkit.internal.kruise.AdmissionHandler.Verdict.Changed;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.LabelSelectors;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;

/** Puts the containers of matching SidecarSets into new pods; leaves other pods as they are. */
final class SidecarInjection implements AdmissionHandler {
  private static final String INJECTED_LIST = "kruise.io/sidecarset-injected-list";
  private static final List<String> ONLY_OF_SIDECARS =
      List.of("podInjectPolicy", "upgradeStrategy", "shareVolumePolicy", "transferEnv");

  private final KruiseClient client;
  private final Supplier<Instant> clock;

  SidecarInjection(KruiseClient client, Supplier<Instant> clock) {
    this.client = client;
    this.clock = clock;
  }

  @Override
  public Verdict handle(AdmissionQuestion question) {
    ObjectNode pod = question.copy();
    if (!question.operation().equals("CREATE")
        || !question.subresource().isEmpty()
        || !question.resource().equals("pods")
        || pod.isEmpty()) {
      return new Allowed();
    }
    List<ObjectNode> matching = matching(pod, question.namespace());
    if (matching.isEmpty()) {
      return new Allowed();
    }
    for (ObjectNode sidecarSet : matching) {
      inject(pod, sidecarSet);
    }
    annotate(pod, matching);
    return new Changed(pod);
  }

  private List<ObjectNode> matching(ObjectNode pod, String namespace) {
    List<ObjectNode> matching = new ArrayList<>();
    for (ObjectNode sidecarSet : client.list(Plural.SIDECAR_SETS, "")) {
      if (matches(sidecarSet, pod, namespace)) {
        matching.add(sidecarSet);
      }
    }
    matching.sort(Comparator.comparing(Nodes::name));
    return matching;
  }

  private boolean matches(ObjectNode sidecarSet, ObjectNode pod, String namespace) {
    JsonNode spec = sidecarSet.path("spec");
    String only = Nodes.textOrEmpty(spec, "namespace");
    JsonNode selector = Nodes.at(spec, "selector");
    return !Nodes.at(spec, "injectionStrategy", "paused").asBoolean()
        && (only.isEmpty() || only.equals(namespace))
        && namespaceMatches(Nodes.at(spec, "namespaceSelector"), namespace)
        && !LabelSelectors.isEmpty(selector)
        && LabelSelectors.matches(selector, Nodes.labels(pod));
  }

  private boolean namespaceMatches(JsonNode selector, String namespace) {
    return selector.isMissingNode()
        || client
            .find(Plural.NAMESPACES, "", namespace)
            .filter(object -> LabelSelectors.matches(selector, Nodes.labels(object)))
            .isPresent();
  }

  private static void inject(ObjectNode pod, ObjectNode sidecarSet) {
    ObjectNode spec = Nodes.object(pod, "spec");
    JsonNode from = sidecarSet.path("spec");
    ArrayNode before = Json.array();
    ArrayNode present = Nodes.array(spec, "containers");
    ArrayNode after = Json.array();
    for (JsonNode container : Nodes.list(from, "containers")) {
      ObjectNode plain = plain(container);
      int same = indexOf(present, Nodes.textOrEmpty(plain, "name"));
      boolean behind = "AfterAppContainer".equals(Nodes.textOrEmpty(container, "podInjectPolicy"));
      if (same >= 0) {
        present.set(same, plain);
      } else {
        (behind ? after : before).add(plain);
      }
    }
    ArrayNode all = Json.array();
    all.addAll(before).addAll(present.deepCopy()).addAll(after);
    spec.set("containers", all);
    List<JsonNode> first = Nodes.list(from, "initContainers");
    if (!first.isEmpty()) {
      ArrayNode initContainers = Nodes.array(spec, "initContainers");
      first.stream()
          .sorted(Comparator.comparing(container -> Nodes.textOrEmpty(container, "name")))
          .forEach(container -> initContainers.add(plain(container)));
    }
    addMissing(spec, "volumes", Nodes.list(from, "volumes"));
    addMissing(spec, "imagePullSecrets", Nodes.list(from, "imagePullSecrets"));
  }

  private static ObjectNode plain(JsonNode container) {
    ObjectNode plain = container.deepCopy();
    plain.remove(ONLY_OF_SIDECARS);
    Nodes.array(plain, "env").addObject().put("name", "IS_INJECTED").put("value", "true");
    return plain;
  }

  private static void addMissing(ObjectNode spec, String key, List<JsonNode> elements) {
    for (JsonNode element : elements) {
      ArrayNode list = Nodes.array(spec, key);
      if (indexOf(list, Nodes.textOrEmpty(element, "name")) < 0) {
        list.add(element.deepCopy());
      }
    }
  }

  private static int indexOf(ArrayNode list, String name) {
    for (int i = 0; i < list.size(); i++) {
      if (name.equals(Nodes.textOrEmpty(list.get(i), "name"))) {
        return i;
      }
    }
    return -1;
  }

  private void annotate(ObjectNode pod, List<ObjectNode> sidecarSets) {
    ObjectNode annotations = Nodes.object(pod, "metadata", "annotations");
    Map<String, String> present = Nodes.texts(pod, "metadata", "annotations");
    TreeSet<String> names = new TreeSet<>();
    String before = present.getOrDefault(INJECTED_LIST, "");
    if (!before.isEmpty()) {
      names.addAll(List.of(before.split(",")));
    }
    sidecarSets.forEach(sidecarSet -> names.add(Nodes.name(sidecarSet)));
    for (String hash : List.of(SidecarSetDefaults.HASH, SidecarSetDefaults.HASH_WITHOUT_IMAGE)) {
      ObjectNode hashes = hashes(present.getOrDefault(hash, ""));
      sidecarSets.forEach(
          sidecarSet -> hashes.set(Nodes.name(sidecarSet), upgrade(sidecarSet, hash)));
      annotations.put(hash, Json.compact(hashes));
    }
    annotations.put(INJECTED_LIST, String.join(",", names));
  }

  private static ObjectNode hashes(String text) {
    try {
      return !text.isEmpty() && Json.parse(text.getBytes(UTF_8)) instanceof ObjectNode hashes
          ? hashes
          : Json.object();
    } catch (IllegalArgumentException e) {
      return Json.object();
    }
  }

  private ObjectNode upgrade(ObjectNode sidecarSet, String hash) {
    ObjectNode upgrade = Json.object();
    upgrade
        .put("updateTimestamp", clock.get().truncatedTo(ChronoUnit.SECONDS).toString())
        .put("hash", Nodes.textOrEmpty(sidecarSet, "metadata", "annotations", hash))
        .put("sidecarSetName", Nodes.name(sidecarSet));
    ArrayNode list = upgrade.putArray("sidecarList");
    Nodes.list(sidecarSet, "spec", "containers").stream()
        .map(container -> Nodes.textOrEmpty(container, "name"))
        .sorted()
        .forEach(list::add);
    return upgrade;
  }
}
