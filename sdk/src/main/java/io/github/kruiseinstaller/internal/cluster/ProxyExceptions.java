package io.github.kruiseinstaller.internal.cluster;

import java.net.IDN;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The servers that are reached without the proxy of the environment: those of this machine, and
 * what NO_PROXY lists. An entry is a host with all below it, {@code .domain} or {@code *.domain}
 * for only what is below it, an address, a CIDR, or {@code *} for everything; a host or an address
 * may have a port. No name is looked up.
 */
final class ProxyExceptions {
  private static final Pattern IPV4 =
      Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");
  private static final Pattern IPV6 = Pattern.compile("[0-9a-f.]*:[0-9a-f.]*:[0-9a-f:.]*");
  private static final Pattern CIDR = Pattern.compile("([^/]+)/(\\d{1,3})");
  private static final Pattern WITH_PORT = Pattern.compile("(?:\\[([^\\[\\]]*)]|([^:]*)):([^:]*)");
  private static final int HIGHEST_BYTE = 255;

  private final List<String> entries;

  /**
   * Reads the list.
   *
   * @param noProxy the value of NO_PROXY
   */
  ProxyExceptions(String noProxy) {
    this.entries =
        Arrays.stream(noProxy.split(",", -1))
            .map(entry -> entry.strip().toLowerCase(Locale.ROOT))
            .filter(entry -> !entry.isEmpty())
            .toList();
  }

  /**
   * Whether a server is reached directly.
   *
   * @param host its name, or its address without brackets
   */
  boolean cover(String host, int port) {
    InetAddress address = address(host);
    if (host.equals("localhost") || (address != null && address.isLoopbackAddress())) {
      return true;
    }
    return entries.stream()
        .anyMatch(entry -> entry.equals("*") || covers(entry, host, address, port));
  }

  private static boolean covers(
      String entry, String host, @Nullable InetAddress address, int port) {
    Matcher cidr = CIDR.matcher(entry);
    InetAddress network = cidr.matches() ? address(cidr.group(1)) : null;
    if (network != null) {
      return address != null && isIn(address, network, Integer.parseInt(cidr.group(2)));
    }
    Matcher split = WITH_PORT.matcher(entry);
    String name = entry;
    if (split.matches()) {
      name = split.group(1) == null ? split.group(2) : split.group(1);
      String itsPort = split.group(3);
      if (!itsPort.isEmpty() && !itsPort.equals(Integer.toString(port))) {
        return false;
      }
    }
    InetAddress one = address(name);
    return one != null ? one.equals(address) : isBelow(host, name);
  }

  private static boolean isBelow(String host, String name) {
    String above = name.startsWith("*.") ? name.substring(1) : name;
    if (above.isEmpty()) {
      return false;
    }
    return above.startsWith(".")
        ? host.endsWith("." + ascii(above.substring(1)))
        : host.equals(ascii(above)) || host.endsWith("." + ascii(above));
  }

  private static String ascii(String domain) {
    try {
      return IDN.toASCII(domain);
    } catch (IllegalArgumentException e) {
      return domain;
    }
  }

  private static boolean isIn(InetAddress address, InetAddress network, int bits) {
    byte[] ours = address.getAddress();
    byte[] theirs = network.getAddress();
    if (ours.length != theirs.length || bits > Byte.SIZE * ours.length) {
      return false;
    }
    for (int bit = 0; bit < bits; bit++) {
      int mask = 0x80 >> (bit % Byte.SIZE);
      int at = bit / Byte.SIZE;
      if ((ours[at] & mask) != (theirs[at] & mask)) {
        return false;
      }
    }
    return true;
  }

  private static @Nullable InetAddress address(String text) {
    Matcher four = IPV4.matcher(text);
    try {
      if (four.matches()) {
        byte[] bytes = new byte[four.groupCount()];
        for (int i = 0; i < bytes.length; i++) {
          int value = Integer.parseInt(four.group(i + 1));
          if (value > HIGHEST_BYTE) {
            return null;
          }
          bytes[i] = (byte) value;
        }
        return InetAddress.getByAddress(bytes);
      }
      return IPV6.matcher(text).matches() ? InetAddress.getByName(text) : null;
    } catch (UnknownHostException e) {
      return null;
    }
  }
}
