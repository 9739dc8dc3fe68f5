package io.github.kruiseinstaller.testkit.internal.admission;

import io.github.kruiseinstaller.testkit.internal.admission.HookMatcher.Match;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the validating hooks, all at once. */
final class ValidatingWebhooks {
  private static final Logger LOG = LoggerFactory.getLogger(ValidatingWebhooks.class);

  private final HookMatcher matcher;
  private final HookCaller caller;
  private final Executor executor;

  ValidatingWebhooks(HookMatcher matcher, HookCaller caller, Executor executor) {
    this.matcher = matcher;
    this.caller = caller;
    this.executor = executor;
  }

  /**
   * Asks all hooks that want to be asked.
   *
   * @throws StatusException the first refusal, in the order of the hooks
   */
  void run(List<Hook> hooks, Asked asked) {
    List<Match> matches = new ArrayList<>();
    for (Hook hook : hooks) {
      Optional<Match> match = matcher.match(hook, asked, asked.request().object());
      match.ifPresent(matches::add);
    }
    if (matches.size() == 1) {
      throwUnlessNull(refusal(matches.get(0), asked));
      return;
    }
    List<CompletableFuture<@Nullable StatusException>> answers =
        matches.stream()
            .map(match -> CompletableFuture.supplyAsync(() -> refusal(match, asked), executor))
            .toList();
    List<@Nullable StatusException> refusals =
        answers.stream().map(CompletableFuture::join).toList();
    refusals.stream()
        .filter(Objects::nonNull)
        .findFirst()
        .ifPresent(ValidatingWebhooks::throwUnlessNull);
  }

  private static void throwUnlessNull(@Nullable StatusException refusal) {
    if (refusal != null) {
      throw refusal;
    }
  }

  private @Nullable StatusException refusal(Match match, Asked asked) {
    try {
      caller.call(match, asked, asked.request().object(), false);
      return null;
    } catch (StatusException e) {
      return e;
    } catch (HookFailure e) {
      if (match.hook().ignoresFailures()) {
        LOG.debug("failing open: {}", e.text());
        return null;
      }
      return Statuses.internal(e.text());
    }
  }
}
