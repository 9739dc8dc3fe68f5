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
    entries.put(token, new Entry(Identity.authenticated(user, groups), Instant.MAX, ""));
    return token;
  }

  /**
   * A new token of a ServiceAccount, of the form that real ones have.
   *
   * @param uid of the ServiceAccount; when that has gone, {@link #forget} takes the token away
   */
  public String addServiceAccount(String namespace, String name, String uid, Duration lifetime) {
    Caller account = Caller.serviceAccount(namespace, name, "");
    Instant expiry = now.get().plus(lifetime);
    String claims =
        Json.compact(
            Json.objectOf(
                Map.of(
                    "iss", "https://kubernetes.default.svc.cluster.local",
                    "sub", account.user(),
                    "aud", List.of("https://kubernetes.default.svc.cluster.local"),
                    "exp", expiry.getEpochSecond(),
                    "jti", random(12))));
    String token =
        part("{\"alg\":\"RS256\",\"kid\":\"testkit\"}") + "." + part(claims) + "." + random(48);
    entries.put(token, new Entry(new Identity(account.user(), account.groups()), expiry, uid));
    return token;
  }

  /** Whose token it is; empty for one that is unknown or has expired. */
  public Optional<Identity> identity(String token) {
    return entry(token).map(Entry::identity);
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

  private record Entry(Identity identity, Instant expiry, String uid) {}
}
