package io.github.kruiseinstaller.testkit.internal.workload;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/**
 * A registry that has every image, and in which tests say what comes of which. The last word
 * counts: of several that match, the one said last. A change affects containers that start from
 * then on, and images that are pulled from then on.
 */
public final class ScenarioImages implements Images {
  private static final ImageScenario DEFAULT = new ImageScenario.Healthy();

  private final List<Rule> rules = new CopyOnWriteArrayList<>();
  private final Images others;
  private volatile Duration pull;

  /** Every image is there and healthy, pulled in no time. */
  public ScenarioImages() {
    this(image -> DEFAULT.content(Duration.ZERO));
  }

  /**
   * Images of which nothing was said are those of another registry.
   *
   * @param others the other registry
   */
  public ScenarioImages(Images others) {
    this.others = others;
    this.pull = Duration.ZERO;
  }

  private record Rule(Predicate<String> images, ImageScenario scenario) {}

  /** How long it takes to pull an image of which something was said. */
  public void pullTakes(Duration time) {
    pull = time;
  }

  /**
   * Says what comes of images.
   *
   * @param glob their name as it stands in the pod; {@code *} stands for anything
   */
  public void set(String glob, ImageScenario scenario) {
    set(ImagePattern.glob(glob), scenario);
  }

  /** Says what comes of images. */
  public void set(Predicate<String> images, ImageScenario scenario) {
    rules.add(0, new Rule(images, scenario));
  }

  /** Takes everything back that was said. */
  public void clear() {
    rules.clear();
  }

  @Override
  public Content content(String image) {
    for (Rule rule : rules) {
      if (rule.images().test(image)) {
        return rule.scenario().content(pull);
      }
    }
    return others.content(image);
  }
}
