package io.github.kruiseinstaller.testkit.internal.controller;

import io.github.kruiseinstaller.testkit.internal.network.Network;
import io.github.kruiseinstaller.testkit.internal.workload.Images;
import io.github.kruiseinstaller.testkit.internal.workload.PodScenarios;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** What the kubelets of one cluster share. Thread-safe. */
final class NodeEnvironment {
  private static final int ADDRESSES = 254;

  private final Images images;
  private final PodScenarios scenarios;
  private final Network network;
  private final Set<String> pulled = ConcurrentHashMap.newKeySet();
  private final AtomicInteger pods = new AtomicInteger(1);
  private final AtomicInteger containers = new AtomicInteger();

  NodeEnvironment(Images images, PodScenarios scenarios, Network network) {
    this.images = images;
    this.scenarios = scenarios;
    this.network = network;
  }

  Images images() {
    return images;
  }

  PodScenarios scenarios() {
    return scenarios;
  }

  Network network() {
    return network;
  }

  /** Whether an image is on the node already. */
  boolean hasImage(String node, String image) {
    return pulled.contains(node + "/" + image);
  }

  void addImage(String node, String image) {
    pulled.add(node + "/" + image);
  }

  /** An address that no other pod has had. */
  String podAddress() {
    int number = pods.incrementAndGet();
    return "10.244." + number / ADDRESSES % ADDRESSES + "." + (number % ADDRESSES + 1);
  }

  /** The name of a container in the runtime. */
  String containerId() {
    return "containerd://" + String.format("%064x", containers.incrementAndGet());
  }
}
