package io.github.kruiseinstaller.testkit.internal.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;

/** Tokens, certificates, and acting as somebody else. */
final class IdentitiesTest {
  private static final List<String> API = List.of(Tokens.API_AUDIENCE);

  private Instant now = Instant.parse("2025-03-01T12:00:00Z");
  private final Tokens tokens = new Tokens(() -> now);
  private final HeldCertificate authority =
      new HeldCertificate.Builder().certificateAuthority(0).build();
  private final Set<String> live = ConcurrentHashMap.newKeySet();
  private final Authenticator authenticator =
      new Authenticator(tokens, authority.certificate(), (account, uid) -> live.contains(uid));

  @Test
  void token_ofAUser() {
    String token = tokens.add("jane", List.of("devs"));

    assertThat(authenticator.authenticate("Bearer " + token, null))
        .isEqualTo(new Identity("jane", List.of("devs", "system:authenticated")));
    assertThat(authenticator.authenticate("bearer  " + token, null).user()).isEqualTo("jane");
    tokens.revoke(token);
    assertThatThrownBy(() -> authenticator.authenticate("Bearer " + token, null))
        .isInstanceOf(StatusException.class)
        .hasMessage("Unauthorized");
  }

  @Test
  void noToken_isAnonymous() {
    assertThat(authenticator.authenticate(null, null)).isEqualTo(Identity.ANONYMOUS);
    assertThat(authenticator.authenticate("Basic eHg6eA==", null)).isEqualTo(Identity.ANONYMOUS);
    assertThat(authenticator.authenticate("Bearer ", null)).isEqualTo(Identity.ANONYMOUS);
  }

  @Test
  void token_ofAServiceAccount_expiresAndEndsWithIt() {
    String token = tokens.addServiceAccount("ns", "robot", "uid-1", Duration.ofMinutes(10), API);
    live.add("uid-1");

    assertThat(authenticator.byToken(token).orElseThrow().groups())
        .containsExactly(
            "system:serviceaccounts", "system:serviceaccounts:ns", "system:authenticated");
    assertThat(tokens.serviceAccountUid(token)).contains("uid-1");
    live.clear();
    assertThat(authenticator.byToken(token)).isEmpty();
    live.add("uid-1");
    now = now.plus(Duration.ofMinutes(10));
    assertThat(authenticator.byToken(token)).isEmpty();
  }

  @Test
  void token_forOthers_isNotBelieved() {
    live.add("uid-1");
    String foreign =
        tokens.addServiceAccount("ns", "a", "uid-1", Duration.ofHours(1), List.of("vault"));
    String both =
        tokens.addServiceAccount(
            "ns", "a", "uid-1", Duration.ofHours(1), List.of("vault", Tokens.API_AUDIENCE));

    assertThatThrownBy(() -> authenticator.authenticate("Bearer " + foreign, null))
        .hasMessage("Unauthorized");
    assertThat(authenticator.authenticate("Bearer " + both, null).user())
        .isEqualTo("system:serviceaccount:ns:a");
  }

  @Test
  void forget_takesTheTokensOfOneAccount() {
    String one = tokens.addServiceAccount("ns", "a", "uid-1", Duration.ofHours(1), API);
    String other = tokens.addServiceAccount("ns", "b", "uid-2", Duration.ofHours(1), API);

    tokens.forget("uid-1");

    assertThat(tokens.identity(one)).isEmpty();
    assertThat(tokens.identity(other)).isPresent();
  }

  @Test
  void certificate_ofTheAuthority() {
    HeldCertificate held =
        new HeldCertificate.Builder().commonName("jane").signedBy(authority).build();

    assertThat(authenticator.authenticate(null, held.certificate()))
        .isEqualTo(new Identity("jane", List.of("system:authenticated")));
  }

  @Test
  void certificate_ofSomebodyElse_isRefusedUnlessATokenHelps() {
    HeldCertificate foreign = new HeldCertificate.Builder().commonName("jane").build();
    String token = tokens.add("bob", List.of("system:authenticated"));

    assertThatThrownBy(() -> authenticator.authenticate(null, foreign.certificate()))
        .hasMessage("Unauthorized");
    assertThat(authenticator.authenticate("Bearer " + token, foreign.certificate()))
        .isEqualTo(new Identity("bob", List.of("system:authenticated")));
  }

