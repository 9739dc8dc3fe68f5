package io.github.kruiseinstaller.internal.ownership;

import com.google.gson.JsonParseException;
import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.Cluster.Query;
import io.github.kruiseinstaller.internal.cluster.ClusterException;
import io.github.kruiseinstaller.internal.tree.Json;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.plan.HelmRelease;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Helm's records of the releases that objects say they are of: Secrets in the release's namespace,
 * or ConfigMaps where Helm was told to keep them there. One a revision.
 *
 * @param releases the releases that are OpenKruise and nothing else, with their records
 * @param others releases that hold more than OpenKruise, or whose records cannot be read, for
 *     people: their records are not touched
 * @param isRead whether records were looked for
 */
public record HelmRecords(List<Recorded> releases, List<String> others, boolean isRead) {
  private static final String TYPE = "helm.sh/release.v1";
  private static final String PREFIX = "sh.helm.release.v1.";

  /** The name of OpenKruise's chart. */
  private static final String CHART = "kruise";

  /** Copies the lists. */
  public HelmRecords {
    releases = List.copyOf(releases);
    others = List.copyOf(others);
  }

  /**
   * A release and its records.
   *
   * @param release the release as its newest record has it
   * @param records all of them; none when the objects name a release that has none
   */
  public record Recorded(HelmRelease release, List<Manifest> records) {
    /** Copies the list. */
    public Recorded {
      records = List.copyOf(records);
    }

    /** The release for people, such as {@code kruise in default}. */
    public String name() {
      return release.name() + " in " + release.namespace();
    }
  }

  /** The records of all releases that are OpenKruise and nothing else. */
  public List<Manifest> records() {
    return releases.stream().flatMap(each -> each.records().stream()).toList();
  }

  /** The releases that have records, for people, such as {@code kruise in default}. */
  public List<String> recorded() {
    return releases.stream().filter(each -> !each.records().isEmpty()).map(Recorded::name).toList();
  }

  /**
   * Reads those of the releases that the objects are annotated with.
   *
   * @throws ClusterException when Secrets may not be listed; where ConfigMaps may not be, there are
   *     none
   */
  public static HelmRecords read(Cluster cluster, Collection<Manifest> objects) {
    List<Recorded> releases = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (HelmRelease named : named(objects)) {
      List<Manifest> found = find(cluster, named);
      Recorded recorded = new Recorded(newest(named, found), found);
      boolean whole =
          found.stream().allMatch(each -> chart(each, "name").filter(CHART::equals).isPresent());
      if (whole) {
        releases.add(recorded);
      } else {
        others.add(recorded.name());
      }
    }
    return new HelmRecords(releases, others, true);
  }

  /** What the objects' annotations tell of their releases, without looking for records. */
  public static HelmRecords unread(Collection<Manifest> objects) {
    return new HelmRecords(
        named(objects).stream().map(each -> new Recorded(each, List.of())).toList(),
        List.of(),
        false);
  }

  /** Whether an object is a record of Helm's by its kind and name. */
  public static boolean isNamedSo(ObjectRef object) {
    return List.of("Secret", "ConfigMap").contains(object.kind())
        && object.name().startsWith(PREFIX);
  }

  /** Whether an object is Helm's record of a revision of a release, by all that tells. */
  public static boolean isRecord(Manifest object) {
    String name = object.labels().get("name");
    boolean typed = object.isKind("ConfigMap") || TYPE.equals(object.text("type"));
    return isNamedSo(object.ref())
        && typed
        && "helm".equals(object.labels().get("owner"))
        && name != null
        && object.name().startsWith(PREFIX + name + ".v");
  }

  private static List<HelmRelease> named(Collection<Manifest> objects) {
    TreeSet<HelmRelease> named =
        new TreeSet<>(
            Comparator.comparing(HelmRelease::namespace).thenComparing(HelmRelease::name));
    for (Manifest object : objects) {
      String name = object.annotations().get(Marks.HELM_NAME);
      String namespace = object.annotations().get(Marks.HELM_NAMESPACE);
      if (name != null && namespace != null) {
        named.add(new HelmRelease(name, namespace, null, null, null));
      }
      kept(object).forEach(named::add);
    }
    return List.copyOf(named);
  }

  /** Whether an object tells of records that were kept when it was taken over. */
  public static boolean areKept(Manifest object) {
    return !kept(object).isEmpty();
  }

  /** What a taken over object shall tell of the records that are kept. */
  public String asKept() {
    return releases.stream()
        .filter(each -> !isRead || !each.records().isEmpty())
        .map(each -> each.release().namespace() + "/" + each.release().name())
        .collect(Collectors.joining(","));
  }

  private static List<HelmRelease> kept(Manifest object) {
    return Arrays.stream(object.annotations().getOrDefault(Marks.KEPT, "").split(","))
        .map(each -> each.split("/", 2))
        .filter(parts -> parts.length == 2)
        .map(parts -> new HelmRelease(parts[1], parts[0], null, null, null))
        .toList();
  }

  private static List<Manifest> find(Cluster cluster, HelmRelease release) {
    String labels = "owner=helm,name=" + release.name();
    List<Manifest> found = new ArrayList<>();
    for (String kind : List.of("Secret", "ConfigMap")) {
      try {
        cluster.list(Query.all("v1", kind, release.namespace()).withLabels(labels)).items().stream()
            .filter(HelmRecords::isRecord)
            .forEach(found::add);
      } catch (ClusterException e) {
        if (e.status() != 403 || kind.equals("Secret")) {
          throw e;
        }
      }
    }
    return found;
  }

  private static HelmRelease newest(HelmRelease named, List<Manifest> records) {
    return records.stream()
        .max(Comparator.comparing(HelmRecords::revision))
        .map(
            record ->
                new HelmRelease(
                    named.name(),
                    named.namespace(),
                    revision(record),
                    chartOf(record),
                    record.labels().get("status")))
        .orElse(named);
  }

  private static @Nullable String chartOf(Manifest record) {
    return chart(record, "name")
        .map(name -> name + chart(record, "version").map(version -> "-" + version).orElse(""))
        .orElse(null);
  }

  private static long revision(Manifest record) {
    String version = record.labels().getOrDefault("version", "");
    return version.matches("[0-9]{1,18}") ? Long.parseLong(version) : 0;
  }

  /** Something of the chart that a record is of; empty when it does not tell. */
  private static Optional<String> chart(Manifest record, String field) {
    String data = record.text("data", "release");
    if (data == null) {
      return Optional.empty();
    }
    try {
      byte[] packed = Base64.getDecoder().decode(data);
      if (record.isKind("Secret")) {
        // Once for Kubernetes, once for Helm, which also compresses.
        packed = Base64.getDecoder().decode(packed);
      }
      try (GZIPInputStream unpacked = new GZIPInputStream(new ByteArrayInputStream(packed))) {
        Object release = Json.parse(new String(unpacked.readAllBytes(), StandardCharsets.UTF_8));
        return Optional.ofNullable(Trees.text(release, "chart", "metadata", field));
      }
    } catch (IllegalArgumentException | IOException | JsonParseException e) {
      return Optional.empty();
    }
  }
}
