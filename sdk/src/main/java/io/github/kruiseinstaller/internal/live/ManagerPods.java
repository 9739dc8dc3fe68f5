package io.github.kruiseinstaller.internal.live;

import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How the manager's Deployment and its Pods are told from others. */
public final class ManagerPods {
  /** The Deployment's name in every chart. */
  public static final String DEPLOYMENT = "kruise-controller-manager";

  private static final Pattern TAG =
      Pattern.compile(".*:v?([0-9]+\\.[0-9]+\\.[0-9]+[^:@/]*)(?:@.*)?");
  private static final Pattern IMAGE = Pattern.compile("(?:.*/)?kruise-manager(?:[:@].*)?");

  private ManagerPods() {}

  /** Whether a Deployment runs the manager's image. */
  public static boolean isManager(Manifest deployment) {
    return deployment.maps("spec", "template", "spec", "containers").stream()
        .map(container -> String.valueOf(Trees.text(container, "image")))
        .anyMatch(ManagerPods::isImage);
  }

  /** Whether an image is the manager's. */
  public static boolean isImage(String image) {
    return IMAGE.matcher(image).matches();
  }

  /** The name of the manager's container in one of its Pods. */
  public static String container(Manifest pod) {
    List<Map<String, @Nullable Object>> all = pod.maps("spec", "containers");
    return all.stream()
        .filter(each -> IMAGE.matcher(String.valueOf(Trees.text(each, "image"))).matches())
        .findFirst()
        .or(() -> all.stream().findFirst())
        .map(each -> String.valueOf(Trees.text(each, "name")))
        .orElse("manager");
  }

  /** The OpenKruise version that a workload's image tag names. */
  public static Optional<String> version(Manifest workload) {
    return images(workload)
        .map(TAG::matcher)
        .filter(Matcher::matches)
        .map(tag -> tag.group(1))
        .findFirst();
  }

  /** Whether two workloads run the same manager, by the name, tag and digest of its image. */
  public static boolean runTheSame(Manifest one, Manifest other) {
    List<String> images = images(one).toList();
    return !images.isEmpty() && images.equals(images(other).toList());
  }

  private static Stream<String> images(Manifest workload) {
    return workload.maps("spec", "template", "spec", "containers").stream()
        .map(container -> String.valueOf(Trees.text(container, "image")))
        .filter(ManagerPods::isImage);
  }

  /** The labels of the Pods that a workload makes. */
  public static Map<String, String> labels(Manifest workload) {
    Map<String, String> labels = new LinkedHashMap<>();
    workload
        .map("spec", "template", "metadata", "labels")
        .forEach((key, value) -> labels.put(key, String.valueOf(value)));
    return labels;
  }

  /** Whether a Pod is one of a Deployment's, of whichever of its ReplicaSets. */
  public static boolean belongs(Manifest pod, Manifest deployment) {
    Map<String, @Nullable Object> selector = deployment.map("spec", "selector", "matchLabels");
    Map<String, String> labels = pod.labels();
    return !selector.isEmpty()
        && selector.entrySet().stream()
            .allMatch(each -> String.valueOf(each.getValue()).equals(labels.get(each.getKey())));
  }
}
