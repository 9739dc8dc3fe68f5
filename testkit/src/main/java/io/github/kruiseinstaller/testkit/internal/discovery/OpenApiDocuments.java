package io.github.kruiseinstaller.testkit.internal.discovery;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.CrdSchema;
import io.github.kruiseinstaller.testkit.internal.kind.Kinds;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * OpenAPI documents, with what {@code kubectl} and {@code helm} read in them: fields, patch
 * strategies, kinds, and which query parameters an operation knows. Texts are not described.
 */
final class OpenApiDocuments {
  private final Kinds kinds;

  /** By path and what is served there, so that a changed definition makes a new document. */
  private final Map<String, byte[]> made = new ConcurrentHashMap<>();

  OpenApiDocuments(Kinds kinds) {
    this.kinds = kinds;
  }

  /** {@code /openapi/v3}: where the documents are. */
  ObjectNode index() {
    ObjectNode index = Json.object();
    ObjectNode paths = index.putObject("paths");
    groupVersions()
        .forEach(
            (path, resources) ->
                paths
                    .putObject(path)
                    .put(
                        "serverRelativeURL",
                        "/openapi/v3/" + path + "?hash=" + hash(path, resources)));
    return index;
  }

  /**
   * {@code /openapi/v3/PATH}.
   *
   * @param path such as {@code apis/apps/v1}
   */
  Optional<byte[]> v3(String path) {
    List<Resource> resources = groupVersions().get(path);
    return resources == null
        ? Optional.empty()
        : Optional.of(
            made.computeIfAbsent("3 " + hash(path, resources), key -> Json.bytes(v3(resources))));
  }

  private static ObjectNode v3(List<Resource> resources) {
    ObjectNode document = Json.object().put("openapi", "3.0.0");
    info(document);
    OpenApiSchemas schemas = new OpenApiSchemas(Dialect.V3);
    OpenApiPaths paths = new OpenApiPaths(Dialect.V3);
    resources.forEach(resource -> paths.add(resource, schemas.add(resource)));
    document.set("paths", paths.all());
    document.putObject("components").set("schemas", schemas.all());
    return document;
  }

  /** {@code /openapi/v2}: everything. */
  byte[] v2() {
    String key = "2 " + hash("", kinds.all());
    return made.computeIfAbsent(
        key,
        absent -> {
          ObjectNode document = Json.object().put("swagger", "2.0");
          info(document);
          OpenApiSchemas schemas = new OpenApiSchemas(Dialect.V2);
          OpenApiPaths paths = new OpenApiPaths(Dialect.V2);
          kinds.all().forEach(resource -> paths.add(resource, schemas.add(resource)));
          document.set("paths", paths.all());
          document.set("definitions", schemas.all());
          return Json.bytes(document);
        });
  }

  private static void info(ObjectNode document) {
    document.putObject("info").put("title", "Kubernetes").put("version", ServerVersion.GIT_VERSION);
  }

  private Map<String, List<Resource>> groupVersions() {
    Map<String, List<Resource>> all = new LinkedHashMap<>();
    for (Resource resource : kinds.all()) {
      String path = (resource.group().isEmpty() ? "api/" : "apis/") + resource.apiVersion();
      all.computeIfAbsent(path, key -> new java.util.ArrayList<>()).add(resource);
    }
    return all;
  }

  /** Of what a document depends on; the document itself need not be made for that. */
  private static String hash(String path, List<Resource> resources) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-512");
      digest.update((ServerVersion.GIT_VERSION + path).getBytes(StandardCharsets.UTF_8));
      for (Resource resource : resources) {
        if (resource.schema() instanceof CrdSchema custom) {
          String text = resource.apiVersion() + resource.kind() + custom.source();
          digest.update(text.getBytes(StandardCharsets.UTF_8));
        }
      }
      return HexFormat.of().formatHex(digest.digest()).toUpperCase(Locale.ROOT);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
