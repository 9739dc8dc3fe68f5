package io.github.kruiseinstaller.testkit.internal.network;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Compares the names in a certificate with the one that was called, as Go does. */
final class HostNames {
  private static final int DNS_NAME = 2;
  private static final int IP_ADDRESS = 7;
  private static final Pattern IP_V4 = Pattern.compile("\\d+\\.\\d+\\.\\d+\\.\\d+");

  private HostNames() {}

  /**
   * Checks the name.
   *
   * @throws DistrustException when the certificate is for others
   */
  static void check(X509Certificate certificate, String host)
      throws DistrustException, CertificateParsingException {
    boolean address = IP_V4.matcher(host).matches() || host.contains(":");
    Collection<List<?>> all = certificate.getSubjectAlternativeNames();
    List<String> names = names(all, address ? IP_ADDRESS : DNS_NAME);
    if (names.stream().anyMatch(name -> matches(name, host, address))) {
      return;
    }
    if (address && names.isEmpty()) {
      throw new DistrustException(
          "cannot validate certificate for " + host + " because it doesn't contain any IP SANs");
    }
    if (all == null && DistinguishedName.commonName(certificate).isPresent()) {
      throw new DistrustException(
          "certificate relies on legacy Common Name field, use SANs instead");
    }
    throw new DistrustException(
        names.isEmpty()
            ? "certificate is not valid for any names, but wanted to match " + host
            : "certificate is valid for " + String.join(", ", names) + ", not " + host);
  }

  private static List<String> names(Collection<List<?>> all, int type) {
    List<String> names = new ArrayList<>();
    if (all != null) {
      for (List<?> name : all) {
        if (name.get(0).equals(type)) {
          names.add(String.valueOf(name.get(1)));
        }
      }
    }
    return names;
  }

  private static boolean matches(String pattern, String host, boolean address) {
    String name = pattern.toLowerCase(Locale.ROOT);
    String wanted = host.toLowerCase(Locale.ROOT);
    if (name.equals(wanted)) {
      return true;
    }
    int dot = wanted.indexOf('.');
    return !address
        && name.startsWith("*.")
        && dot > 0
        && name.substring(1).equals(wanted.substring(dot));
  }
}
