package io.github.kruiseinstaller.testkit.internal.auth;

import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** The bearer tokens that the API server knows. Thread-safe. */
public final class Tokens {
  /** Whom a token has to be for so that the API server believes it. */
  public static final String API_AUDIENCE = "https://kubernetes.default.svc.cluster.local";

  private final Map<String, Entry> entries = new ConcurrentHashMap<>();
  private final SecureRandom random = new SecureRandom();
  private final Supplier<Instant> now;

  /** No tokens yet; {@code now} decides what has expired. */
  public Tokens(Supplier<Instant> now) {
    this.now = now;
  }

  /** A new token of a user, who is also in {@code system:authenticated}. It never expires. */
  public String add(String user, List<String> groups) {
    String token = random(24);
    Identity identity = Identity.authenticated(user, groups);
    entries.put(token, new Entry(identity, Instant.MAX, "", List.of(API_AUDIENCE)));
    return token;
  }

  /**
   * A new token of a ServiceAccount, of the form that real ones have.
   *
   * @param uid of the ServiceAccount; when that has gone, {@link #forget} takes the token away
   * @param audiences whom it is for
   */
  public String addServiceAccount(
      String namespace, String name, String uid, Duration lifetime, List<String> audiences) {
    Caller account = Caller.serviceAccount(namespace, name, "");
    Instant expiry = now.get().plus(lifetime);
    String claims =
        Json.compact(
            Json.objectOf(
                Map.of(
                    "iss", API_AUDIENCE,
                    "sub", account.user(),
                    "aud", List.copyOf(audiences),
                    "exp", expiry.getEpochSecond(),
                    "jti", random(12))));
    String token =
        part("{\"alg\":\"RS256\",\"kid\":\"testkit\"}") + "." + part(claims) + "." + random(48);
    Identity identity = new Identity(account.user(), account.groups());
    entries.put(token, new Entry(identity, expiry, uid, List.copyOf(audiences)));
    return token;
  }

  /** Whose token it is, whomever it is for; empty for one that is unknown or has expired. */
  public Optional<Identity> identity(String token) {
    return entry(token).map(Entry::identity);
  }

  /** Whom a token is for; nobody for one that is unknown or has expired. */
  public List<String> audiences(String token) {
    return entry(token).map(Entry::audiences).orElseGet(List::of);
  }

  /** The uid of the ServiceAccount whose token it is; empty for other tokens. */
  public Optional<String> serviceAccountUid(String token) {
    return entry(token).map(Entry::uid).filter(uid -> !uid.isEmpty());
  }

  private Optional<Entry> entry(String token) {
    return Optional.ofNullable(entries.get(token))
        .filter(entry -> now.get().isBefore(entry.expiry));
  }

  /** Knows a token no longer. */
  public void revoke(String token) {
    entries.remove(token);
  }

  /** Knows the tokens of a ServiceAccount no longer. */
  public void forget(String uid) {
    entries.values().removeIf(entry -> entry.uid.equals(uid));
  }

  private String random(int bytes) {
    byte[] value = new byte[bytes];
    random.nextBytes(value);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(value);
  }

  private static String part(String json) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }

  private record Entry(Identity identity, Instant expiry, String uid, List<String> audiences) {}
}
