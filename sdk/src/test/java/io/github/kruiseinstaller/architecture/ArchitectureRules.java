package io.github.kruiseinstaller.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * The rules that keep the packages of a module in order. They hold for the packages under any root,
 * so that fixtures can show each rule failing.
 *
 * @param root the root package
 * @param layers its packages from bottom to top, the root itself as an empty name: a package may
 *     use those before it
 */
record ArchitectureRules(String root, List<String> layers) {
  private static final List<String> SDK_LAYERS =
      List.of(
          "internal.tree",
          "internal.text",
          "model",
          "error",
          "internal.yaml",
          "release",
          "customize",
          "plan",
          "check",
          "diagnosis",
          "report",
          "event",
          "uninstall",
          "internal.retry",
          "internal.cluster",
          "internal.ownership",
          "internal.wait",
          "internal.webhook",
          "internal.live",
          "internal.inventory",
          "internal.diagnose",
          "internal.lock",
          "internal.planner",
          "permission",
          "internal.preflight",
          "internal.repair",
          "internal.stage",
          "internal.uninstall",
          "internal.health",
          "internal.engine",
          "");

  private static final List<String> TESTKIT_LAYERS =
      List.of(
          "internal.tree",
          "internal.status",
          "internal.kind",
          "internal.time",
          "internal.auth",
          "internal.patch",
          "internal.apply",
          "internal.store",
          "internal.network",
          "internal.admission",
          "internal.workload",
          "internal.rest",
          "internal.proto",
          "internal.discovery",
          "internal.controller",
          "internal.kruise",
          "fault",
          "internal.http",
          "",
          "junit");

  private static final String API_CLIENT = "io.kubernetes.client.openapi.ApiClient";

  private static final Map<String, Set<String>> CLOCKS =
      Map.of(
          "java.lang.Thread", Set.of("sleep"),
          "java.lang.System", Set.of("currentTimeMillis", "nanoTime"),
          "java.util.concurrent.TimeUnit", Set.of("sleep"),
          "java.time.Clock", Set.of("systemUTC", "systemDefaultZone", "system"));

  private static final Set<String> DATES =
      Set.of(
          "java.time.Instant",
          "java.time.LocalDate",
          "java.time.LocalDateTime",
          "java.time.LocalTime",
          "java.time.OffsetDateTime",
          "java.time.ZonedDateTime");

  /** For packages in the order of the SDK's. */
  ArchitectureRules(String root) {
    this(root, SDK_LAYERS);
  }

  /** For packages in the order of the testkit's. */
  static ArchitectureRules testkit(String root) {
    return new ArchitectureRules(root, TESTKIT_LAYERS);
  }

  /** Every rule. */
  List<ArchRule> every() {
    return Stream.concat(
            ofAnyModule().stream(),
            Stream.of(onlyTheClusterPackageUsesTheClient(), onlyTheSystemClockReadsTheTime()))
        .toList();
  }

  /** The rules that are not about the SDK's own packages. */
  List<ArchRule> ofAnyModule() {
    return List.of(
        packagesAreListed(),
        importsPointDown(),
        packagesFormNoCircle(),
        namesSayWhatAClassIs(),
        publicSignaturesUseOwnTypes(),
        staticFieldsNeverChange());
  }

  ArchRule packagesAreListed() {
    return rule(
        "be in a listed package",
        (type, events) -> {
          if (layerOf(type) < 0) {
            violated(events, type, type.getName() + " is in a package that is not listed");
          }
        });
  }

  /** Whatever else is below a package that is not below the root. */
  ArchRule usesNothingElseOf(String packageName) {
    return rule(
        "use nothing else of " + packageName,
        (type, events) ->
            type.getDirectDependenciesFromSelf().stream()
                .filter(dependency -> !isOwn(dependency.getTargetClass()))
                .filter(dependency -> isBelow(packageName, dependency.getTargetClass()))
                .forEach(dependency -> violated(events, type, dependency.getDescription())));
  }

  ArchRule importsPointDown() {
    return rule(
        "use only packages below their own",
        (type, events) ->
            type.getDirectDependenciesFromSelf().stream()
                .filter(dependency -> isOwn(dependency.getTargetClass()))
                .filter(dependency -> layerOf(type) < layerOf(dependency.getTargetClass()))
                .forEach(dependency -> violated(events, type, dependency.getDescription())));
  }

  ArchRule packagesFormNoCircle() {
    return slices().assignedFrom(onePerPackage()).should().beFreeOfCycles().allowEmptyShould(true);
  }

