package io.github.kruiseinstaller.internal.diagnose;

import io.github.kruiseinstaller.diagnosis.DiagnosisCode;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What lines of the manager's and the daemon's logs tell; the first that fits counts. */
public final class LogPatterns {
  private static final List<Row> MANAGER =
      List.of(
          row("failed to register field index", DiagnosisCode.FIELD_INDEX_FAILED),
          row("no matches for kind \"[A-Za-z]+\"", DiagnosisCode.FIELD_INDEX_FAILED),
          row("exec format error", DiagnosisCode.IMAGE_ARCHITECTURE_WRONG),
          row("flag provided but not defined", DiagnosisCode.FLAG_UNKNOWN),
          row("unknown (shorthand )?flag", DiagnosisCode.FLAG_UNKNOWN),
          row("unrecognized feature gate", DiagnosisCode.FLAG_UNKNOWN),
          row("invalid (argument|value) \"[^\"]*\" for", DiagnosisCode.FLAG_UNKNOWN),
          row("MkdirAll\\(?/?log|mkdir /log.*denied", DiagnosisCode.LOG_FOLDER_NOT_WRITABLE),
          row(
              "(is forbidden: User|User) \"system:serviceaccount:[^\"]*\" cannot",
              DiagnosisCode.MANAGER_FORBIDDEN),
          row(
              "not found (Mutating|Validating)WebhookConfiguration",
              DiagnosisCode.CONFIGURATION_MISSING),
          row(
              "ensure configuration: .*(invalid (character|template)|unmarshal|unexpected end of"
                  + " JSON)",
              DiagnosisCode.TEMPLATE_BROKEN),
          row("caBundle of CRD .* does not match", DiagnosisCode.CONVERSION_CA_STALE),
          row("bad conversion configuration of CRD", DiagnosisCode.CONVERSION_CA_STALE),
          row("caBundle of .* does not match", DiagnosisCode.CA_BUNDLE_STALE),
          row("remote error: tls: bad certificate", DiagnosisCode.SERVED_CERTIFICATE_WRONG),
          row("secrets \"[^\"]*\" not found", DiagnosisCode.CERTIFICATE_MISSING),
          row("waiting more than \\d+s", DiagnosisCode.INITIALIZATION_TIMEOUT));

  private static final List<Row> DAEMON =
      List.of(
          row("not found dockershim\\.sock", DiagnosisCode.DAEMON_SOCKET_MISSING),
          row("not found (container )?runtime sock", DiagnosisCode.DAEMON_SOCKET_MISSING),
          row("\\.sock: no such file or directory", DiagnosisCode.DAEMON_SOCKET_MISSING),
          row("\\.sock: (connect: )?permission denied", DiagnosisCode.DAEMON_SOCKET_DENIED),
          row("permission denied.*\\.sock", DiagnosisCode.DAEMON_SOCKET_DENIED),
          row(
              "CRI v1 (runtime|image) API is not implemented|unknown service runtime\\.v1\\.",
              DiagnosisCode.DAEMON_CRI_OUTDATED),
          row("unknown service runtime", DiagnosisCode.DAEMON_RUNTIME_UNKNOWN),
          row("v1alpha2", DiagnosisCode.DAEMON_CRI_OUTDATED));

  private LogPatterns() {}

  /** The trouble that a line of the manager's log tells of. */
  public static Optional<DiagnosisCode> ofManager(String line) {
    return first(MANAGER, line);
  }

  /** The trouble that a line of the daemon's log tells of. */
  public static Optional<DiagnosisCode> ofDaemon(String line) {
    return first(DAEMON, line);
  }

  private static Optional<DiagnosisCode> first(List<Row> rows, String line) {
    return rows.stream()
        .filter(row -> row.pattern().matcher(line).find())
        .map(Row::code)
        .findFirst();
  }

  private static Row row(String pattern, DiagnosisCode code) {
    return new Row(Pattern.compile(pattern), code);
  }

  private record Row(Pattern pattern, DiagnosisCode code) {}
}
