package io.github.kruiseinstaller.testkit.internal.network;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** One call, as far as its failure has to be told in the words of Go's HTTP client. */
final class Attempt {
  /** The time-out of the API server's own HTTP client, which wins when the webhook's is as long. */
  private static final int CLIENT_TIMEOUT_SECONDS = 30;

  private static final String NODE_ADDRESS = "10.0.0.1";
  private static final String FATAL_ALERT = "Received fatal alert: ";

  private final String remote;
  private final int timeoutSeconds;
  private volatile int localPort;
  private volatile boolean dialed;
  private volatile boolean over;

  Attempt(String remote, int timeoutSeconds) {
    this.remote = remote;
    this.timeoutSeconds = timeoutSeconds;
  }

  /** A connection has been made for it. */
  void dialed() {
    dialed = true;
  }

  /** A connection is there, one that was made for it or a kept one. */
  void connected(int port) {
    localPort = port;
  }

  /** Its time is up; what goes wrong from now on comes of that. */
  void over() {
    over = true;
  }

  boolean isOver() {
    return over;
  }

  /** Whether the connection has been kept from earlier. */
  boolean isOnKeptConnection() {
    return !dialed;
  }

  /** What went wrong. */
  String text(IOException failure) {
    Optional<Throwable> known =
        find(failure, DialException.class).or(() -> find(failure, UnknownHostException.class));
    if (known.isPresent()) {
      return String.valueOf(known.get().getMessage());
    }
    Optional<Throwable> distrust = find(failure, DistrustException.class);
    if (distrust.isPresent()) {
      return "tls: failed to verify certificate: " + distrust.get().getMessage();
    }
    if (over) {
      return timeout();
    }
    if (failure instanceof InterruptedIOException) {
      return "context canceled";
    }
    String message = String.valueOf(failure.getMessage());
    if (find(failure, EOFException.class).isPresent()
        || message.startsWith("unexpected end of stream")) {
      return "EOF";
    }
    if (message.equals("Canceled") || message.equals("Socket closed")) {
      return "context canceled";
    }
    if (failure instanceof SSLException) {
      return tls(message);
    }
    return failure instanceof SocketException ? socket(message) : message;
  }

  /** The time is over. */
  String timeout() {
    return localPort == 0 && timeoutSeconds >= CLIENT_TIMEOUT_SECONDS
        ? "net/http: request canceled while waiting for connection"
            + " (Client.Timeout exceeded while awaiting headers)"
        : "context deadline exceeded";
  }

  /** What goes wrong after the head of the answer. */
  String readText(IOException failure) {
    if (over) {
      return "context deadline exceeded (Client.Timeout or context cancellation while reading"
          + " body)";
    }
    String text = text(failure);
    return text.equals("EOF") ? "unexpected EOF" : text;
  }

  private static String tls(String message) {
    if (message.contains("Unsupported or unrecognized SSL message")) {
      return "http: server gave HTTP response to HTTPS client";
    }
    int alert = message.indexOf(FATAL_ALERT);
    return alert < 0
        ? "tls: " + message
        : "remote error: tls: "
            + message
                .substring(alert + FATAL_ALERT.length())
                .toLowerCase(Locale.ROOT)
                .replace('_', ' ');
  }

  private String socket(String message) {
    String way = "tcp " + NODE_ADDRESS + ":" + localPort + "->" + remote + ": ";
    return message.contains("Broken pipe")
        ? "write " + way + "write: broken pipe"
        : "read " + way + "read: connection reset by peer";
  }

  private static Optional<Throwable> find(Throwable failure, Class<? extends Throwable> type) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return Optional.of(cause);
      }
    }
    return Optional.empty();
  }
}
