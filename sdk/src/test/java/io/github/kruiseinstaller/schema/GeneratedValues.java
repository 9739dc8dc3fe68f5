package io.github.kruiseinstaller.schema;

import io.github.kruiseinstaller.check.Check;
import io.github.kruiseinstaller.check.CheckCategory;
import io.github.kruiseinstaller.check.CheckStatus;
import io.github.kruiseinstaller.check.Checks;
import io.github.kruiseinstaller.diagnosis.Diagnosis;
import io.github.kruiseinstaller.diagnosis.DiagnosisCode;
import io.github.kruiseinstaller.diagnosis.DiagnosisReport;
import io.github.kruiseinstaller.diagnosis.PodAdmission;
import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.event.InstallEvent;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.model.TakeOver;
import io.github.kruiseinstaller.plan.ChangeAction;
import io.github.kruiseinstaller.plan.ExistingInstallation;
import io.github.kruiseinstaller.plan.FieldDiff;
import io.github.kruiseinstaller.plan.HelmRelease;
import io.github.kruiseinstaller.plan.InstallPlan;
import io.github.kruiseinstaller.plan.InstallationMaker;
import io.github.kruiseinstaller.plan.Interception;
import io.github.kruiseinstaller.plan.PlannedChange;
import io.github.kruiseinstaller.plan.PlannedStage;
import io.github.kruiseinstaller.report.Health;
import io.github.kruiseinstaller.report.HealthReport;
import io.github.kruiseinstaller.report.InstallReport;
import io.github.kruiseinstaller.report.PreflightReport;
import io.github.kruiseinstaller.report.RepairReport;
import io.github.kruiseinstaller.report.StageOutcome;
import io.github.kruiseinstaller.report.StageStatus;
import io.github.kruiseinstaller.uninstall.CustomResourceCount;
import io.github.kruiseinstaller.uninstall.CustomResourcePolicy;
import io.github.kruiseinstaller.uninstall.KeptObject;
import io.github.kruiseinstaller.uninstall.UninstallOptions;
import io.github.kruiseinstaller.uninstall.UninstallPlan;
import io.github.kruiseinstaller.uninstall.UninstallReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Plans, reports and events of every shape, the same ones for the same seed. */
final class GeneratedValues {
  private static final List<String> TEXTS =
      List.of(
          "",
          "kruise-system",
          "1.8.3",
          "a \"quoted\" text",
          "two\nlines",
          "\u001b[31mred",
          "\u540d\u524d",
          "\ud83d\ude80",
          "</script>",
          "null");

  private final Random random;

  GeneratedValues(long seed) {
    random = new Random(seed);
  }

  InstallPlan plan() {
    return new InstallPlan(
        text(),
        text(),
        text(),
        text(),
        text(),
        several(this::plannedStage),
        several(this::interception),
        texts(),
        text(),
        orNull(this::existing));
  }

  private ExistingInstallation existing() {
    return new ExistingInstallation(
        oneOf(InstallationMaker.values()),
        orNull(this::helm),
        texts(),
        texts(),
        orNull(() -> oneOf(TakeOver.values())),
        orNull(this::failure));
  }

  private HelmRelease helm() {
    return new HelmRelease(
        text(),
        text(),
        orNull(() -> (long) random.nextInt(9)),
        orNull(this::text),
        orNull(this::text));
  }

