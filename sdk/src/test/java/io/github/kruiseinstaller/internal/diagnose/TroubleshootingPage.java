package io.github.kruiseinstaller.internal.diagnose;

import io.github.kruiseinstaller.diagnosis.DiagnosisCode;
import io.github.kruiseinstaller.internal.diagnose.Catalogue.Entry;
import io.github.kruiseinstaller.internal.diagnose.Catalogue.Group;
import io.github.kruiseinstaller.internal.diagnose.Catalogue.Language;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The troubleshooting page of one language, made of the catalogue. */
final class TroubleshootingPage {
  private final Catalogue catalogue;
  private final Words words;
  private final List<String> lines = new ArrayList<>();

  private TroubleshootingPage(Language language) {
    this.catalogue = Catalogue.read(language);
    this.words = language == Language.EN ? Words.ENGLISH : Words.CHINESE;
  }

  static String of(Language language) {
    return new TroubleshootingPage(language).make();
  }

  private String make() {
    lines.add("# " + words.title());
    lines.add("");
    lines.addAll(words.introduction());
    lines.add("");
    lines.add("## " + words.index());
    lines.add("");
    lines.add("| " + words.symptom() + " | " + words.section() + " |");
    lines.add("|---|---|");
    for (Entry entry : catalogue.entries()) {
      for (String symptom : entry.symptoms()) {
        lines.add("| " + code(symptom.replace("|", "\\|")) + " | " + link(entry) + " |");
      }
    }
    for (Group group : Group.values()) {
      List<Entry> entries =
          catalogue.entries().stream().filter(entry -> entry.group() == group).toList();
      if (!entries.isEmpty()) {
        lines.add("");
        lines.add("## " + words.groups().get(group));
        entries.forEach(this::section);
      }
    }
    return String.join("\n", lines) + "\n";
  }

  private void section(Entry entry) {
    lines.add("");
    lines.add("### " + entry.id());
    lines.add("");
    lines.add("**" + entry.title() + "**");
    if (!entry.symptoms().isEmpty()) {
      lines.add("");
      lines.add(words.symptom() + words.colon());
      lines.add("");
      entry.symptoms().forEach(symptom -> lines.add("- " + code(symptom)));
    }
    paragraph(words.cause(), filled(entry.cause()));
    paragraph(words.byHand(), filled(entry.remedy()));
    if (!entry.commands().isEmpty()) {
      lines.add("");
      lines.add("```sh");
      entry.commands().forEach(command -> lines.add(filled(command)));
      lines.add("```");
    }
    if (!sdk(entry).isEmpty()) {
      paragraph(words.withSdk(), sdk(entry));
    }
  }

  private void paragraph(String name, String text) {
    lines.add("");
    lines.add(name + words.colon() + words.space() + text);
  }

  private String sdk(Entry entry) {
    if (!entry.sdk().isEmpty()) {
      return entry.sdk();
    }
    Optional<DiagnosisCode> code =
        Arrays.stream(DiagnosisCode.values())
            .filter(each -> each.id().equals(entry.id()))
            .findFirst();
    return code.map(each -> words.repairs().get(Repairs.of(each))).orElse("");
  }

  private static String filled(String text) {
    return Placeholders.fill(text, Map.of());
  }

  /** In back-ticks, with more of them than the text has in a row. */
  private static String code(String text) {
    return text.contains("`") ? "`` " + text + " ``" : "`" + text + "`";
  }

  private static String link(Entry entry) {
    return "[" + entry.title() + "](#" + entry.id() + ")";
  }

  /** What stands around the catalogue's texts. */
  private record Words(
      String title,
      List<String> introduction,
      String index,
      String section,
      String symptom,
      String cause,
      String byHand,
      String withSdk,
      String colon,
      String space,
      Map<Group, String> groups,
      Map<Repairs, String> repairs) {
    static final Words ENGLISH =
        new Words(
            "Troubleshooting",
            List.of(
                "What people see, why it is so, and what to do, by hand and with this library. Each"
                    + " section is named",
                "after the code that `diagnose()`, `preflight()`, `verify()` and failed runs"
                    + " report. [中文](troubleshooting.zh.md)",
                "",
                "Commands use the usual names: namespace `kruise-system`, Deployment"
                    + " `kruise-controller-manager`,",
                "Service `kruise-webhook-service`, Secret `kruise-webhook-certs`. `diagnose()`"
                    + " prints them with the names",
                "of your cluster."),
            "Find your error text",
            "Section",
            "Symptoms",
            "Cause",
            "By hand",
            "With this library",
            ":",
            " ",
            groups(
                "Causes",
                "Daemon and hook: no webhook depends on them",
                "Failures of a run",
                "What Helm says",
                "Checks"),
            repairs(
                "`diagnose()` finds it, and `repair()` mends it; before anything else, Pods are"
                    + " admitted again.",
                "`diagnose()` finds it. `repair()` mends it when it is given a release"
                    + " (`release(...)`); without one it disarms the webhooks, so that the cluster"
                    + " works, and says what is left to do.",
                "`diagnose()` finds it. Where webhooks refuse requests because of it, `repair()`"
                    + " disarms them, so that the cluster works; once a person has mended the"
                    + " cause, the next `repair()` arms them again."));

    static final Words CHINESE =
        new Words(
            "故障排查",
            List.of(
                "常见的报错、原因和处理办法，包括手工处理和使用本库处理。每一节以 `diagnose()`、`preflight()`、`verify()`",
                "以及失败的运行所报告的代码命名。[English](troubleshooting.md)",
                "",
                "命令中使用默认名称：命名空间 `kruise-system`、Deployment"
                    + " `kruise-controller-manager`、Service",
                "`kruise-webhook-service`、Secret `kruise-webhook-certs`。`diagnose()`"
                    + " 会按你的集群填入实际名称。"),
            "按报错文本查找",
            "章节",
            "症状",
            "原因",
            "手工处理",
            "使用本库处理",
            "：",
            "",
            groups("原因", "守护进程与钩子（webhook 不依赖它们）", "运行失败", "Helm 的报错", "检查项"),
            repairs(
                "`diagnose()` 可以发现该问题，`repair()` 可以修复；首先恢复的是 Pod 的创建。",
                "`diagnose()` 可以发现该问题。提供发布物（`release(...)`）时 `repair()` 可以修复；没有发布物时，它会先停用"
                    + " webhook 让集群恢复，并说明还需要做什么。",
                "`diagnose()` 可以发现该问题。如果 webhook 因此拒绝请求，`repair()` 会先停用它们，让集群恢复；人工排除原因之后，再次运行"
                    + " `repair()` 即可重新启用。"));

    private static Map<Group, String> groups(String... names) {
      Map<Group, String> groups = new LinkedHashMap<>();
      Iterator<String> next = List.of(names).iterator();
      for (Group group : Group.values()) {
        groups.put(group, next.next());
      }
      return groups;
    }

    private static Map<Repairs, String> repairs(String alone, String withRelease, String never) {
      return Map.of(Repairs.ALONE, alone, Repairs.WITH_RELEASE, withRelease, Repairs.NEVER, never);
    }
  }
}
