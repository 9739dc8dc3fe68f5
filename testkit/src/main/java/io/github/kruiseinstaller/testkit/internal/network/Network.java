package io.github.kruiseinstaller.testkit.internal.network;

import java.util.Optional;

/**
 * What the API server's packets meet. Pods have addresses of their own that lead to real sockets on
 * loopback, or to nothing. Thread-safe.
 */
public interface Network {
  /** Something in a pod listens: connections to the pod's port reach a real port on loopback. */
  void listen(String podAddress, int port, int loopbackPort);

  /** Nothing listens there any more. */
  void close(String podAddress, int port);

  /** Nothing listens at any port of the pod any more. */
  void closeAll(String podAddress);

  /** Where connections to a pod's port end. */
  Optional<Integer> loopbackPort(String podAddress, int port);

  /** How the way from the API server to a pod is broken, if it is. */
  Trouble trouble(String podAddress);

  /** How the way to all pods of a namespace is broken, if it is. */
  default Trouble troubleIn(String namespace) {
    return Trouble.NONE;
  }

  /** Breaks the way to all pods of a Service's namespace, or mends it with {@link Trouble#NONE}. */
  void obstruct(String namespace, Trouble trouble);

  /** What may be wrong on the way. */
  enum Trouble {
    /** Nothing. */
    NONE,
    /** Packets are dropped: time-out. */
    DROPPED,
    /** Connections are accepted and closed at once: EOF. */
    CLOSED
  }
}
