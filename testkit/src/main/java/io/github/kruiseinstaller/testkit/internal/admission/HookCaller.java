package io.github.kruiseinstaller.testkit.internal.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.admission.HookMatcher.Match;
import io.github.kruiseinstaller.testkit.internal.network.WebhookClient;
import io.github.kruiseinstaller.testkit.internal.network.WebhookFailure;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Asks one hook about one request. */
final class HookCaller {
  private final WebhookClient client;
  private final ObjectVersions versions;

  HookCaller(WebhookClient client, ObjectVersions versions) {
    this.client = client;
    this.versions = versions;
  }

  /**
   * Asks.
   *
   * @param object as it is now, or null
   * @throws HookFailure when there is no answer
   * @throws io.github.kruiseinstaller.testkit.internal.status.StatusException when the answer is
   *     no, or the hook must not be asked in a dry run
   */
  HookAnswer call(Match match, Asked asked, @Nullable ObjectNode object, boolean mutates)
      throws HookFailure {
    Hook hook = match.hook();
    if (asked.request().dryRun() && !hook.supportsDryRun()) {
      throw Statuses.badRequest(
          "admission webhook \"" + hook.name() + "\" does not support dry run");
    }
    if (hook.reviewVersion().isEmpty()) {
      throw new HookFailure(
          hook,
          "could not create admission objects: webhook does not accept known AdmissionReview"
              + " versions (v1, v1beta1)");
    }
    ObjectNode question =
        AdmissionReview.build(
            hook.reviewVersion(),
            UUID.randomUUID().toString(),
            match,
            asked,
            in(match, object),
            in(match, asked.request().oldObject()));
    HookAnswer answer;
    try {
      ObjectNode review = client.post(hook.target(), question, hook.timeoutSeconds());
      answer = HookAnswer.read(hook, question, review, mutates);
    } catch (WebhookFailure e) {
      throw new HookFailure(hook, e.admissionText());
    }
    synchronized (asked.request().warnings()) {
      asked.request().warnings().addAll(answer.warnings());
    }
    answer.throwIfDenied();
    return answer;
  }

  /** The object in the version that a hook wants. */
  @Nullable ObjectNode in(Match match, @Nullable ObjectNode object) {
    if (object == null
        || match.kind().apiVersion().equals(Nodes.textOrEmpty(object, "apiVersion"))) {
      return object;
    }
    return versions.convert(object, match.kind().apiVersion());
  }

  /** The object back in the version in which it is written. */
  ObjectNode back(Asked asked, ObjectNode object) {
    return asked.kind().apiVersion().equals(Nodes.textOrEmpty(object, "apiVersion"))
        ? object
        : versions.convert(object, asked.kind().apiVersion());
  }
}
