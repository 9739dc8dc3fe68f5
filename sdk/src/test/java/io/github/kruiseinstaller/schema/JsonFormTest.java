package io.github.kruiseinstaller.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion.VersionFlag;
import io.github.kruiseinstaller.check.CheckCategory;
import io.github.kruiseinstaller.check.CheckStatus;
import io.github.kruiseinstaller.diagnosis.DiagnosisCode;
import io.github.kruiseinstaller.diagnosis.PodAdmission;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.event.InstallEvent;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.ChangeAction;
import io.github.kruiseinstaller.report.Health;
import io.github.kruiseinstaller.report.StageStatus;
import io.github.kruiseinstaller.uninstall.CustomResourcePolicy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The JSON forms are what the shipped schemas say, no more and no less. */
class JsonFormTest {
  private static final Schemas SHIPPED = Schemas.shipped();
  private static final Schemas CLOSED = Schemas.closed();

  @Property(tries = 200)
  void plan_whenOfAnyShape_isOneLineThatTheSchemaDescribesCompletely(@ForAll long seed) {
    isDescribed("install-plan", new GeneratedValues(seed).plan().toJson());
  }

  @Property(tries = 200)
  void report_whenOfAnyShape_isOneLineThatTheSchemaDescribesCompletely(@ForAll long seed) {
    isDescribed("install-report", new GeneratedValues(seed).report().toJson());
  }

  @Property(tries = 200)
  void diagnosis_whenOfAnyShape_isOneLineThatTheSchemaDescribesCompletely(@ForAll long seed) {
    isDescribed("diagnosis-report", new GeneratedValues(seed).diagnosisReport().toJson());
  }

  @Property(tries = 200)
  void repair_whenOfAnyShape_isOneLineThatTheSchemaDescribesCompletely(@ForAll long seed) {
    isDescribed("repair-report", new GeneratedValues(seed).repairReport().toJson());
  }

  @Property(tries = 200)
  void uninstallPlan_whenOfAnyShape_isOneLineThatTheSchemaDescribesCompletely(@ForAll long seed) {
    isDescribed("uninstall-plan", new GeneratedValues(seed).uninstallPlan().toJson());
  }

  @Property(tries = 200)
  void uninstallReport_whenOfAnyShape_isOneLineThatTheSchemaDescribesCompletely(@ForAll long seed) {
    isDescribed("uninstall-report", new GeneratedValues(seed).uninstallReport().toJson());
  }

  @Property(tries = 100)
  void event_whenOfAnyTypeAndShape_isOneLineThatTheSchemaDescribesCompletely(@ForAll long seed) {
    for (InstallEvent event : new GeneratedValues(seed).events()) {
      isDescribed("install-event", event.toJson());
      assertThat(Schemas.tree(event.toJson()).get("type").asText()).isEqualTo(event.type());
    }
  }

  @Property(tries = 100)
  void preflightReport_whenOfAnyShape_isOneLineThatTheSchemaDescribesCompletely(@ForAll long seed) {
    isDescribed("preflight-report", new GeneratedValues(seed).preflight().toJson());
  }

  @Property(tries = 100)
  void healthReport_whenOfAnyShape_isOneLineThatTheSchemaDescribesCompletely(@ForAll long seed) {
    isDescribed("health-report", new GeneratedValues(seed).health().toJson());
  }

  @Test
  void events_haveATypeEachAndTheSchemaNamesThem() {
    List<InstallEvent> events = new GeneratedValues(1).events();

    assertThat(events)
        .extracting(Object::getClass)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.asList(InstallEvent.class.getPermittedSubclasses()));
    assertThat(events.stream().map(InstallEvent::type))
        .containsExactlyElementsOf(values("install-event", "/properties/type/enum"));
  }

  @Test
  void enumerations_areTheConstantsOfTheJavaEnumerations() {
    assertThat(values("install-plan", "/$defs/stage/enum")).isEqualTo(ids(Stage.class, Stage::id));
    assertThat(values("install-plan", "/$defs/action/enum"))
        .isEqualTo(ids(ChangeAction.class, ChangeAction::id));
    assertThat(values("install-report", "/$defs/stageOutcome/properties/status/enum"))
        .isEqualTo(ids(StageStatus.class, StageStatus::id));
    assertThat(values("install-report", "/$defs/failure/properties/code/enum"))
        .isEqualTo(ids(FailureCode.class, FailureCode::id));
    assertThat(values("preflight-report", "/$defs/check/properties/category/enum"))
        .isEqualTo(ids(CheckCategory.class, CheckCategory::id));
    assertThat(values("preflight-report", "/$defs/check/properties/status/enum"))
        .isEqualTo(ids(CheckStatus.class, CheckStatus::id));
    assertThat(values("health-report", "/properties/health/enum"))
        .isEqualTo(ids(Health.class, Health::id));
    assertThat(values("diagnosis-report", "/$defs/diagnosis/properties/code/enum"))
        .isEqualTo(ids(DiagnosisCode.class, DiagnosisCode::id));
    assertThat(values("uninstall-plan", "/$defs/options/properties/customResources/enum"))
        .isEqualTo(ids(CustomResourcePolicy.class, CustomResourcePolicy::id));
    assertThat(values("diagnosis-report", "/$defs/admission/properties/answer/enum"))
        .isEqualTo(ids(PodAdmission.Answer.class, PodAdmission.Answer::id));
  }

  @Test
  void schema_refusesAnEventOfAnUnknownTypeOrWithoutItsContent() {
    assertThat(SHIPPED.problems("install-event", "{\"schemaVersion\":1,\"type\":\"no-such\"}"))
        .isNotEmpty();
    assertThat(SHIPPED.problems("install-event", "{\"schemaVersion\":1,\"type\":\"proving\"}"))
        .isNotEmpty();
  }

  @Test
  void schema_letsKeysOfLaterVersionsPass() {
    String later = new GeneratedValues(1).plan().toJson().replaceFirst("\\{", "{\"later\":1,");

    assertThat(SHIPPED.problems("install-plan", later)).isEmpty();
  }

  static List<String> schemas() {
    return Schemas.NAMES;
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void schema_isValidAndDescribesEveryKey(String name) {
    String text = Schemas.text(name);

    assertThat(
            JsonSchemaFactory.getInstance(VersionFlag.V202012)
                .getSchema(SchemaLocation.of(VersionFlag.V202012.getId()))
                .validate(text, InputFormat.JSON))
        .isEmpty();
    assertThat(undescribed(Schemas.tree(text))).isEmpty();
  }

  private static void isDescribed(String schema, String json) {
    assertThat(json).doesNotContain("\n");
    assertThat(SHIPPED.problems(schema, json)).isEmpty();
    assertThat(CLOSED.problems(schema, json)).isEmpty();
  }

  private static List<String> undescribed(JsonNode schema) {
    List<String> names = new ArrayList<>();
    schema
        .path("properties")
        .properties()
        .forEach(
            property -> {
              JsonNode value = property.getValue();
              if (!value.has("description") && !value.has("$ref") && !value.has("const")) {
                names.add(property.getKey());
              }
            });
    schema.forEach(child -> names.addAll(undescribed(child)));
    return names;
  }

  private static List<String> values(String schema, String pointer) {
    List<String> values = new ArrayList<>();
    Schemas.tree(Schemas.text(schema)).at(pointer).forEach(value -> values.add(value.asText()));
    return values;
  }

  private static <E extends Enum<E>> List<String> ids(Class<E> type, Function<E, String> id) {
    return Arrays.stream(type.getEnumConstants()).map(id).toList();
  }
}
