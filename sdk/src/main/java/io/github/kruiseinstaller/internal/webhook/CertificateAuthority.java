package io.github.kruiseinstaller.internal.webhook;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.model.Manifest;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The CA that the API server must trust to reach the manager, read from the manager's certificate
 * Secret and checked. Never holds a private key.
 *
 * @param caBundleBase64 exactly the Secret's bytes, which is what the manager compares with
 * @param servingCertificateEnds when the manager's certificate expires
 */
public record CertificateAuthority(String caBundleBase64, Instant servingCertificateEnds) {
  /** How far this machine's clock may be off; the API server's own clock decides in the proof. */
  private static final Duration CLOCK_SKEW = Duration.ofHours(1);

  private static final int DNS_NAME = 2;

  /** Where a manager that makes its own certificates keeps the CA. */
  private static final String OWN_AUTHORITY = "ca-cert.pem";

  private static final String LOCALHOST = "localhost";

  /** Where whoever issues external certificates keeps it. */
  private static final String EXTERNAL_AUTHORITY = "ca.crt";

  /**
   * Reads and checks the live Secret.
   *
   * @param secret the manager's certificate Secret
   * @param service the webhook Service
   * @param namespace its namespace
   * @param now the wall clock
   * @throws InstallException CERTIFICATE_UNUSABLE when the API server could not trust the manager
   */
  public static CertificateAuthority read(
      Manifest secret, String service, String namespace, Instant now) {
    return new Reader(secret, now).read(List.of(host(service, namespace)));
  }

  /**
   * Reads and checks the live Secret as a manager that starts with it does: it becomes Ready when
   * it reaches itself as {@code localhost} and trusts what it meets. Own certificates are for that
   * name too, external ones may not be.
   *
   * @param secret the manager's certificate Secret
   * @param service the webhook Service
   * @param namespace its namespace
   * @param now the wall clock
   * @throws InstallException CERTIFICATE_UNUSABLE when a manager would not become Ready with it, or
   *     the API server could not trust it
   */
  public static CertificateAuthority readForStart(
      Manifest secret, String service, String namespace, Instant now) {
    return new Reader(secret, now).read(List.of(host(service, namespace), LOCALHOST));
  }

  private static String host(String service, String namespace) {
    return service + "." + namespace + ".svc";
  }

  /**
   * What is wrong with the live Secret; empty when the API server can trust the manager.
   *
   * @param secret the manager's certificate Secret
   * @param service the webhook Service
   * @param namespace its namespace
   * @param now the wall clock
   */
  public static Optional<Flaw> flaw(
      Manifest secret, String service, String namespace, Instant now) {
    return flaw(() -> read(secret, service, namespace, now));
  }

  /** As {@link #flaw}, for a manager that has yet to become Ready: see {@link #readForStart}. */
  public static Optional<Flaw> flawAtStart(
      Manifest secret, String service, String namespace, Instant now) {
    return flaw(() -> readForStart(secret, service, namespace, now));
  }

  private static Optional<Flaw> flaw(Runnable reading) {
    try {
      reading.run();
      return Optional.empty();
    } catch (UnusableException e) {
      return Optional.of(e.flaw);
    }
  }

  /**
   * Whether a CA bundle makes the API server trust the Secret's certificate: it holds every CA of
   * the Secret, whatever else it holds. False when either cannot be read.
   *
   * @param bundleBase64 the CA bundle of a webhook or a conversion, or null
   */
  public static boolean trusts(@Nullable String bundleBase64, Manifest secret) {
    List<X509Certificate> wanted = lenient(bundle(secret));
    return !wanted.isEmpty() && lenient(bundleBase64).containsAll(wanted);
  }

  /** Whether a CA bundle holds any certificate. */
  public static boolean isBundle(@Nullable String bundleBase64) {
    return !lenient(bundleBase64).isEmpty();
  }

