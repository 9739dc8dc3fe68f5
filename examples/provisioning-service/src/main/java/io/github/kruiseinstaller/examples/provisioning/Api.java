package io.github.kruiseinstaller.examples.provisioning;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.kruiseinstaller.OpenKruiseInstaller;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** What can be asked for, and what is done then. The package's comment lists it. */
final class Api {
  private final ClusterCatalogue clusters;
  private final Runs runs;
  private final Consumer<OpenKruiseInstaller.Builder> settings;

  /**
   * An API.
   *
   * @param settings what every installer has in common: the release, the time-out
   */
  Api(ClusterCatalogue clusters, Runs runs, Consumer<OpenKruiseInstaller.Builder> settings) {
    this.clusters = clusters;
    this.runs = runs;
    this.settings = settings;
  }

  List<Route> routes() {
    List<Route> routes = new ArrayList<>();
    for (Verb verb : Verb.values()) {
      Route.Handler starts = (cluster, choice) -> start(verb, cluster, choice);
      routes.add(Route.of("POST", verb.path(), starts).withChoices(verb.choices()));
    }
    routes.add(Route.of("GET", "/runs", (none, no) -> list()));
    routes.add(Route.of("GET", "/runs/{}", (id, no) -> json(200, runs.get(id).whole())));
    routes.add(Route.of("GET", "/runs/{}/events", (id, no) -> follow(runs.get(id))).slowly());
    routes.add(Route.of("DELETE", "/runs/{}", (id, no) -> cancel(runs.get(id))));
    routes.add(Route.of("GET", "/clusters", (none, no) -> clusters()));
    routes.add(look("plan", installer -> installer.plan().toJson()));
    routes.add(look("health", installer -> installer.verify().toJson()));
    routes.add(look("diagnosis", installer -> installer.diagnose().toJson()));
    routes.add(look("preflight", installer -> installer.preflight().toJson()));
    routes.add(Route.of("GET", "/healthz", (none, no) -> alive()));
    return List.copyOf(routes);
  }

  private Answer start(Verb verb, String cluster, String choice) {
    OpenKruiseInstaller.Builder builder = installer(cluster);
    ClusterRun run =
        runs.start(cluster, verb, events -> verb.start(builder.listener(events), choice));
    return json(202, run.summary()).with("Location", "/runs/" + run.id());
  }

  private Answer list() {
    JsonArray summaries = new JsonArray();
    runs.newestFirst().forEach(run -> summaries.add(run.summary()));
    return json(200, object("runs", summaries));
  }

  private static Answer follow(ClusterRun run) {
    return Answer.lines(run.events()::copyTo);
  }

  private static Answer cancel(ClusterRun run) {
    int status = run.hasEnded() ? 200 : 202;
    run.cancel();
    return json(status, run.summary());
  }

  private Answer clusters() {
    JsonArray names = new JsonArray();
    clusters.names().forEach(names::add);
    return json(200, object("clusters", names));
  }

  private Route look(String what, Function<OpenKruiseInstaller, String> verb) {
    Route.Handler looks = (cluster, no) -> Answer.json(200, verb.apply(installer(cluster).build()));
    return Route.of("GET", "/clusters/{}/" + what, looks).slowly();
  }

  private Answer alive() {
    runs.requireOpen();
    return Answer.json(200, "{\"status\":\"ok\"}");
  }

  /**
   * An installer for each request, since every run wants a listener of its own. That costs next to
   * nothing: an installer connects when it runs. What it costs to have the release is remembered by
   * its source, which is the same in all of them.
   */
  private OpenKruiseInstaller.Builder installer(String cluster) {
    Path kubeconfig = clusters.kubeconfig(cluster);
    OpenKruiseInstaller.Builder builder = OpenKruiseInstaller.builder().kubeconfig(kubeconfig);
    settings.accept(builder);
    return builder;
  }

  private static JsonObject object(String name, JsonElement value) {
    JsonObject object = new JsonObject();
    object.add(name, value);
    return object;
  }

  private static Answer json(int status, JsonObject json) {
    return Answer.json(status, json.toString());
  }
}
