package io.github.kruiseinstaller.examples.deploy;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.release.ReleaseSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command line of the deploy tool. */
@Command(
    name = "run",
    sortOptions = false,
    description = {
      "Brings a fleet of clusters to one OpenKruise release: plans first, asks, then does exactly"
          + " what was planned, cluster by cluster, and stops at the first failure."
    },
    footer = {
      "%nVerbs:",
      "  plan    look at every cluster: what would be written, what is in the way",
      "  apply   plan, ask, then do that: first in one cluster, then in the others",
      "  status  look whether OpenKruise works everywhere; needs no release"
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:done, or nothing stands in the way",
      "1:failed, declined, not working, or something stands in the way; the remedy is printed",
      "2:bad arguments, or nobody to ask; nothing was read or written"
    })
final class Main implements Callable<Integer> {
  /** What to do. */
  private enum Verb {
    PLAN,
    APPLY,
    STATUS
  }

  private final CtrlC ctrlC;
  private final @Nullable Supplier<@Nullable String> answer;

  @Parameters(index = "0", paramLabel = "VERB", description = "what to do, see below")
  private Verb verb = Verb.PLAN;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "TARGET",
      converter = Target.Converter.class,
      description = "a cluster: KUBECONFIG, or KUBECONFIG#CONTEXT")
  private List<Target> targets = List.of();

  @Mixin private Options options = new Options();

  @Option(names = "--yes", description = "apply: do not ask")
  private boolean yes;

  @Option(
      names = "--parallel",
      paramLabel = "N",
      description = "apply: how many clusters at once, once the first one works; without: 1")
  private int parallel = 1;

  @Option(
      names = "--json",
      description = "a line of JSON for each cluster and one for the fleet; all else to stderr")
  private boolean json;

  @Option(names = "--help", usageHelp = true, description = "this text")
  private boolean unusedHelp;

  @Spec private CommandLine.Model.@Nullable CommandSpec spec;

  private Main(CtrlC ctrlC, @Nullable Supplier<@Nullable String> answer) {
    this.ctrlC = ctrlC;
    this.answer = answer;
  }

  /** Runs, and ends the process with the exit status. */
  public static void main(String[] args) {
    CtrlC ctrlC = new CtrlC();
    ctrlC.watch();
    boolean person = Boolean.getBoolean("deploy.person");
    System.exit(commandLine(ctrlC, person ? Main::typed : null).execute(args));
  }

  /**
   * The command line.
   *
   * @param answer the next line that a person types; null where nobody sits there
   */
  static CommandLine commandLine(CtrlC ctrlC, @Nullable Supplier<@Nullable String> answer) {
    return new CommandLine(new Main(ctrlC, answer)).setCaseInsensitiveEnumValuesAllowed(true);
  }

  @Override
  public Integer call() {
    CommandLine commandLine = Objects.requireNonNull(spec, "picocli sets it").commandLine();
    requireSense(commandLine);
    Screen screen =
        json
            ? new Screen(commandLine.getErr(), commandLine.getOut())
            : new Screen(commandLine.getOut(), null);
    ReleaseSource release = options.release(); // one for all: what it has fetched serves them all
    List<Cluster> clusters =
        targets.stream().map(target -> cluster(target, release, screen)).toList();
    Fleet fleet = new Fleet(clusters, screen, ctrlC);
    return ctrlC.during(() -> run(screen, fleet));
  }

  private int run(Screen screen, Fleet fleet) {
    return switch (verb) {
      case PLAN -> shown(screen, fleet.plan());
      case APPLY -> apply(screen, fleet);
      case STATUS -> shown(screen, fleet.status());
    };
  }

  private int apply(Screen screen, Fleet fleet) {
    List<Standing> plans = fleet.plan();
    screen.table(plans);
    boolean free = plans.stream().allMatch(plan -> plan.state().isFine());
    long due = plans.stream().filter(Standing::isDue).count();
    if (free && due > 0 && isApproved(screen, due)) {
      return shown(screen, fleet.apply(plans, parallel));
    }
    screen.say("Nothing was written.");
    return result(screen, plans.stream().map(Standing::notBegun).toList());
  }

  private boolean isApproved(Screen screen, long clusters) {
    if (yes || answer == null) {
      return yes;
    }
    screen.ask("Apply to " + clusters + (clusters == 1 ? " cluster" : " clusters") + "? [y/N]");
    String typed = ctrlC.ask(answer);
    return typed != null && Set.of("y", "yes").contains(typed.strip().toLowerCase(Locale.ROOT));
  }

  private int shown(Screen screen, List<Standing> fleet) {
    screen.table(fleet);
    return result(screen, fleet);
  }

  private int result(Screen screen, List<Standing> fleet) {
    int status = fleet.stream().allMatch(standing -> standing.state().isFine()) ? 0 : 1;
    screen.result(verb.name().toLowerCase(Locale.ROOT), fleet, status);
    return status;
  }

  private Cluster cluster(Target target, @Nullable ReleaseSource release, Screen screen) {
    OpenKruiseInstaller.Builder builder =
        OpenKruiseInstaller.builder().listener(new LineProgress(target.name(), screen));
    target.applyTo(builder);
    options.applyTo(builder);
    if (release != null) {
      builder.release(release);
    }
    return new Cluster(target.name(), builder.build(), ctrlC);
  }

  private void requireSense(CommandLine commandLine) {
    String wrong = null;
    if (parallel < 1) {
      wrong = "--parallel is at least 1";
    } else if (verb != Verb.STATUS && options.release() == null) {
      wrong = "which release? --release-version, --chart or --manifests is needed";
    } else if (verb == Verb.APPLY && !yes && answer == null) {
      wrong = "nobody is here to be asked: apply needs --yes";
    }
    Set<String> places = new HashSet<>();
    for (Target target : targets) {
      if (!places.add(target.place())) {
        wrong = target.name() + " is given twice";
      }
    }
    if (wrong != null) {
      throw new CommandLine.ParameterException(commandLine, wrong);
    }
  }

  private static @Nullable String typed() {
    try {
      return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
          .readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
