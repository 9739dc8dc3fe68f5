package io.github.kruiseinstaller.internal.health;

import io.github.kruiseinstaller.check.Check;
import io.github.kruiseinstaller.check.CheckCategory;
import io.github.kruiseinstaller.internal.live.LiveInstallation;
import io.github.kruiseinstaller.internal.live.OwnGroups;
import io.github.kruiseinstaller.internal.text.PlainText;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.internal.wait.CrdEstablished;
import io.github.kruiseinstaller.internal.wait.Waiter;
import io.github.kruiseinstaller.internal.webhook.CertificateAuthority;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** OpenKruise's kinds are served, and their conversion webhooks lead to the manager. */
final class DefinitionHealth implements HealthCheck {
  static final String ESTABLISHED = "definitions-established";
  static final String CONVERSION = "conversion-webhooks";

  private static final String AGAIN = "Apply the definitions of the release again: install().";

  @Override
  public List<Finding> judge(HealthScene scene) {
    LiveInstallation live = scene.live();
    if (!live.definitions().isSeen()) {
      String what = "custom resource definitions";
      return List.of(
          Finding.unseen(ESTABLISHED, CheckCategory.DEFINITIONS, what, live.definitions()),
          Finding.unseen(CONVERSION, CheckCategory.DEFINITIONS, what, live.definitions()));
    }
    List<Manifest> definitions = live.definitions().orElse(List.of());
    return List.of(
        Finding.of(established(scene, definitions)), Finding.of(conversion(live, definitions)));
  }

  private static Check established(HealthScene scene, List<Manifest> live) {
    Set<ObjectRef> there = live.stream().map(Manifest::ref).collect(Collectors.toSet());
    List<String> wrong = new ArrayList<>();
    scene.release().map(release -> release.customResourceDefinitions()).orElse(List.of()).stream()
        .filter(OwnGroups::isDefinition)
        .forEach(
            wanted -> {
              if (!there.contains(wanted.ref())) {
                wrong.add(wanted.ref() + " does not exist");
              }
            });
    for (Manifest definition : live) {
      Waiter.State state = new CrdEstablished().of(definition);
      if (!state.done()) {
        wrong.add(definition.ref() + ": " + state.text());
      }
    }
    if (live.isEmpty()) {
      wrong.add("none is there");
    }
    return wrong.isEmpty()
        ? Check.pass(
            ESTABLISHED,
            CheckCategory.DEFINITIONS,
            "all " + PlainText.count(live.size(), "definition") + " are Established")
        : Check.fail(
                ESTABLISHED,
                CheckCategory.DEFINITIONS,
                "custom resource definitions of OpenKruise are missing or not Established",
                AGAIN + " Then restart the manager: it leaves out what was missing at its start.")
            .seen(wrong);
  }

  private static Check conversion(LiveInstallation live, List<Manifest> definitions) {
    Optional<String> authority =
        live.certificates().orElse(Optional.empty()).map(CertificateAuthority::bundle);
    List<String> wrong = new ArrayList<>();
    int converted = 0;
    for (Manifest definition : definitions) {
      if ("Webhook".equals(definition.text("spec", "conversion", "strategy"))) {
        converted++;
        wrong.addAll(wrong(live, definition, authority));
      }
    }
    if (converted == 0) {
      return Check.skipped(
          CONVERSION, CheckCategory.DEFINITIONS, "no definition is converted by a webhook");
    }
    return wrong.isEmpty()
        ? Check.pass(
            CONVERSION,
            CheckCategory.DEFINITIONS,
            "the conversion webhooks of "
                + PlainText.count(converted, "definition")
                + " lead to the manager")
        : Check.fail(
                CONVERSION,
                CheckCategory.DEFINITIONS,
                "conversion webhooks do not lead to the manager: requests for these custom"
                    + " resources fail",
                "Restart the manager, which puts its Service and CA in; where something else writes"
                    + " the definitions, stop that.")
            .seen(wrong);
  }

  private static List<String> wrong(
      LiveInstallation live, Manifest definition, Optional<String> authority) {
    Map<String, @Nullable Object> client =
        definition.map("spec", "conversion", "webhook", "clientConfig");
    List<String> wrong = new ArrayList<>();
    String namespace = Trees.text(client, "service", "namespace");
    String name = Trees.text(client, "service", "name");
    String bundle = Trees.text(client, "caBundle");
    if (Trees.text(client, "url") == null
        && !(live.location().namespace().equals(namespace)
            && live.location().service().equals(name))) {
      wrong.add(definition.ref() + " points to Service " + namespace + "/" + name);
    }
    if (bundle == null || bundle.isEmpty()) {
      wrong.add(definition.ref() + " has no caBundle");
    } else if (authority.isPresent() && !authority.get().equals(bundle)) {
      wrong.add(definition.ref() + " trusts another CA than that of the Secret");
    }
    return wrong;
  }
}
