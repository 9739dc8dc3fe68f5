package io.github.kruiseinstaller.testkit.internal.http;

import io.github.kruiseinstaller.testkit.internal.kind.Kinds;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import java.util.Optional;
import java.util.Set;

/** Finds what answers a request. */
final class Router {
  private static final Set<String> READ_AND_WRITE = Set.of("get", "update", "patch");

  private final Kinds kinds;
  private final ObjectReads reads;
  private final Watches watches;
  private final ObjectWrites writes;
  private final ObjectDeletes deletes;
  private final Subresources subresources;
  private final Reviews reviews;
  private final NonResources nonResources;

  /**
   * All that can answer.
   *
   * @param reads GET
   * @param watches GET with watch
   * @param writes POST, PUT, PATCH
   * @param deletes DELETE
   * @param subresources what hangs below objects
   * @param reviews what is asked and never stored
   * @param nonResources all other paths
   */
  record Parts(
      ObjectReads reads,
      Watches watches,
      ObjectWrites writes,
      ObjectDeletes deletes,
      Subresources subresources,
      Reviews reviews,
      NonResources nonResources) {}

  Router(Kinds kinds, Parts parts) {
    this.kinds = kinds;
    this.reads = parts.reads();
    this.watches = parts.watches();
    this.writes = parts.writes();
    this.deletes = parts.deletes();
    this.subresources = parts.subresources();
    this.reviews = parts.reviews();
    this.nonResources = parts.nonResources();
  }

  /**
   * The answer.
   *
   * @throws io.github.kruiseinstaller.testkit.internal.status.StatusException a refusal
   */
  Answer answer(Call call) throws InterruptedException {
    RequestPath path = call.path();
    if (!path.isResource()) {
      return nonResources.answer(call);
    }
    if (reviews.knows(path)) {
      return reviews.answer(call);
    }
    Optional<Resource> found = kinds.resource(path.group(), path.version(), path.resource());
    if (found.isEmpty() || misplaced(path, found.get())) {
      return nothingHere(path);
    }
    Resource resource = found.get();
    String deprecation = kinds.deprecation(resource);
    if (!deprecation.isEmpty()) {
      call.warnings().add(deprecation);
    }
    if (!resource.custom()) {
      Accept.checkRoute(call.headers().first("Accept"), path.name().isEmpty());
    }
    if (!path.subresource().isEmpty()) {
      return subresource(call, resource);
    }
    boolean collection = path.name().isEmpty();
    if (!resource.verbs().contains(path.verb())
        || (collection && Set.of("update", "patch").contains(path.verb()))) {
      throw notAllowed(path, resource);
    }
    return switch (path.verb()) {
      case "get" -> reads.get(call, resource);
      case "list" -> reads.list(call, resource);
      case "watch" -> watches.watch(call, resource);
      case "create" -> {
        if (!collection || allNamespaces(path, resource)) {
          throw notAllowed(path, resource);
        }
        yield writes.create(call, resource);
      }
      case "update" -> writes.replace(call, resource);
      case "patch" -> writes.patch(call, resource);
      case "delete" -> deletes.delete(call, resource);
      case "deletecollection" -> {
        if (allNamespaces(path, resource)) {
          throw notAllowed(path, resource);
        }
        yield deletes.deleteAll(call, resource);
      }
      default -> throw notAllowed(path, resource);
    };
  }

  private Answer subresource(Call call, Resource resource) throws InterruptedException {
    RequestPath path = call.path();
    boolean served =
        resource.subresources().contains(path.subresource())
            || subresources.proxies(resource, path.subresource());
    if (!served) {
      if (resource.custom()) {
        throw Statuses.notFound(resource.group(), resource.plural(), path.name());
      }
      throw Statuses.noSuchPath();
    }
    if (Set.of("status", "ephemeralcontainers", "resize").contains(path.subresource())) {
      if (!READ_AND_WRITE.contains(path.verb())) {
        throw notAllowed(path, resource);
      }
      return switch (path.verb()) {
        case "get" -> reads.get(call, resource);
        case "update" -> writes.replace(call, resource);
        default -> writes.patch(call, resource);
      };
    }
    return subresources.answer(call, resource);
  }

  /** Whether the path has a namespace where none belongs, or the other way round. */
  private static boolean misplaced(RequestPath path, Resource resource) {
    boolean own = path.resource().equals("namespaces") && path.group().isEmpty();
    if (!resource.namespaced()) {
      return !path.namespace().isEmpty() && !own;
    }
    boolean collection = path.name().isEmpty();
    boolean custom = resource.custom() && !Set.of("list", "watch").contains(path.verb());
    return path.namespace().isEmpty() && (custom || !(collection || path.verb().equals("watch")));
  }

  private static boolean allNamespaces(RequestPath path, Resource resource) {
    return resource.namespaced() && path.namespace().isEmpty();
  }

  private Answer nothingHere(RequestPath path) {
    boolean builtIn =
        kinds.all().stream()
            .anyMatch(resource -> !resource.custom() && resource.group().equals(path.group()));
    if (builtIn) {
      throw Statuses.noSuchPath();
    }
    return Answer.pageNotFound();
  }

  private static RuntimeException notAllowed(RequestPath path, Resource resource) {
    return resource.custom()
        ? Refusals.notSupported(resource.group(), resource.plural(), path.verb())
        : Statuses.methodNotAllowed();
  }
}
