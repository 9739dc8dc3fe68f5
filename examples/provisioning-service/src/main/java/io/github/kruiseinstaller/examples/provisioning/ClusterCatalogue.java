package io.github.kruiseinstaller.examples.provisioning;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The clusters: a folder of kubeconfig files, each named as its cluster, with any extension or
 * none. Looked at anew each time, so that clusters come and go while the service runs.
 *
 * <p>A name from outside is never made part of a path: it is looked for among those that are there.
 */
final class ClusterCatalogue {
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?");

  private final Path folder;

  ClusterCatalogue(Path folder) {
    this.folder = folder;
  }

  /** The names of all clusters. */
  SortedSet<String> names() {
    return new TreeSet<>(files().keySet());
  }

  /**
   * The kubeconfig file of a cluster.
   *
   * @throws Refusal when there is none, or more than one: which is meant would be a guess
   */
  Path kubeconfig(String name) {
    List<Path> found = files().getOrDefault(name, List.of());
    if (found.isEmpty()) {
      throw new Refusal(
          404, "there is no cluster '" + name + "'", "GET /clusters lists those that there are.");
    }
    if (found.size() > 1) {
      throw new Refusal(
          409,
          found.size() + " files say where cluster '" + name + "' is",
          "Leave one of them in the folder of kubeconfig files.");
    }
    return found.get(0);
  }

  private SortedMap<String, List<Path>> files() {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> NAME.matcher(cluster(file)).matches())
          .filter(Files::isRegularFile)
          .collect(groupingBy(ClusterCatalogue::cluster, TreeMap::new, toList()));
    } catch (IOException | UncheckedIOException e) {
      throw new Refusal(
          500,
          "the folder of kubeconfig files cannot be read: " + e,
          "Whoever runs this service must mend that.");
    }
  }

  private static String cluster(Path file) {
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }
}
