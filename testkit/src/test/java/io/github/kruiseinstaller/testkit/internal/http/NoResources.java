package io.github.kruiseinstaller.testkit.internal.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.auth.Caller;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Resources;
import io.github.kruiseinstaller.testkit.internal.rest.WatchFeed;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A cluster in which nothing is and nobody asks for anything. */
final class NoResources implements Resources {
  @Override
  public ObjectNode get(Resource resource, String namespace, String name) {
    throw new AssertionError();
  }

  @Override
  public Optional<ObjectNode> find(Resource resource, String namespace, String name) {
    return Optional.empty();
  }

  @Override
  public Page list(Resource resource, String namespace, Selection selection) {
    throw new AssertionError();
  }

  @Override
  public WatchFeed watch(
      Resource resource, String namespace, Selection selection, boolean bookmarks) {
    throw new AssertionError();
  }

  @Override
  public void endWatches(String groupResource) {
    throw new AssertionError();
  }

  @Override
  public ObjectNode create(
      Caller caller, Resource resource, String namespace, ObjectNode object, Write write) {
    throw new AssertionError();
  }

  @Override
  public Outcome replace(
      Caller caller,
      Resource resource,
      String namespace,
      String name,
      String subresource,
      ObjectNode object,
      Write write) {
    throw new AssertionError();
  }

  @Override
  public Outcome patch(
      Caller caller,
      Resource resource,
      String namespace,
      String name,
      String subresource,
      String contentType,
      byte[] patch,
      Write write) {
    throw new AssertionError();
  }

  @Override
  public Optional<ObjectNode> delete(
      Caller caller, Resource resource, String namespace, String name, Delete delete) {
    throw new AssertionError();
  }

  @Override
  public List<ObjectNode> deleteAll(
      Caller caller, Resource resource, String namespace, Selection selection, Delete delete) {
    throw new AssertionError();
  }

  @Override
  public void evict(
      Caller caller, String namespace, String name, ObjectNode eviction, Write write) {
    throw new AssertionError();
  }

  @Override
  public Set<String> stored() {
    return Set.of();
  }
}