  /**
   * The CA of the Secret, in base64, or null when it has none. A Secret that was switched from the
   * manager's own certificates to external ones has two: the one that signs what is served counts.
   */
  public static @Nullable String bundle(Manifest secret) {
    return secret.text("data", authorityKey(secret));
  }

  private static String authorityKey(Manifest secret) {
    if (!present(secret, OWN_AUTHORITY)) {
      return EXTERNAL_AUTHORITY;
    }
    List<X509Certificate> chain = lenient(secret.text("data", certificateKey(secret)));
    boolean external =
        signer(chain, lenient(secret.text("data", EXTERNAL_AUTHORITY))).isPresent()
            && signer(chain, lenient(secret.text("data", OWN_AUTHORITY))).isEmpty();
    return external ? EXTERNAL_AUTHORITY : OWN_AUTHORITY;
  }

  private static String certificateKey(Manifest secret) {
    return present(secret, "tls.crt") ? "tls.crt" : "cert.pem";
  }

  private static boolean present(Manifest secret, String key) {
    String value = secret.text("data", key);
    return value != null && !value.isEmpty();
  }

  /** Which of the authorities signs the first certificate of a chain, by way of the others. */
  private static Optional<X509Certificate> signer(
      List<X509Certificate> chain, List<X509Certificate> authorities) {
    List<X509Certificate> signers = new ArrayList<>(chain);
    X509Certificate current = chain.isEmpty() ? null : chain.get(0);
    // Each step uses up one certificate of the chain, so that a circle of signatures ends.
    while (current != null && signers.remove(current)) {
      X509Certificate signed = current;
      Optional<X509Certificate> found =
          authorities.stream().filter(authority -> signs(authority, signed)).findFirst();
      if (found.isPresent()) {
        return found;
      }
      current = signers.stream().filter(signer -> signs(signer, signed)).findFirst().orElse(signed);
    }
    return Optional.empty();
  }

