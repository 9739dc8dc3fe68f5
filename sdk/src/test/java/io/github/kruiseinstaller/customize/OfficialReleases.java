package io.github.kruiseinstaller.customize;

import io.github.kruiseinstaller.internal.yaml.YamlDocument;
import io.github.kruiseinstaller.internal.yaml.YamlReader;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.release.Release;
import io.github.kruiseinstaller.testing.Charts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The official charts' renderings as releases. */
final class OfficialReleases {
  /** Renderings differ in a few documents only; the others need to be parsed but once. */
  private static final Map<String, List<Manifest>> PARSED = new ConcurrentHashMap<>();

  private static final Map<String, Release> RELEASES = new ConcurrentHashMap<>();

  private OfficialReleases() {}

  /** The release as the chart renders it with its default values. */
  static Release release(String version) {
    return RELEASES.computeIfAbsent(
        version, any -> Release.of("chart " + version, parse(Charts.rendered(version))));
  }

  static List<Manifest> parse(String yaml) {
    List<Manifest> manifests = new ArrayList<>();
    for (String document : yaml.split("(?m)^---\\s*$", -1)) {
      manifests.addAll(PARSED.computeIfAbsent(document, OfficialReleases::parseOne));
    }
    return manifests;
  }

  private static List<Manifest> parseOne(String document) {
    return YamlReader.read("test", document).stream()
        .map(YamlDocument::tree)
        .map(Manifest::of)
        .toList();
  }
}
