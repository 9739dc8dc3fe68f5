package io.github.kruiseinstaller.e2e.contract;

import static io.github.kruiseinstaller.e2e.contract.Steps.SECRETS;
import static io.github.kruiseinstaller.e2e.contract.Steps.delete;
import static io.github.kruiseinstaller.e2e.contract.Steps.get;
import static io.github.kruiseinstaller.e2e.contract.Steps.mergePatch;
import static io.github.kruiseinstaller.e2e.contract.Steps.openWatch;
import static io.github.kruiseinstaller.e2e.contract.Steps.post;
import static io.github.kruiseinstaller.e2e.contract.Steps.readWatch;
import static io.github.kruiseinstaller.e2e.contract.Steps.readWatchToTheEnd;

/** Watches. */
final class WatchContract {
  private static final String WATCH = SECRETS + "?watch=1&allowWatchBookmarks=true";
  private static final String[] SHORT = {
    "/kind", "/apiVersion", "/metadata/name", "/metadata/labels", "/metadata/resourceVersion"
  };

  private WatchContract() {}

  static Theme theme() {
    return Theme.of(
        "watch",
        Scenario.of(
            "what happens after a list",
            get(SECRETS).onlyStatus().capture("rv", "/metadata/resourceVersion"),
            openWatch("w", WATCH + "&resourceVersion=${rv}"),
            post(SECRETS, secret("a", "x")).only("/metadata/resourceVersion"),
            label("a", "\"y\"").only("/metadata/resourceVersion"),
            delete(SECRETS + "/a").onlyStatus(),
            readWatch("w", 3)),
        Scenario.of(
            "a patch that changes nothing and a dry run are no events",
            post(SECRETS, secret("a", "x")).onlyStatus(),
            get(SECRETS).onlyStatus().capture("rv", "/metadata/resourceVersion"),
            openWatch("w", WATCH + "&resourceVersion=${rv}"),
            label("a", "\"x\"").onlyStatus(),
            post(SECRETS + "?dryRun=All", secret("b", "x")).onlyStatus(),
            delete(SECRETS + "/a?dryRun=All").onlyStatus(),
            label("a", "\"last\"").onlyStatus(),
            readWatch("w", 1).only(SHORT)),
        Scenario.of(
            "one object by name",
            get(SECRETS).onlyStatus().capture("rv", "/metadata/resourceVersion"),
            openWatch("w", WATCH + "&fieldSelector=metadata.name%3Db&resourceVersion=${rv}"),
            post(SECRETS, secret("a", "x")).onlyStatus(),
            post(SECRETS, secret("b", "x")).onlyStatus(),
            readWatch("w", 1).only(SHORT)),
        Scenario.of(
            "objects come into a selection and leave it",
            get(SECRETS).onlyStatus().capture("rv", "/metadata/resourceVersion"),
            openWatch("w", WATCH + "&labelSelector=side%3Dx&resourceVersion=${rv}"),
            post(SECRETS, secret("a", "y")).onlyStatus(),
            label("a", "\"x\"").only("/metadata/resourceVersion"),
            mergePatch(SECRETS + "/a", "{\"data\":{\"k\":\"dg==\"}}")
                .only("/metadata/resourceVersion"),
            label("a", "\"y\"").only("/metadata/resourceVersion"),
            mergePatch(SECRETS + "/a", "{\"data\":{\"k\":\"dw==\"}}").onlyStatus(),
            label("a", "\"x\"").onlyStatus(),
            delete(SECRETS + "/a").onlyStatus(),
            readWatch("w", 5).only(SHORT)),
        Scenario.of(
            "without a resourceVersion: first what is there",
            post(SECRETS, secret("a", "x")).onlyStatus(),
            post(SECRETS, secret("b", "x")).onlyStatus(),
            openWatch("w", SECRETS + "?watch=1"),
            readWatch("w", 2).only(SHORT)),
        Scenario.of(
            "from resourceVersion 0: first what is there",
            post(SECRETS, secret("a", "x")).onlyStatus(),
            get(SECRETS + "/a?resourceVersion=0").untilStatus(200).onlyStatus(),
            openWatch("w", SECRETS + "?watch=1&resourceVersion=0"),
            readWatch("w", 1).only(SHORT)),
        Scenario.of(
            "missed events are made up for",
            post(SECRETS, secret("a", "x")).onlyStatus().capture("rv", "/metadata/resourceVersion"),
            label("a", "\"y\"").onlyStatus(),
            delete(SECRETS + "/a").onlyStatus(),
            openWatch("w", WATCH + "&resourceVersion=${rv}"),
            readWatch("w", 2).only(SHORT)),
        Scenario.of(
            "ends at its time-out",
            get(SECRETS).onlyStatus().capture("rv", "/metadata/resourceVersion"),
            openWatch("w", SECRETS + "?watch=1&timeoutSeconds=1&resourceVersion=${rv}"),
            readWatchToTheEnd("w")),
        Scenario.of(
            "what cannot be watched",
            openWatch("w", SECRETS + "?watch=1&resourceVersion=nonsense"),
            openWatch("w", SECRETS + "?watch=1&labelSelector=%3D"),
            openWatch("w", SECRETS + "?watch=1&fieldSelector=nosuch%3D1"),
            openWatch("w", SECRETS + "?watch=1&sendInitialEvents=true"),
            openWatch("w", "/api/v1/namespaces/${id}/nosuches?watch=1")),
        Scenario.of(
            "in all namespaces",
            get("/api/v1/secrets?limit=1").onlyStatus().capture("rv", "/metadata/resourceVersion"),
            openWatch(
                "w", "/api/v1/secrets?watch=1&labelSelector=side%3D${id}&resourceVersion=${rv}"),
            post(SECRETS, secret("a", "${id}")).onlyStatus(),
            readWatch("w", 1).only("/metadata/name", "/metadata/namespace")),
        Scenario.of(
            "a finalizer: an object that is being deleted changes first",
            post(
                    SECRETS,
                    """
                    {"apiVersion":"v1","kind":"Secret",
                     "metadata":{"name":"a","finalizers":["example.com/held"]}}\
                    """)
                .onlyStatus()
                .capture("rv", "/metadata/resourceVersion"),
            openWatch("w", WATCH + "&resourceVersion=${rv}"),
            delete(SECRETS + "/a").onlyStatus(),
            mergePatch(SECRETS + "/a", "{\"metadata\":{\"finalizers\":null}}").onlyStatus(),
            readWatch("w", 2)
                .only("/metadata/name", "/metadata/deletionTimestamp", "/metadata/finalizers")));
  }

  private static Request label(String name, String value) {
    return mergePatch(SECRETS + "/" + name, "{\"metadata\":{\"labels\":{\"side\":" + value + "}}}");
  }

  private static String secret(String name, String side) {
    return """
    {"apiVersion":"v1","kind":"Secret","metadata":{"name":"%s","labels":{"side":"%s"}}}\
    """
        .formatted(name, side);
  }
}
