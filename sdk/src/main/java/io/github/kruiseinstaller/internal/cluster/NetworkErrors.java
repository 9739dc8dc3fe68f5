package io.github.kruiseinstaller.internal.cluster;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Says in a few words why there was no answer. */
final class NetworkErrors {
  private NetworkErrors() {}

  /** The error for people, such as {@code connection refused (10.0.0.1:443)}. */
  static String describe(Throwable error) {
    Throwable root = telling(error);
    String detail = root.getMessage();
    String kind = kindOf(root);
    if (kind == null) {
      String name = root.getClass().getSimpleName();
      return detail == null ? name : name + ": " + detail;
    }
    return detail == null || detail.isBlank() ? kind : kind + " (" + detail + ")";
  }

  private static @Nullable String kindOf(Throwable error) {
    if (error instanceof UnknownHostException) {
      return "the host name is not known";
    }
    if (error instanceof NoRouteToHostException) {
      return "no route to the host";
    }
    if (error instanceof ConnectException) {
      return "cannot connect";
    }
    if (error instanceof SocketTimeoutException || error instanceof InterruptedIOException) {
      return "no answer in time";
    }
    if (error instanceof SSLException) {
      return "TLS failed";
    }
    if (error instanceof EOFException || error instanceof ProtocolException) {
      return "the answer ended early";
    }
    return null;
  }

  /** OkHttp wraps what happened in another IOException now and then; the cause says more. */
  private static Throwable telling(Throwable error) {
    for (Throwable each = error; each != null; each = each.getCause()) {
      if (each instanceof PluginSilentException) {
        return each;
      }
    }
    Throwable here = error;
    while (here.getClass() == IOException.class && here.getCause() instanceof IOException deeper) {
      here = deeper;
    }
    return here;
  }
}
