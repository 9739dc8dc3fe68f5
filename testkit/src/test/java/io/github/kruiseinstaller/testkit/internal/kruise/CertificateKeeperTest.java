package io.github.kruiseinstaller.testkit.internal.kruise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kruise.World.Box;
import io.github.kruiseinstaller.testkit.internal.network.Certificates;
import io.github.kruiseinstaller.testkit.internal.network.Certificates.Identity;
import io.github.kruiseinstaller.testkit.internal.network.Certificates.Validity;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CertificateKeeperTest {
  private final CertificateCheck check = new CertificateCheck();
  private static final String HOST = "kruise-webhook-service.kruise-system.svc";
  private final World world = World.installed();
  private final Box box = world.managerBox();

  private CertificateKeeper keeper(String... arguments) {
    Box other = world.managerBox(arguments);
    return new CertificateKeeper(
        world.client(),
        ManagerSettings.of(SmallRelease.VERSION, other.pod(), other.spec()),
        world.timers::now,
        new Klog(box, world.timers),
        check);
  }

  @Test
  void ensure_withoutSecret_createsOne() {
    world.delete(Plural.SECRETS, World.NAMESPACE, "kruise-webhook-certs");
    ServingCertificates made = keeper().ensure();
    assertThat(made.validFor(HOST, world.timers.now(), check)).isTrue();
    assertThat(world.secret().path("data").properties().stream().map(Map.Entry::getKey))
        .containsExactlyInAnyOrder(
            "ca-key.pem", "ca-cert.pem", "key.pem", "cert.pem", "tls.key", "tls.crt");
    assertThat(keeper().ensure()).isEqualTo(made);
  }

  @Test
  void ensure_withAnEmptySecret_fillsItAndKeepsNothingElseOfIt() {
    world.edit(
        Plural.SECRETS,
        World.NAMESPACE,
        "kruise-webhook-certs",
        secret -> Nodes.object(secret, "metadata", "labels").put("helm", "yes"));
    ServingCertificates made = keeper().ensure();
    assertThat(ServingCertificates.own(world.secret())).isEqualTo(made);
    assertThat(Nodes.labels(world.secret())).isEmpty();
    assertThat(box.said("Cert writer update secret kruise-webhook-certs")).isTrue();
  }

  @Test
  void ensure_whenTheCertificateEndsSoon_renewsItByTheSameAuthority() {
    Instant now = world.timers.now();
    Certificates authority = Certificates.authority("ca", Validity.tenYears(now));
    Identity old =
        authority.issue(
            List.of(HOST, "localhost"),
            new Validity(now.minus(Duration.ofDays(300)), now.plus(Duration.ofDays(100))));
    store(
        new ServingCertificates(
            authority.authority().keyPem(), authority.caPem(), old.keyPem(), old.certificatePem()));
    ServingCertificates made = keeper().ensure();
    assertThat(made.ca()).isEqualTo(authority.caPem());
    assertThat(made.certificate()).isNotEqualTo(old.certificatePem());
    assertThat(authority.signed(made.certificate())).isTrue();
  }

  @Test
  void ensure_whenTheAuthorityEndsSoon_makesAnother() {
    Instant now = world.timers.now();
    Validity brief = new Validity(now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(100)));
    Certificates authority = Certificates.authority("ca", brief);
    Identity old = authority.issue(List.of(HOST), brief);
    store(
        new ServingCertificates(
            authority.authority().keyPem(), authority.caPem(), old.keyPem(), old.certificatePem()));
    assertThat(keeper().ensure().ca()).isNotEqualTo(authority.caPem());
  }

  private void store(ServingCertificates certificates) {
    ObjectNode secret = world.secret();
    certificates.writeTo(secret);
    world.put(secret);
  }

  @Test
  void ensure_whenAnotherReplicaIsFaster_takesItsCertificates() {
    ServingCertificates others = keeper().ensure();
    ObjectNode secret = world.secret();
    Nodes.object(secret, "metadata").remove(List.of("uid", "resourceVersion", "generation"));
    world.delete(Plural.SECRETS, World.NAMESPACE, "kruise-webhook-certs");
    boolean[] once = {false};
    world.resources.refuse(
        write -> {
          if (write.startsWith("create secrets") && !once[0]) {
            once[0] = true;
            world.add(secret);
            return Optional.of(Statuses.alreadyExists("", "secrets", "kruise-webhook-certs"));
          }
          return Optional.empty();
        });
    assertThat(keeper().ensure()).isEqualTo(others);
  }

  @Test
  void ensure_whenRefused_throws() {
    world.delete(Plural.SECRETS, World.NAMESPACE, "kruise-webhook-certs");
    world.resources.refuse(write -> Optional.of(Statuses.forbidden("", "secrets", "", "no")));
    assertThatThrownBy(() -> keeper().ensure()).isInstanceOf(StatusException.class);
  }

  @Test
  void ensure_whenExternalOnesAreMissing_throws() {
    world.delete(Plural.SECRETS, World.NAMESPACE, "kruise-webhook-certs");
    CertificateKeeper keeper = keeper("--feature-gates=EnableExternalCerts=true");
    assertThatThrownBy(keeper::ensure).hasMessageContaining("not found");
  }

  @Test
  void usable_onlyWhenAllFitsTogether() {
    Instant now = world.timers.now();
    Validity validity = Validity.tenYears(now);
    Certificates authority = Certificates.authority("ca", validity);
    Certificates stranger = Certificates.authority("ca", validity);
    Identity server = authority.issue(List.of(HOST), validity);
    Identity mixed =
        new Identity(server.certificatePem(), authority.issue(List.of(HOST), validity).keyPem());
    assertThat(check.usable(server, authority.caPem(), HOST, now)).isTrue();
    assertThat(check.usable(server, authority.caPem(), "", now)).isTrue();
    assertThat(check.usable(server, authority.caPem(), "other", now)).isFalse();
    assertThat(check.usable(server, stranger.caPem(), HOST, now)).isFalse();
    assertThat(check.usable(mixed, authority.caPem(), HOST, now)).isFalse();
    assertThat(check.usable(server, "", HOST, now)).isFalse();
    assertThat(check.usable(new Identity("", "x"), "x", HOST, now)).isFalse();
    assertThat(check.usable(new Identity("x", ""), "x", HOST, now)).isFalse();
    assertThat(check.usable(new Identity("x", "x"), "x", HOST, now)).isFalse();
    assertThat(check.usable(server, authority.caPem(), HOST, now.plus(Duration.ofDays(4000))))
        .isFalse();
    assertThat(check.usable(authority.authority(), authority.caPem(), HOST, now)).isFalse();
  }

  @Test
  void toString_tellsNoKey() {
    assertThat(keeper().ensure().toString()).isEqualTo("ServingCertificates[present]");
    assertThat(new ServingCertificates("k", "", "", "").toString())
        .isEqualTo("ServingCertificates[none]");
  }
}
