package io.github.kruiseinstaller.examples.quickstart;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.diagnosis.DiagnosisReport;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.permission.ClusterRoles;
import io.github.kruiseinstaller.report.HealthReport;
import io.github.kruiseinstaller.report.InstallFailedException;
import io.github.kruiseinstaller.report.PreflightReport;
import io.github.kruiseinstaller.report.RepairFailedException;
import io.github.kruiseinstaller.report.RepairReport;
import io.github.kruiseinstaller.uninstall.UninstallFailedException;
import io.github.kruiseinstaller.uninstall.UninstallReport;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command line of the quick start. */
@Command(
    name = "run",
    sortOptions = false,
    description = {
      "Installs OpenKruise without refusing a single Pod.",
      "Without an option: a small release into a simulated cluster inside this process."
    },
    footerHeading = "%nVerbs:%n",
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:done, or nothing is the matter",
      "1:failed, unhealthy, or a cause was found; the remedy is printed",
      "2:bad arguments"
    })
final class Main implements Callable<Integer> {
  private static final long TICK_MILLIS = 200;
  private static final String ON_A_REAL_ONE =
      "This cluster was simulated. On a real one: examples/quickstart/run --kubeconfig FILE";

  private final CtrlC ctrlC;
  private final Function<FileDescriptor, OutputStream> streams;

  @Parameters(
      arity = "0..1",
      paramLabel = "VERB",
      defaultValue = "install",
      description = "what to do, see below; without: install")
  private Verb verb = Verb.INSTALL;

  @Mixin private Options options = new Options();

  @Mixin private Removal removal = new Removal();

  @Spec private CommandLine.Model.@Nullable CommandSpec spec;

  @Option(
      names = "--json",
      description = "events as lines of JSON, the report (or plan) as the last; progress to stderr")
  private boolean json;

  @Option(names = "--help", usageHelp = true, description = "this text")
  private boolean unusedHelp;

  private Main(CtrlC ctrlC, Function<FileDescriptor, OutputStream> streams) {
    this.ctrlC = ctrlC;
    this.streams = streams;
  }

  /** Runs, and ends the process with the exit status. */
  public static void main(String[] args) {
    CtrlC ctrlC = new CtrlC();
    ctrlC.exit(commandLine(ctrlC, FileOutputStream::new).execute(args));
  }

  /**
   * The command line.
   *
   * @param streams what is written to for the process's standard output and error
   */
  static CommandLine commandLine(CtrlC ctrlC, Function<FileDescriptor, OutputStream> streams) {
    CommandLine commandLine =
        new CommandLine(new Main(ctrlC, streams)).setCaseInsensitiveEnumValuesAllowed(true);
    commandLine
        .getCommandSpec()
        .usageMessage()
        .footer(
            Stream.of(
                    Arrays.stream(Verb.values()).map(Verb::line),
                    Stream.of("", "Scenarios:"),
                    Arrays.stream(Scenario.values()).map(Scenario::line))
                .flatMap(lines -> lines)
                .toArray(String[]::new));
    return commandLine;
  }

  @Override
  public Integer call() {
    requireSense();
    Scenario scenario = options.scenario();
    try (View view = view()) {
      return scenario == null ? show(view, options::applyTo) : simulated(view, scenario);
    }
  }

  private void requireSense() {
    String wrong = "";
    if (verb != Verb.UNINSTALL && removal.isGiven()) {
      wrong = "only uninstall removes anything";
    }
    if (verb == Verb.ROLE && options.scenario() != null) {
      // The role is for a release and a cluster; the simulated ones are nobody's.
      wrong = "role needs a real cluster: --kubeconfig FILE or --current-context";
    }
    try {
      removal.options();
    } catch (IllegalArgumentException e) {
      wrong = "custom resources cannot stay without their definitions";
    }
    if (!wrong.isEmpty()) {
      throw new CommandLine.ParameterException(
          Objects.requireNonNull(spec, "picocli sets it").commandLine(), wrong);
    }
  }

