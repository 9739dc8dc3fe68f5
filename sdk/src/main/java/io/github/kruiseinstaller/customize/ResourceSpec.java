package io.github.kruiseinstaller.customize;

import io.github.kruiseinstaller.internal.text.Quantity;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a container asks of its node, and the most it gets. Amounts are Kubernetes quantities:
 * {@code 100m} of cpu, {@code 512Mi} of memory.
 *
 * <pre>{@code
 * ResourceSpec.none().request("cpu", "100m").request("memory", "256Mi").limit("memory", "1Gi")
 * }</pre>
 *
 * @param requests amount by resource, sorted
 * @param limits amount by resource, sorted
 */
public record ResourceSpec(Map<String, String> requests, Map<String, String> limits) {
  private static final String OPTION = "resources";
  private static final ResourceSpec NONE = new ResourceSpec(Map.of(), Map.of());

  /**
   * Checks every name and amount.
   *
   * @throws io.github.kruiseinstaller.error.InstallException OPTION_INVALID when a name or an
   *     amount is malformed, or a request exceeds its limit
   */
  public ResourceSpec {
    requests = checked(requests);
    limits = checked(limits);
    for (Map.Entry<String, String> request : requests.entrySet()) {
      String limit = limits.get(request.getKey());
      if (limit != null && amount(request.getValue()).compareTo(amount(limit)) > 0) {
        throw OptionInvalid.value(
            OPTION,
            "the request of "
                + request.getValue()
                + " "
                + request.getKey()
                + " exceeds the limit"
                + " of "
                + limit,
            "Raise the limit or lower the request.");
      }
    }
  }

  /** No requests and no limits. */
  public static ResourceSpec none() {
    return NONE;
  }

  /** This, with a request added or replaced. */
  public ResourceSpec request(String resource, String quantity) {
    return new ResourceSpec(with(requests, resource, quantity), limits);
  }

  /** This, with a limit added or replaced. */
  public ResourceSpec limit(String resource, String quantity) {
    return new ResourceSpec(requests, with(limits, resource, quantity));
  }

  private static Map<String, String> with(Map<String, String> map, String key, String value) {
    SortedMap<String, String> copy = new TreeMap<>(map);
    copy.put(key, value);
    return copy;
  }

  private static Map<String, String> checked(Map<String, String> amounts) {
    for (Map.Entry<String, String> entry : amounts.entrySet()) {
      Syntax.qualifiedName(OPTION, entry.getKey());
      if (Quantity.parse(entry.getValue()) == null) {
        throw OptionInvalid.value(
            OPTION,
            "'" + entry.getValue() + "' is not an amount of " + entry.getKey(),
            "Write a number of at least 0 with an optional unit, such as 100m, 0.5, 256Mi or 1Gi.");
      }
    }
    return Collections.unmodifiableSortedMap(new TreeMap<>(amounts));
  }

  private static BigDecimal amount(String quantity) {
    return Objects.requireNonNull(Quantity.parse(quantity), quantity);
  }
}
