package io.github.kruiseinstaller.testkit.internal.kind;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/** All kinds that are served now: the built-in ones and those of Established definitions. */
public interface Kinds {
  /** The resource at a path. */
  Optional<Resource> resource(String group, String version, String plural);

  /** The resource of a kind. */
  Optional<Resource> kind(String apiVersion, String kind);

  /**
   * The resource of a kind also in a version that is defined and not served, in which objects may
   * still be stored.
   */
  default Optional<Resource> defined(String apiVersion, String kind) {
    return kind(apiVersion, kind);
  }

  /**
   * The schema of a kind; also of kinds that only travel in bodies, such as {@code Eviction},
   * {@code Scale}, {@code TokenRequest} and {@code DeleteOptions}.
   */
  default Optional<Schema> schema(String apiVersion, String kind) {
    return kind(apiVersion, kind).map(Resource::schema);
  }

  /** All versions of a group and plural, the preferred one first. */
  List<Resource> versions(String group, String plural);

  /** Tells clients when objects of a resource are stored differently; empty when unknown. */
  default String storageVersionHash(Resource resource) {
    return "";
  }

  /** What clients of a version are warned of with each answer; empty when it is not deprecated. */
  default String deprecation(Resource resource) {
    return "";
  }

  /** Everything, in the order in which discovery lists it. */
  List<Resource> all();

  /**
   * Serves, or serves anew, what a CustomResourceDefinition says; takes effect at once.
   *
   * @param definition a valid one, with defaults
   */
  void serve(ObjectNode definition);

  /** No longer serves the kinds of a CustomResourceDefinition. */
  void withdraw(String definitionName);

  /** A number that changes whenever what is served does. */
  long generation();
}
