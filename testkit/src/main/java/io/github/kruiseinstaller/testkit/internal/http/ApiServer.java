package io.github.kruiseinstaller.testkit.internal.http;

import io.github.kruiseinstaller.testkit.fault.Faults;
import io.github.kruiseinstaller.testkit.fault.KillSwitch;
import io.github.kruiseinstaller.testkit.fault.Recorder;
import io.github.kruiseinstaller.testkit.internal.auth.Authenticator;
import io.github.kruiseinstaller.testkit.internal.auth.Authorizer;
import io.github.kruiseinstaller.testkit.internal.auth.Escalation;
import io.github.kruiseinstaller.testkit.internal.auth.Impersonation;
import io.github.kruiseinstaller.testkit.internal.auth.RbacAuthorizer;
import io.github.kruiseinstaller.testkit.internal.auth.Tokens;
import io.github.kruiseinstaller.testkit.internal.controller.PodLogs;
import io.github.kruiseinstaller.testkit.internal.kind.Kinds;
import io.github.kruiseinstaller.testkit.internal.kind.ObjectDecoder;
import io.github.kruiseinstaller.testkit.internal.network.Network;
import io.github.kruiseinstaller.testkit.internal.proto.ProtobufBodies;
import io.github.kruiseinstaller.testkit.internal.rest.Resources;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The API server as clients see it: one port on loopback with TLS, one without. What it serves is
 * handed in. Once started it serves until it is closed; then all its connections are reset, and no
 * thread is left.
 */
public final class ApiServer implements AutoCloseable {
  private static final String ADMIN = "kubernetes-admin";
  private static final String MASTERS = "system:masters";

  private final ClusterAuthority authority;
  private final Tokens tokens;
  private final String adminToken;
  private final Faults faults = new Faults();
  private final KillSwitch kills = new KillSwitch();
  private final Recorder recorder = new Recorder();
  private final Streams streams = new Streams();
  private final ServiceProxy proxy;
  private final Listener listener;

  /**
   * What is served.
   *
   * @param name in front of the names of threads
   * @param authority signs the certificates
   * @param kinds what kinds there are
   * @param resources the verbs on objects
   * @param decoder reads bodies
   * @param effects the observer in the resources' wiring
   * @param discovery documents about what is served
   * @param logs of containers
   * @param network the way to pods, for proxies
   * @param now the clock
   */
  public record Parts(
      String name,
      ClusterAuthority authority,
      Kinds kinds,
      Resources resources,
      ObjectDecoder decoder,
      EffectMeter effects,
      DiscoveryDocuments discovery,
      PodLogs logs,
      Network network,
      Supplier<Instant> now) {}

  /** Serves with roles enforced. */
  public ApiServer(Parts parts) {
    this(parts, new RbacAuthorizer(new StoredRbac(parts.kinds, parts.resources)));
  }

  /** Serves with permissions as the authorizer says. */
  public ApiServer(Parts parts, Authorizer authorizer) {
    authority = parts.authority;
    tokens = new Tokens(parts.now);
    adminToken = tokens.add(ADMIN, List.of(MASTERS));
    proxy = new ServiceProxy(parts.kinds, parts.resources, parts.network, Duration.ofSeconds(30));
    Authenticator authenticator =
        new Authenticator(
            tokens, authority.certificate(), new ServiceAccounts(parts.kinds, parts.resources));
    Router router = router(parts, authorizer, authenticator);
    ApiHandler.Guards guards =
        new ApiHandler.Guards(authenticator, new Impersonation(authorizer), authorizer);
    ApiHandler.Watchers watchers =
        new ApiHandler.Watchers(faults, kills, recorder, streams, parts.effects);
    listener =
        new Listener(
            parts.name,
            authority,
            new ApiHandler(router, guards, watchers, new ProtobufBodies(parts.decoder)));
    kills.whenKilled(() -> streams.reset(kills::dead));
  }

  private Router router(Parts parts, Authorizer authorizer, Authenticator authenticator) {
    Resources resources = parts.resources;
    ObjectDecoder decoder = parts.decoder;
    Rendering rendering = new Rendering(new Tables(resources, parts.now));
    @Nullable Escalation escalation =
        authorizer instanceof RbacAuthorizer rbac ? new Escalation(rbac) : null;
    ObjectWrites writes = new ObjectWrites(resources, decoder, rendering, authorizer, escalation);
    Subresources.Special special =
        new Subresources.Special(
            new LogReads(resources, parts.logs, parts.now),
            proxy,
            new TokenRequests(resources, tokens, decoder, rendering, parts.now));
    return new Router(
        parts.kinds,
        new Router.Parts(
            new ObjectReads(resources, rendering),
            new Watches(resources, rendering),
            writes,
            new ObjectDeletes(resources, rendering),
            new Subresources(resources, decoder, rendering, writes, special),
            new Reviews(authorizer, authenticator, decoder, rendering, parts.now),
            new NonResources(parts.kinds, parts.discovery)));
  }

  /** Begins to serve. */
  public void start() {
    listener.start();
  }

  /** Such as {@code https://127.0.0.1:36443}. */
  public String url() {
    return listener.secureUrl();
  }

  /** The same without TLS. */
  public String plainUrl() {
    return listener.plainUrl();
  }

  /** What clients must trust, as PEM. */
  public String caPem() {
    return authority.pem();
  }

  /** The token of a member of {@code system:masters}. */
  public String adminToken() {
    return adminToken;
  }

  /** The tokens that are known; more can be added. */
  public Tokens tokens() {
    return tokens;
  }

  /** A kubeconfig of a member of {@code system:masters}. */
  public String kubeconfig() {
    return Kubeconfig.withToken(url(), caPem(), ADMIN, adminToken);
  }

  /** A kubeconfig of another user, with a new token. */
  public String kubeconfig(String user, List<String> groups) {
    return Kubeconfig.withToken(url(), caPem(), user, tokens.add(user, groups));
  }

  /** A kubeconfig of another user, with a new certificate. */
  public String kubeconfigWithCertificate(String user, List<String> groups) {
    return Kubeconfig.withCertificate(url(), caPem(), user, authority.issue(user, groups));
  }

  /** A new client certificate. */
  public ClientCertificate clientCertificate(String user, List<String> groups) {
    return authority.issue(user, groups);
  }

  /** What goes wrong on purpose. */
  public Faults faults() {
    return faults;
  }

  /** Clients that are no longer served. */
  public KillSwitch kills() {
    return kills;
  }

  /** All requests. */
  public Recorder recorder() {
    return recorder;
  }

  /** How many requests are being answered now, watches among them. */
  public int open() {
    return streams.size();
  }

  /** Breaks off all requests, now and from now on: no answer reaches a client any more. */
  public void breakOff() {
    streams.close();
  }

  @Override
  public void close() {
    breakOff();
    listener.close();
    proxy.close();
  }
}
