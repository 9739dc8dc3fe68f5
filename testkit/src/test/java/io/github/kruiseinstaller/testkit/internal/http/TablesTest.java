package io.github.kruiseinstaller.testkit.internal.http;

import static io.github.kruiseinstaller.testkit.internal.http.ClusterFixture.NOW;
import static io.github.kruiseinstaller.testkit.internal.http.ClusterFixture.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.KindRegistry;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What kubectl prints. */
final class TablesTest {
  private static final String META =
      "'metadata':{'name':'x','creationTimestamp':'2025-03-01T11:55:00Z'}";

  private final KindRegistry kinds = new KindRegistry();

  private String row(String apiVersion, String kind, String object) {
    ObjectNode tree = json("{" + META + "," + object + "}");
    var resource = kinds.kind(apiVersion, kind).orElseThrow();
    ObjectNode table =
        new Tables(new NoResources(), () -> NOW)
            .table(resource, tree, new Tables.Options("meta.k8s.io/v1", "None", true));
    assertThat(table.at("/rows/0/cells")).hasSize(table.path("columnDefinitions").size());
    return Json.compact(table.at("/rows/0/cells")).replace("\"", "");
  }

  private String pod(String specAndStatus) {
    return row("v1", "Pod", specAndStatus);
  }

  private static final String ONE = "'spec':{'containers':[{'name':'c'}],'nodeName':'n'}";

