package io.github.kruiseinstaller.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.testkit.internal.controller.NodeSetup;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Resources;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BystanderTest {
  /** The API server of somebody who never finds what others make at the same time. */
  private static Resources unseeing(Resources resources) {
    return (Resources)
        Proxy.newProxyInstance(
            Resources.class.getClassLoader(),
            new Class<?>[] {Resources.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("find")) {
                return Optional.empty();
              }
              try {
                return method.invoke(resources, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Test
  void severalAtOnce_inOneNamespace_shareWhatTheyNeed() {
    try (Assembly cluster =
        new Assembly("bystanders", Pace.FAST, 1, List.of(NodeSetup.named("node")))) {
      cluster.start();
      Resources unseeing = unseeing(cluster.resources);

      Bystander first = new Bystander(cluster.kinds, unseeing, "elsewhere");
      Bystander second = new Bystander(cluster.kinds, unseeing, "elsewhere");

      assertThat(first.refusals()).isEmpty();
      assertThat(second.refusals()).isEmpty();
      Resource pods = cluster.kinds.kind("v1", "Pod").orElseThrow();
      assertThat(cluster.resources.list(pods, "elsewhere", Resources.Selection.ALL).items())
          .hasSize(1);
    }
  }
}
