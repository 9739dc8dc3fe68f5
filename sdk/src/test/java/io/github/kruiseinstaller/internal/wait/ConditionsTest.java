package io.github.kruiseinstaller.internal.wait;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.internal.wait.Waiter.State;
import io.github.kruiseinstaller.model.Manifest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 | 2 | 2 2 2 2 | pending | the Deployment controller has not seen the change yet",
        "2 | 2 | 3 1 3 3 | pending | 2 old replicas not gone yet",
        "2 | 2 | 2 0 0 0 | pending | 0 of 2 replicas created from the new template",
        "2 | 2 | 2 2 0 0 | pending | 0 of 2 replicas ready",
        "2 | 2 | 1 1 1 0 | reached | 1 of 2 replicas ready",
        "2 | 2 | 2 2 1 1 | reached | 1 of 2 replicas ready",
        "2 | 2 | 3 2 3 3 | pending | 1 old replica not gone yet",
        "2 | 2 | 4 2 4 4 | pending | 2 old replicas not gone yet",
        "2 | 2 | 2 2 2 1 | reached | 2 of 2 replicas ready",
        "2 | 2 | 2 2 2 2 | reached | 2 of 2 replicas ready",
        "2 | 0 | 0 0 0 0 | reached | 0 of 0 replicas ready",
      })
  void deployment_serving(
      int observed, int replicas, String counts, String outcome, String expected) {
    State state = DeploymentRollout.serving().of(deployment(observed, replicas, counts, ""));
    assertThat(state).isEqualTo(new State(outcome.equals("reached"), expected));
  }

  @Test
  void deployment_available_waitsForMinReadySecondsToo() {
    assertThat(DeploymentRollout.available().of(deployment(2, 2, "2 2 2 1", "")))
        .isEqualTo(State.pending("1 of 2 replicas available"));
    assertThat(DeploymentRollout.available().of(deployment(2, 2, "1 1 1 1", "")))
        .isEqualTo(State.pending("1 of 2 replicas created from the new template"));
    assertThat(DeploymentRollout.available().of(deployment(2, 2, "2 2 1 1", "")))
        .isEqualTo(State.pending("1 of 2 replicas ready"));
    assertThat(DeploymentRollout.available().of(deployment(2, 2, "3 3 3 3", "")))
        .isEqualTo(State.pending("1 surplus replicas not gone yet"));
    assertThat(DeploymentRollout.available().of(deployment(2, 2, "2 2 2 2", "")))
        .isEqualTo(State.reached("2 of 2 replicas available"));
  }

  @Test
  void deployment_saysWhyNoPodsAppear() {
    String failing =
        "{'type':'ReplicaFailure','status':'True','reason':'FailedCreate','message':'quota'},"
            + "{'type':'Progressing','status':'False','reason':'ProgressDeadlineExceeded',"
            + "'message':'too slow'}";
    assertThat(DeploymentRollout.serving().of(deployment(2, 2, "0 0 0 0", failing)).text())
        .isEqualTo(
            "0 of 2 replicas created from the new template; FailedCreate: quota;"
                + " ProgressDeadlineExceeded: too slow");
  }

  @Test
  void everyRollout_isPendingWhileTheObjectIsAbsentOrGoing() {
    Manifest going =
        json(
            "{'apiVersion':'v1','kind':'Any','metadata':{'name':'x',"
                + "'deletionTimestamp':'2025-01-01T00:00:00Z'}}");
    for (Waiter.Condition condition :
        new Waiter.Condition[] {
          DeploymentRollout.serving(), new DaemonSetRollout(), new CrdEstablished()
        }) {
      assertThat(of(condition, null)).isEqualTo(State.pending("does not exist"));
      assertThat(of(condition, going)).isEqualTo(State.pending("is being deleted"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "RollingUpdate | 3 1 3 | pending | 1 of 3 nodes run the new template",
        "OnDelete | 3 1 3 | reached | 3 of 3 nodes ready",
        "RollingUpdate | 3 3 2 | pending | 2 of 3 nodes ready",
        "RollingUpdate | 3 3 3 | reached | 3 of 3 nodes ready",
        "RollingUpdate | 0 0 0 | reached | no node takes it",
      })
  void daemonSet(String strategy, String counts, String outcome, String expected) {
    String[] n = counts.split(" ", -1);
    Manifest live =
        json(
            "{'apiVersion':'apps/v1','kind':'DaemonSet','metadata':{'name':'d','namespace':'ns',"
                + "'generation':1},'spec':{'updateStrategy':{'type':'"
                + strategy
                + "'}},'status':{'observedGeneration':1,'desiredNumberScheduled':"
                + n[0]
                + ",'updatedNumberScheduled':"
                + n[1]
                + ",'numberReady':"
                + n[2]
                + "}}");
    assertThat(new DaemonSetRollout().of(live))
        .isEqualTo(new State(outcome.equals("reached"), expected));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        " | pending | not Established",
        "Established=True=x | pending | not Established, x: why",
        "Established=True=x,NamesAccepted=True=y | reached | Established",
        "Established=True=x,NamesAccepted=False=Taken | pending | names not accepted: Taken: why",
        "Established=False=Installing,NamesAccepted=True=y | pending | not Established, Installing:"
            + " why",
      })
  void customResourceDefinition(@Nullable String conditions, String outcome, String expected) {
    StringBuilder all = new StringBuilder();
    for (String condition : conditions == null ? new String[0] : conditions.split(",", -1)) {
      String[] parts = condition.split("=", -1);
      all.append(all.isEmpty() ? "" : ",")
          .append("{'type':'" + parts[0] + "','status':'" + parts[1] + "','reason':'" + parts[2])
          .append("','message':'why'}");
    }
    Manifest live =
        json(
            "{'apiVersion':'apiextensions.k8s.io/v1','kind':'CustomResourceDefinition',"
                + "'metadata':{'name':'x'},'status':{'conditions':["
                + all
                + "]}}");
    assertThat(new CrdEstablished().of(live))
        .isEqualTo(new State(outcome.equals("reached"), expected));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "creationTimestamp | Established=False | true",
        "creationTimestamp | '' | true",
        "generateName | Established=False | false",
        "deletionTimestamp | Established=False | false",
        "creationTimestamp | NamesAccepted=False | false",
        "creationTimestamp | NonStructuralSchema=True | false",
        "creationTimestamp | Established=True,NamesAccepted=True | false",
      })
  void customResourceDefinition_isUnderWayUntilItIsServedOrRefused(
      String moment, String conditions, boolean expected) {
    StringBuilder all = new StringBuilder();
    for (String condition : conditions.isEmpty() ? new String[0] : conditions.split(",", -1)) {
      String[] parts = condition.split("=", -1);
      all.append(all.isEmpty() ? "" : ",")
          .append("{'type':'" + parts[0] + "','status':'" + parts[1] + "'}");
    }
    String made =
        moment.equals("deletionTimestamp") ? ",'creationTimestamp':'2025-01-01T00:00:00Z'" : "";
    Manifest live =
        json(
            "{'apiVersion':'apiextensions.k8s.io/v1','kind':'CustomResourceDefinition',"
                + "'metadata':{'name':'x','"
                + moment
                + "':'2025-01-01T00:00:00Z'"
                + made
                + "},'status':{'conditions':["
                + all
                + "]}}");
    assertThat(new CrdEstablished().isUnderWay(live)).isEqualTo(expected);
  }

  @Test
  void deleted_namesTheFinalizersThatHoldItUp() {
    Deleted gone = new Deleted();
    assertThat(of(gone, null)).isEqualTo(State.reached("gone"));
    String head = "{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'x'";
    assertThat(gone.of(json(head + "}}")).text()).contains("nobody has deleted it");
    String deletion = ",'deletionTimestamp':'2025-01-01T00:00:00Z'";
    assertThat(gone.of(json(head + deletion + "}}"))).isEqualTo(State.pending("being deleted"));
    assertThat(gone.of(json(head + deletion + ",'finalizers':['a/b','c']}}")))
        .isEqualTo(State.pending("being deleted, waits for finalizers a/b, c"));
  }

  @ParameterizedTest
  @CsvSource({
    "Running, false, false",
    "Running, true, false",
    "Pending, false, false",
    "Unknown, true, false",
    "Failed, false, true",
    "Succeeded, false, true",
    "Failed, true, true"
  })
  void podEnded_holdsOnceNothingOfThePodRuns(String phase, boolean deleted, boolean ended) {
    Manifest pod =
        json(
            "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'p','namespace':'ns'"
                + (deleted ? ",'deletionTimestamp':'2025-01-01T00:00:00Z'" : "")
                + "},'status':{'phase':'"
                + phase
                + "'}}");
    assertThat(new PodEnded().of(pod).done()).isEqualTo(ended);
    assertThat(Pods.hasEnded(pod)).isEqualTo(ended);
    assertThat(Pods.isActive(pod)).isEqualTo(!ended && !deleted);
  }

  @Test
  void podEnded_ofAPodThatIsGone_holds() {
    assertThat(of(new PodEnded(), null)).isEqualTo(State.reached("gone"));
  }

  private static State of(Waiter.Condition condition, @Nullable Manifest live) {
    return condition.of(live);
  }

  /** Counts: all, updated, ready, available. */
  private static Manifest deployment(int observed, int replicas, String counts, String conditions) {
    String[] n = counts.split(" ", -1);
    return json(
        "{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'d','namespace':'ns',"
            + "'generation':2},'spec':{'replicas':"
            + replicas
            + "},'status':{'observedGeneration':"
            + observed
            + ",'replicas':"
            + n[0]
            + ",'updatedReplicas':"
            + n[1]
            + ",'readyReplicas':"
            + n[2]
            + ",'availableReplicas':"
            + n[3]
            + ",'conditions':["
            + conditions
            + "]}}");
  }

  private static Manifest json(String text) {
    return Manifest.parseJson(text.replace('\'', '"'));
  }
}
