package io.github.kruiseinstaller.testkit.internal.http;

import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * In which form an answer is wanted.
 *
 * @param yaml whether as YAML; else as JSON
 * @param as {@code Table}, {@code PartialObjectMetadata}, {@code PartialObjectMetadataList}, or
 *     empty for the object itself
 * @param metaVersion {@code v1} or {@code v1beta1}, of what it is to be turned into
 * @param pretty whether the media type asks for indentation
 */
record Accept(boolean yaml, String as, String metaVersion, boolean pretty) {
  /** JSON, as it is. */
  static final Accept JSON = new Accept(false, "", "", false);

  private static final String META = "meta.k8s.io";
  private static final List<String> TRANSFORMED =
      List.of("Table", "PartialObjectMetadata", "PartialObjectMetadataList");
  private static final String KINDS =
      "application/json, application/yaml, application/vnd.kubernetes.protobuf";
  private static final String STREAMS =
      "application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch";

  /**
   * Reads the header. Protobuf is not spoken: who accepts nothing else gets JSON.
   *
   * @throws StatusException 406 when nothing fits
   */
  static Accept of(String header) {
    if (header.isBlank()) {
      return JSON;
    }
    boolean protobuf = false;
    for (Clause clause : clauses(header)) {
      if (clause.matches("application", "json") && clause.acceptable()) {
        return clause.accept(false);
      } else if (clause.matches("application", "yaml") && clause.acceptable()) {
        return clause.accept(true);
      }
      protobuf |= clause.matches("application", "vnd.kubernetes.protobuf");
    }
    if (protobuf) {
      return JSON;
    }
    throw notAcceptable(KINDS);
  }

  /**
   * The same at a route of a built-in kind, which looks at the media type before anything else
   * does.
   *
   * @throws StatusException 406 when nothing fits
   */
  static void checkRoute(String header, boolean collection) {
    List<Clause> clauses = clauses(header);
    boolean fits =
        clauses.isEmpty()
            || clauses.stream()
                .anyMatch(
                    clause ->
                        clause.matches("application", "json")
                            || clause.matches("application", "yaml")
                            || clause.matches("application", "vnd.kubernetes.protobuf"));
    if (!fits) {
      throw Refusals.byRoute(
          406,
          "NotAcceptable",
          "406: Not Acceptable\n\nAvailable representations: "
              + KINDS
              + (collection ? ", " + STREAMS : ""));
    }
  }

  /** The same for a watch, which comes as JSON only. */
  static Accept ofWatch(String header) {
    Accept accept = of(header);
    if (accept.yaml) {
      throw notAcceptable(STREAMS);
    }
    return accept;
  }

  private static StatusException notAcceptable(String accepted) {
    return new StatusException(
        406, "NotAcceptable", "only the following media types are accepted: " + accepted, null);
  }

  /** For errors, which come in some form whatever is accepted. */
  static Accept ofError(String header) {
    try {
      return new Accept(of(header).yaml, "", "", false);
    } catch (StatusException e) {
      return JSON;
    }
  }

  private static List<Clause> clauses(String header) {
    List<Clause> clauses = new ArrayList<>();
    for (String text : header.split(",", -1)) {
      Clause.of(text).ifPresent(clauses::add);
    }
    clauses.sort(Comparator.comparingDouble((Clause clause) -> -clause.quality));
    return clauses;
  }

  private record Clause(String type, String subtype, Map<String, String> params, double quality) {
    private static java.util.Optional<Clause> of(String text) {
      String[] parts = text.split(";", -1);
      String[] type = parts[0].strip().toLowerCase(Locale.ROOT).split("/", 2);
      if (type[0].equals("*") && type.length == 1) {
        type = new String[] {"*", "*"};
      }
      if (type.length != 2) {
        return java.util.Optional.empty();
      }
      Map<String, String> params = new HashMap<>();
      double quality = 1;
      for (int i = 1; i < parts.length; i++) {
        String[] param = parts[i].strip().split("=", 2);
        if (param.length == 2 && param[0].equals("q")) {
          quality = quality(param[1]);
        } else if (param.length == 2) {
          params.put(param[0], param[1].replace("\"", ""));
        }
      }
      return java.util.Optional.of(new Clause(type[0], type[1], params, quality));
    }

    private static double quality(String text) {
      try {
        return Double.parseDouble(text);
      } catch (NumberFormatException e) {
        return 1;
      }
    }

    private boolean matches(String wantedType, String wantedSubtype) {
      return (type.equals(wantedType) && (subtype.equals(wantedSubtype) || subtype.equals("*")))
          || (type.equals("*") && subtype.equals("*"));
    }

    private boolean acceptable() {
      String stream = params.getOrDefault("stream", "");
      return (stream.isEmpty() || stream.equals("watch"))
          && params.getOrDefault("sv", "").isEmpty()
          && transformable();
    }

    private boolean transformable() {
      String as = params.getOrDefault("as", "");
      if (as.isEmpty()) {
        return !params.containsKey("g") && !params.containsKey("v");
      }
      String version = params.getOrDefault("v", "");
      return TRANSFORMED.contains(as)
          && params.getOrDefault("g", "").equals(META)
          && (version.equals("v1") || version.equals("v1beta1"));
    }

    private Accept accept(boolean yaml) {
      return new Accept(
          yaml,
          params.getOrDefault("as", ""),
          params.getOrDefault("v", ""),
          params.getOrDefault("pretty", "").equals("1"));
    }
  }
}
