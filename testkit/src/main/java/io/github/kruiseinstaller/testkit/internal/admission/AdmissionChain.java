package io.github.kruiseinstaller.testkit.internal.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** All of admission, in the API server's order. */
public final class AdmissionChain implements Admission {
  private static final int PAUSE_MILLIS = 100;

  private final List<Plugin> plugins;
  private final WebhookAdmission webhooks;
  private final Plugin quotas;

  /**
   * The chain.
   *
   * @param random for the names of token volumes
   */
  public AdmissionChain(ClusterState cluster, WebhookAdmission webhooks, RandomGenerator random) {
    this.plugins =
        List.of(
            new NamespaceLifecycle(),
            new LimitRanger(cluster),
            new ServiceAccounts(cluster, random, () -> Thread.sleep(PAUSE_MILLIS)),
            new PodSecurity(cluster),
            new PodPriority(cluster),
            new DefaultTolerationSeconds());
    this.webhooks = webhooks;
    this.quotas = new ResourceQuotas(cluster);
  }

  @Override
  public @Nullable ObjectNode mutate(Request request) {
    Reinvocation round = new Reinvocation();
    ObjectNode object = request.object();
    Request copy = request.with(object == null ? null : object.deepCopy());
    object = plugins(copy);
    object = webhooks.mutate(copy.with(object), round);
    if (!round.needed()) {
      return object;
    }
    // As the API server: once more, so that the plugins see what the webhooks added.
    round.begin();
    ObjectNode before = object == null ? null : object.deepCopy();
    object = plugins(copy.with(object));
    if (object != null && !object.equals(before)) {
      round.changedByPlugins();
    }
    return webhooks.mutate(copy.with(object), round);
  }

  private @Nullable ObjectNode plugins(Request request) {
    ObjectNode object = request.object();
    if (object != null && request.operation() != Operation.DELETE) {
      plugins.forEach(plugin -> plugin.mutate(request, object));
    }
    return object;
  }

  @Override
  public void validate(Request request) {
    plugins.forEach(plugin -> plugin.validate(request));
    webhooks.validate(request);
    quotas.validate(request);
  }

  @Override
  public void confirm(Request request) {
    // Of several that were counted at the same time all would fit.
    quotas.validate(request);
  }
}
