package io.github.kruiseinstaller.internal.uninstall;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.model.Manifest;
import java.util.List;
import org.junit.jupiter.api.Test;

class NamespaceContentsTest {
  private static final Manifest MANAGER = object("Deployment", "manager", "1", "");

  @Test
  void foreign_leavesOutWhatGoesAndWhatIsOwnedByItAtAnyDistance() {
    List<Manifest> contents =
        List.of(
            object("Pod", "manager-a", "3", owned("2")),
            object("ReplicaSet", "manager", "2", owned("1")),
            MANAGER,
            object("Pod", "theirs", "9", owned("8")));

    assertThat(NamespaceContents.foreign(contents, List.of(MANAGER)))
        .extracting(Manifest::name)
        .containsExactly("theirs");
  }

  @Test
  void foreign_leavesOutWhatEveryNamespaceHas() {
    List<Manifest> contents =
        List.of(
            object("ServiceAccount", "default", "4", ""),
            object("ConfigMap", "kube-root-ca.crt", "5", ""),
            object("ConfigMap", "settings", "6", ""));

    assertThat(NamespaceContents.foreign(contents, List.of()))
        .extracting(Manifest::name)
        .containsExactly("settings");
  }

  @Test
  void foreign_leavesOutWhatIsAboutToBeGoneAndLocksOfThisLibrary() {
    List<Manifest> contents =
        List.of(
            object("Pod", "going", "4", ",\"deletionTimestamp\":\"2026-01-01T00:00:00Z\""),
            object("Lease", "lock", "5", ",\"managedFields\":[{\"manager\":\"kruise-installer\"}]"),
            object("Lease", "theirs", "6", ",\"managedFields\":[{\"manager\":\"other\"}]"));

    assertThat(NamespaceContents.foreign(contents, List.of()))
        .extracting(Manifest::name)
        .containsExactly("theirs");
  }

  private static String owned(String uid) {
    return ",\"ownerReferences\":[{\"uid\":\"" + uid + "\"}]";
  }

  private static Manifest object(String kind, String name, String uid, String more) {
    return Manifest.parseJson(
        "{\"apiVersion\":\"v1\",\"kind\":\"%s\",\"metadata\":{\"name\":\"%s\",\"namespace\":\"n\",\"uid\":\"%s\"%s}}"
            .formatted(kind, name, uid, more));
  }
}
