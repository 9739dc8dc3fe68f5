package io.github.kruiseinstaller.testkit.internal.network;

import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/** Makes sockets for one target; only unconnected ones, as OkHttp wants them. */
final class RoutedSockets extends SocketFactory {
  private final ServiceRouter router;
  private final WebhookTarget target;

  RoutedSockets(ServiceRouter router, WebhookTarget target) {
    this.router = router;
    this.target = target;
  }

  @Override
  public Socket createSocket() {
    return new RoutedSocket(router, target);
  }

  @Override
  public Socket createSocket(String host, int port) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
    throw new UnsupportedOperationException();
  }
}
