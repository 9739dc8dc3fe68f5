package io.github.kruiseinstaller.internal.yaml;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One YAML document that is a map.
 *
 * @param tree the document as a raw tree; belongs to whoever reads it
 * @param origin where it begins
 */
public record YamlDocument(Map<String, @Nullable Object> tree, Origin origin) {}
