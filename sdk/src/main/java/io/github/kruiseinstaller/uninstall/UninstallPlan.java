package io.github.kruiseinstaller.uninstall;

import io.github.kruiseinstaller.internal.tree.Json;
import io.github.kruiseinstaller.plan.InstallPlan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an uninstallation will do. Immutable; {@code render()} for people, {@code toJson()} for
 * programs.
 *
 * @param options what was asked for
 * @param changes what is done, stage by stage
 * @param customResources the custom resources that there are, by kind
 * @param kept what stays although it has to do with OpenKruise, and why
 */
public record UninstallPlan(
    UninstallOptions options,
    InstallPlan changes,
    List<CustomResourceCount> customResources,
    List<KeptObject> kept) {
  /** Rises only when a key goes away or changes its meaning. */
  private static final long SCHEMA_VERSION = 1;

  /** Copies the lists. */
  public UninstallPlan {
    customResources = List.copyOf(customResources);
    kept = List.copyOf(kept);
  }

  /** Whether nothing would be written. */
  public boolean isNoOp() {
    return changes.isNoOp();
  }

  /** Equal when the same would be done to the same live state. */
  public String fingerprint() {
    return changes.fingerprint();
  }

  /** The plan for people, in lines of plain ASCII layout without colour. */
  public String render() {
    List<String> lines = new ArrayList<>();
    UninstallText.customResources(customResources, lines);
    UninstallText.kept(kept, lines);
    return changes.render() + UninstallText.block(lines);
  }

  /**
   * The plan as one line of JSON, complete and stable; the schema is the resource {@code
   * io/github/kruiseinstaller/schema/uninstall-plan.schema.json}.
   */
  public String toJson() {
    return Json.compact(toMap());
  }

  /** What {@link #toJson()} prints, as maps and lists for a JSON library of the caller's. */
  public Map<String, @Nullable Object> toMap() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("schemaVersion", SCHEMA_VERSION);
    map.put("options", options.toMap());
    map.put("changes", changes.toMap());
    map.put("customResources", customResources.stream().map(CustomResourceCount::toMap).toList());
    map.put("kept", kept.stream().map(KeptObject::toMap).toList());
    return Collections.unmodifiableMap(map);
  }

  /** One line: what is removed from where. */
  @Override
  public String toString() {
    return changes.toString();
  }
}
