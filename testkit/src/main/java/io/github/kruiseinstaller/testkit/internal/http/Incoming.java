package io.github.kruiseinstaller.testkit.internal.http;

import io.github.kruiseinstaller.testkit.fault.ApiRequest;
import io.github.kruiseinstaller.testkit.internal.auth.Caller;
import io.github.kruiseinstaller.testkit.internal.auth.Impersonation;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** A request as it comes in: its line and its headers. */
final class Incoming {
  private static final String EXTRA = "impersonate-extra-";

  private final Request request;
  private final String rawQuery;
  private final Parameters query;
  private final RequestPath path;
  private boolean json;

  Incoming(Request request) {
    this.request = request;
    String raw = request.getHttpURI().getQuery();
    rawQuery = raw == null ? "" : raw;
    query = new Parameters(rawQuery);
    String decoded = request.getHttpURI().getDecodedPath();
    path = RequestPath.of(request.getMethod(), decoded == null ? "/" : decoded, query.is("watch"));
  }

  /** Its headers. */
  Headers headers() {
    return name ->
        json && name.equals("Content-Type")
            ? List.of("application/json")
            : request.getHeaders().getValuesList(name);
  }

  /** The body has been turned into JSON. */
  void readAsJson() {
    json = true;
  }

  /** The body's media type without parameters, or empty. */
  String contentType() {
    return headers().mediaType();
  }

  /** The User-Agent. */
  String agent() {
    return headers().first("User-Agent");
  }

  /** The header with the token, or null. */
  @Nullable String authorization() {
    return request.getHeaders().get("Authorization");
  }

  /** As whom the client wants to act. */
  Impersonation.Target impersonated() {
    Map<String, List<String>> extra = new HashMap<>();
    for (HttpField field : request.getHeaders()) {
      String name = field.getName().toLowerCase(Locale.ROOT);
      if (name.startsWith(EXTRA)) {
        extra
            .computeIfAbsent(unescaped(name.substring(EXTRA.length())), key -> new ArrayList<>())
            .add(String.valueOf(field.getValue()));
      }
    }
    Headers headers = headers();
    return new Impersonation.Target(
        headers.first("Impersonate-User"),
        headers.all("Impersonate-Group"),
        headers.first("Impersonate-Uid"),
        extra);
  }

  /** The bytes that a percent sign stands for; what is no such text stays as it is. */
  private static String unescaped(String key) {
    try {
      return URLDecoder.decode(key.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return key;
    }
  }

  /** As rules and records see it. */
  ApiRequest facts(String user, byte[] body) {
    String name = path.name();
    boolean dryRun = query.all("dryRun").contains("All");
    if (path.verb().equals("create") && name.isEmpty()) {
      name = Body.name(body, contentType());
    } else if (path.verb().startsWith("delete") && !dryRun) {
      dryRun = Body.asksForDryRun(body);
    }
    return new ApiRequest(
        user,
        agent(),
        request.getMethod(),
        path.path(),
        rawQuery,
        path.verb(),
        path.groupResource(),
        path.subresource(),
        path.namespace(),
        name,
        dryRun);
  }

  /** As it is answered. */
  Call call(Caller caller, byte[] body, FaultPlan plan) {
    return new Call(
        request.getMethod(),
        path,
        rawQuery,
        query,
        headers(),
        body,
        caller,
        plan,
        new ArrayList<>());
  }
}
