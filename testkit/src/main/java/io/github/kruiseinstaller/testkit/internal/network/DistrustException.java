package io.github.kruiseinstaller.testkit.internal.network;

import java.security.cert.CertificateException;

/** A certificate that does not convince, in the words of Go's crypto/x509. */
final class DistrustException extends CertificateException {
  private static final long serialVersionUID = 1;

  DistrustException(String message) {
    super("x509: " + message);
  }
}
