package io.github.kruiseinstaller.testkit.internal.network;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/**
 * TLS for all connections that trust the same authorities under the same name. A server that was
 * trusted a moment ago is trusted again without another look at its certificate: whoever serves
 * with another one, or in another pod, cannot resume the session. Thread-safe.
 */
final class Trust {
  /** A certificate may expire in the meantime. */
  private static final int RESUMED_FOR_SECONDS = 60;

  private final ServerCheck check;
  private final SSLSocketFactory sockets;

  private Trust(ServerCheck check, SSLSocketFactory sockets) {
    this.check = check;
    this.sockets = sockets;
  }

  /** Trust in those that pass a check. */
  static Trust in(ServerCheck check) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {check}, null);
      context.getClientSessionContext().setSessionTimeout(RESUMED_FOR_SECONDS);
      return new Trust(check, new Sockets(context.getSocketFactory()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  ServerCheck check() {
    return check;
  }

  SSLSocketFactory sockets() {
    return sockets;
  }

  /** Tells the pods behind one Service apart: sessions are remembered by host and port. */
  private static final class Sockets extends SSLSocketFactory {
    private final SSLSocketFactory factory;

    Sockets(SSLSocketFactory factory) {
      this.factory = factory;
    }

    @Override
    public Socket createSocket(Socket connected, String host, int port, boolean autoClose)
        throws IOException {
      return factory.createSocket(connected, host, connected.getPort(), autoClose);
    }

    @Override
    public String[] getDefaultCipherSuites() {
      return factory.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
      return factory.getSupportedCipherSuites();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
      return factory.createSocket(host, port);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort)
        throws IOException {
      return factory.createSocket(host, port, local, localPort);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
      return factory.createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
        throws IOException {
      return factory.createSocket(host, port, local, localPort);
    }
  }
}
