package io.github.kruiseinstaller.release;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.internal.yaml.YamlDocument;
import io.github.kruiseinstaller.internal.yaml.YamlReadException;
import io.github.kruiseinstaller.internal.yaml.YamlReader;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.release.WebhookTarget.ServiceName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes a validated release of texts or objects. */
final class ReleaseReader {
  private ReleaseReader() {}

  /**
   * Reads and validates.
   *
   * @param source where the texts came from, for people
   * @param texts the bytes of each file or stream, UTF-8, by what to call it in messages
   * @param version the version, where the source tells it, or null to read it from the manager
   */
  static Release fromTexts(String source, Map<String, byte[]> texts, @Nullable String version) {
    return validate(source, readAll(source, texts), version);
  }

  private static List<LoadedObject> readAll(String source, Map<String, byte[]> texts) {
    ReleaseProblems problems = new ReleaseProblems();
    List<LoadedObject> objects = new ArrayList<>();
    for (Map.Entry<String, byte[]> text : texts.entrySet()) {
      for (YamlDocument document : read(text.getKey(), text.getValue(), problems)) {
        parse(document, problems).ifPresent(objects::add);
      }
    }
    if (objects.isEmpty() && problems.isEmpty()) {
      problems.add(source, "there is no object", "Give the manifests of an OpenKruise release.");
    }
    if (!problems.isEmpty()) {
      // With unread objects, most rules about the whole would only report what is missing.
      ObjectRules rules = new ObjectRules(problems);
      objects.forEach(rules::check);
      problems.throwIfAny();
    }
    return objects;
  }

  /** Validates objects. */
  static Release fromManifests(String source, List<Manifest> manifests, @Nullable String version) {
    return validate(
        source,
        manifests.stream().map(manifest -> new LoadedObject(manifest, source)).toList(),
        version);
  }

  /** Refuses manifests that were rendered for another namespace than the one asked for. */
  static Release forRequest(Release release, ReleaseRequest request) {
    return forRequest(
        release,
        request,
        "Leave the namespace out, or render the manifests for "
            + request.namespace()
            + ", or give the chart, which can be rendered for any namespace.");
  }

  /** Refuses a release that is made for another namespace than the one asked for. */
  static Release forRequest(Release release, ReleaseRequest request, String remedy) {
    String asked = request.namespace();
    if (asked == null || asked.equals(release.namespace())) {
      return release;
    }
    throw new InstallException(
        new Failure(
            FailureCode.OPTION_INVALID,
            Stage.LOAD,
            release.managerDeployment().ref(),
            "the release from "
                + release.source()
                + " is made for the namespace "
                + release.namespace()
                + ", but the installer is asked for "
                + asked,
            List.of(),
            remedy));
  }

  private static List<YamlDocument> read(String name, byte[] text, ReleaseProblems problems) {
    try {
      return YamlReader.read(name, text);
    } catch (YamlReadException e) {
      problems.addAll(e.problems());
      return e.documents();
    }
  }

  private static Optional<LoadedObject> parse(YamlDocument document, ReleaseProblems problems) {
    String missing =
        Stream.of("apiVersion", "kind", "metadata.name")
            .filter(field -> isBlank(Trees.text(document.tree(), (Object[]) field.split("\\."))))
            .collect(Collectors.joining(", "));
    String where = document.origin().toString();
    if (!missing.isEmpty()) {
      Object kind = document.tree().get("kind");
      problems.add(
          where,
          (kind instanceof String ? "the " + kind : "the object") + " has no " + missing,
          "Give Kubernetes manifests only, each with apiVersion, kind and metadata.name.");
      return Optional.empty();
    }
    if (document.tree().get("metadata") != null
        && Trees.at(document.tree(), "metadata", "namespace") instanceof String namespace
        && namespace.isBlank()) {
      problems.add(where, "metadata.namespace is empty", "Name the namespace, or leave it out.");
      return Optional.empty();
    }
    return Optional.of(new LoadedObject(Manifest.of(document.tree()), where));
  }

  private static Release validate(
      String source, List<LoadedObject> read, @Nullable String version) {
    ReleaseProblems problems = new ReleaseProblems();
    List<Manifest> all = read.stream().map(LoadedObject::manifest).toList();
    List<LoadedObject> objects =
        read.stream()
            .map(object -> object.with(Normalization.clean(object.manifest())))
            .map(object -> object.with(Normalization.moveWebhooks(object.manifest(), all)))
            .toList();
    ObjectRules each = new ObjectRules(problems);
    objects.forEach(each::check);
    Optional<WebhookTarget> target = new ReleaseRules(source, objects, problems).check();
    problems.throwIfAny();
    WebhookTarget found =
        target.orElseThrow(() -> new IllegalStateException("no target and no problem"));
    ServiceName service =
        new ServiceName(String.valueOf(found.service().namespace()), found.service().name());
    List<Manifest> manifests =
        objects.stream()
            .map(object -> Normalization.pointConversionTo(service, object.manifest()))
            .toList();
    return new Release(
        version != null ? version : ReleaseVersion.of(found.manager()),
        service.namespace(),
        manifests,
        ReleaseDigest.of(manifests),
        source);
  }

  private static boolean isBlank(@Nullable String text) {
    return text == null || text.isBlank();
  }
}
