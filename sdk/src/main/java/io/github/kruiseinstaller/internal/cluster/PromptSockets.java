package io.github.kruiseinstaller.internal.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/**
 * Sockets of another factory that send at once. Neither Java nor OkHttp switches Nagle's algorithm
 * off; together with delayed acknowledgements it holds back a small request on a new connection for
 * 40 ms.
 */
final class PromptSockets extends SocketFactory {
  private final SocketFactory theirs;

  PromptSockets(SocketFactory theirs) {
    this.theirs = theirs;
  }

  @Override
  public Socket createSocket() throws IOException {
    return prompt(theirs.createSocket());
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return prompt(theirs.createSocket(host, port));
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return prompt(theirs.createSocket(host, port, localHost, localPort));
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return prompt(theirs.createSocket(host, port));
  }

  @Override
  public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
      throws IOException {
    return prompt(theirs.createSocket(address, port, localAddress, localPort));
  }

  private static Socket prompt(Socket socket) throws IOException {
    socket.setTcpNoDelay(true);
    return socket;
  }
}
