package io.github.kruiseinstaller.testkit.internal.kruise;

import io.github.kruiseinstaller.testkit.internal.network.HttpsListener.Answer;
import io.github.kruiseinstaller.testkit.internal.network.HttpsListener.Site;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import java.util.Map;

/** What a manager answers at its webhook port. */
final class WebhookSite implements Site {
  private final Map<String, AdmissionHandler> handlers;

  WebhookSite(Map<String, AdmissionHandler> handlers) {
    this.handlers = Map.copyOf(handlers);
  }

  @Override
  public Answer answer(String path, byte[] body) {
    if (path.equals(WebhookPaths.HEALTH)) {
      return new Answer(200, "", new byte[0]);
    }
    if (path.equals(WebhookPaths.CONVERT)) {
      return Answer.json(ConversionReviews.answer(body));
    }
    AdmissionHandler handler = handlers.get(path);
    if (handler == null) {
      return Answer.text(404, "404 page not found\n");
    }
    return Answer.json(AdmissionReviews.answer(body, question -> ask(handler, question)));
  }

  /** A handler that cannot ask the API server refuses, as it does not know. */
  private static AdmissionHandler.Verdict ask(
      AdmissionHandler handler, AdmissionQuestion question) {
    try {
      return handler.handle(question);
    } catch (StatusException e) {
      return new AdmissionHandler.Verdict.Denied(500, String.valueOf(e.getMessage()));
    }
  }
}
