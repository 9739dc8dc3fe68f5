package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.status.StatusException.Cause;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The Services' ports on the nodes, from 30000 to 32767, one after the other; the first of them are
 * left to those who ask for one. Thread-safe.
 */
final class NodePorts {
  private static final String FIELD = "nodePort";
  private static final long FIRST = 30_000;
  private static final long LAST = 32_767;
  private static final long FIRST_GIVEN = 30_086;
  private static final Set<String> TYPES = Set.of("NodePort", "LoadBalancer");

  private final Set<Long> taken = new HashSet<>();
  private long last = FIRST_GIVEN - 1;

  /**
   * Gives a new Service its ports, if it is to have some.
   *
   * @return what to do when the Service is not stored after all
   */
  Runnable assign(ObjectNode service, boolean dryRun) {
    return hasNodePorts(service) ? new Operation(service, dryRun).all() : () -> {};
  }

  /** Keeps a Service's ports over an update, gives those that are missing. */
  Runnable carryOver(ObjectNode live, ObjectNode next, boolean dryRun) {
    if (!hasNodePorts(next)) {
      if (hasNodePorts(live) && numbers(live).containsAll(numbers(next))) {
        ports(next).forEach(port -> port.remove(FIELD));
      }
      return () -> {};
    }
    if (givesAll(live) && givesAll(next)) {
      keep(live, next);
    }
    return new Operation(next, dryRun).missing(numbers(live));
  }

  /** A changed Service has been stored: what it no longer has is free. */
  void settle(JsonNode before, JsonNode after) {
    Set<Long> gone = numbers(before);
    gone.removeAll(numbers(after));
    free(gone);
  }

  /** A Service is gone. */
  void release(JsonNode service) {
    free(numbers(service));
  }

  private static boolean hasNodePorts(JsonNode service) {
    return TYPES.contains(Nodes.textOrEmpty(service, "spec", "type"));
  }

  /** Whether every port gets one, also when nobody asks for it. */
  private static boolean givesAll(JsonNode service) {
    return hasNodePorts(service)
        && (!Nodes.textOrEmpty(service, "spec", "type").equals("LoadBalancer")
            || Nodes.at(service, "spec", "allocateLoadBalancerNodePorts").asBoolean(true));
  }

  private static List<ObjectNode> ports(JsonNode service) {
    return Nodes.list(service, "spec", "ports").stream()
        .filter(ObjectNode.class::isInstance)
        .map(ObjectNode.class::cast)
        .toList();
  }

  private static long number(JsonNode port) {
    return port.path(FIELD).asLong();
  }

  private static Set<Long> numbers(JsonNode service) {
    Set<Long> numbers = new HashSet<>();
    ports(service).forEach(port -> numbers.add(number(port)));
    numbers.remove(0L);
    return numbers;
  }

  /** Ports are known again by their names, unless the number has gone to another one. */
  private static void keep(ObjectNode live, ObjectNode next) {
    Set<Long> used = numbers(next);
    Map<String, Long> byName = new HashMap<>();
    ports(live).forEach(port -> byName.put(Nodes.textOrEmpty(port, "name"), number(port)));
    for (ObjectNode port : ports(next)) {
      long known = byName.getOrDefault(Nodes.textOrEmpty(port, "name"), 0L);
      if (number(port) == 0 && known != 0 && !used.contains(known)) {
        port.put(FIELD, known);
      }
    }
  }

  /** What is taken for one Service, and given back when it is not stored. */
  private final class Operation {
    private final ObjectNode service;
    private final List<ObjectNode> ports;
    private final boolean dryRun;
    private final List<Long> claimed = new ArrayList<>();

    private Operation(ObjectNode service, boolean dryRun) {
      this.service = service;
      this.ports = ports(service);
      this.dryRun = dryRun;
    }

    /** For a new Service. Equal ports of several protocols share a number. */
    private Runnable all() {
      return revertible(
          () -> {
            Map<Long, Long> byPort = new HashMap<>();
            for (int i = 0; i < ports.size(); i++) {
              ObjectNode port = ports.get(i);
              long wanted = number(port);
              if (wanted == 0 && !givesAll(service)) {
                continue;
              }
              long number = port.path("port").asLong();
              long known = byPort.getOrDefault(number, 0L);
              if (known == 0) {
                long requested = requested(number);
                long given = requested == 0 ? next() : claim(i, requested);
                byPort.put(number, given);
                port.put(FIELD, given);
              } else if (wanted == 0) {
                port.put(FIELD, known);
              } else if (wanted != known) {
                claim(i, wanted);
              }
            }
          });
    }

    private long requested(long number) {
      return ports.stream()
          .filter(port -> port.path("port").asLong() == number)
          .mapToLong(NodePorts::number)
          .filter(requested -> requested != 0)
          .findFirst()
          .orElse(0);
    }

    /** For a Service that had some ports already. */
    private Runnable missing(Set<Long> before) {
      return revertible(
          () -> {
            Set<String> seen = new HashSet<>();
            Set<Long> known = new HashSet<>(before);
            for (int i = 0; i < ports.size(); i++) {
              ObjectNode port = ports.get(i);
              long wanted = number(port);
              if (wanted == 0 && !givesAll(service)) {
                continue;
              }
              if (wanted == 0) {
                port.put(FIELD, next());
              } else if (known.add(wanted)) {
                claim(i, wanted);
              }
              String pair = Nodes.textOrEmpty(port, "protocol") + " " + number(port);
              if (!seen.add(pair)) {
                throw new StatusException(500, "", "duplicate nodePort: {" + pair + "}", null);
              }
            }
          });
    }

    private Runnable revertible(Runnable work) {
      boolean done = false;
      try {
        work.run();
        done = true;
      } finally {
        if (!done) {
          revert();
        }
      }
      return this::revert;
    }

    private void revert() {
      if (!dryRun) {
        free(claimed);
      }
    }

    private long claim(int index, long wanted) {
      if (wanted < FIRST || wanted > LAST) {
        throw refused(
            index,
            wanted,
            "provided port is not in the valid range. The range of valid ports is "
                + FIRST
                + "-"
                + LAST);
      }
      boolean free = dryRun ? isFree(wanted) && !claimed.contains(wanted) : take(wanted);
      if (!free) {
        throw refused(index, wanted, "provided port is already allocated");
      }
      claimed.add(wanted);
      return wanted;
    }

    /** A real API server does not look for a free one when nothing will be stored. */
    private long next() {
      long next =
          dryRun
              ? claimed.stream().mapToLong(Long::longValue).max().orElse(LAST + 1) + 1
              : takeNext();
      claimed.add(next);
      return next;
    }

    private StatusException refused(int index, long wanted, String why) {
      return Statuses.invalid(
          "",
          "Service",
          Nodes.name(service),
          List.of(
              new Cause(
                  "FieldValueInvalid",
                  "Invalid value: " + wanted + ": " + why,
                  "spec.ports[" + index + "]." + FIELD)));
    }
  }

  private synchronized boolean isFree(long port) {
    return !taken.contains(port);
  }

  private synchronized boolean take(long port) {
    return taken.add(port);
  }

  private synchronized long takeNext() {
    for (long tries = FIRST; tries <= LAST; tries++) {
      last = last < LAST ? last + 1 : FIRST;
      if (taken.add(last)) {
        return last;
      }
    }
    throw Statuses.internal("failed to allocate a nodePort: range is full");
  }

  private synchronized void free(Collection<Long> ports) {
    taken.removeAll(ports);
  }
}
