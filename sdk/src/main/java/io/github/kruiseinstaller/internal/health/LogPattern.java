package io.github.kruiseinstaller.internal.health;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Lines of the manager's log that mean trouble.
 *
 * @param meaning what they mean, for people
 * @param line what they look like
 */
record LogPattern(String meaning, Pattern line) {
  private static final List<LogPattern> ALL =
      List.of(
          of(
              "callers do not trust the certificate that it serves",
              "TLS handshake error.*(?:bad certificate|unknown certificate|unknown authority)"),
          of(
              "it cannot read a webhook configuration",
              "not found (?:Mutating|Validating)WebhookConfiguration"),
          of("its webhooks were not initialised in time", "waiting more than \\S+s"),
          of("a custom resource definition is missing", "no matches for kind"),
          of(
              "a custom resource definition is missing",
              "(?:failed|unable) to register field index"),
          of(
              "its ServiceAccount lacks a permission",
              "is forbidden: User \"?system:serviceaccount:"),
          of("it lost the leadership", "leader ?election lost"),
          of("it panicked", "(?:^|\\s)panic: |Observed a panic"),
          of("it has no memory or files left", "too many open files|cannot allocate memory"),
          of("its certificate cannot be used", "(?:ensure|generate|parse) cert.*(?:failed|error)"));

  static Optional<LogPattern> of(String logLine) {
    return ALL.stream().filter(each -> each.line.matcher(logLine).find()).findFirst();
  }

  private static LogPattern of(String meaning, String regex) {
    return new LogPattern(meaning, Pattern.compile(regex, Pattern.CASE_INSENSITIVE));
  }
}
