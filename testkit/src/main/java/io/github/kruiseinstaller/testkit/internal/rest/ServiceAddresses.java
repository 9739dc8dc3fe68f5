package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.status.StatusException.Cause;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The Services' cluster addresses, from 10.96.0.0/12, one after the other; the first belongs to the
 * Service {@code kubernetes}. Thread-safe.
 */
final class ServiceAddresses {
  private static final int NETWORK = 10 << 24 | 96 << 16;
  private static final int SIZE = 1 << 20;
  private static final String HEADLESS = "None";
  private static final Pattern DOT = Pattern.compile("\\.");

  private final Set<Integer> taken = new HashSet<>();
  private int last = 1;

  /**
   * Gives a new Service its address, if it is to have one.
   *
   * @return what to do when the Service is not stored after all
   */
  Runnable assign(ObjectNode service, boolean dryRun) {
    ObjectNode spec = Nodes.object(service, "spec");
    String wanted = spec.path("clusterIP").asText("");
    if (!needsAddress(service) || wanted.equals(HEADLESS)) {
      if (wanted.equals(HEADLESS)) {
        headless(spec);
      }
      return () -> {};
    }
    if (wanted.isEmpty()) {
      // A real API server does not look for a free one when nothing will be stored.
      int offset = dryRun ? 0 : next();
      set(spec, text(offset));
      return dryRun ? () -> {} : () -> release(offset);
    }
    int offset = claim(service, wanted, dryRun);
    set(spec, wanted);
    return dryRun ? () -> {} : () -> release(offset);
  }

  /** Keeps a Service's address over an update, or gives or takes it when the type changes. */
  Runnable carryOver(ObjectNode live, ObjectNode next, boolean dryRun) {
    ObjectNode spec = Nodes.object(next, "spec");
    JsonNode before = live.path("spec");
    if (!needsAddress(next)) {
      spec.remove(List.of("clusterIPs", "ipFamilies", "ipFamilyPolicy", "clusterIP"));
      return () -> {};
    }
    if (!needsAddress(live)) {
      return assign(next, dryRun);
    }
    String address = before.path("clusterIP").asText("");
    String wanted = spec.path("clusterIP").asText("");
    if (!wanted.isEmpty()
        && !wanted.equals(address)
        && spec.path("clusterIPs").equals(before.path("clusterIPs"))) {
      // Who changes only the older field means both.
      spec.set("clusterIPs", Json.array().add(wanted));
    }
    if (spec.path("clusterIP").asText("").isEmpty()) {
      spec.put("clusterIP", address);
    }
    for (String field : List.of("clusterIPs", "ipFamilies", "ipFamilyPolicy")) {
      if (spec.path(field).isEmpty() && !spec.path(field).isTextual() && before.has(field)) {
        spec.set(field, before.get(field).deepCopy());
      }
    }
    return () -> {};
  }

  /** A Service is gone, or no longer has an address. */
  void release(JsonNode service) {
    String address = Nodes.textOrEmpty(service, "spec", "clusterIP");
    int offset = offset(address);
    if (offset >= 0) {
      release(offset);
    }
  }

  static boolean needsAddress(JsonNode service) {
    return !Nodes.textOrEmpty(service, "spec", "type").equals("ExternalName");
  }

  /** Without selector nobody knows of which family its endpoints will be: both are assumed. */
  private static void headless(ObjectNode spec) {
    boolean selects = !spec.path("selector").isEmpty();
    if (!selects && spec.path("ipFamilyPolicy").asText("").isEmpty()) {
      spec.put("ipFamilyPolicy", "RequireDualStack");
    }
    set(spec, HEADLESS);
    JsonNode families = spec.path("ipFamilies");
    if (!selects
        && families.size() == 1
        && !spec.path("ipFamilyPolicy").asText().equals("SingleStack")) {
      boolean four = families.get(0).asText().equals("IPv4");
      ((ArrayNode) families).add(four ? "IPv6" : "IPv4");
    }
  }

  private static void set(ObjectNode spec, String address) {
    spec.put("clusterIP", address);
    if (spec.path("clusterIPs").isEmpty()) {
      spec.set("clusterIPs", Json.array().add(address));
    }
    if (spec.path("ipFamilies").isEmpty()) {
      spec.set("ipFamilies", Json.array().add("IPv4"));
    }
    if (spec.path("ipFamilyPolicy").asText("").isEmpty()) {
      spec.put("ipFamilyPolicy", "SingleStack");
    }
  }

  private synchronized int next() {
    for (int tries = 0; tries < SIZE; tries++) {
      last = last + 1 < SIZE - 1 ? last + 1 : 2;
      if (taken.add(last)) {
        return last;
      }
    }
    throw Statuses.internal("failed to allocate a serviceIP: range is full");
  }

  private synchronized int claim(ObjectNode service, String address, boolean dryRun) {
    int offset = offset(address);
    if (offset < 0 && !isAddress(address)) {
      throw malformed(service, address);
    }
    if (offset < 0) {
      throw refused(service, address, "the provided network does not match the current range");
    }
    boolean free = dryRun ? !taken.contains(offset) : taken.add(offset);
    if (!free) {
      throw refused(service, address, "provided IP is already allocated");
    }
    return offset;
  }

  private static boolean isAddress(String text) {
    return text.matches("((25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(\\.(?!$)|$)){4}")
        || text.matches("[0-9a-fA-F]*:[0-9a-fA-F:.]+");
  }

  private static RuntimeException malformed(ObjectNode service, String address) {
    return Statuses.invalid(
        "",
        "Service",
        Nodes.name(service),
        List.of(
            new Cause(
                "FieldValueInvalid",
                "Invalid value: \""
                    + address
                    + "\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",
                "spec.clusterIPs[0]")));
  }

  private static RuntimeException refused(ObjectNode service, String address, String why) {
    return Statuses.invalid(
        "",
        "Service",
        Nodes.name(service),
        List.of(
            new Cause(
                "FieldValueInvalid",
                "Invalid value: [\""
                    + address
                    + "\"]: failed to allocate IP "
                    + address
                    + ": "
                    + why,
                "spec.clusterIPs")));
  }

  private synchronized void release(int offset) {
    taken.remove(offset);
  }

  private static String text(int offset) {
    int address = NETWORK + offset;
    return (address >>> 24)
        + "."
        + (address >>> 16 & 255)
        + "."
        + (address >>> 8 & 255)
        + "."
        + (address & 255);
  }

  /** Where in the range an address is, or -1. */
  private static int offset(String address) {
    if (!address.matches("(\\d{1,3}\\.){3}\\d{1,3}")) {
      return -1;
    }
    int number = 0;
    for (String part : DOT.split(address, -1)) {
      number = number << 8 | Integer.parseInt(part);
    }
    int offset = number - NETWORK;
    return offset >= 0 && offset < SIZE ? offset : -1;
  }
}
