package io.github.kruiseinstaller.testkit.internal.http;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import okhttp3.tls.HeldCertificate;

/**
 * A certificate with which a client shows who it is.
 *
 * @param certificatePem the certificate
 * @param keyPem its key
 */
public record ClientCertificate(String certificatePem, String keyPem) {
  private static final int SEQUENCE = 0x30;
  private static final int INTEGER = 0x02;
  private static final int BIT_STRING = 0x03;
  private static final int OBJECT_ID = 0x06;
  private static final int TIME = 0x18;

  /** The object identifier 1.2.840.10045.4.3.2, encoded. */
  private static final String ECDSA_WITH_SHA256 = "2a8648ce3d040302";

  private static final DateTimeFormatter GENERALIZED =
      DateTimeFormatter.ofPattern("uuuuMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

  /**
   * Issues one: CN is the user, each O a group. Written in DER by hand because the library that
   * makes the other certificates knows no O.
   */
  static ClientCertificate issue(
      HeldCertificate authority, String user, List<String> groups, Instant from, Instant until) {
    KeyPair keys = new HeldCertificate.Builder().ecdsa256().build().keyPair();
    byte[] algorithm =
        tagged(SEQUENCE, tagged(OBJECT_ID, HexFormat.of().parseHex(ECDSA_WITH_SHA256)));
    byte[] content =
        tagged(
            SEQUENCE,
            tagged(INTEGER, BigInteger.valueOf(from.toEpochMilli()).toByteArray()),
            algorithm,
            authority.certificate().getSubjectX500Principal().getEncoded(),
            tagged(SEQUENCE, time(from), time(until)),
            subject(user, groups).getEncoded(),
            keys.getPublic().getEncoded());
    byte[] signature = sign(authority, content);
    byte[] bits = new byte[signature.length + 1];
    System.arraycopy(signature, 0, bits, 1, signature.length);
    byte[] certificate = tagged(SEQUENCE, content, algorithm, tagged(BIT_STRING, bits));
    return new ClientCertificate(
        pem("CERTIFICATE", certificate), pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
  }

  private static X500Principal subject(String user, List<String> groups) {
    StringBuilder name = new StringBuilder("CN=").append(quoted(user));
    groups.forEach(group -> name.append(",O=").append(quoted(group)));
    return new X500Principal(name.toString());
  }

  private static String quoted(String value) {
    return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private static byte[] sign(HeldCertificate authority, byte[] content) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(authority.keyPair().getPrivate());
      signature.update(content);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] time(Instant time) {
    return tagged(TIME, GENERALIZED.format(time).getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] tagged(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(tag);
    int length = content.size();
    if (length < 0x80) {
      all.write(length);
    } else {
      byte[] digits = BigInteger.valueOf(length).toByteArray();
      int skip = digits[0] == 0 ? 1 : 0;
      all.write(0x80 | (digits.length - skip));
      all.write(digits, skip, digits.length - skip);
    }
    all.writeBytes(content.toByteArray());
    return all.toByteArray();
  }

  private static String pem(String type, byte[] der) {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + type + "-----\n" + base64 + "\n-----END " + type + "-----\n";
  }
}
