package io.github.kruiseinstaller.internal.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxyEnvironmentTest {
  private final Map<String, String> environment = new HashMap<>();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "https://api.corp.example:6443 | other.example           | true",
        "https://api.corp.example:6443 | api.corp.example        | false",
        "https://API.corp.example:6443 | Api.Corp.Example        | false",
        "https://api.corp.example:6443 | corp.example            | false",
        "https://api.corp.example:6443 | .corp.example           | false",
        "https://api.corp.example:6443 | *.corp.example          | false",
        "https://corp.example:6443     | .corp.example           | true",
        "https://corp.example:6443     | *.corp.example          | true",
        "https://corp.example:6443     | corp.example            | false",
        "https://mycorp.example:6443   | corp.example            | true",
        "https://api.corp.example:6443 | corp.example:6443       | false",
        "https://api.corp.example:6443 | corp.example:443        | true",
        "https://api.corp.example      | corp.example:443        | false",
        "https://api.corp.example:6443 | a.example, corp.example | false",
        "https://api.corp.example:6443 | ',, :80 ,'              | true",
        "https://api.corp.example:6443 | a.example,*             | false",
        "https://b\u00fccher.example   | b\u00fccher.example     | false",
        "https://192.0.2.7:6443        | 192.0.2.7               | false",
        "https://192.0.2.7:6443        | 192.0.2.7:6443          | false",
        "https://192.0.2.7:6443        | 192.0.2.7:443           | true",
        "https://192.0.2.7:6443        | 192.0.2.0/29            | false",
        "https://192.0.2.8:6443        | 192.0.2.0/29            | true",
        "https://192.0.2.8:6443        | 0.0.0.0/0               | false",
        "https://192.0.2.8:6443        | 192.0.2.0/33            | true",
        "https://192.0.2.8:6443        | 192.0.2.999             | true",
        "https://192.0.2.8:6443        | ::/0                    | true",
        "https://[2001:db8::7]:6443    | 2001:db8::/32           | false",
        "https://[2001:db9::7]:6443    | 2001:db8::/32           | true",
        "https://[2001:db8::7]:6443    | 2001:DB8:0::7           | false",
        "https://[2001:db8::7]:6443    | [2001:db8::7]:6443      | false",
        "https://[2001:db8::7]:6443    | [2001:db8::7]:443       | true",
        "https://api.corp.example:6443 | 10.0.0.0/8              | true",
        "https://localhost:6443        | other.example           | false",
        "https://127.0.0.1:6443        | other.example           | false",
        "https://127.9.9.9:6443        | other.example           | false",
        "https://[::1]:6443            | other.example           | false",
      })
  void noProxy_isReadAsKubectlReadsIt(String server, String noProxy, boolean proxied) {
    environment.put("HTTPS_PROXY", "http://proxy.example:3128");
    environment.put("NO_PROXY", noProxy);
    assertThat(proxyTo(server)).isEqualTo(proxied ? "HTTP proxy.example:3128" : null);
  }

  @ParameterizedTest
  @CsvSource({
    "proxy.example:3128, HTTP proxy.example:3128",
    "proxy.example, HTTP proxy.example:80",
    "http://proxy.example, HTTP proxy.example:80",
    "HTTP://proxy.example:3128/, HTTP proxy.example:3128",
    "user:pass@proxy.example:3128, HTTP proxy.example:3128",
    "socks5://proxy.example, SOCKS proxy.example:1080",
    "socks5h://proxy.example:9050, SOCKS proxy.example:9050",
  })
  void proxy_mayLackItsScheme(String value, String proxy) {
    environment.put("HTTPS_PROXY", value);
    assertThat(proxyTo("https://api.example")).isEqualTo(proxy);
  }

  @Test
  void upperCase_goesBeforeLowerCase() {
    environment.put("https_proxy", "lower:1");
    environment.put("no_proxy", "api.example");
    assertThat(proxyTo("https://other.example")).isEqualTo("HTTP lower:1");
    assertThat(proxyTo("https://api.example")).isNull();
    environment.put("HTTPS_PROXY", "upper:1");
    environment.put("NO_PROXY", "other.example");
    assertThat(proxyTo("https://api.example")).isEqualTo("HTTP upper:1");
    assertThat(proxyTo("https://other.example")).isNull();
    environment.put("HTTPS_PROXY", "");
    environment.put("NO_PROXY", "");
    assertThat(proxyTo("https://other.example")).isEqualTo("HTTP lower:1");
  }

  @Test
  void schemeOfTheServer_saysWhichProxy() {
    environment.put("HTTPS_PROXY", "secure:1");
    assertThat(proxyTo("http://api.example")).isNull();
    environment.put("HTTP_PROXY", "plain:1");
    environment.remove("HTTPS_PROXY");
    assertThat(proxyTo("http://api.example")).isEqualTo("HTTP plain:1");
    assertThat(proxyTo("https://api.example")).isNull();
  }

  @Test
  void httpProxyOfACgiProgram_isNotUsed() {
    environment.put("REQUEST_METHOD", "GET");
    environment.put("HTTP_PROXY", "plain:1");
    environment.put("HTTPS_PROXY", "secure:1");
    assertThat(proxyTo("http://api.example")).isNull();
    assertThat(proxyTo("https://api.example")).isEqualTo("HTTP secure:1");
  }

  @Test
  void proxyThatCannotBeUsed_isNamedAndNotQuoted() {
    environment.put("HTTPS_PROXY", "https://user:secret@proxy.example");
    assertThatThrownBy(() -> proxyTo("https://api.example"))
        .hasMessage("HTTPS_PROXY is neither http:// nor socks5://");
    environment.put("HTTPS_PROXY", "user:secret@pro xy");
    assertThatThrownBy(() -> proxyTo("https://api.example"))
        .hasMessageStartingWith("HTTPS_PROXY cannot be read")
        .hasMessageNotContaining("secret");
  }

  private @Nullable String proxyTo(String server) {
    ProxyUrl proxy = new ProxyEnvironment(environment::get).proxyTo(HttpUrl.get(server));
    return proxy == null
        ? null
        : proxy.proxy().toString().replace(" @ ", " ").replace("/<unresolved>", "");
  }
}
