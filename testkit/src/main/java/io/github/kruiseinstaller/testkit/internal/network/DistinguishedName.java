package io.github.kruiseinstaller.testkit.internal.network;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/** The parts of a certificate's subject. */
final class DistinguishedName {
  private DistinguishedName() {}

  /** The common name, if there is one that is not empty. */
  static Optional<String> commonName(X509Certificate certificate) {
    return part(certificate, "CN");
  }

  /** How Go calls a certificate: common name, else organization, else serial number. */
  static String label(X509Certificate certificate) {
    return commonName(certificate)
        .or(() -> part(certificate, "O"))
        .orElseGet(() -> "serial:" + certificate.getSerialNumber());
  }

  private static Optional<String> part(X509Certificate certificate, String type) {
    return parts(certificate).stream()
        .filter(part -> part.getType().equalsIgnoreCase(type))
        .map(part -> String.valueOf(part.getValue()))
        .filter(value -> !value.isEmpty())
        .findFirst();
  }

  private static List<Rdn> parts(X509Certificate certificate) {
    try {
      return new LdapName(certificate.getSubjectX500Principal().getName()).getRdns();
    } catch (InvalidNameException e) {
      return List.of();
    }
  }
}
