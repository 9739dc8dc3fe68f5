package io.github.kruiseinstaller.release;

import io.github.kruiseinstaller.internal.tree.Json;
import io.github.kruiseinstaller.model.Manifest;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** SHA-256 of texts and of objects in canonical form: keys sorted, objects sorted by name. */
final class ReleaseDigest {
  private ReleaseDigest() {}

  /** The digest of objects, whatever their order and that of their keys. */
  static String of(List<Manifest> manifests) {
    MessageDigest digest = sha256();
    manifests.stream()
        .sorted((one, other) -> one.ref().compareTo(other.ref()))
        .map(manifest -> Json.compact(canonical(manifest.tree())) + "\n")
        .forEach(line -> digest.update(line.getBytes(StandardCharsets.UTF_8)));
    return HexFormat.of().formatHex(digest.digest());
  }

  /** The digest of bytes, as lower-case hex. */
  static String of(byte[] bytes) {
    return HexFormat.of().formatHex(sha256().digest(bytes));
  }

  private static @Nullable Object canonical(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> sorted = new TreeMap<>();
      map.forEach((key, child) -> sorted.put((String) key, canonical(child)));
      return sorted;
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> items = new ArrayList<>(list.size());
      list.forEach(item -> items.add(canonical(item)));
      return items;
    }
    return value instanceof BigDecimal number ? number.stripTrailingZeros() : value;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
