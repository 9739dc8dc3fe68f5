package io.github.kruiseinstaller;

import io.github.kruiseinstaller.customize.Customizer;
import io.github.kruiseinstaller.diagnosis.DiagnosisReport;
import io.github.kruiseinstaller.event.InstallListener;
import io.github.kruiseinstaller.internal.cluster.ClusterAccess;
import io.github.kruiseinstaller.internal.cluster.Connection;
import io.github.kruiseinstaller.internal.engine.ConnectedClusters;
import io.github.kruiseinstaller.internal.engine.Engine;
import io.github.kruiseinstaller.internal.engine.Run;
import io.github.kruiseinstaller.internal.engine.Settings;
import io.github.kruiseinstaller.internal.retry.SystemTime;
import io.github.kruiseinstaller.internal.retry.Time;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.RetryPolicy;
import io.github.kruiseinstaller.model.TakeOver;
import io.github.kruiseinstaller.plan.InstallPlan;
import io.github.kruiseinstaller.plan.PruneOptions;
import io.github.kruiseinstaller.release.ReleaseSource;
import io.github.kruiseinstaller.report.HealthReport;
import io.github.kruiseinstaller.report.InstallReport;
import io.github.kruiseinstaller.report.PreflightReport;
import io.github.kruiseinstaller.report.RepairReport;
import io.github.kruiseinstaller.uninstall.UninstallOptions;
import io.github.kruiseinstaller.uninstall.UninstallPlan;
import io.github.kruiseinstaller.uninstall.UninstallReport;
import io.kubernetes.client.openapi.ApiClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Installs OpenKruise so that no Pod request is refused because of it: not while it goes well, not
 * when it fails, and not when this process dies.
 *
 * <pre>{@code
 * OpenKruiseInstaller installer =
 *     OpenKruiseInstaller.builder()
 *         .release(ReleaseSource.version("1.8.3"))
 *         .listener(System.out::println)
 *         .build();
 * InstallReport report = installer.install();
 * System.out.println(report.render());
 * }</pre>
 *
 * <p>An installer is immutable, thread-safe and reusable. It keeps no state between runs: all that
 * a later run needs is in the cluster. It starts threads for a run only, and none is left when the
 * run has ended. A given ApiClient is neither changed nor closed.
 *
 * <p>Two installers never work at the same time, wherever they run: {@link #install()}, {@link
 * #repair()} and {@link #uninstall()} take a lock before they write, the Lease {@code
 * kruise-installer} in the installation's namespace, and give it back when they end, also when they
 * fail or are cancelled. They renew it while they run, and look at it again before every stage that
 * writes. The other one waits ({@link Builder#waitForLock}), plans anew once it is its turn, and
 * fails with code {@code locked} and who holds the lock when it is not. The lock of one that was
 * killed runs out after ten seconds, whatever the clocks of the two machines say. A run that has
 * nothing to write takes no lock and needs no permission for it.
 *
 * <p>Every method that blocks may be interrupted: the run is cancelled, the method throws with code
 * {@code cancelled}, and the interrupt flag stays set.
 */
public final class OpenKruiseInstaller {
  private final Engine engine;
  private final boolean hasRelease;

  private OpenKruiseInstaller(Engine engine, boolean hasRelease) {
    this.engine = engine;
    this.hasRelease = hasRelease;
  }

  /** Starts an installer with all defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Finds out why an installation refuses requests or does not work, whoever installed it: causes
   * with evidence, likeliest first, and what to do. Needs no release, and makes do with what the
   * caller may read. Writes nothing: reads and dry runs only. Takes a second or two, and less than
   * twelve when webhooks hang.
   *
   * @throws io.github.kruiseinstaller.error.InstallException when the cluster cannot be reached
   */
  public DiagnosisReport diagnose() {
    return startDiagnose().join();
  }

  /**
   * Works out what {@link #install()} would do. Writes nothing: reads and dry runs only. Over an
   * installation that somebody else made it says who, and that installing would be refused where
   * {@link Builder#takeOver} does not allow it.
   *
   * @throws IllegalStateException when no release was given
   * @throws io.github.kruiseinstaller.error.InstallException when the release is invalid, the
   *     cluster cannot be reached, or it is clear beforehand that the installation would fail
   */
  public InstallPlan plan() {
    return startPlan().join();
  }

  /**
   * Installs the release, or brings an existing installation to it. A second run writes nothing. A
   * run after a crash finishes the work.
   *
   * @throws IllegalStateException when no release was given
   * @throws io.github.kruiseinstaller.report.InstallFailedException when the run fails, times out
   *     or is cancelled, another installer is at work, or somebody else made the installation that
   *     lives and {@link Builder#takeOver} was not given; it carries the report of what was and was
   *     not done
   */
  public InstallReport install() {
    return startInstall().join();
  }

  /**
   * Installs exactly what was planned.
   *
   * @throws IllegalStateException when no release was given
   * @throws io.github.kruiseinstaller.report.InstallFailedException as {@link #install()}, and with
   *     code {@code plan-stale}, before anything is written, when the release or the live state has
   *     moved on since
   */
  public InstallReport install(InstallPlan plan) {
    return startInstall(plan).join();
  }

  /**
   * Looks whether the release can be installed: versions, permissions, what is there already,
   * policies, nodes, images, webhooks in the way. Takes a second or two, and writes nothing: reads
   * and dry runs only. What may not be looked at is skipped, and the report says why.
   *
   * @throws IllegalStateException when no release was given
   * @throws io.github.kruiseinstaller.error.InstallException when the release is invalid or the
   *     cluster cannot be reached
   */
  public PreflightReport preflight() {
    return startPreflight().join();
  }

  /**
   * The smallest ClusterRole under which this installer's verbs do all that they can: with a
   * release to install it, without one to look at an installation and to repair it. Asks the
   * cluster for its version only. {@link io.github.kruiseinstaller.permission.ClusterRoles} writes
   * it as YAML, and makes others.
   *
   * @throws io.github.kruiseinstaller.error.InstallException when the release is invalid or the
   *     cluster cannot be reached
   */
  public Manifest requiredRole() {
    return RunningOperation.start(new Run(), engine::requiredRole).join();
  }

  /**
   * Looks whether the installation works now, whoever installed it: workloads, certificates,
   * definitions, webhook configurations, and what the API server itself answers to dry runs. With a
   * release, also how it differs from that. Writes nothing. What may not be looked at makes the
   * answer {@code unknown} rather than wrong.
   *
   * @throws io.github.kruiseinstaller.error.InstallException when the release is invalid or the
   *     cluster cannot be reached
   */
  public HealthReport verify() {
    return startVerify().join();
  }

  /**
   * Works out what {@link #repair()} would do. Writes nothing: reads and dry runs only.
   *
   * @throws io.github.kruiseinstaller.error.InstallException when the cluster cannot be reached or
   *     its webhook configurations cannot be read
   */
  public InstallPlan planRepair() {
    return startPlanRepair().join();
  }

  /**
   * Mends an installation that refuses requests or does not work, whoever installed it. Webhooks
   * that nobody answers are switched off first, so that Pods are admitted again at once; then what
   * is the cause is mended, the manager is awaited and proven, and the webhooks are switched on
   * again. Nothing else changes. Their lists are kept in the cluster meanwhile, so that a repair
   * that was killed can be finished by another one.
   *
   * <p>No release is needed. One that is given, of the version that is installed, is where objects
   * come from that are missing or broken. Where nothing is the matter nothing is written.
   *
   * @return what was done; {@link RepairReport#succeeded()} is false where something is left to a
   *     person that does not keep the rest from being mended
   * @throws io.github.kruiseinstaller.report.RepairFailedException when it cannot mend what it has
   *     found, fails, times out or is cancelled. Pods are admitted all the same, unless it ended
   *     before it could disarm, and the report says what a person must do
   */
  public RepairReport repair() {
    return startRepair().join();
  }

  /**
   * Repairs exactly what was planned.
   *
   * @throws io.github.kruiseinstaller.report.RepairFailedException as {@link #repair()}, and with
   *     code {@code plan-stale}, before anything is written, when the live state has moved on since
   */
  public RepairReport repair(InstallPlan plan) {
    return startRepair(plan).join();
  }

  /**
   * Works out what {@link #uninstall(UninstallOptions)} would do. Writes nothing: reads only.
   *
   * @throws io.github.kruiseinstaller.error.InstallException when the cluster cannot be reached, or
   *     it is clear beforehand that the uninstallation would be refused or fail
   */
  public UninstallPlan planUninstall(UninstallOptions options) {
    return startPlanUninstall(options).join();
  }

  /**
   * Removes the manager and what belongs to it, as {@link UninstallOptions#defaults()} says: custom
   * resource definitions and namespaces stay, and nothing is written where custom resources exist.
   *
   * @throws io.github.kruiseinstaller.uninstall.UninstallFailedException as {@link
   *     #uninstall(UninstallOptions)}
   */
  public UninstallReport uninstall() {
    return startUninstall(UninstallOptions.defaults()).join();
  }

  /**
   * Removes an installation, whoever made it. Nobody who has nothing to do with OpenKruise is
   * refused: the webhooks are switched off first, and the API server itself has to show that it
   * calls them no more before the manager goes. A second run writes nothing; a run after a crash
   * finishes the work.
   *
   * <p>No release is needed: what the charts of every version bring is known by name, and so is
   * what this library has made. With a release it is that release's objects that go. What the
   * manager made while it ran goes too; objects of others, also in its namespaces, stay, and the
   * report names them.
   *
   * @throws io.github.kruiseinstaller.uninstall.UninstallFailedException before anything is
   *     written, with code {@code custom-resources-exist} when the options do not say what becomes
   *     of custom resources, with {@code deletion-protected} or {@code finalizers-stuck} when
   *     something could not be deleted; later, when the run fails, times out or is cancelled
   */
  public UninstallReport uninstall(UninstallOptions options) {
    return startUninstall(options).join();
  }

  /**
   * Uninstalls exactly what was planned.
   *
   * @throws io.github.kruiseinstaller.uninstall.UninstallFailedException as {@link
   *     #uninstall(UninstallOptions)}, and with code {@code plan-stale}, before anything is
   *     written, when the live state has moved on since
   */
  public UninstallReport uninstall(UninstallPlan plan) {
    return startUninstall(plan).join();
  }

  /** Starts {@link #diagnose()} and returns at once. */
  public Operation<DiagnosisReport> startDiagnose() {
    return RunningOperation.start(new Run(), engine::diagnose);
  }

  /**
   * Starts {@link #plan()} and returns at once.
   *
   * @throws IllegalStateException when no release was given
   */
  public Operation<InstallPlan> startPlan() {
    requireRelease();
    return RunningOperation.start(new Run(), engine::plan);
  }

  /**
   * Starts {@link #install()} and returns at once.
   *
   * @throws IllegalStateException when no release was given
   */
  public Operation<InstallReport> startInstall() {
    requireRelease();
    return RunningOperation.start(new Run(), run -> engine.install(run, null));
  }

  /**
   * Starts {@link #install(InstallPlan)} and returns at once.
   *
   * @throws IllegalStateException when no release was given
   */
  public Operation<InstallReport> startInstall(InstallPlan plan) {
    Objects.requireNonNull(plan, "plan");
    requireRelease();
    return RunningOperation.start(new Run(), run -> engine.install(run, plan));
  }

  /**
   * Starts {@link #preflight()} and returns at once.
   *
   * @throws IllegalStateException when no release was given
   */
  public Operation<PreflightReport> startPreflight() {
    requireRelease();
    return RunningOperation.start(new Run(), engine::preflight);
  }

  /** Starts {@link #verify()} and returns at once. */
  public Operation<HealthReport> startVerify() {
    return RunningOperation.start(new Run(), engine::verify);
  }

  /** Starts {@link #planRepair()} and returns at once. */
  public Operation<InstallPlan> startPlanRepair() {
    return RunningOperation.start(new Run(), engine::planRepair);
  }

  /** Starts {@link #repair()} and returns at once. */
  public Operation<RepairReport> startRepair() {
    return RunningOperation.start(new Run(), run -> engine.repair(run, null));
  }

  /** Starts {@link #repair(InstallPlan)} and returns at once. */
  public Operation<RepairReport> startRepair(InstallPlan plan) {
    Objects.requireNonNull(plan, "plan");
    return RunningOperation.start(new Run(), run -> engine.repair(run, plan));
  }

  /** Starts {@link #planUninstall(UninstallOptions)} and returns at once. */
  public Operation<UninstallPlan> startPlanUninstall(UninstallOptions options) {
    Objects.requireNonNull(options, "options");
    return RunningOperation.start(new Run(), run -> engine.planUninstall(run, options));
  }

  /** Starts {@link #uninstall(UninstallOptions)} and returns at once. */
  public Operation<UninstallReport> startUninstall(UninstallOptions options) {
    Objects.requireNonNull(options, "options");
    return RunningOperation.start(new Run(), run -> engine.uninstall(run, options, null));
  }

  /** Starts {@link #uninstall(UninstallPlan)} and returns at once. */
  public Operation<UninstallReport> startUninstall(UninstallPlan plan) {
    Objects.requireNonNull(plan, "plan");
    return RunningOperation.start(new Run(), run -> engine.uninstall(run, plan.options(), plan));
  }

  private void requireRelease() {
    if (!hasRelease) {
      throw new IllegalStateException(
          "no release given: call release(ReleaseSource.version(\"1.8.3\")) or another source");
    }
  }

  /**
   * Collects the options of an installer. Not thread-safe; {@link #build()} may be called several
   * times.
   */
  public static final class Builder {
    private Supplier<Connection> access = () -> Connection.over(new ClusterAccess().standard(null));
    private @Nullable ReleaseSource release;
    private @Nullable String namespace;
    private final List<Customizer> customizers = new ArrayList<>();
    private final List<InstallListener> listeners = new ArrayList<>();
    private Duration timeout = Duration.ofMinutes(5);
    private RetryPolicy retry = RetryPolicy.defaults();
    private int proofs = 3;
    private Duration waitForLock = Duration.ofSeconds(30);
    private @Nullable TakeOver takeOver;
    private Time time = new SystemTime();
    private PruneOptions prune = PruneOptions.defaults();

    private Builder() {}

    /**
     * The cluster of a kubeconfig file's current context. Default without this and {@link
     * #apiClient}: as kubectl finds its cluster (KUBECONFIG, then the file in the home folder, then
     * the Pod's own service account). A credential plugin that the file names, with no other
     * credentials beside it, is run by the first request, and again when its token is no longer
     * taken; it has 60 seconds, and cannot ask anybody. Where the file names no proxy-url, and in a
     * Pod, the proxy is that of HTTPS_PROXY and NO_PROXY (HTTP_PROXY for an http server), an http
     * or socks5 one.
     */
    public Builder kubeconfig(Path file) {
      Objects.requireNonNull(file, "file");
      this.access = () -> Connection.over(new ClusterAccess().fromKubeconfig(file, null));
      return this;
    }

    /** The cluster of a named context of a kubeconfig file. */
    public Builder kubeconfig(Path file, String context) {
      Objects.requireNonNull(file, "file");
      Objects.requireNonNull(context, "context");
      this.access = () -> Connection.over(new ClusterAccess().fromKubeconfig(file, context));
      return this;
    }

    /**
     * The cluster of a client of yours. It is neither changed nor closed; its authentication, TLS,
     * proxy and interceptors are used, with the installer's own time-outs: 10 seconds to connect,
     * 30 for a request, and a ping over HTTP/2 every 5, so that a connection that nobody answers on
     * is given up after ten.
     */
    public Builder apiClient(ApiClient client) {
      Objects.requireNonNull(client, "client");
      this.access = () -> Connection.over(client);
      return this;
    }

    /**
     * What to install, and what an installation is compared with. Required by every method that
     * installs; without it an installation can still be looked at, explained, repaired and removed.
     */
    public Builder release(ReleaseSource source) {
      this.release = Objects.requireNonNull(source, "source");
      return this;
    }

    /**
     * The manager's namespace. Default: the release's own, which is {@code kruise-system} unless a
     * value of the chart or the manifests say otherwise.
     */
    public Builder namespace(String name) {
      this.namespace = Objects.requireNonNull(name, "name");
      return this;
    }

    /** Changes of the release, carried out in the order in which they are given. Default: none. */
    public Builder customize(Customizer... changes) {
      customizers.addAll(List.of(changes));
      return this;
    }

    /**
     * How long a run may take, all waits and retries included. Default: 5 minutes; more than a
     * hundred years is as long as that.
     *
     * @throws IllegalArgumentException when not positive
     */
    public Builder timeout(Duration limit) {
      if (limit.isNegative() || limit.isZero()) {
        throw new IllegalArgumentException("timeout must be positive: " + limit);
      }
      this.timeout = limit;
      return this;
    }

    /**
     * How long to wait between tries of a failed request. Default: {@link RetryPolicy#defaults()}.
     */
    public Builder retry(RetryPolicy policy) {
      this.retry = Objects.requireNonNull(policy, "policy");
      return this;
    }

    /**
     * How many proofs in a row, each over a connection of its own, must pass before the webhooks
     * are armed. Default: 3. Use more where a load balancer stands before many API servers: each of
     * them must see the manager.
     *
     * @throws IllegalArgumentException when less than 1
     */
    public Builder proofs(int inARow) {
      if (inARow < 1) {
        throw new IllegalArgumentException("at least one proof is needed: " + inARow);
      }
      this.proofs = inARow;
      return this;
    }

    /**
     * How long a run that has something to write waits for another installer that is at work in the
     * same namespace, within {@link #timeout}; zero fails at once. Default: 30 seconds, so that a
     * run right after one that was killed finishes the work: a dead installer is replaced after ten
     * seconds, and at once by a run on the same Linux machine (in the same container, if any).
     *
     * @throws IllegalArgumentException when negative
     */
    public Builder waitForLock(Duration limit) {
      if (limit.isNegative()) {
        throw new IllegalArgumentException("waitForLock must not be negative: " + limit);
      }
      this.waitForLock = limit;
      return this;
    }

    /**
     * Allows {@link #install()} to take over an installation that Helm, kubectl or another tool
     * made, and says what becomes of Helm's record of it. Default: none, and such an installation
     * is refused with code {@code installed-by-others} before anything is written. Where there is
     * none it changes nothing, so that it may always be given.
     *
     * <p>An installation counts as somebody else's when the manager's Deployment, the webhook
     * Service or a webhook configuration lives and carries no trace of this library. A namespace
     * made beforehand, definitions that were left, and changes that somebody made by hand to what
     * this library has installed do not: those are mended without a word.
     */
    public Builder takeOver(TakeOver how) {
      this.takeOver = Objects.requireNonNull(how, "how");
      return this;
    }

    /**
     * What becomes of objects that an earlier run of this library installed and that the release,
     * as it is customised now, no longer has, such as the daemon once its feature gate is off.
     * Default: {@link PruneOptions#defaults()}, which deletes what holds nothing once the new
     * release works, and keeps definitions, Secrets, ConfigMaps and namespaces.
     */
    public Builder prune(PruneOptions options) {
      this.prune = Objects.requireNonNull(options, "options");
      return this;
    }

    /**
     * Told what {@link #install()}, {@link #repair()} and {@link #uninstall()} do; verbs that only
     * look tell nothing. May be given several times. Default: none.
     */
    public Builder listener(InstallListener listener) {
      listeners.add(Objects.requireNonNull(listener, "listener"));
      return this;
    }

    /** Other clocks than the machine's, for tests that do not want to wait. */
    Builder time(Time value) {
      this.time = value;
      return this;
    }

    /** The installer. Does not touch the cluster. */
    public OpenKruiseInstaller build() {
      Settings settings =
          new Settings(
              release,
              namespace,
              customizers,
              listeners,
              timeout,
              retry,
              proofs,
              waitForLock,
              prune,
              takeOver);
      return new OpenKruiseInstaller(
          new Engine(ConnectedClusters.source(access), settings, time), release != null);
    }
  }
}
