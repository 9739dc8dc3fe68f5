package io.github.kruiseinstaller.testkit.internal.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/**
 * Loopback ports at which nobody listens any more, kept from whoever asks the system for any port:
 * connections to them are refused for certain.
 */
final class HeldPorts implements AutoCloseable {
  private final List<Socket> sockets = new ArrayList<>();

  void hold(int port) {
    try {
      Socket socket = new Socket();
      sockets.add(socket);
      // Connections of whoever listened before may still be on their way out.
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    for (Socket socket : sockets) {
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
