package io.github.kruiseinstaller.testkit.internal.http;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.cert.X509Certificate;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** The connection that a request came over, for what HTTP has no words for. */
final class Wire {
  private final EndPoint secured;
  private final EndPoint raw;

  Wire(Request request) {
    secured = request.getConnectionMetaData().getConnection().getEndPoint();
    EndPoint inner = secured;
    while (inner instanceof EndPoint.Wrapper wrapper) {
      inner = wrapper.unwrap();
    }
    raw = inner;
  }

  /** What the client showed in the TLS handshake, or null. */
  @Nullable X509Certificate clientCertificate() {
    EndPoint.SslSessionData session = secured.getSslSessionData();
    X509Certificate[] chain = session == null ? null : session.peerCertificates();
    return chain == null || chain.length == 0 ? null : chain[0];
  }

  /** Resets the connection: the peer sees RST. */
  void reset() {
    if (raw instanceof SocketChannelEndPoint socket) {
      try {
        socket.getChannel().setOption(StandardSocketOptions.SO_LINGER, 0);
      } catch (IOException | RuntimeException e) {
        // Closed already, which is as good.
        raw.close();
      }
    }
    raw.close();
  }

  /** Closes the connection after what has been sent, without a word of TLS: the peer sees EOF. */
  void breakOff() {
    raw.close();
  }

  /**
   * Whether the client has closed or reset the connection. Only while a request is being answered:
   * a client that waits for an answer sends nothing, so whatever can be read is its farewell.
   */
  boolean gone() {
    if (!raw.isOpen()) {
      return true;
    }
    if (raw instanceof SocketChannelEndPoint socket) {
      SocketChannel channel = socket.getChannel();
      try {
        return channel.read(ByteBuffer.allocate(64)) != 0;
      } catch (IOException e) {
        return true;
      }
    }
    return false;
  }
}
