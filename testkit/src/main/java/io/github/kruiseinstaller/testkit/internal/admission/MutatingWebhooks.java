package io.github.kruiseinstaller.testkit.internal.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.admission.HookMatcher.Match;
import io.github.kruiseinstaller.testkit.internal.kind.Defaults;
import io.github.kruiseinstaller.testkit.internal.kind.Kinds;
import io.github.kruiseinstaller.testkit.internal.kind.ObjectDecoder;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.patch.JsonPatch;
import io.github.kruiseinstaller.testkit.internal.patch.JsonPatchException;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the mutating hooks, one after the other. */
final class MutatingWebhooks {
  private static final Logger LOG = LoggerFactory.getLogger(MutatingWebhooks.class);

  private final HookMatcher matcher;
  private final HookCaller caller;
  private final Kinds kinds;
  private final ObjectDecoder decoder;

  MutatingWebhooks(HookMatcher matcher, HookCaller caller, Kinds kinds) {
    this.matcher = matcher;
    this.caller = caller;
    this.kinds = kinds;
    this.decoder = new ObjectDecoder(kinds);
  }

  /**
   * What a hook leaves.
   *
   * @param object with its defaults, or null
   * @param changed whether that is not what the hook was shown, defaults aside
   */
  private record Left(@Nullable ObjectNode object, boolean changed) {}

  /**
   * Asks all hooks that want to be asked.
   *
   * @return the object as they left it; null when there is none
   */
  @Nullable ObjectNode run(List<Hook> hooks, Asked asked, Reinvocation round) {
    ObjectNode object = asked.request().object();
    for (Hook hook : hooks) {
      Optional<Match> match = matcher.match(hook, asked, object);
      if (match.isEmpty() || !round.asks(hook)) {
        continue;
      }
      try {
        Left left = ask(match.get(), asked, object);
        if (left.changed()) {
          round.changed();
        }
        object = left.object();
      } catch (HookFailure e) {
        if (!hook.ignoresFailures()) {
          throw Statuses.internal(e.text());
        }
        LOG.debug("failing open: {}", e.text());
      }
      round.asked(hook);
    }
    return object;
  }

  private Left ask(Match match, Asked asked, @Nullable ObjectNode object) throws HookFailure {
    JsonNode patch = caller.call(match, asked, object, true).patch();
    if (patch.isEmpty()) {
      return new Left(object, false);
    }
    ObjectNode seen = caller.in(match, object);
    if (seen == null) {
      throw Statuses.internal(
          "admission webhook \""
              + match.hook().name()
              + "\" attempted to modify the object, which is not supported for this operation");
    }
    ObjectNode before = seen.deepCopy();
    decoder.normalize(before);
    ObjectNode after = decoded(patched(seen, patch));
    boolean changed = !after.equals(before);
    applyDefaults(after);
    return new Left(caller.back(asked, after), changed);
  }

  /** As an object of its kind; a custom one is pruned only when it is read again. */
  private ObjectNode decoded(ObjectNode patched) {
    if (resource(patched).filter(Resource::custom).isEmpty()) {
      try {
        decoder.coerce(patched);
      } catch (IllegalArgumentException e) {
        throw Statuses.internal(String.valueOf(e.getMessage()));
      }
    }
    decoder.normalize(patched);
    return patched;
  }

  private void applyDefaults(ObjectNode object) {
    resource(object).ifPresent(resource -> Defaults.apply(resource, object));
    decoder.normalize(object);
  }

  private Optional<Resource> resource(ObjectNode object) {
    return kinds.kind(Nodes.textOrEmpty(object, "apiVersion"), Nodes.textOrEmpty(object, "kind"));
  }

  private static ObjectNode patched(ObjectNode object, JsonNode patch) throws StatusException {
    JsonNode patched;
    try {
      patched = JsonPatch.apply(object, patch);
    } catch (JsonPatchException e) {
      throw Statuses.internal(String.valueOf(e.getMessage()));
    }
    if (patched instanceof ObjectNode result) {
      return result;
    }
    throw Statuses.internal(
        "couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of"
            + " type struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string"
            + " \"json:\\\"kind,omitempty\\\"\" }");
  }
}
