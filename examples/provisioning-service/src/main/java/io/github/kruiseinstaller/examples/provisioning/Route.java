package io.github.kruiseinstaller.examples.provisioning;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A kind of request that is understood.
 *
 * @param method such as {@code GET}
 * @param path of which the first group, if there is one, is a name
 * @param choices what may stand behind the question mark, one of them or nothing
 * @param slow whether it may keep its thread for as long as a run takes
 * @param handler does it
 */
record Route(String method, Pattern path, List<String> choices, boolean slow, Handler handler) {
  /** Does what a request asks for. */
  @FunctionalInterface
  interface Handler {
    /**
     * Does it.
     *
     * @param name what stands in the path for a name; may be anything but a slash
     * @param choice what stands behind the question mark, one of the choices or an empty text
     * @throws Refusal when it is not done
     */
    Answer handle(String name, String choice);
  }

  /** A quick route without choices; {@code {}} in its path stands for a name. */
  static Route of(String method, String path, Handler handler) {
    Pattern pattern = Pattern.compile(path.replace("{}", "([^/]*)"));
    return new Route(method, pattern, List.of(), false, handler);
  }

  /** The same, of which only so many are served at a time. */
  Route slowly() {
    return new Route(method, path, choices, true, handler);
  }

  /** The same with choices. */
  Route withChoices(List<String> more) {
    return new Route(method, path, more, slow, handler);
  }

  /** The name in a path as it was sent, empty for one without; absent when it is another path. */
  Optional<String> name(String sent) {
    Matcher matcher = path.matcher(sent);
    return matcher.matches()
        ? Optional.of(matcher.groupCount() == 0 ? "" : matcher.group(1))
        : Optional.empty();
  }
}