  private int simulated(View view, Scenario scenario) {
    view.note("Starting a simulated cluster inside this process.");
    try (EmbeddedCluster cluster = new EmbeddedCluster(scenario, verb.needsAnInstallation());
        PodRequests requests = cluster.podRequests()) {
      Consumer<OpenKruiseInstaller.Builder> embedded = cluster::applyTo;
      int status = show(view, embedded.andThen(options::applyTo));
      view.note("");
      if (verb == Verb.INSTALL) {
        view.note(requests.result());
      }
      view.note(ON_A_REAL_ONE);
      return status;
    }
  }

  private int show(View view, Consumer<OpenKruiseInstaller.Builder> settings) {
    try {
      return verb.needsAnInstallation()
          ? examined(view, new Incident(settings, view, ctrlC))
          : prepared(view, new Quickstart(settings, view));
    } catch (InstallFailedException e) {
      view.report(e.report());
    } catch (InstallException e) {
      view.failure(e.failure());
    }
    return 1;
  }

  private int prepared(View view, Quickstart quickstart) {
    if (verb == Verb.INSTALL) {
      view.report(quickstart.install(ctrlC));
    } else if (verb == Verb.PLAN) {
      view.plan(quickstart.plan());
    } else if (verb == Verb.ROLE) {
      Manifest role = quickstart.role();
      stream(FileDescriptor.out, StandardCharsets.UTF_8)
          .print(json ? role.toJson() + "\n" : ClusterRoles.yaml(role));
    } else {
      PreflightReport report = quickstart.preflight();
      view.result(report.render(), report.toJson());
      return report.passed() ? 0 : 1;
    }
    return 0;
  }

  private int examined(View view, Incident incident) {
    if (verb == Verb.VERIFY) {
      HealthReport report = incident.verify();
      view.result(report.render(), report.toJson());
      return report.health().isWorking() ? 0 : 1;
    }
    if (verb == Verb.REPAIR) {
      return repaired(view, incident);
    }
    if (verb == Verb.UNINSTALL) {
      return uninstalled(view, incident);
    }
    DiagnosisReport report = incident.diagnose();
    view.result(report.render(), report.toJson());
    return report.diagnoses().isEmpty() ? 0 : 1;
  }

  private static int repaired(View view, Incident incident) {
    RepairReport report;
    try {
      report = incident.repair();
    } catch (RepairFailedException e) {
      report = e.report();
    }
    view.result(report.render(), report.toJson());
    return report.succeeded() ? 0 : 1;
  }

  private int uninstalled(View view, Incident incident) {
    UninstallReport report;
    try {
      report = incident.uninstall(removal.options());
    } catch (UninstallFailedException e) {
      report = e.report();
    }
    view.result(report.render(), report.toJson());
    return report.succeeded() ? 0 : 1;
  }

  private View view() {
    Terminal terminal = Terminal.detect();
    if (json) {
      PrintStream out = stream(FileDescriptor.out, StandardCharsets.UTF_8);
      return new JsonView(progress(terminal, stream(FileDescriptor.err, terminal.charset())), out);
    }
    // A role is for kubectl to read: nothing else goes where it goes.
    PrintStream out =
        stream(verb == Verb.ROLE ? FileDescriptor.err : FileDescriptor.out, terminal.charset());
    return new TextView(progress(terminal, out), out);
  }

  private static Progress progress(Terminal terminal, PrintStream out) {
    long start = System.nanoTime();
    Supplier<Duration> elapsed = () -> Duration.ofNanos(System.nanoTime() - start);
    if (!terminal.live()) {
      return new LineProgress(out, elapsed);
    }
    LiveProgress live = new LiveProgress(out, terminal, elapsed);
    ScheduledExecutorService clock =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "progress");
              thread.setDaemon(true);
              return thread;
            });
    var unused =
        clock.scheduleAtFixedRate(live::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    return live;
  }

  private PrintStream stream(FileDescriptor descriptor, Charset charset) {
    return new PrintStream(streams.apply(descriptor), true, charset);
  }
}
