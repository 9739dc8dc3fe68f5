package io.github.kruiseinstaller.internal.uninstall;

import com.google.gson.JsonParseException;
import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.Cluster.Query;
import io.github.kruiseinstaller.internal.tree.Json;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;

/**
 * Helm's records of the releases that objects say they are of: Secrets in the release's namespace.
 *
 * @param records those of releases that are OpenKruise and nothing else
 * @param releases the releases for people, such as {@code kruise in default}
 * @param others releases that hold more than OpenKruise, for people: their records are not touched
 */
record HelmRecords(List<Manifest> records, List<String> releases, List<String> others) {
  private static final String NAME = "meta.helm.sh/release-name";
  private static final String NAMESPACE = "meta.helm.sh/release-namespace";
  private static final String TYPE = "helm.sh/release.v1";

  /** The name of OpenKruise's chart. */
  private static final String CHART = "kruise";

  HelmRecords {
    records = List.copyOf(records);
    releases = List.copyOf(releases);
    others = List.copyOf(others);
  }

  /** Reads those of the releases that the objects are annotated with. */
  static HelmRecords read(Cluster cluster, List<Manifest> objects) {
    TreeSet<String> named = new TreeSet<>();
    for (Manifest object : objects) {
      String name = object.annotations().get(NAME);
      String namespace = object.annotations().get(NAMESPACE);
      if (name != null && namespace != null) {
        named.add(namespace + "/" + name);
      }
    }
    List<Manifest> records = new ArrayList<>();
    List<String> releases = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (String each : named) {
      String namespace = each.substring(0, each.indexOf('/'));
      String name = each.substring(each.indexOf('/') + 1);
      List<Manifest> found =
          cluster
              .list(Query.all("v1", "Secret", namespace).withLabels("owner=helm,name=" + name))
              .items()
              .stream()
              .filter(secret -> TYPE.equals(secret.text("type")))
              .toList();
      if (found.stream().allMatch(secret -> chart(secret).filter(CHART::equals).isPresent())) {
        records.addAll(found);
        if (!found.isEmpty()) {
          releases.add(name + " in " + namespace);
        }
      } else {
        others.add(name + " in " + namespace);
      }
    }
    return new HelmRecords(records, releases, others);
  }

  /** The name of the chart that a record is of; empty when it does not tell. */
  private static Optional<String> chart(Manifest secret) {
    String data = secret.text("data", "release");
    if (data == null) {
      return Optional.empty();
    }
    try {
      // Once for Kubernetes, once for Helm, which also compresses.
      byte[] packed = Base64.getDecoder().decode(Base64.getDecoder().decode(data));
      try (GZIPInputStream unpacked = new GZIPInputStream(new ByteArrayInputStream(packed))) {
        Object release = Json.parse(new String(unpacked.readAllBytes(), StandardCharsets.UTF_8));
        return Optional.ofNullable(Trees.text(release, "chart", "metadata", "name"));
      }
    } catch (IllegalArgumentException | IOException | JsonParseException e) {
      return Optional.empty();
    }
  }
}