  @Test
  void pod_thatRuns() {
    assertThat(
            pod(
                ONE
                    + ",'status':{'phase':'Running','podIPs':[{'ip':'10.0.0.1'}],"
                    + "'containerStatuses':[{'name':'c','ready':true,'restartCount':2,"
                    + "'state':{'running':{}},'lastState':{'terminated':{"
                    + "'finishedAt':'2025-03-01T11:59:30Z'}}}]}"))
        .isEqualTo("[x,1/1,Running,2 (30s ago),5m,10.0.0.1,n,<none>,<none>]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'phase':'Pending'|Pending",
        "'phase':'Failed','reason':'Evicted'|Evicted",
        "'phase':'Pending','conditions':[{'type':'PodScheduled','reason':'SchedulingGated'}]|SchedulingGated",
        "'phase':'Pending','containerStatuses':[{'state':{'waiting':{'reason':'ContainerCreating'}}}]|ContainerCreating",
        "'phase':'Running','containerStatuses':[{'state':{'terminated':{'exitCode':1,'reason':'Error'}}}]|Error",
        "'phase':'Running','containerStatuses':[{'state':{'terminated':{'exitCode':3}}}]|ExitCode:3",
        "'phase':'Running','containerStatuses':[{'state':{'terminated':{'signal':9}}}]|Signal:9",
        "'phase':'Running','containerStatuses':[{'state':{'terminated':{'reason':'Completed'}}},{'ready':true,'state':{'running':{}}}]|NotReady",
        "'phase':'Running','conditions':[{'type':'Ready','status':'True'}],'containerStatuses':[{'state':{'terminated':{'reason':'Completed'}}},{'ready':true,'state':{'running':{}}}]|Running"
      })
  void pod_status(String status, String expected) {
    assertThat(pod(ONE + ",'status':{" + status + "}").split(",", -1)[2]).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'name':'i','state':{'terminated':{'exitCode':1}}}|Init:ExitCode:1",
        "{'name':'i','state':{'terminated':{'exitCode':1,'signal':9}}}|Init:Signal:9",
        "{'name':'i','state':{'terminated':{'exitCode':1,'reason':'Error'}}}|Init:Error",
        "{'name':'i','state':{'waiting':{'reason':'ImagePullBackOff'}}}|Init:ImagePullBackOff",
        "{'name':'i','state':{'waiting':{'reason':'PodInitializing'}}}|Init:0/1",
        "{'name':'i','state':{'terminated':{'exitCode':0}}}|Pending"
      })
  void pod_thatIsInitializing(String initStatus, String expected) {
    String row =
        pod(
            "'spec':{'containers':[{'name':'c'}],'initContainers':[{'name':'i'}]},"
                + "'status':{'phase':'Pending','initContainerStatuses':["
                + initStatus
                + "]}");

    assertThat(row.split(",", -1)[2]).isEqualTo(expected);
  }

  @Test
  void pod_withASidecar() {
    String row =
        pod(
            "'spec':{'containers':[{'name':'c'}],'initContainers':[{'name':'i',"
                + "'restartPolicy':'Always'}]},'status':{'phase':'Running',"
                + "'initContainerStatuses':[{'name':'i','started':true,'ready':true,"
                + "'restartCount':1,'state':{'running':{}}}],'containerStatuses':[{'name':'c',"
                + "'ready':true,'state':{'running':{}}}]}");

    assertThat(row).startsWith("[x,2/2,Running,1,");
  }

  @Test
  void pod_thatIsGoing() {
    ObjectNode going =
        json(
            "{'metadata':{'name':'x','deletionTimestamp':'2025-03-01T12:00:00Z'},"
                + ONE
                + ",'status':{'phase':'Running'}}");
    assertThat(new PodPrinter().cells(going, NOW).get(2)).isEqualTo("Terminating");
    going.withObject("status").put("reason", "NodeLost");
    assertThat(new PodPrinter().cells(going, NOW).get(2)).isEqualTo("Unknown");
    going.withObject("status").put("phase", "Succeeded").remove("reason");
    assertThat(new PodPrinter().cells(going, NOW).get(2)).isEqualTo("Succeeded");
  }

  @Test
  void pod_withReadinessGates() {
    assertThat(
            pod(
                "'spec':{'containers':[],'readinessGates':[{'conditionType':'a'},"
                    + "{'conditionType':'b'}]},'status':{'conditions':[{'type':'a',"
                    + "'status':'True'}]}"))
        .endsWith(",1/2]");
  }

  @Test
  void workloads() {
    String template =
        "'template':{'spec':{'nodeSelector':{'os':'linux'},'containers':[{'name':'a','image':'i'},"
            + "{'name':'b','image':'j'}]}}";
    String selector = "'selector':{'matchLabels':{'app':'web'}}";
    assertThat(
            row(
                "apps/v1",
                "Deployment",
                "'spec':{'replicas':3,"
                    + selector
                    + ","
                    + template
                    + "},'status':{'readyReplicas':1,'updatedReplicas':2,'availableReplicas':1}"))
        .isEqualTo("[x,1/3,2,1,5m,a,b,i,j,app=web]");
    assertThat(
            row(
                "apps/v1",
                "ReplicaSet",
                "'spec':{'replicas':3," + selector + "},'status':{'replicas':2}"))
        .isEqualTo("[x,3,2,0,5m,,,app=web]");
    assertThat(
            row(
                "apps/v1",
                "DaemonSet",
                "'spec':{"
                    + template
                    + "},'status':{'desiredNumberScheduled':4,'currentNumberScheduled':3,"
                    + "'numberReady':2,'updatedNumberScheduled':1}"))
        .isEqualTo("[x,4,3,2,1,0,os=linux,5m,a,b,i,j,<none>]");
    assertThat(
            row(
                "apps/v1",
                "StatefulSet",
                "'spec':{'replicas':2," + template + "},'status':{'readyReplicas':2}"))
        .isEqualTo("[x,2/2,5m,a,b,i,j]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'spec':{'completions':2},'status':{'succeeded':1,'startTime':'2025-03-01T11:58:50Z'}|[x,Running,1/2,70s,",
        "'spec':{'parallelism':3},'status':{}|[x,Running,0/1 of 3,,",
        "'spec':{},'status':{'startTime':'2025-03-01T11:58:00Z','completionTime':'2025-03-01T11:58:05Z','conditions':[{'type':'Complete','status':'True'}]}|[x,Complete,0/1,5s,",
        "'spec':{},'status':{'startTime':'never','conditions':[{'type':'Suspended','status':'True'}]}|[x,Suspended,0/1,<invalid>,"
      })
  void jobs(String job, String expected) {
    assertThat(row("batch/v1", "Job", job)).startsWith(expected);
  }

  @Test
  void services() {
    assertThat(
            row(
                "v1",
                "Service",
                "'spec':{'type':'ClusterIP','clusterIPs':['10.96.0.9'],'selector':{'a':'b'},"
                    + "'ports':[{'port':443,'protocol':'TCP'},{'port':80,'nodePort':30080,"
                    + "'protocol':'TCP'}]}"))
        .isEqualTo("[x,ClusterIP,10.96.0.9,<none>,443/TCP,80:30080/TCP,5m,a=b]");
    assertThat(row("v1", "Service", "'spec':{'type':'LoadBalancer','externalIPs':[]},'status':{}"))
        .isEqualTo("[x,LoadBalancer,<none>,<pending>,<none>,5m,<none>]");
    assertThat(
            row(
                "v1",
                "Service",
                "'spec':{'type':'LoadBalancer'},'status':{'loadBalancer':{'ingress':["
                    + "{'hostname':'lb'}]}}"))
        .contains(",lb,");
    assertThat(row("v1", "Service", "'spec':{'type':'ExternalName','externalName':'elsewhere'}"))
        .contains(",elsewhere,");
    assertThat(row("v1", "Service", "'spec':{}")).contains(",<unknown>,");
  }

  @Test
  void endpoints() {
    assertThat(row("v1", "Endpoints", "'subsets':[]")).isEqualTo("[x,<none>,5m]");
    assertThat(
            row(
                "v1",
                "Endpoints",
                "'subsets':[{'addresses':[{'ip':'1'},{'ip':'2'}],'ports':[{'port':80},"
                    + "{'port':81}]},{'addresses':[{'ip':'3'}]}]"))
        .isEqualTo("[x,1:80,2:80,1:81 + 2 more...,5m]");
    assertThat(
            row(
                "discovery.k8s.io/v1",
                "EndpointSlice",
                "'addressType':'IPv4','ports':[{'name':'http'},{'port':443}],"
                    + "'endpoints':[{'addresses':['1','2']}]"))
        .isEqualTo("[x,IPv4,http,443,1,2,5m]");
    assertThat(row("discovery.k8s.io/v1", "EndpointSlice", "'addressType':'IPv4'"))
        .isEqualTo("[x,IPv4,<unset>,<unset>,5m]");
  }

  @Test
  void nodes() {
    assertThat(
            row(
                "v1",
                "Node",
                "'status':{'conditions':[{'type':'Ready','status':'True'}],'addresses':["
                    + "{'type':'InternalIP','address':'10.0.0.2'}],'nodeInfo':{"
                    + "'kubeletVersion':'v1.34.0'}}"))
        .isEqualTo("[x,Ready,<none>,5m,v1.34.0,10.0.0.2,<none>,<unknown>,<unknown>,<unknown>]");
    assertThat(
            row(
                "v1",
                "Node",
                "'spec':{'unschedulable':true},'status':{'conditions':[{'type':'Ready',"
                    + "'status':'Unknown'}]}"))
        .startsWith("[x,NotReady,SchedulingDisabled,");
    ObjectNode labelled =
        json(
            "{'metadata':{'name':'x','labels':{'node-role.kubernetes.io/control-plane':'',"
                + "'kubernetes.io/role':'edge'}}}");
    assertThat(CorePrinters.all().get("nodes").cells(labelled, NOW).subList(1, 3))
        .containsExactly("Unknown", "control-plane,edge");
  }

  @Test
  void events() {
    assertThat(
            row(
                "v1",
                "Event",
                "'involvedObject':{'kind':'Pod','name':'p','fieldPath':'spec'},'type':'Normal',"
                    + "'reason':'Pulled','message':' done ','count':4,"
                    + "'source':{'component':'kubelet','host':'n'},"
                    + "'firstTimestamp':'2025-03-01T11:58:00Z',"
                    + "'lastTimestamp':'2025-03-01T11:59:59Z'"))
        .isEqualTo("[1s,Normal,Pulled,pod/p,spec,kubelet, n,done,2m,4,x]");
    assertThat(
            row(
                "events.k8s.io/v1",
                "Event",
                "'regarding':{'kind':'Node'},'note':'hm','eventTime':'2025-03-01T11:59:00Z',"
                    + "'reportingComponent':'me','series':{'count':7,"
                    + "'lastObservedTime':'2025-03-01T11:59:50Z'}"))
        .isEqualTo("[10s,,,node,,me,hm,60s,7,x]");
    assertThat(row("v1", "Event", "'involvedObject':{}")).startsWith("[<unknown>,");
  }

  @Test
  void otherKinds() {
    assertThat(row("v1", "Namespace", "'status':{'phase':'Active'}")).isEqualTo("[x,Active,5m]");
    assertThat(row("v1", "Secret", "'type':'Opaque','data':{'a':'','b':''}"))
        .isEqualTo("[x,Opaque,2,5m]");
    assertThat(row("v1", "ConfigMap", "'data':{'a':''},'binaryData':{'b':''}"))
        .isEqualTo("[x,2,5m]");
    assertThat(row("v1", "ServiceAccount", "'secrets':[]")).isEqualTo("[x,0,5m]");
    assertThat(row("coordination.k8s.io/v1", "Lease", "'spec':{'holderIdentity':'me'}"))
        .isEqualTo("[x,me,5m]");
    assertThat(
            row(
                "admissionregistration.k8s.io/v1",
                "ValidatingWebhookConfiguration",
                "'webhooks':[{},{}]"))
        .isEqualTo("[x,2,5m]");
    assertThat(
            row(
                "rbac.authorization.k8s.io/v1",
                "ClusterRoleBinding",
                "'roleRef':{'kind':'ClusterRole','name':'r'},'subjects':[{'kind':'User',"
                    + "'name':'u'},{'kind':'ServiceAccount','namespace':'n','name':'s'}]"))
        .isEqualTo("[x,ClusterRole/r,5m,u,,n/s]");
    assertThat(
            row(
                "policy/v1",
                "PodDisruptionBudget",
                "'spec':{'minAvailable':1},'status':{'disruptionsAllowed':2}"))
        .isEqualTo("[x,1,N/A,2,5m]");
    assertThat(row("rbac.authorization.k8s.io/v1", "ClusterRole", "'rules':[]"))
        .isEqualTo("[x,2025-03-01T11:55:00Z]");
  }

  @Test
  void scale() {
    ObjectNode scale =
        json(
            "{'kind':'Scale','apiVersion':'autoscaling/v1',"
                + META
                + ",'spec':{'replicas':3},'status':{'replicas':2}}");
    var deployments = kinds.kind("apps/v1", "Deployment").orElseThrow();

    assertThat(
            new Tables(new NoResources(), () -> NOW)
                .table(deployments, scale, new Tables.Options("meta.k8s.io/v1", "None", false))
                .at("/rows/0/cells")
                .toString())
        .isEqualTo("[\"x\",3,2,\"5m\"]");
  }

  @ParameterizedTest
  @CsvSource({
    "-5, <invalid>",
    "0, 0s",
    "119, 119s",
    "120, 2m",
    "130, 2m10s",
    "660, 11m",
    "10800, 3h",
    "11400, 3h10m",
    "36000, 10h",
    "172800, 2d",
    "180000, 2d2h",
    "864000, 10d",
    "63072000, 2y",
    "63158400, 2y1d",
    "315360000, 10y"
  })
  void ages(long seconds, String expected) {
    assertThat(Ages.human(Duration.ofSeconds(seconds))).isEqualTo(expected);
  }

  @Test
  void ages_thatAreNone() {
    assertThat(Ages.since("", NOW)).isEqualTo("<unknown>");
    assertThat(Ages.since("today", NOW)).isEqualTo("<invalid>");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        ".spec.size|3",
        ".spec['size']|3",
        ".spec.list[0]|a",
        ".spec.list[-1]|b",
        ".spec.list[*]|a",
        ".metadata.annotations.example\\.com/x|y",
        ".spec.parts[?(@.name==\"two\")].value|2",
        ".spec.absent|-",
        ".spec.parts[?(@.name==\"nine\")].value|-",
        "spec!|-"
      })
  void jsonPath(String path, String expected) {
    ObjectNode tree =
        json(
            "{'metadata':{'annotations':{'example.com/x':'y'}},'spec':{'size':3,"
                + "'list':['a','b'],'parts':[{'name':'one','value':1},{'name':'two','value':2}]}}");

    assertThat(new JsonPath(path).first(tree).map(node -> node.asText()).orElse("-"))
        .isEqualTo(expected);
  }

  @Test
  void definedColumns_byType() {
    ObjectNode version =
        json(
            "{'additionalPrinterColumns':["
                + "{'name':'S','type':'string','jsonPath':'.s'},"
                + "{'name':'M','type':'string','jsonPath':'.m'},"
                + "{'name':'I','type':'integer','jsonPath':'.i'},"
                + "{'name':'X','type':'integer','jsonPath':'.s'},"
                + "{'name':'N','type':'number','jsonPath':'.i'},"
                + "{'name':'B','type':'boolean','jsonPath':'.b'},"
                + "{'name':'D','type':'date','jsonPath':'.d'},"
                + "{'name':'O','type':'other','jsonPath':'.s'}]}");
    ObjectNode object =
        json(
            "{'metadata':{'name':'x'},'s':'text','m':{'a':1},'i':3,'b':true,"
                + "'d':'2025-03-01T11:00:00Z'}");

    assertThat(new DefinedPrinter(version).cells(object, NOW))
        .containsExactly("x", "text", "{\"a\":1}", 3L, null, 3.0, true, "60m", null);
    assertThat(new DefinedPrinter(json("{}")).columns())
        .extracting(Column::name)
        .containsExactly("Name", "Age");
  }

  @Test
  void selectors_asText() {
    assertThat(
            SelectorText.of(
                json(
                    "{'matchLabels':{'b':'1'},'matchExpressions':["
                        + "{'key':'a','operator':'In','values':['y','x']},"
                        + "{'key':'c','operator':'NotIn','values':['z']},"
                        + "{'key':'d','operator':'Exists'},"
                        + "{'key':'e','operator':'DoesNotExist'}]}")))
        .isEqualTo("!e,a in (x,y),b=1,c notin (z),d");
    assertThat(SelectorText.of(Json.text("a=b"))).isEqualTo("a=b");
  }
}
