package io.github.kruiseinstaller.testkit.internal.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.admission.HookMatcher.Match;
import io.github.kruiseinstaller.testkit.internal.patch.JsonPatch;
import io.github.kruiseinstaller.testkit.internal.patch.JsonPatchException;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
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

  MutatingWebhooks(HookMatcher matcher, HookCaller caller) {
    this.matcher = matcher;
    this.caller = caller;
  }

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
        ObjectNode next = ask(match.get(), asked, object);
        if (next != null && !next.equals(object)) {
          round.changed();
        }
        object = next;
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

  private @Nullable ObjectNode ask(Match match, Asked asked, @Nullable ObjectNode object)
      throws HookFailure {
    JsonNode patch = caller.call(match, asked, object, true).patch();
    if (patch.isEmpty()) {
      return object;
    }
    ObjectNode seen = caller.in(match, object);
    if (seen == null) {
      throw Statuses.internal(
          "admission webhook \""
              + match.hook().name()
              + "\" attempted to modify the object, which is not supported for this operation");
    }
    return caller.back(asked, patched(seen, patch));
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
