package io.github.kruiseinstaller.testkit.internal.network;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A network that is only a table. */
public final class SimulatedNetwork implements Network {
  private final Map<Socket, Integer> listening = new ConcurrentHashMap<>();
  private final Map<String, Trouble> byNamespace = new ConcurrentHashMap<>();
  private final Map<String, Trouble> byPod = new ConcurrentHashMap<>();

  private record Socket(String address, int port) {}

  @Override
  public void listen(String podAddress, int port, int loopbackPort) {
    listening.put(new Socket(podAddress, port), loopbackPort);
  }

  @Override
  public void close(String podAddress, int port) {
    listening.remove(new Socket(podAddress, port));
  }

  @Override
  public void closeAll(String podAddress) {
    listening.keySet().removeIf(socket -> socket.address().equals(podAddress));
    byPod.remove(podAddress);
  }

  @Override
  public Optional<Integer> loopbackPort(String podAddress, int port) {
    return Optional.ofNullable(listening.get(new Socket(podAddress, port)));
  }

  @Override
  public Trouble trouble(String podAddress) {
    return byPod.getOrDefault(podAddress, Trouble.NONE);
  }

  @Override
  public Trouble troubleIn(String namespace) {
    return byNamespace.getOrDefault(namespace, Trouble.NONE);
  }

  @Override
  public void obstruct(String namespace, Trouble trouble) {
    byNamespace.put(namespace, trouble);
  }

  /** Breaks the way to one pod, or mends it with {@link Trouble#NONE}. */
  public void obstructPod(String podAddress, Trouble trouble) {
    byPod.put(podAddress, trouble);
  }
}
