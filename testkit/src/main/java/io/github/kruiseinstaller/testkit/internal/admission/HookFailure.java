package io.github.kruiseinstaller.testkit.internal.admission;

/**
 * A hook that could not be asked, or whose answer is none. What that means is a policy's matter.
 */
final class HookFailure extends Exception {
  private static final long serialVersionUID = 1;

  HookFailure(Hook hook, String why) {
    super("failed calling webhook \"" + hook.name() + "\": " + why);
  }

  String text() {
    return String.valueOf(getMessage());
  }
}
