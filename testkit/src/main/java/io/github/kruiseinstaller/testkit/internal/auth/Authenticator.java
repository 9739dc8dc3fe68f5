package io.github.kruiseinstaller.testkit.internal.auth;

import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiPredicate;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who makes a request: by client certificate (CN is the user, O the groups), by bearer
 * token, or nobody in particular. What is shown and not believed is refused with 401.
 */
public final class Authenticator {
  private static final String BEARER = "bearer ";

  private final Tokens tokens;
  private final X509Certificate authority;
  private final BiPredicate<Identity, String> liveServiceAccount;

  /**
   * Believes these tokens and certificates of this authority.
   *
   * @param liveServiceAccount whether the ServiceAccount with this uid still exists
   */
  public Authenticator(
      Tokens tokens, X509Certificate authority, BiPredicate<Identity, String> liveServiceAccount) {
    this.tokens = tokens;
    this.authority = authority;
    this.liveServiceAccount = liveServiceAccount;
  }

  /**
   * Who it is.
   *
   * @param authorization the header of that name, or null
   * @param certificate what the client showed in the TLS handshake, or null
   * @throws io.github.kruiseinstaller.testkit.internal.status.StatusException 401
   */
  public Identity authenticate(
      @Nullable String authorization, @Nullable X509Certificate certificate) {
    if (certificate != null && trusted(certificate)) {
      return identity(certificate);
    }
    if (authorization != null
        && authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)
        && authorization.length() > BEARER.length()) {
      String token = authorization.substring(BEARER.length()).strip();
      return byToken(token)
          .filter(identity -> tokens.audiences(token).contains(Tokens.API_AUDIENCE))
          .orElseThrow(Statuses::unauthorized);
    }
    if (certificate != null) {
      throw Statuses.unauthorized();
    }
    return Identity.ANONYMOUS;
  }

  /** Whom a token is for; nobody for one that is unknown. */
  public List<String> audiences(String token) {
    return tokens.audiences(token);
  }

  /** Whose token it is, whomever it is for, unless he has gone. */
  public Optional<Identity> byToken(String token) {
    String uid = tokens.serviceAccountUid(token).orElse("");
    return tokens
        .identity(token)
        .filter(identity -> uid.isEmpty() || liveServiceAccount.test(identity, uid));
  }

  private boolean trusted(X509Certificate certificate) {
    try {
      certificate.checkValidity();
      certificate.verify(authority.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static Identity identity(X509Certificate certificate) {
    String user = "";
    List<String> groups = new ArrayList<>();
    try {
      LdapName subject = new LdapName(certificate.getSubjectX500Principal().getName());
      for (Rdn rdn : subject.getRdns()) {
        if (rdn.getType().equalsIgnoreCase("CN")) {
          user = String.valueOf(rdn.getValue());
        } else if (rdn.getType().equalsIgnoreCase("O")) {
          groups.add(String.valueOf(rdn.getValue()));
        }
      }
    } catch (InvalidNameException e) {
      throw Statuses.unauthorized();
    }
    return Identity.authenticated(user, groups);
  }
}