  private static boolean signs(X509Certificate signer, X509Certificate signed) {
    // The API server also trusts a certificate that is itself in the bundle.
    if (signer.equals(signed)) {
      return true;
    }
    try {
      signed.verify(signer.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static List<X509Certificate> lenient(@Nullable String base64) {
    try {
      return base64 == null ? List.of() : parse(base64);
    } catch (CertificateException | IllegalArgumentException e) {
      return List.of();
    }
  }

  private static List<X509Certificate> parse(String base64) throws CertificateException {
    byte[] pem = Base64.getDecoder().decode(base64);
    List<X509Certificate> all = new ArrayList<>();
    CertificateFactory.getInstance("X.509")
        .generateCertificates(new ByteArrayInputStream(pem))
        .forEach(certificate -> all.add((X509Certificate) certificate));
    return List.copyOf(all);
  }

  /**
   * What is wrong with a Secret.
   *
   * @param kind what kind of flaw
   * @param message one sentence
   * @param evidence what was seen; never the content of a key
   */
  public record Flaw(Kind kind, String message, String evidence) {
    /** Kinds of flaws. */
    public enum Kind {
      /** An entry that is needed is absent or empty. */
      MISSING,
      /** An entry is no certificate. */
      UNREADABLE,
      /** A certificate is not valid now. */
      NOT_VALID,
      /** The certificate is not signed by the CA. */
      NOT_SIGNED,
      /** The certificate is for another name. */
      WRONG_NAME
    }
  }

  private static final class UnusableException extends InstallException {
    private static final long serialVersionUID = 1L;

    private final transient Flaw flaw;

    UnusableException(Failure failure, Flaw flaw) {
      super(failure);
      this.flaw = flaw;
    }
  }

  /** Leaves the bundle out, which is long and tells nobody anything. */
  @Override
  public String toString() {
    return "CertificateAuthority[serving certificate ends " + servingCertificateEnds + "]";
  }

  private record Reader(Manifest secret, Instant now) {
    CertificateAuthority read(List<String> hosts) {
      String caKey = authorityKey(secret);
      String certificateKey = certificateKey(secret);
      List<X509Certificate> authorities = certificates(caKey);
      List<X509Certificate> chain = certificates(certificateKey);
      X509Certificate serving = chain.get(0);
      requireValid(serving, certificateKey);
      requireSigned(chain, authorities, certificateKey + " by " + caKey);
      hosts.forEach(host -> requireName(serving, host, certificateKey));
      String bundle = Objects.requireNonNull(secret.text("data", caKey));
      return new CertificateAuthority(bundle, serving.getNotAfter().toInstant());
    }

    private List<X509Certificate> certificates(String key) {
      if (!present(secret, key)) {
        throw unusable(
            Flaw.Kind.MISSING,
            "the Secret has no " + key,
            "keys present: " + secret.map("data").keySet(),
            "The manager fills the Secret when it starts: look at its log. With external"
                + " certificates, check what issues them (ca.crt, tls.crt and tls.key are"
                + " needed).");
      }
      try {
        List<X509Certificate> all = parse(Objects.requireNonNull(secret.text("data", key)));
        if (!all.isEmpty()) {
          return all;
        }
      } catch (CertificateException | IllegalArgumentException e) {
        // The exception's text may quote what it read: it stays out.
      }
      throw unusable(
          Flaw.Kind.UNREADABLE,
          key + " in the Secret is not a readable PEM certificate",
          key + ": unreadable",
          RENEW);
    }

    private void requireValid(X509Certificate certificate, String key) {
      Instant starts = certificate.getNotBefore().toInstant();
      Instant ends = certificate.getNotAfter().toInstant();
      if (now.plus(CLOCK_SKEW).isBefore(starts) || now.minus(CLOCK_SKEW).isAfter(ends)) {
        throw unusable(
            Flaw.Kind.NOT_VALID,
            key + " is not valid now",
            key + " is valid from " + starts + " to " + ends + "; it is now " + now,
            RENEW);
      }
    }

    private void requireSigned(
        List<X509Certificate> chain, List<X509Certificate> authorities, String what) {
      X509Certificate authority =
          signer(chain, authorities)
              .orElseThrow(
                  () ->
                      unusable(
                          Flaw.Kind.NOT_SIGNED,
                          "the manager's certificate is not signed by the CA of the Secret",
                          "not signed: " + what,
                          RENEW));
      requireValid(authority, "the CA certificate");
    }

    private void requireName(X509Certificate serving, String host, String key) {
      List<String> names = new ArrayList<>();
      try {
        Collection<List<?>> all = serving.getSubjectAlternativeNames();
        for (List<?> name : all == null ? Set.<List<?>>of() : all) {
          if (Integer.valueOf(DNS_NAME).equals(name.get(0))) {
            names.add(String.valueOf(name.get(1)));
          }
        }
      } catch (CertificateParsingException e) {
        names.clear();
      }
      String wildcard = "*" + host.substring(Math.max(0, host.indexOf('.')));
      if (names.stream()
          .noneMatch(name -> name.equalsIgnoreCase(host) || name.equalsIgnoreCase(wildcard))) {
        throw unusable(
            Flaw.Kind.WRONG_NAME,
            "the manager's certificate is not for "
                + host
                + (host.equals(LOCALHOST) ? ", by which it asks itself whether it is ready" : ""),
            key + " is for " + names,
            RENEW);
      }
    }

    private InstallException unusable(
        Flaw.Kind kind, String message, String evidence, String remedy) {
      return new UnusableException(
          Failure.of(FailureCode.CERTIFICATE_UNUSABLE, message, remedy)
              .about(secret.ref())
              .seen(List.of(evidence)),
          new Flaw(kind, message, evidence));
    }

    private static final String RENEW =
        "Have the certificate issued anew: with certificates that the manager makes itself, delete"
            + " this Secret's data and restart the manager; with external certificates, renew them"
            + " for the webhook Service and for localhost.";
  }
}