  InstallReport report() {
    return new InstallReport(
        text(),
        text(),
        text(),
        text(),
        text(),
        Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000)),
        duration(),
        several(this::outcome),
        texts(),
        orNull(this::failure));
  }

  PreflightReport preflight() {
    return new PreflightReport(text(), text(), text(), text(), duration(), checks());
  }

  HealthReport health() {
    return new HealthReport(
        oneOf(Health.values()), texts(), text(), text(), text(), text(), duration(), checks());
  }

  private Checks checks() {
    return new Checks(several(this::check));
  }

  private Check check() {
    return new Check(
        "a-check",
        oneOf(CheckCategory.values()),
        oneOf(CheckStatus.values()),
        orNull(this::object),
        text(),
        texts(),
        "what to do " + text());
  }

  DiagnosisReport diagnosisReport() {
    return new DiagnosisReport(
        text(),
        text(),
        text(),
        duration(),
        new PodAdmission(oneOf(PodAdmission.Answer.values()), text(), text()),
        several(this::diagnosis),
        texts());
  }

  RepairReport repairReport() {
    return new RepairReport(diagnosisReport(), report(), several(this::diagnosis));
  }

  UninstallPlan uninstallPlan() {
    return new UninstallPlan(options(), plan(), several(this::count), several(this::kept));
  }

  UninstallReport uninstallReport() {
    return new UninstallReport(options(), report(), several(this::count), several(this::kept));
  }

  private UninstallOptions options() {
    CustomResourcePolicy policy = oneOf(CustomResourcePolicy.values());
    boolean keeps = policy == CustomResourcePolicy.KEEP;
    return new UninstallOptions(
        policy,
        !keeps && random.nextBoolean(),
        random.nextBoolean(),
        !keeps && random.nextBoolean());
  }

  private CustomResourceCount count() {
    return new CustomResourceCount(
        text(), text(), Map.of(text(), (long) random.nextInt(9), "another", 1L));
  }

  private KeptObject kept() {
    return new KeptObject(object(), text());
  }

  private Diagnosis diagnosis() {
    return new Diagnosis(
        oneOf(DiagnosisCode.values()),
        orNull(this::object),
        text(),
        orNull(() -> Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000))),
        several(this::interception),
        texts(),
        text(),
        random.nextBoolean());
  }

  /** One event of every type. */
  List<InstallEvent> events() {
    return List.of(
        new InstallEvent.Planned(plan()),
        new InstallEvent.StageStarted(stage(), text()),
        new InstallEvent.ObjectWritten(stage(), change()),
        new InstallEvent.Waiting(stage(), object(), text(), duration()),
        new InstallEvent.Retrying(
            stage(), orNull(this::object), text(), random.nextInt(99), duration()),
        new InstallEvent.Proving(text(), random.nextInt(9), random.nextInt(9)),
        new InstallEvent.ArmingChanged(object(), random.nextBoolean(), random.nextInt(50)),
        new InstallEvent.StageEnded(outcome()),
        new InstallEvent.Succeeded(report()),
        new InstallEvent.Failed(report()));
  }

  private Failure failure() {
    return new Failure(
        oneOf(FailureCode.values()),
        orNull(this::stage),
        orNull(this::object),
        text(),
        texts(),
        text());
  }

  private StageOutcome outcome() {
    return new StageOutcome(
        stage(),
        oneOf(StageStatus.values()),
        duration(),
        duration(),
        duration(),
        several(this::change),
        texts());
  }

  private PlannedStage plannedStage() {
    return new PlannedStage(stage(), text(), several(this::change));
  }

  private PlannedChange change() {
    return new PlannedChange(
        object(), oneOf(ChangeAction.values()), several(this::diff), texts(), orNull(this::text));
  }

  private FieldDiff diff() {
    return new FieldDiff(text(), orNull(this::text), orNull(this::text));
  }

  private Interception interception() {
    return new Interception(
        text(),
        text(),
        texts(),
        texts(),
        oneOf("Fail", "Ignore"),
        random.nextInt(31),
        texts(),
        texts(),
        text());
  }

  private ObjectRef object() {
    return new ObjectRef("apps/v1", "Deployment", orNull(() -> "kruise-system"), "manager");
  }

  private Stage stage() {
    return oneOf(Stage.values());
  }

  private Duration duration() {
    return Duration.ofNanos(random.nextLong(0, 1L << random.nextInt(20, 45)));
  }

  private String text() {
    return TEXTS.get(random.nextInt(TEXTS.size()));
  }

  private List<String> texts() {
    return several(this::text);
  }

  private <T> List<T> several(Supplier<T> value) {
    return Stream.generate(value).limit(random.nextInt(4)).toList();
  }

  private <T> @Nullable T orNull(Supplier<T> value) {
    return random.nextBoolean() ? value.get() : null;
  }

  @SafeVarargs
  private <T> T oneOf(T... values) {
    return values[random.nextInt(values.length)];
  }
}