  @Test
  void certificate_thatHasExpired() {
    HeldCertificate old =
        new HeldCertificate.Builder()
            .commonName("jane")
            .validityInterval(0, 1000)
            .signedBy(authority)
            .build();

    assertThatThrownBy(() -> authenticator.authenticate(null, old.certificate()))
        .hasMessage("Unauthorized");
  }

  private static final Caller ROOT = Caller.system("root");

  private final Impersonation open = new Impersonation(Authorizer.allowingAll());

  private static Impersonation.Target target(String user, List<String> groups) {
    return new Impersonation.Target(user, groups, "", Map.of());
  }

  @Test
  void impersonation_ofAUser() {
    assertThat(open.apply(ROOT, target("", List.of()))).isSameAs(ROOT);
    assertThat(open.apply(ROOT, target("jane", List.of())))
        .isEqualTo(new Caller("jane", List.of("system:authenticated"), "root"));
    assertThat(open.apply(ROOT, target("jane", List.of("system:unauthenticated"))).groups())
        .containsExactly("system:unauthenticated");
    assertThat(open.apply(ROOT, target("system:anonymous", List.of())).groups())
        .containsExactly("system:unauthenticated");
    assertThat(
            open.apply(ROOT, target("system:anonymous", List.of("system:authenticated"))).groups())
        .containsExactly("system:authenticated", "system:unauthenticated");
  }

  @Test
  void impersonation_ofAServiceAccount() {
    assertThat(open.apply(ROOT, target("system:serviceaccount:ns:robot", List.of())).groups())
        .containsExactly(
            "system:serviceaccounts", "system:serviceaccounts:ns", "system:authenticated");
    assertThat(open.apply(ROOT, target("system:serviceaccount:ns:robot", List.of("g"))).groups())
        .containsExactly("g", "system:authenticated");
  }

  @Test
  void impersonation_thatIsNotAllowed() {
    Impersonation closed = new Impersonation(new RbacAuthorizer(new KnownRbac()));
    Caller jane = new Caller("jane", List.of(), "");

    assertThatThrownBy(
            () -> closed.apply(jane, target("system:serviceaccount:ns:robot", List.of())))
        .hasMessage(
            "serviceaccounts \"robot\" is forbidden: User \"jane\" cannot impersonate resource"
                + " \"serviceaccounts\" in API group \"\" in the namespace \"ns\"");
    assertThatThrownBy(() -> closed.apply(jane, target("", List.of("g"))))
        .hasMessageContaining("without impersonating a user");
  }

  @Test
  void impersonation_withUidAndExtra_asksForEachOfThem() {
    List<String> asked = new ArrayList<>();
    Authorizer listening =
        new Authorizer() {
          @Override
          public Verdict authorize(Access access) {
            asked.add(
                access.verb()
                    + " "
                    + access.group()
                    + " "
                    + access.combinedResource()
                    + " "
                    + access.name());
            return new Verdict(true, "");
          }

          @Override
          public List<Rule> rulesFor(Caller caller, String namespace) {
            return List.of();
          }
        };
    Map<String, List<String>> extra = Map.of("scopes", List.of("a", "b"));

    Caller jane =
        new Impersonation(listening)
            .apply(ROOT, new Impersonation.Target("jane", List.of(), "u-1", extra));

    assertThat(jane)
        .isEqualTo(new Caller("jane", List.of("system:authenticated"), "root", "u-1", extra));
    assertThat(asked)
        .containsExactly(
            "impersonate  users jane",
            "impersonate authentication.k8s.io userextras/scopes a",
            "impersonate authentication.k8s.io userextras/scopes b",
            "impersonate authentication.k8s.io uids u-1");
  }

  @Test
  void impersonation_withoutAUser_namesAllThatWasAskedFor() {
    Impersonation.Target target =
        new Impersonation.Target("", List.of("g", "h"), "u-1", Map.of("k", List.of("v")));

    assertThatThrownBy(() -> open.apply(ROOT, target))
        .hasMessage(
            "requested [{Group  g    } {Group  h    } {UserExtra  v  authentication.k8s.io/v1  k}"
                + " {UID  u-1  authentication.k8s.io/v1  }] without impersonating a user");
  }
}