  ArchRule onlyTheClusterPackageUsesTheClient() {
    return rule(
        "leave the Kubernetes and HTTP clients to internal.cluster",
        (type, events) -> {
          if (layerName(type).equals("internal.cluster")) {
            return;
          }
          type.getDirectDependenciesFromSelf().stream()
              .filter(dependency -> isClient(dependency.getTargetClass()))
              .filter(dependency -> !mayUse(type, dependency.getTargetClass()))
              .forEach(dependency -> violated(events, type, dependency.getDescription()));
        });
  }

  ArchRule onlyTheSystemClockReadsTheTime() {
    return rule(
        "take time and sleep from internal.retry",
        (type, events) -> {
          boolean clock =
              layerName(type).equals("internal.retry")
                  && outermost(type).getSimpleName().startsWith("System");
          if (clock) {
            return;
          }
          type.getAccessesFromSelf().stream()
              .filter(ArchitectureRules::readsTheTime)
              .forEach(access -> violated(events, type, access.getDescription()));
        });
  }

  ArchRule namesSayWhatAClassIs() {
    return rule(
        "not be named Util, Utils, Helper or Impl",
        (type, events) -> {
          if (type.getSimpleName().matches(".*(Util|Utils|Helper|Impl)")) {
            violated(events, type, type.getName() + " has a name that does not say what it is");
          }
        });
  }

  ArchRule publicSignaturesUseOwnTypes() {
    PublicSignatures signatures = new PublicSignatures(this);
    return rule(
        "show only types of the JDK and of public packages",
        (type, events) ->
            signatures.leaks(type).forEach(message -> violated(events, type, message)));
  }

  ArchRule staticFieldsNeverChange() {
    return rule(
        "keep no static state",
        (type, events) ->
            MutableStatics.in(type).forEach(message -> violated(events, type, message)));
  }

  boolean isOwn(JavaClass type) {
    return isBelow(root, type);
  }

  private static boolean isBelow(String packageName, JavaClass type) {
    String name = type.getBaseComponentType().getPackageName();
    return name.equals(packageName) || name.startsWith(packageName + ".");
  }

  boolean isPublicPackage(JavaClass type) {
    return isOwn(type) && layerOf(type) >= 0 && !layerName(type).startsWith("internal.");
  }

  /**
   * The exceptions: whoever builds the installer may hand in a client of their own, and an
   * extension of JUnit shows JUnit.
   */
  boolean mayUse(JavaClass type, JavaClass target) {
    boolean ownClient =
        target.getName().equals(API_CLIENT)
            && type.getPackageName().equals(root)
            && outermost(type).getSimpleName().matches("OpenKruiseInstaller(Builder)?");
    boolean extension =
        layers.contains("junit")
            && layerName(type).equals("junit")
            && target.getPackageName().startsWith("org.junit.jupiter.api.");
    return ownClient || extension;
  }

  private static boolean isClient(JavaClass target) {
    String name = target.getBaseComponentType().getName();
    return name.startsWith("io.kubernetes.client.") || name.startsWith("okhttp3.");
  }

  private static boolean readsTheTime(JavaAccess<?> access) {
    String owner = access.getTargetOwner().getName();
    String name = access.getTarget().getName();
    String target = access.getTarget().getFullName();
    return CLOCKS.getOrDefault(owner, Set.of()).contains(name)
        || (DATES.contains(owner) && target.endsWith(".now()"))
        || target.equals("java.util.Date.<init>()");
  }

  /** The place in the list; an unknown package is nowhere. */
  private int layerOf(JavaClass type) {
    return layers.indexOf(layerName(type));
  }

  private String layerName(JavaClass type) {
    String name = type.getBaseComponentType().getPackageName();
    return name.equals(root) ? "" : name.substring(Math.min(name.length(), root.length() + 1));
  }

  private static JavaClass outermost(JavaClass type) {
    return type.getEnclosingClass().map(ArchitectureRules::outermost).orElse(type);
  }

  private ArchRule rule(String description, BiConsumer<JavaClass, ConditionEvents> check) {
    return classes()
        .should(
            new ArchCondition<JavaClass>(description) {
              @Override
              public void check(JavaClass type, ConditionEvents events) {
                if (isOwn(type)) {
                  check.accept(type, events);
                }
              }
            })
        .allowEmptyShould(true);
  }

  private static SliceAssignment onePerPackage() {
    return new SliceAssignment() {
      @Override
      public SliceIdentifier getIdentifierOf(JavaClass type) {
        return SliceIdentifier.of(type.getPackageName());
      }

      @Override
      public String getDescription() {
        return "packages";
      }
    };
  }

  private static void violated(ConditionEvents events, JavaClass type, String message) {
    events.add(SimpleConditionEvent.violated(type, message));
  }
}
