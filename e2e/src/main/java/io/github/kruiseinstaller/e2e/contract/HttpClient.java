package io.github.kruiseinstaller.e2e.contract;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** Sends requests to one API server as they are. Thread-safe. */
final class HttpClient implements AutoCloseable {
  private static final Pattern WARNING = Pattern.compile("299 - \"((?:[^\"\\\\]|\\\\.)*)\"");

  private final Target target;
  private final OkHttpClient http;

  HttpClient(Target target) {
    this.target = target;
    OkHttpClient.Builder builder =
        new OkHttpClient.Builder()
            .retryOnConnectionFailure(false)
            .connectTimeout(Duration.ofSeconds(10))
            .readTimeout(Duration.ofSeconds(40));
    if (target.server().startsWith("https:")) {
      trust(builder, target.caPem());
    }
    this.http = builder.build();
  }

  /** One request; any answer is returned. */
  Exchange send(String method, String path, Map<String, String> headers, @Nullable String body) {
    try (Response response = call(method, path, headers, body).execute()) {
      return read(response);
    } catch (IOException e) {
      throw new UncheckedIOException(method + " " + path, e);
    }
  }

  /** A request that is not yet sent, as the target's user unless a header says otherwise. */
  Call call(String method, String path, Map<String, String> headers, @Nullable String body) {
    okhttp3.Request.Builder request =
        new okhttp3.Request.Builder()
            .url(HttpUrl.get(target.server() + path))
            .header("Accept", "application/json")
            .header("User-Agent", "contract/1.0")
            .header("Authorization", "Bearer " + target.token());
    headers.forEach(
        (name, value) -> {
          if (value.isEmpty()) {
            request.removeHeader(name);
          } else {
            request.header(name, value);
          }
        });
    String type = headers.getOrDefault("Content-Type", "");
    boolean needed = method.equals("POST") || method.equals("PUT") || method.equals("PATCH");
    RequestBody content =
        body == null && !needed
            ? null
            : RequestBody.create(
                (body == null ? "" : body).getBytes(StandardCharsets.UTF_8),
                type.isEmpty() ? null : MediaType.parse(type));
    return http.newCall(request.method(method, content).build());
  }

  /** The answer as it came. */
  static Exchange read(Response response) throws IOException {
    List<String> warnings = new ArrayList<>();
    for (String header : response.headers("Warning")) {
      Matcher warning = WARNING.matcher(header);
      while (warning.find()) {
        warnings.add(warning.group(1).replaceAll("\\\\(.)", "$1"));
      }
    }
    String type = response.header("Content-Type", "");
    return new Exchange(
        response.code(),
        type == null ? "" : type.replaceAll(";.*", ""),
        warnings,
        response.header("Retry-After"),
        response.body().string());
  }

  /** Watches may be silent for long. */
  Call watch(String path, Map<String, String> headers) {
    return call("GET", path, headers, null);
  }

  private static void trust(OkHttpClient.Builder builder, String caPem) {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509")
              .generateCertificates(
                  new ByteArrayInputStream(caPem.getBytes(StandardCharsets.UTF_8)))) {
        store.setCertificateEntry("ca-" + number++, certificate);
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      TrustManager[] managers = factory.getTrustManagers();
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers, null);
      builder.sslSocketFactory(context.getSocketFactory(), (X509TrustManager) managers[0]);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("the CA of the API server cannot be used", e);
    }
  }

  /** Ends the connections. */
  @Override
  public void close() {
    http.connectionPool().evictAll();
    http.dispatcher().executorService().shutdown();
  }
}
