package io.github.kruiseinstaller.testkit.internal.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.admission.Admission.Request;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.List;

/** A Pod stays for five minutes on a node that is lost, unless it says otherwise. */
final class DefaultTolerationSeconds implements Plugin {
  private static final List<String> TAINTS =
      List.of("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable");
  private static final int SECONDS = 300;

  @Override
  public void mutate(Request request, ObjectNode pod) {
    if (!request.isAbout("", "pods")) {
      return;
    }
    ObjectNode spec = Nodes.object(pod, "spec");
    for (String taint : TAINTS) {
      if (!tolerates(spec, taint)) {
        Nodes.array(spec, "tolerations")
            .addObject()
            .put("key", taint)
            .put("operator", "Exists")
            .put("effect", "NoExecute")
            .put("tolerationSeconds", SECONDS);
      }
    }
  }

  private static boolean tolerates(ObjectNode spec, String taint) {
    return Nodes.list(spec, "tolerations").stream()
        .anyMatch(
            toleration -> {
              String key = Nodes.textOrEmpty(toleration, "key");
              String effect = Nodes.textOrEmpty(toleration, "effect");
              return (key.isEmpty() || key.equals(taint))
                  && (effect.isEmpty() || effect.equals("NoExecute"));
            });
  }
}
