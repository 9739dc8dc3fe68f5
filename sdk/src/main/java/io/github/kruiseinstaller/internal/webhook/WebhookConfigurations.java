package io.github.kruiseinstaller.internal.webhook;

import com.google.gson.JsonParseException;
import io.github.kruiseinstaller.internal.tree.Json;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.plan.FieldDiff;
import io.github.kruiseinstaller.release.Release;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The two webhook configurations as they are written: parked (they exist and match nothing) and
 * armed. Pure functions over manifests.
 *
 * <p>The manager keeps the intended list in the annotation {@code template}. A list there wins over
 * {@code webhooks}, and the manager stores {@code webhooks} into it when it is absent or empty. So
 * a parked configuration says {@code "[]"}, which the manager leaves alone, and arming empties the
 * annotation in the same write that brings the real list.
 */
public final class WebhookConfigurations {
  private static final String TEMPLATE = "template";
  private static final String PARKED_TEMPLATE = "[]";
  private static final String NOT_JSON = "\"(not JSON)\"";
  private static final String FAILURE_POLICY = "failurePolicy";
  private static final String TIMEOUT = "timeoutSeconds";
  private static final String IGNORE = "Ignore";
  private static final long DEFAULT_TIMEOUT_SECONDS = 10;
  private static final long PROBATION_TIMEOUT_SECONDS = 3;

  private WebhookConfigurations() {}

  /** The webhook configurations among a release's manifests, mutating first. */
  public static List<Manifest> in(List<Manifest> manifests) {
    return Webhooks.configurations(manifests);
  }

  /**
   * What to create for a configuration that does not exist, so that it matches nothing. The
   * release's list is kept in it.
   */
  public static Manifest parkedForCreate(Manifest release) {
    return release.edit(tree -> park(tree, Webhooks.entries(release)));
  }

  /**
   * What to replace a live configuration with, so that it matches nothing. The list that it is for
   * is kept in it, see {@link RealWebhooks}.
   */
  public static Manifest parked(Manifest live) {
    return live.edit(tree -> park(tree, RealWebhooks.of(live)));
  }

  /** What to create for a configuration that does not exist, armed at once. */
  public static Manifest armedForCreate(Manifest release, String caBundleBase64) {
    return release.edit(tree -> arm(tree, release, caBundleBase64));
  }

  /**
   * What to replace a live configuration with to arm it: the release's webhooks with the CA bundle,
   * and the live metadata, resourceVersion included, with the release's labels and annotations put
   * in. Nobody else's label or annotation is dropped. A list that was kept goes away, unless the
   * one that is written is only on probation.
   */
  public static Manifest armed(Manifest release, Manifest live, String caBundleBase64) {
    return live.edit(
        tree -> {
          RealWebhooks.forget(tree);
          putAll(tree, "labels", release.labels());
          putAll(tree, "annotations", release.annotations());
          arm(tree, release, caBundleBase64);
        });
  }

  /**
   * A release's configuration under which nobody depends on the manager: whatever it does not
   * answer within three seconds is let through. What it denies is denied. The release's own list is
   * kept in it, since this one is not what anybody wants to stay.
   */
  public static Manifest onProbation(Manifest release) {
    return release.edit(
        tree -> {
          List<Map<String, @Nullable Object>> entries = new ArrayList<>();
          for (Map<String, @Nullable Object> entry : Webhooks.entries(release)) {
            Map<String, @Nullable Object> copy = Trees.mutable(entry);
            copy.put(FAILURE_POLICY, IGNORE);
            long timeout = Trees.number(DEFAULT_TIMEOUT_SECONDS, entry, TIMEOUT);
            copy.put(TIMEOUT, Math.min(timeout, PROBATION_TIMEOUT_SECONDS));
            entries.add(copy);
          }
          tree.put("webhooks", entries);
          RealWebhooks.keep(tree, Webhooks.entries(release));
        });
  }

  /** Whether this is one of the two configurations that the manager knows. */
  public static boolean isOwn(Manifest configuration) {
    return (configuration.isKind(Webhooks.MUTATING)
            && configuration.name().equals(Release.MUTATING_CONFIGURATION))
        || (configuration.isKind(Webhooks.VALIDATING)
            && configuration.name().equals(Release.VALIDATING_CONFIGURATION));
  }

  /** Whether a live configuration intercepts something, and refuses only what is denied. */
  public static boolean isOnProbation(Manifest live) {
    return isArmed(live)
        && Webhooks.entries(live).stream()
            .allMatch(entry -> IGNORE.equals(Trees.text(entry, FAILURE_POLICY)));
  }

  /** Whether a configuration matches nothing, and the manager will not change that. */
  public static boolean isParked(Manifest live) {
    return !isArmed(live) && intended(live).isEmpty() && !hasBrokenTemplate(live);
  }

  /** What parking changes in a configuration that is not parked, for people. */
  public static FieldDiff emptying(Manifest live) {
    return isArmed(live)
        ? new FieldDiff("webhooks", live.list("webhooks").size() + " entries", "[]")
        : new FieldDiff(
            "metadata.annotations.template",
            hasBrokenTemplate(live) ? NOT_JSON : intended(live).size() + " entries",
            PARKED_TEMPLATE);
  }

  /** Whether a configuration intercepts anything now. */
  public static boolean isArmed(Manifest live) {
    return !live.list("webhooks").isEmpty();
  }

