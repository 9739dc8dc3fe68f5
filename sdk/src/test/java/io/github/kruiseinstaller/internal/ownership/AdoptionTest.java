package io.github.kruiseinstaller.internal.ownership;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.internal.tree.Json;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AdoptionTest {
  private static final String REPLICAS = "{'f:spec':{'f:replicas':{}}}";
  private static final String HELMS =
      "{'f:metadata':{'f:annotations':{'f:meta.helm.sh/release-name':{}},"
          + "'f:labels':{'f:app.kubernetes.io/managed-by':{}}},'f:spec':{'f:replicas':{}}}";
  private static final String MARKED =
      "'annotations':{'meta.helm.sh/release-name':'kruise'},"
          + "'labels':{'app.kubernetes.io/managed-by':'Helm','app':'kruise'}";

  @Test
  void whatHelmApplied_becomesOurs_withItsMarks_soThatOurNextApplyTakesThemAway() {
    Manifest live = deployment(MARKED, entry("helm", "Apply", HELMS));
    Adoption adoption = applying(REPLICAS, "helm");

    assertThat(owners(adoption, live)).containsExactly("kruise-installer Apply " + sorted(HELMS));
    assertThat(adoption.takenFrom(live)).containsExactly("helm");
    assertThat(adoption.pruned(live))
        .isEqualTo(
            FieldSetTest.set(
                "{'f:metadata':{'f:annotations':{'f:meta.helm.sh/release-name':{}},"
                    + "'f:labels':{'f:app.kubernetes.io/managed-by':{}}}}"));
  }

  @Test
  void whatHelmCreated_becomesOurs_andSoDoMarksThatNobodyOwns() {
    Manifest live = deployment(MARKED, entry("helm", "Update", REPLICAS));

    assertThat(owners(applying(REPLICAS, "helm"), live))
        .containsExactly("kruise-installer Apply " + sorted(HELMS));
  }

  @Test
  void entriesOfSeveralMakers_areJoinedWithOurs() {
    Manifest live =
        deployment(
            "",
            entry("kubectl-create", "Update", "{'f:spec':{'f:replicas':{}}}"),
            entry("kubectl-client-side-apply", "Update", "{'f:spec':{'f:paused':{}}}"),
            entry("kruise-installer", "Apply", "{'f:spec':{'f:strategy':{}}}"));
    Adoption adoption = applying(REPLICAS, "kubectl-create", "kubectl-client-side-apply");

    assertThat(owners(adoption, live))
        .containsExactly(
            "kruise-installer Apply "
                + sorted("{'f:spec':{'f:strategy':{},'f:replicas':{},'f:paused':{}}}"));
    assertThat(adoption.takenFrom(live))
        .containsExactly("kubectl-client-side-apply", "kubectl-create");
  }

  @Test
  void entriesOfControllersAndSubresources_stay() {
    String status = entry("helm", "Update", "{'f:status':{}}", "'subresource':'status'");
    String scale = entry("kubectl", "Update", REPLICAS, "'subresource':'scale'");
    String revision =
        entry(
            "kube-controller-manager",
            "Update",
            "{'f:metadata':{'f:annotations':{'f:deployment.kubernetes.io/revision':{}}}}");
    Manifest live = deployment("", entry("helm", "Apply", REPLICAS), status, scale, revision);

    assertThat(owners(applying(REPLICAS, "helm", "kubectl"), live))
        .containsExactlyInAnyOrder(
            "kruise-installer Apply " + sorted(REPLICAS),
            "helm Update status " + sorted("{'f:status':{}}"),
            "kubectl Update scale " + sorted(REPLICAS),
            "kube-controller-manager Update "
                + sorted(
                    "{'f:metadata':{'f:annotations':{'f:deployment.kubernetes.io/revision':{}}}}"));
  }

  @Test
  void whoeverEditedByHand_keepsWhatTheReleaseDoesNotHave_andNothingElse() {
    Manifest live =
        deployment(
            "",
            entry("helm", "Apply", "{'f:spec':{'f:paused':{}}}"),
            entry(
                "kubectl-edit",
                "Update",
                "{'f:spec':{'f:replicas':{},'f:revisionHistoryLimit':{}}}"));
    Adoption adoption = applying("{'f:spec':{'f:paused':{},'f:replicas':{}}}", "helm");

    assertThat(owners(adoption, live))
        .containsExactly(
            "kruise-installer Apply " + sorted("{'f:spec':{'f:paused':{}}}"),
            "kubectl-edit Update " + sorted("{'f:spec':{'f:revisionHistoryLimit':{}}}"));
    assertThat(adoption.takenFrom(live)).containsExactly("helm", "kubectl-edit");
  }

  @Test
  void ourOwnUpdatesOfWhatTheReleaseHas_areFoldedIn() {
    Manifest live =
        deployment(
            "",
            entry("helm", "Apply", "{'f:spec':{'f:paused':{}}}"),
            entry("kruise-installer", "Update", "{'f:spec':{'f:replicas':{},'f:x':{}}}"));

    assertThat(owners(applying(REPLICAS, "helm"), live))
        .contains("kruise-installer Update " + sorted("{'f:spec':{'f:x':{}}}"));
  }

  @Test
  void whereApplyingChangesNothing_theReleasesFieldsAreOursAtOnce_andDefaultsNobodys() {
    Manifest live =
        deployment(
            "",
            entry(
                "okhttp", "Update", "{'f:spec':{'f:replicas':{},'f:progressDeadlineSeconds':{}}}"));
    Adoption adoption = new Adoption("Apply", Set.of("okhttp"), FieldSetTest.set(REPLICAS), true);

    assertThat(owners(adoption, live))
        .containsExactly("kruise-installer Apply " + sorted(REPLICAS));
  }

  @Test
  void adoptingTwice_changesNothingTheSecondTime() {
    Manifest live =
        deployment(
            "",
            entry("helm", "Apply", REPLICAS),
            entry("kubectl-edit", "Update", "{'f:spec':{'f:x':{}}}"));
    Adoption adoption = applying(REPLICAS, "helm");
    List<Map<String, @Nullable Object>> fields = adoption.managedFields(live).orElseThrow();

    Manifest adopted =
        live.edit(tree -> Trees.child(tree, "metadata").put("managedFields", fields));

    assertThat(adoption.managedFields(adopted)).isEmpty();
    assertThat(adoption.takenFrom(adopted)).isEmpty();
  }

  @Test
  void entriesOfAnotherVersionOfTheObject_areDropped() {
    Manifest live =
        deployment(
            "",
            entry("helm", "Apply", REPLICAS),
            entry("helm", "Update", "{'f:spec':{'f:rollbackTo':{}}}")
                .replace("VERSION", "extensions/v1beta1"));

    assertThat(owners(applying(REPLICAS, "helm"), live))
        .containsExactly("kruise-installer Apply " + sorted(REPLICAS));
  }

  @Test
  void whatTheManagerFillsIn_isNotTaken_soThatItCannotGo() {
    Manifest secret =
        object(
            "v1",
            "Secret",
            "",
            entry("helm", "Apply", "{'f:data':{'.':{},'f:ca-cert.pem':{}},'f:type':{}}"),
            entry("kruise-manager", "Update", "{'f:data':{'f:ca-cert.pem':{}}}"));

    assertThat(owners(applying("{'f:type':{}}", "helm"), secret))
        .containsExactlyInAnyOrder(
            "kruise-installer Apply " + sorted("{'f:type':{}}"),
            "kruise-manager Update " + sorted("{'f:data':{'f:ca-cert.pem':{}}}"));
  }

  @Test
  void addressesThatATemplateHasLookedUp_areNotTaken() {
    Manifest service =
        object(
            "v1",
            "Service",
            "",
            entry("helm", "Apply", "{'f:spec':{'f:clusterIP':{},'f:ports':{}}}"));

    assertThat(owners(applying("{'f:spec':{'f:ports':{}}}", "helm"), service))
        .containsExactly("kruise-installer Apply " + sorted("{'f:spec':{'f:ports':{}}}"));
  }

  @Test
  void labelsOfOthersOnANamespace_stayTheirs_alsoIfTheSameToolWroteThem() {
    String labels =
        "{'f:metadata':{'f:labels':{'f:control-plane':{},'f:team':{},'f:app.kubernetes.io/managed-by':{}}}}";
    Manifest namespace =
        object(
            "v1",
            "Namespace",
            "'labels':{'control-plane':'openkruise','team':'x','app.kubernetes.io/managed-by':'Helm'}",
            entry("helm", "Apply", labels));
    Adoption adoption = applying("{'f:metadata':{'f:labels':{'f:control-plane':{}}}}", "helm");

    assertThat(owners(adoption, namespace))
        .containsExactlyInAnyOrder(
            "kruise-installer Apply "
                + sorted(
                    "{'f:metadata':{'f:labels':{'f:control-plane':{},'f:app.kubernetes.io/managed-by':{}}}}"),
            "helm Apply " + sorted("{'f:metadata':{'f:labels':{'f:team':{}}}}"));
    assertThat(adoption.pruned(namespace).reaches("metadata", "labels", "team")).isFalse();
  }

  @Test
  void anObjectThatNobodyOwns_isClaimed_soThatNobodyWithoutANameOwnsItBesideUs() {
    Manifest live = deployment("");

    assertThat(owners(new Adoption("Apply", Set.of(), FieldSetTest.set(REPLICAS), true), live))
        .containsExactly("kruise-installer Apply " + sorted(REPLICAS));
    assertThat(owners(applying(REPLICAS), live))
        .containsExactly("kruise-installer Apply " + sorted(REPLICAS));
  }

  @Test
  void replacement_ofAConfiguration_takesTheMarksAway_andLeavesTheWebhooks() {
    Manifest live =
        object(
            "admissionregistration.k8s.io/v1",
            "MutatingWebhookConfiguration",
            "'annotations':{'meta.helm.sh/release-name':'kruise','template':''},"
                + "'labels':{'app.kubernetes.io/managed-by':'Helm'}",
            entry(
                "helm",
                "Apply",
                "{'f:webhooks':{'k:{\\\"name\\\":\\\"a\\\"}':{'.':{},'f:name':{}}}}"));
    Adoption adoption = new Adoption("Update", Set.of("helm"), FieldSet.NONE, false);

    Manifest after = adoption.replacement(live, plain(live), "").orElseThrow();

    assertThat(after.annotations()).containsOnlyKeys("template");
    assertThat(after.labels()).isEmpty();
    assertThat(after.at("webhooks")).isEqualTo(live.at("webhooks"));
    assertThat(after.maps("metadata", "managedFields"))
        .singleElement()
        .satisfies(
            entry ->
                assertThat(entry)
                    .containsEntry("manager", "kruise-installer")
                    .containsEntry("operation", "Update"));
    assertThat(adoption.replacement(after, plain(live), "")).isEmpty();
  }

  @Test
  void replacement_leavesALabelThatTheReleaseHasToo() {
    Manifest live =
        object(
            "admissionregistration.k8s.io/v1",
            "MutatingWebhookConfiguration",
            "'labels':{'app.kubernetes.io/managed-by':'Helm'}",
            entry("helm", "Apply", REPLICAS));

    Manifest after =
        new Adoption("Update", Set.of("helm"), FieldSet.NONE, false)
            .replacement(live, live, "")
            .orElseThrow();

    assertThat(after.labels()).containsEntry("app.kubernetes.io/managed-by", "Helm");
  }

  private static Manifest plain(Manifest live) {
    return live.edit(tree -> Trees.child(tree, "metadata").keySet().retainAll(Set.of("name")));
  }

  private static Adoption applying(String release, String... makers) {
    return new Adoption("Apply", Set.of(makers), FieldSetTest.set(release), false);
  }

  private static List<String> owners(Adoption adoption, Manifest live) {
    Manifest after =
        adoption
            .managedFields(live)
            .map(
                fields ->
                    live.edit(tree -> Trees.child(tree, "metadata").put("managedFields", fields)))
            .orElse(live);
    return ManagedEntry.of(after).stream()
        .map(
            entry ->
                entry.manager()
                    + " "
                    + entry.operation()
                    + (entry.subresource().isEmpty() ? "" : " " + entry.subresource())
                    + " "
                    + sorted(entry.fields().fields()))
        .toList();
  }

  private static String sorted(String json) {
    return sorted(FieldSetTest.set(json).fields());
  }

  private static String sorted(Map<String, ?> node) {
    StringBuilder text = new StringBuilder("{");
    new TreeSet<>(node.keySet())
        .forEach(key -> text.append(key).append(sorted(Trees.map(node.get(key)))));
    return text.append("}").toString();
  }

  private static Manifest deployment(String metadata, String... entries) {
    return object("apps/v1", "Deployment", metadata, entries);
  }

  private static Manifest object(
      String apiVersion, String kind, String metadata, String... entries) {
    String json =
        "{'apiVersion':'"
            + apiVersion
            + "','kind':'"
            + kind
            + "','metadata':{'name':'x',"
            + (metadata.isEmpty() ? "" : metadata + ",")
            + "'managedFields':["
            + String.join(",", entries).replace("VERSION", apiVersion)
            + "]},'webhooks':[{'name':'a'}]}";
    return Manifest.of(Trees.map(Json.parse(json.replace('\'', '"'))));
  }

  private static String entry(String manager, String operation, String fields, String... more) {
    return "{'manager':'"
        + manager
        + "','operation':'"
        + operation
        + "','apiVersion':'VERSION','time':'2025-01-01T00:00:00Z','fieldsType':'FieldsV1','fieldsV1':"
        + fields
        + (more.length == 0 ? "" : "," + more[0])
        + "}";
  }
}
