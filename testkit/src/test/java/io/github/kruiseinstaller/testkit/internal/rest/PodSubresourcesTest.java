package io.github.kruiseinstaller.testkit.internal.rest;

import static io.github.kruiseinstaller.testkit.internal.rest.Refusals.refusal;
import static io.github.kruiseinstaller.testkit.internal.rest.Refusals.text;
import static io.github.kruiseinstaller.testkit.internal.rest.RestFixture.ALICE;
import static io.github.kruiseinstaller.testkit.internal.rest.RestFixture.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Resources.Delete;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodSubresourcesTest {
  private final RestFixture api = new RestFixture();
  private final Resource budgets = api.kind("policy", "v1", "poddisruptionbudgets");

  @BeforeEach
  void pod() {
    api.namespace("default");
    api.create(
        api.pods(),
        "default",
        "{'metadata':{'name':'a','labels':{'app':'web'}},'spec':{'nodeName':'n',"
            + "'terminationGracePeriodSeconds':30}}");
    status("{'phase':'Running','conditions':[{'type':'Ready','status':'True'}]}");
  }

  private void status(String status) {
    api.replace(
        api.pods(),
        "default",
        "a",
        "status",
        json("{'metadata':{'name':'a','labels':{'app':'web'}},'status':" + status + "}"));
  }

  private void budget(String name, String spec, String status) {
    ObjectNode budget =
        api.create(
            budgets,
            "default",
            "{'metadata':{'name':'"
                + name
                + "'},'spec':{'selector':{'matchLabels':{'app':'web'}}"
                + spec
                + "}}");
    budget.set("status", json(status));
    api.replace(budgets, "default", name, "status", budget);
  }

  private void evict(String eviction) {
    api.service.evict(ALICE, "default", "a", json(eviction), api.write());
  }

  private void evict() {
    evict("{'apiVersion':'policy/v1','kind':'Eviction','metadata':{'name':'a'}}");
  }

  private ObjectNode thePod() {
    return api.service.get(api.pods(), "default", "a");
  }

  @Test
  void evict_deletesWithGraceAndSaysWhy() {
    evict();

    assertThat(Nodes.textOrEmpty(thePod(), "metadata", "deletionTimestamp"))
        .isEqualTo("2025-03-01T12:00:30Z");
    assertThat(Nodes.list(thePod(), "status", "conditions"))
        .last()
        .isEqualTo(
            json(
                "{'type':'DisruptionTarget','status':'True','observedGeneration':1,"
                    + "'lastProbeTime':null,'lastTransitionTime':'2025-03-01T12:00:00Z',"
                    + "'reason':'EvictionByEvictionAPI','message':'Eviction API: evicting'}"));
    assertThat(api.admission.last()).isEqualTo("CREATE eviction a");
    assertThat(api.written).last().isEqualTo("delete pods a CHANGED");
  }

  @Test
  void evict_again_keepsWhenItBegan() {
    evict();
    api.now = RestFixture.START.plusSeconds(5);
    evict("{'metadata':{'name':'a'},'deleteOptions':{'gracePeriodSeconds':10}}");

    assertThat(Nodes.list(thePod(), "status", "conditions"))
        .hasSize(2)
        .last()
        .matches(
            condition ->
                condition.path("lastTransitionTime").asText().equals("2025-03-01T12:00:00Z"));
    assertThat(Nodes.textOrEmpty(thePod(), "metadata", "deletionTimestamp"))
        .isEqualTo("2025-03-01T12:00:10Z");
  }

  @Test
  void evict_heedsItsDeleteOptions() {
    String uid = Nodes.uid(thePod());
    assertThat(
            text(
                () ->
                    evict(
                        "{'metadata':{'name':'a'},'deleteOptions':{'preconditions':{'uid':'u'}}}")))
        .isEqualTo(
            "409 Conflict Operation cannot be fulfilled on Pod \"a\": the UID in the precondition"
                + " (u) does not match the UID in record ("
                + uid
                + "). The object might have been deleted and then recreated");

    evict(
        "{'metadata':{'name':'a'},'deleteOptions':{'gracePeriodSeconds':0,"
            + "'preconditions':{'resourceVersion':'"
            + Nodes.resourceVersion(thePod())
            + "'}}}");

    assertThat(api.service.find(api.pods(), "default", "a")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"true,''", "false,All"})
  void evict_inDryRun_changesNothing(boolean dryRun, String inside) {
    budget("b", "", "{'disruptionsAllowed':1,'observedGeneration':1}");
    long before = api.store.revision();
    String list = inside.isEmpty() ? "[]" : "['" + inside + "']";

    api.service.evict(
        ALICE,
        "default",
        "a",
        json("{'metadata':{'name':'a'},'deleteOptions':{'dryRun':" + list + "}}"),
        dryRun ? api.dryRun() : api.write());

    assertThat(api.store.revision()).isEqualTo(before);
  }

  @Test
  void evict_ofAnotherName_is400_ofNoPod_is404() {
    assertThat(text(() -> evict("{'metadata':{'name':'b'}}")))
        .isEqualTo("400 BadRequest name in URL does not match name in Eviction object");
    assertThat(
            text(
                () ->
                    api.service.evict(
                        ALICE, "default", "b", json("{'metadata':{'name':'b'}}"), api.write())))
        .isEqualTo("404 NotFound pods \"b\" not found");
  }

  @Test
  void evict_whenAdmissionRefuses_keepsThePod() {
    api.admission.veto =
        request -> {
          throw new StatusException(403, "Forbidden", "no", null);
        };

    assertThat(text(this::evict)).isEqualTo("403 Forbidden no");

    assertThat(Metadata.isDeleting(thePod())).isFalse();
  }

  @Test
  void evict_inATerminatingNamespace_is403() {
    api.service.delete(ALICE, api.kind("", "v1", "namespaces"), "", "default", Delete.NOW);

    assertThat(text(this::evict))
        .isEqualTo(
            "403 Forbidden pods \"a\" is forbidden: unable to create new content in namespace"
                + " default because it is being terminated");
  }

  @Test
  void evict_spendsTheBudgetAndThenIsRefused() {
    budget(
        "b",
        "",
        "{'disruptionsAllowed':1,'currentHealthy':3,'desiredHealthy':2,'observedGeneration':1,"
            + "'conditions':[{'type':'DisruptionAllowed','status':'True'}]}");

    evict();

    ObjectNode spent = api.service.get(budgets, "default", "b");
    assertThat(Nodes.number(-1, spent, "status", "disruptionsAllowed")).isZero();
    assertThat(Nodes.texts(spent, "status", "disruptedPods"))
        .containsEntry("a", "2025-03-01T12:00:00Z");
    assertThat(Nodes.list(spent, "status", "conditions"))
        .singleElement()
        .matches(condition -> condition.path("reason").asText().equals("InsufficientPods"));

    api.service.delete(ALICE, api.pods(), "default", "a", Delete.NOW);
    pod2();
    StatusException refusal = refusal(this::evict);
    assertThat(refusal.body())
        .isEqualTo(
            json("{'kind':'Status','apiVersion':'v1','metadata':{},'status':'Failure','message':'Cannot"
                     + " evict pod as it would violate the pod`s disruption budget.',"
                     + "'reason':'TooManyRequests','details':{'causes':[{'reason':'DisruptionBudget','message':'The"
                     + " disruption budget b needs 2 healthy pods and has 3 currently'}]},"
                     + "'code':429}")
                .deepCopy()
                .put(
                    "message",
                    "Cannot evict pod as it would violate the pod's disruption budget."));
    assertThat(Metadata.isDeleting(thePod())).isFalse();
  }

  private void pod2() {
    api.create(
        api.pods(),
        "default",
        "{'metadata':{'name':'a','labels':{'app':'web'}},'spec':{'nodeName':'n'}}");
    status("{'phase':'Running','conditions':[{'type':'Ready','status':'True'}]}");
  }

  @Test
  void evict_whenTheBudgetIsNotLookedAtYet_is429WithRetryAfter() {
    budget("b", "", "{'disruptionsAllowed':1,'observedGeneration':0}");

    StatusException refusal = refusal(this::evict);

    assertThat(refusal.code()).isEqualTo(429);
    assertThat(refusal.details()).isNotNull();
    assertThat(refusal.details().retryAfterSeconds()).isEqualTo(10);
    assertThat(refusal.details().causes().get(0).message())
        .isEqualTo("The disruption budget b is still being processed by the server.");
  }

  @Test
  void evict_whenTheBudgetIsNegative_is403() {
    budget("b", "", "{'disruptionsAllowed':-1,'observedGeneration':1}");

    assertThat(text(this::evict))
        .isEqualTo(
            "403 Forbidden poddisruptionbudget.policy \"b\" is forbidden: pdb disruptions allowed"
                + " is negative");
  }

  @Test
  void evict_underTwoBudgets_is500() {
    budget("b", "", "{'disruptionsAllowed':1,'observedGeneration':1}");
    budget("c", "", "{'disruptionsAllowed':1,'observedGeneration':1}");

    assertThat(text(this::evict))
        .isEqualTo(
            "500  This pod has more than one PodDisruptionBudget, which the eviction subresource"
                + " does not support.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        ",'unhealthyPodEvictionPolicy':'AlwaysAllow'|{'disruptionsAllowed':0,'observedGeneration':1}|true",
        "\"\"|{'disruptionsAllowed':0,'currentHealthy':2,'desiredHealthy':2,'observedGeneration':1}|true",
        "\"\"|{'disruptionsAllowed':0,'currentHealthy':1,'desiredHealthy':2,'observedGeneration':1}|false",
        "\"\"|{'disruptionsAllowed':0,'observedGeneration':1}|false"
      })
  void evict_ofAPodThatIsNotReady_maySpareTheBudget(String spec, String status, boolean goes) {
    budget("b", spec, status);
    status("{'phase':'Running'}");

    if (goes) {
      evict();
      assertThat(Metadata.isDeleting(thePod())).isTrue();
    } else {
      assertThat(refusal(this::evict).code()).isEqualTo(429);
    }
  }

  @ParameterizedTest
  @CsvSource({"Pending", "Succeeded", "Failed"})
  void evict_ofAPodThatDoesNotRun_asksNoBudget(String phase) {
    budget("b", "", "{'disruptionsAllowed':0,'observedGeneration':1}");
    status("{'phase':'" + phase + "'}");

    evict();

    assertThat(
            api.service.find(api.pods(), "default", "a").filter(pod -> !Metadata.isDeleting(pod)))
        .isEmpty();
  }

  @Test
  void evict_asksOnlyBudgetsThatCoverThePod() {
    api.create(
        budgets,
        "default",
        "{'metadata':{'name':'other'},'spec':{'selector':{'matchLabels':{'app':'db'}}}}");
    api.create(budgets, "default", "{'metadata':{'name':'none'},'spec':{}}");
    api.create(
        budgets,
        "default",
        "{'metadata':{'name':'broken'},'spec':{'selector':{'matchExpressions':[{'key':'app',"
            + "'operator':'Like'}]}}}");

    evict();

    assertThat(Metadata.isDeleting(thePod())).isTrue();
  }

  @Test
  void bind_putsThePodOnTheNode() {
    api.create(api.pods(), "default", "{'metadata':{'name':'b'},'spec':{}}");

    bind("b", "{'metadata':{'name':'b','annotations':{'by':'me'}},'target':{'name':'node-1'}}");

    ObjectNode pod = api.service.get(api.pods(), "default", "b");
    assertThat(Nodes.textOrEmpty(pod, "spec", "nodeName")).isEqualTo("node-1");
    assertThat(Nodes.texts(pod, "metadata", "annotations")).containsEntry("by", "me");
    assertThat(Nodes.number(0, pod, "metadata", "generation")).isEqualTo(1);
    assertThat(Nodes.list(pod, "status", "conditions"))
        .singleElement()
        .matches(condition -> condition.path("type").asText().equals("PodScheduled"));
    assertThat(api.admission.last()).isEqualTo("CREATE binding b");
  }

  private void bind(String pod, String binding) {
    api.service.bind(ALICE, "default", pod, json(binding), api.write());
  }

  @Test
  void bind_whenItCannotBe_isRefused() {
    String binding = "{'metadata':{'name':'a'},'target':{'name':'m'}}";
    assertThat(text(() -> bind("a", binding)))
        .isEqualTo(
            "409 Conflict Operation cannot be fulfilled on pods/binding \"a\": pod a is already"
                + " assigned to node \"n\"");
    api.service.delete(ALICE, api.pods(), "default", "a", new Delete("", 30L, "", "", false));
    assertThat(text(() -> bind("a", binding)))
        .isEqualTo(
            "409 Conflict Operation cannot be fulfilled on pods/binding \"a\": pod a is being"
                + " deleted, cannot be assigned to a host");
    assertThat(text(() -> bind("x", "{'metadata':{'name':'x'}}")))
        .isEqualTo("404 NotFound pods \"x\" not found");
    assertThat(text(() -> bind("x", "{'metadata':{'name':'y'}}")))
        .isEqualTo("400 BadRequest name in URL does not match name in Binding object");
    api.create(
        api.pods(),
        "default",
        "{'metadata':{'name':'g'},'spec':{'schedulingGates':[{'name':'x.io/g'}]}}");
    assertThat(text(() -> bind("g", "{'metadata':{'name':'g'}}")))
        .endsWith("pod g has non-empty .spec.schedulingGates");
    assertThat(text(() -> bind("g", "{'metadata':{'name':'g','uid':'u'}}")))
        .contains("Precondition failed: UID in precondition: u");
  }
}
