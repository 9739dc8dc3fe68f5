package io.github.kruiseinstaller.testkit.internal.network;

import io.github.kruiseinstaller.testkit.internal.network.Network.Trouble;
import io.github.kruiseinstaller.testkit.internal.network.ServiceRouter.Way;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.concurrent.CountDownLatch;

/** A socket that is asked to connect to a Service and connects to where that leads. */
final class RoutedSocket extends Socket {
  private final ServiceRouter router;
  private final WebhookTarget target;
  private final CountDownLatch closed = new CountDownLatch(1);

  RoutedSocket(ServiceRouter router, WebhookTarget target) {
    this.router = router;
    this.target = target;
  }

  @Override
  public void connect(SocketAddress endpoint, int timeout) throws IOException {
    if (!target.isService()) {
      connectToLoopback((InetSocketAddress) endpoint, timeout);
      return;
    }
    Way way = router.route(target.namespace(), target.service(), target.port());
    if (way.trouble() == Trouble.DROPPED) {
      waitForEver();
    }
    if (way.trouble() == Trouble.CLOSED) {
      throw new DialException("EOF");
    }
    try {
      super.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), way.loopbackPort()), timeout);
    } catch (ConnectException e) {
      throw DialException.refused(way.clusterAddress(), way.port());
    }
  }

  /** A webhook that is given by URL must be on this machine: tests call nobody else. */
  private void connectToLoopback(InetSocketAddress endpoint, int timeout) throws IOException {
    String address = endpoint.getAddress().getHostAddress();
    if (!endpoint.getAddress().isLoopbackAddress()) {
      throw new DialException(
          "dial tcp " + address + ":" + endpoint.getPort() + ": connect: network is unreachable");
    }
    try {
      super.connect(endpoint, timeout);
    } catch (ConnectException e) {
      throw DialException.refused(address, endpoint.getPort());
    }
  }

  private void waitForEver() throws IOException {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new SocketException("Socket closed");
  }

  @Override
  public synchronized void close() throws IOException {
    closed.countDown();
    super.close();
  }
}
