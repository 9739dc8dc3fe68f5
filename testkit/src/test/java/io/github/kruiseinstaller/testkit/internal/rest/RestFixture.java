package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.admission.Admission;
import io.github.kruiseinstaller.testkit.internal.auth.Caller;
import io.github.kruiseinstaller.testkit.internal.kind.KindRegistry;
import io.github.kruiseinstaller.testkit.internal.kind.Kinds;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Observer.Effect;
import io.github.kruiseinstaller.testkit.internal.rest.Resources.Outcome;
import io.github.kruiseinstaller.testkit.internal.rest.Resources.Write;
import io.github.kruiseinstaller.testkit.internal.store.ObjectStore;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A ResourceService whose surroundings a test holds in its hands. */
final class RestFixture {
  static final Instant START = Instant.parse("2025-03-01T12:00:00Z");
  static final Caller ALICE =
      new Caller("alice", List.of("system:authenticated"), "kubectl/v1.33.0 (linux/amd64)");

  final ObjectStore store;
  final Kinds kinds;
  final AskedAdmission admission = new AskedAdmission();
  final List<String> written = new CopyOnWriteArrayList<>();
  final List<String> warnings = new ArrayList<>();
  final AtomicLong nanos = new AtomicLong();
  volatile Instant now = START;
  volatile Conversion conversion =
      (definition, version, objects) -> {
        throw new AssertionError("nobody converts");
      };
  final ResourceService service;

  RestFixture() {
    this(new KindRegistry(), new OpenRules(), 1000);
  }

  RestFixture(Kinds kinds, ObjectRules rules, int retained) {
    this.kinds = kinds;
    this.store = new ObjectStore(retained);
    InstantSource clock = () -> now;
    this.service =
        new ResourceService(
            new Wiring(
                store,
                kinds,
                rules,
                admission,
                (definition, version, objects) -> conversion.convert(definition, version, objects),
                clock,
                this::wrote),
            nanos::get,
            Duration.ofMinutes(1));
  }

  /** Lets everything pass, remembers what it was asked and changes what a test wants changed. */
  static final class AskedAdmission implements Admission {
    final List<Request> mutations = new CopyOnWriteArrayList<>();
    final List<Request> validations = new CopyOnWriteArrayList<>();
    volatile UnaryOperator<@Nullable ObjectNode> change = object -> object;
    volatile Consumer<Request> veto = request -> {};
    volatile Consumer<Request> lastVeto = request -> {};

    @Override
    public @Nullable ObjectNode mutate(Request request) {
      mutations.add(request);
      return request.object() == null ? null : change.apply(request.object());
    }

    @Override
    public void validate(Request request) {
      validations.add(request);
      veto.accept(request);
    }

    @Override
    public void confirm(Request request) {
      lastVeto.accept(request);
    }

    String last() {
      Request request = validations.get(validations.size() - 1);
      return request.operation() + " " + request.subresource() + " " + request.name();
    }
  }

  private void wrote(String verb, Resource resource, String namespace, String name, Effect effect) {
    written.add(verb + " " + resource.plural() + " " + name + " " + effect);
  }

  Resource pods() {
    return kind("", "v1", "pods");
  }

  Resource kind(String group, String version, String plural) {
    return kinds.resource(group, version, plural).orElseThrow();
  }

  Write write() {
    return new Write(false, "", "Strict", false, warnings);
  }

  Write dryRun() {
    return new Write(true, "", "Strict", false, warnings);
  }

  Write as(String manager) {
    return new Write(false, manager, "Strict", false, warnings);
  }

  /** Single quotes are double ones. */
  static ObjectNode json(String text) {
    return (ObjectNode) Json.parse(bytes(text));
  }

  static byte[] bytes(String text) {
    return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }

  void namespace(String name) {
    service.create(
        ALICE,
        kind("", "v1", "namespaces"),
        "",
        json("{'metadata':{'name':'" + name + "'}}"),
        write());
  }

  ObjectNode create(Resource resource, String namespace, String object) {
    return service.create(ALICE, resource, namespace, json(object), write());
  }

  ObjectNode pod(String name) {
    return create(
        pods(),
        "default",
        "{'metadata':{'name':'" + name + "'},'spec':{'containers':[{'name':'c','image':'i'}]}}");
  }

  Outcome replace(Resource resource, String namespace, String name, ObjectNode object) {
    return service.replace(ALICE, resource, namespace, name, "", object, write());
  }

  Outcome replace(
      Resource resource, String namespace, String name, String subresource, ObjectNode object) {
    return service.replace(ALICE, resource, namespace, name, subresource, object, write());
  }
}
