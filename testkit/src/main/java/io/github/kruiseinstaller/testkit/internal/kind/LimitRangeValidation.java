package io.github.kruiseinstaller.testkit.internal.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** LimitRanges: what they bound must leave room, and their defaults must be within it. */
final class LimitRangeValidation {
  private static final String MIN = "min";
  private static final String MAX = "max";
  private static final String DEFAULT = "default";
  private static final String REQUEST = "defaultRequest";
  private static final String RATIO = "maxLimitRequestRatio";
  private static final String POD = "Pod";
  private static final String CLAIM = "PersistentVolumeClaim";

  /** As the API server compares them, in its order and with its choice of what to show. */
  private static final List<Order> ORDERS =
      List.of(
          new Order(MIN, "min", MAX, "max", MIN, MIN),
          new Order(MIN, "min", REQUEST, "default request", REQUEST, REQUEST),
          new Order(REQUEST, "default request", MAX, "max", REQUEST, REQUEST),
          new Order(REQUEST, "default request", DEFAULT, "default limit", REQUEST, REQUEST),
          new Order(MIN, "min", DEFAULT, "default", DEFAULT, MIN),
          new Order(DEFAULT, "default", MAX, "max", DEFAULT, MAX));

  private final FieldErrors errors;

  LimitRangeValidation(FieldErrors errors) {
    this.errors = errors;
  }

  /** A LimitRange. */
  void limitRange(ObjectNode limitRange) {
    Set<String> types = new HashSet<>();
    int i = 0;
    for (JsonNode limit : Nodes.list(limitRange, "spec", "limits")) {
      String at = "spec.limits[" + i++ + "]";
      if (!types.add(Nodes.textOrEmpty(limit, "type"))) {
        errors.duplicate(at + ".type", limit.path("type"));
      }
      item(at, limit);
    }
  }

  private void item(String at, JsonNode limit) {
    String type = Nodes.textOrEmpty(limit, "type");
    if (type.equals(POD)) {
      notForPods(at + ".default", limit.path("default"));
      notForPods(at + ".defaultRequest", limit.path("defaultRequest"));
    }
    if (type.equals(CLAIM)
        && !limit.path("min").has("storage")
        && !limit.path("max").has("storage")) {
      errors.required(
          at + ".limits",
          "either minimum or maximum storage value is required, but neither was provided");
    }
    Amounts amounts = new Amounts(at, type.equals(POD) ? withoutDefaults(limit) : limit);
    amounts.resources().forEach(resource -> check(amounts, resource));
  }

  private void notForPods(String field, JsonNode defaults) {
    if (!defaults.isEmpty()) {
      errors.forbidden(field, "may not be specified when `type` is 'Pod'");
    }
  }

  private static JsonNode withoutDefaults(JsonNode limit) {
    ObjectNode rest = limit.deepCopy();
    rest.remove(List.of(DEFAULT, REQUEST));
    return rest;
  }

  private void check(Amounts amounts, String resource) {
    for (Order order : ORDERS) {
      JsonNode less = amounts.of(order.less(), resource);
      JsonNode more = amounts.of(order.more(), resource);
      if (!less.isMissingNode()
          && !more.isMissingNode()
          && value(less).compareTo(value(more)) > 0) {
        errors.invalid(
            amounts.field(order.blamed(), resource),
            order.shown().equals(order.less()) ? less : more,
            "%s value %s is greater than %s value %s"
                .formatted(order.lessWord(), less.asText(), order.moreWord(), more.asText()));
      }
    }
    ratio(amounts, resource);
    JsonNode given = amounts.of(DEFAULT, resource);
    JsonNode asked = amounts.of(REQUEST, resource);
    if (!mayBeOvercommitted(resource)
        && !given.isMissingNode()
        && !asked.isMissingNode()
        && value(given).compareTo(value(asked)) != 0) {
      errors.invalid(
          amounts.field(REQUEST, resource),
          asked,
          "default value %s must equal to defaultRequest value %s in %s"
              .formatted(given.asText(), asked.asText(), resource));
    }
  }

  private void ratio(Amounts amounts, String resource) {
    JsonNode ratio = amounts.of(RATIO, resource);
    if (ratio.isMissingNode()) {
      return;
    }
    if (value(ratio).compareTo(BigDecimal.ONE) < 0) {
      errors.invalid(
          amounts.field(RATIO, resource), ratio, "ratio " + ratio.asText() + " is less than 1");
    }
    BigDecimal least = value(amounts.of(MIN, resource));
    JsonNode most = amounts.of(MAX, resource);
    if (least.signum() > 0 && !most.isMissingNode()) {
      double room = value(most).doubleValue() / least.doubleValue();
      if (value(ratio).doubleValue() > room) {
        errors.invalid(
            amounts.field(RATIO, resource),
            ratio,
            "ratio %s is greater than max/min = %f".formatted(ratio.asText(), room));
      }
    }
  }

  /** Kinds of memory and devices that are given away once cannot be promised twice. */
  private static boolean mayBeOvercommitted(String resource) {
    boolean own = resource.indexOf('/') < 0 || resource.contains("kubernetes.io/");
    return own && !resource.startsWith("hugepages-");
  }

  private static BigDecimal value(JsonNode amount) {
    return Quantities.value(amount.asText()).orElse(BigDecimal.ZERO);
  }

  /**
   * What must not be more than something else.
   *
   * @param less the part that must not be more
   * @param more the part that it must not be more than
   * @param blamed the part that the error names
   * @param shown the part whose value the error shows
   */
  private record Order(
      String less, String lessWord, String more, String moreWord, String blamed, String shown) {}

  /** The amounts of one item. */
  private record Amounts(String at, JsonNode item) {
    JsonNode of(String part, String resource) {
      return item.path(part).path(resource);
    }

    String field(String part, String resource) {
      return at + "." + part + "[" + resource + "]";
    }

    /** All that something is said of. */
    Set<String> resources() {
      Set<String> resources = new TreeSet<>();
      for (String part : List.of(MIN, MAX, DEFAULT, REQUEST, RATIO)) {
        item.path(part).fieldNames().forEachRemaining(resources::add);
      }
      return resources;
    }
  }
}
