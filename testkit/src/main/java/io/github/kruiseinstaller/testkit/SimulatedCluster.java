package io.github.kruiseinstaller.testkit;

import io.github.kruiseinstaller.testkit.fault.Faults;
import io.github.kruiseinstaller.testkit.fault.KillSwitch;
import io.github.kruiseinstaller.testkit.fault.Recorder;
import io.github.kruiseinstaller.testkit.internal.controller.NodeSetup;
import io.github.kruiseinstaller.testkit.internal.http.Kubeconfig;
import io.github.kruiseinstaller.testkit.internal.network.Network;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A Kubernetes cluster inside this JVM: an API server on a loopback port that kubectl, helm and
 * client libraries believe, with simulated controllers and kubelets behind it, and a simulated
 * manager wherever an OpenKruise image runs. Webhooks are called over real TLS.
 *
 * <pre>{@code
 * try (SimulatedCluster cluster = SimulatedCluster.start()) {
 *   OpenKruiseInstaller.builder()
 *       .kubeconfig(cluster.kubeconfigFile())
 *       .release(ReleaseSource.manifests(releaseFile))
 *       .build()
 *       .install();
 * }
 * }</pre>
 *
 * <p>Starts in a fraction of a second; many can live in one JVM. {@link #close} resets what is
 * connected and leaves no thread and no file behind. Thread-safe.
 */
public final class SimulatedCluster implements AutoCloseable {
  private final Assembly assembly;
  private final Workloads workloads;
  private final ClusterObjects objects;
  private @Nullable Path kubeconfigFile;

  private SimulatedCluster(Assembly assembly) {
    this.assembly = assembly;
    this.workloads = new Workloads(assembly.images, assembly.pods, assembly.kruise);
    this.objects = new ClusterObjects(assembly.kinds, assembly.resources);
  }

  /** A cluster with one node in which everything takes a few milliseconds. */
  public static SimulatedCluster start() {
    return builder().start();
  }

  /** Begins the description of a cluster. */
  public static Builder builder() {
    return new Builder();
  }

  /** Where the API server is, such as {@code https://127.0.0.1:36443}. */
  public URI server() {
    return URI.create(assembly.server.url());
  }

  /** The same API server without TLS. */
  public URI plainServer() {
    return URI.create(assembly.server.plainUrl());
  }

  /** What clients must trust, as PEM. */
  public String caCertificate() {
    return assembly.server.caPem();
  }

  /** Who may do everything (a member of {@code system:masters}). */
  public ClusterUser admin() {
    return new ClusterUser(
        "kubernetes-admin", assembly.server.adminToken(), assembly.server.kubeconfig());
  }

  /** A new user, who may do what roles allow. */
  public ClusterUser user(String name, String... groups) {
    String token = assembly.server.tokens().add(name, List.of(groups));
    return new ClusterUser(
        name, token, Kubeconfig.withToken(assembly.server.url(), caCertificate(), name, token));
  }

  /** The text of the admin's kubeconfig. */
  public String kubeconfig() {
    return assembly.server.kubeconfig();
  }

  /** The admin's kubeconfig as a file that only this user may read; deleted by {@link #close}. */
  public synchronized Path kubeconfigFile() {
    if (kubeconfigFile == null) {
      kubeconfigFile = write(kubeconfig());
    }
    return kubeconfigFile;
  }

  /** What is in the cluster. */
  public ClusterObjects objects() {
    return objects;
  }

  /** What becomes of containers and pods. */
  public Workloads workloads() {
    return workloads;
  }

  /** What goes wrong with requests, over HTTP only. Nothing unless told. */
  public Faults faults() {
    return assembly.server.faults();
  }

  /** Stops serving clients for good: how a killed process looks to the cluster. */
  public KillSwitch kills() {
    return assembly.server.kills();
  }

  /** All requests that came over HTTP, and what they did. */
  public Recorder requests() {
    return assembly.server.recorder();
  }

  /**
   * Somebody who needs Pods in a namespace of his own; it and one Pod are made if they are not
   * there.
   *
   * @throws ApiRefusal when the API server refuses that now
   */
  public Bystander bystander(String namespace) {
    return new Bystander(assembly.kinds, assembly.resources, namespace);
  }

  /** Drops all packets from the API server to the pods of a namespace, as a firewall does. */
  public void dropPacketsTo(String namespace) {
    assembly.network.obstruct(namespace, Network.Trouble.DROPPED);
  }

  /** Closes all connections from the API server to the pods of a namespace at once. */
  public void closeConnectionsTo(String namespace) {
    assembly.network.obstruct(namespace, Network.Trouble.CLOSED);
  }

  /** The way from the API server to the pods of a namespace is free again. */
  public void freeTheWayTo(String namespace) {
    assembly.network.obstruct(namespace, Network.Trouble.NONE);
  }

  /** Ends it. Connections are reset; no thread and no file is left. */
  @Override
  public synchronized void close() {
    assembly.close();
    if (kubeconfigFile != null) {
      try {
        Files.deleteIfExists(kubeconfigFile);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static Path write(String text) {
    try {
      // Such files are made readable for their owner alone.
      Path file = Files.createTempFile("simulated-cluster-", ".kubeconfig");
      Files.writeString(file, text, StandardCharsets.UTF_8);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Describes a cluster. Not thread-safe; {@link #start} may be called several times. */
  public static final class Builder {
    private Pace pace = Pace.FAST;
    private double speed = 1;
    private int nodes = 1;

    private Builder() {}

    /** How long things take. Default: {@link Pace#FAST}. */
    public Builder pace(Pace value) {
      this.pace = value;
      return this;
    }

    /**
     * How fast the time of the cluster runs: simulated seconds a second, also in the time-outs of
     * webhooks, in back-offs and probes. Default: 1.
     *
     * @throws IllegalArgumentException when not positive
     */
    public Builder speed(double factor) {
      if (!(factor > 0)) {
        throw new IllegalArgumentException("speed must be positive: " + factor);
      }
      this.speed = factor;
      return this;
    }

    /**
     * How many nodes there are: 8 CPUs, 16 GiB and room for 110 pods each. Default: 1.
     *
     * @throws IllegalArgumentException when negative
     */
    public Builder nodes(int count) {
      if (count < 0) {
        throw new IllegalArgumentException("nodes must not be negative: " + count);
      }
      this.nodes = count;
      return this;
    }

    /** Starts it. Ports are chosen by the system. */
    public SimulatedCluster start() {
      List<NodeSetup> setups =
          IntStream.rangeClosed(1, nodes).mapToObj(i -> NodeSetup.named("node-" + i)).toList();
      // Tells the threads of several clusters apart; nothing depends on it.
      String number = Integer.toHexString(System.identityHashCode(setups));
      Assembly assembly = new Assembly("simulated-cluster-" + number, pace, speed, setups);
      assembly.start();
      return new SimulatedCluster(assembly);
    }
  }
}