  /**
   * How a live configuration differs from the armed release; empty when it does not. Defaults that
   * the API server fills in, the order of entries, and what the manager owns (CA bundle, annotation
   * {@code template}, name and namespace of the Service, entries that it has taken out of {@code
   * webhooks} because nothing serves them) are no difference.
   */
  public static List<FieldDiff> drift(Manifest release, Manifest live) {
    List<FieldDiff> found = new ArrayList<>();
    metadataDrift("labels", release.labels(), live.labels(), found);
    metadataDrift("annotations", release.annotations(), live.annotations(), found);
    if (hasBrokenTemplate(live)) {
      found.add(new FieldDiff("metadata.annotations.template", NOT_JSON, "\"\""));
    }
    WebhookDrift.collect(release, live, intended(live), found);
    return found;
  }

  /**
   * How the list that wins, in the annotation {@code template}, differs from the webhooks that are
   * armed now; empty when they agree, nothing is armed, or there is no list in the annotation. What
   * the manager itself makes different is no difference.
   */
  public static List<FieldDiff> templateDrift(Manifest live) {
    List<FieldDiff> found = new ArrayList<>();
    if (isArmed(live) && !hasBrokenTemplate(live)) {
      List<Map<String, @Nullable Object>> meant = intended(live);
      Manifest kept = live.edit(tree -> tree.put("webhooks", meant));
      WebhookDrift.collect(kept, live, meant, found);
    }
    return found;
  }

  /** The names of the webhooks that a configuration intercepts with now. */
  public static List<String> names(Manifest live) {
    return Webhooks.entries(live).stream().map(Webhooks::name).toList();
  }

  /** The Services that a configuration's webhooks are sent to. */
  public static Set<ObjectRef> services(Manifest live) {
    Set<ObjectRef> services = new LinkedHashSet<>();
    Webhooks.entries(live).forEach(entry -> Webhooks.service(entry).ifPresent(services::add));
    return services;
  }

  /**
   * The webhooks of a live configuration whose CA bundle is another one. Only the manager or an
   * arming makes that good.
   */
  public static List<String> untrusted(Manifest live, String caBundleBase64) {
    return Webhooks.entries(live).stream()
        .filter(entry -> !caBundleBase64.equals(Trees.text(entry, "clientConfig", "caBundle")))
        .map(Webhooks::name)
        .toList();
  }

  /** The list that the manager will see to: the annotation where it has one, else the webhooks. */
  public static List<Map<String, @Nullable Object>> intended(Manifest live) {
    boolean tells = !live.annotations().getOrDefault(TEMPLATE, "").isEmpty();
    return tells && !hasBrokenTemplate(live) ? remembered(live) : Webhooks.entries(live);
  }

  /** The list in the annotation that the manager keeps; empty when there is none to be read. */
  static List<Map<String, @Nullable Object>> remembered(Manifest live) {
    String template = live.annotations().getOrDefault(TEMPLATE, "");
    return template.isEmpty() || hasBrokenTemplate(live)
        ? List.of()
        : Trees.maps(Json.parse(template));
  }

  /** Whether the annotation {@code template} is there and is not a list in JSON. */
  public static boolean hasBrokenTemplate(Manifest live) {
    String template = live.annotations().getOrDefault(TEMPLATE, "");
    try {
      Object list = template.isEmpty() ? null : Json.parse(template);
      return list != null && !(list instanceof List<?>);
    } catch (JsonParseException e) {
      return true;
    }
  }

  private static void park(
      Map<String, @Nullable Object> tree, List<Map<String, @Nullable Object>> list) {
    tree.put("webhooks", List.of());
    annotate(tree, PARKED_TEMPLATE);
    RealWebhooks.keep(tree, list);
  }

  private static void arm(
      Map<String, @Nullable Object> tree, Manifest release, String caBundleBase64) {
    Consumer<Map<String, @Nullable Object>> trust =
        entry -> Trees.child(entry, "clientConfig").put("caBundle", caBundleBase64);
    List<Map<String, @Nullable Object>> entries = new ArrayList<>();
    for (Map<String, @Nullable Object> entry : Webhooks.entries(release)) {
      Map<String, @Nullable Object> copy = Trees.mutable(entry);
      trust.accept(copy);
      entries.add(copy);
    }
    tree.put("webhooks", entries);
    annotate(tree, "");
  }

  private static void annotate(Map<String, @Nullable Object> tree, String template) {
    Trees.child(Trees.child(tree, "metadata"), "annotations").put(TEMPLATE, template);
  }

  private static void putAll(
      Map<String, @Nullable Object> tree, String field, Map<String, String> values) {
    if (!values.isEmpty()) {
      Trees.child(Trees.child(tree, "metadata"), field).putAll(values);
    }
  }

  private static void metadataDrift(
      String field, Map<String, String> wanted, Map<String, String> live, List<FieldDiff> found) {
    wanted.forEach(
        (key, value) -> {
          boolean managersOwn = field.equals("annotations") && key.equals(TEMPLATE);
          if (!managersOwn && !value.equals(live.get(key))) {
            String path = "metadata." + field + "[" + key + "]";
            String was = live.containsKey(key) ? Json.compact(live.get(key)) : null;
            found.add(new FieldDiff(path, was, Json.compact(value)));
          }
        });
  }
}
